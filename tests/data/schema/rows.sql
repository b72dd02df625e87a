-- A little of everything that an earlier database holds, beside 12 ledger entries: what is the same in all versions.
INSERT INTO seal (name, kind, title, owner, custodian, token, token_serial, algorithm, key_id, public_key, state, epoch, certificate, filing_number, filing_date, reason, made_at) VALUES
    ('contract', 'contract', '合同專用章', 'Example Ltd', 'zhang.wei', 'usb-1', 'a1b2c3d4e5f60718', 'ec-p256', X'01',
     X'3059301306072a8648ce3d020106082a8648ce3d030107034200045094f06d092c7afa27e97feb53de17cf40b90ad9505222063f665ec45c547e028932a1ac79c9d022ac1b1676e6c453fb158287436205baa863d23938550057c4', 'in-force', 3,
     X'308201d030820177a00302010202143750f897c171068cb1ef662f940f290a7815f9fb300a06082a8648ce3d040302303631143012060355040a0c0b4578616d706c65204c7464311e301c06035504030c154578616d706c6520636f6e7472616374207365616c301e170d3236313132343133303732395a170d3436313131393133303732395a303631143012060355040a0c0b4578616d706c65204c7464311e301c06035504030c154578616d706c6520636f6e7472616374207365616c3059301306072a8648ce3d020106082a8648ce3d030107034200045094f06d092c7afa27e97feb53de17cf40b90ad9505222063f665ec45c547e028932a1ac79c9d022ac1b1676e6c453fb158287436205baa863d23938550057c4a3633061301d0603551d0e041604148edaa2caddc76e6267a0116c3fa814fb8d38d72b301f0603551d230418301680148edaa2caddc76e6267a0116c3fa814fb8d38d72b300f0603551d130101ff040530030101ff300e0603551d0f0101ff0404030206c0300a06082a8648ce3d04030203470030440220081c4fa7cae2e41e85dfcb9a6b445a633c376cf16edb722c955b6c2f352bbb1302201aae4327bffe35e35bfab43e27cd5eaffc0e266d03563546ef5dc395b5254090',
     '110108-2026-77', '2026-11-20', '', 1795435200000),
    ('old-contract', 'contract', '舊合同章', 'Example Ltd', 'zhang.wei', 'usb-1', 'a1b2c3d4e5f60718', 'ec-p256', X'02',
     X'3059301306072a8648ce3d020106082a8648ce3d030107034200045094f06d092c7afa27e97feb53de17cf40b90ad9505222063f665ec45c547e028932a1ac79c9d022ac1b1676e6c453fb158287436205baa863d23938550057c4', 'lost', 7, NULL, NULL, NULL, 'stolen from the safe', 1795435200000);
INSERT INTO seal_chain SELECT name, 0, certificate FROM seal WHERE name = 'contract';
INSERT INTO seal_standby (seal, token, token_serial, key_id, position) VALUES ('contract', 'usb-2', 'b1b2c3d4e5f60718', X'01', 0);
INSERT INTO application (number, year, sequence, seal, applicant, department, purpose, type, format, state, submitted_at) VALUES
    ('A-2026-0001', 2026, 1, 'contract', 'li.na', 'sales', 'the frame contract of 2026', 'contract', 'cms', 'sealed', 1795435200000),
    ('A-2026-0002', 2026, 2, 'contract', 'li.na', 'sales', 'an offer', 'contract', 'cms', 'submitted', 1795435260000);
INSERT INTO application_document VALUES
    ('A-2026-0001', 1, 0, 'sha256', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 'one.pdf', 'application/pdf', 3),
    ('A-2026-0002', 1, 0, 'sha256', '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', 'two.pdf', 'application/pdf', NULL);
INSERT INTO stored_document VALUES ('sha256', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 'li.na', 3, 1795435200000);
INSERT INTO decision VALUES ('A-2026-0001', 4, 'jti-1', 'wang.fang', 'department-review', 'approve', '', 'e30.e30.c2ln', 1795435200000, 1795694400000, 1, NULL, NULL);
INSERT INTO approval VALUES ('jti-1', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 1795694400000, NULL);
INSERT INTO intent (idx, seal, epoch, caller, recorded_at, request_id, request_fingerprint, application, position, document_alg, document_hex, document_name, format, state, outcome_index, signature) VALUES (6, 'contract', 3, 'li.na', 1795435200000, 'request-1', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 'A-2026-0001', 0, 'sha256', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 'one.pdf', 'cms', 'done', 7, X'3000');
INSERT INTO approval_use VALUES ('jti-1', 'sha256', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 6, 0);
INSERT INTO training VALUES (8, 'li.na', 'seal-use-2026', 1798761600000, 'chen.jie', 1795435200000);
INSERT INTO token (name, serial, model, manufacturer, locked) VALUES ('usb-1', 'a1b2c3d4e5f60718', 'SoftHSM v2', 'SoftHSM project', 1);
INSERT INTO refused_pin VALUES ('usb-1', X'00112233445566778899aabbccddeeff', 1795435200000);
