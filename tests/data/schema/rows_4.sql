UPDATE seal SET approvals_void_until = 1795435200000 WHERE name = 'old-contract';
INSERT INTO cosignature VALUES ('witness.example.org+00000000+AA', 12, 1795435201000, '— witness.example.org AAAA');
INSERT INTO issuer_use VALUES ('erp', 1795435200000, 6);
INSERT INTO use_proof VALUES ('li.na', 'proof-1', 1795435200000);
INSERT INTO notice (id, kind, application, body, created_at) VALUES (1, 'waiting', 'A-2026-0001', '{"kind":"waiting"}', 1795435200000), (2, 'waiting', 'A-2026-0002', '{"kind":"waiting"}', 1795435260000);
INSERT INTO notice_delivery VALUES (1, 'command', 1795435200000, 1, 'delivered', 1795435205000), (2, 'command', 1795435320000, 4, NULL, NULL);
INSERT INTO notice (id, kind, seal, body, created_at) VALUES (3, 'signatures-differ', 'old-contract', '{"kind":"signatures-differ"}', 1795435260000);
