INSERT INTO notice VALUES (1, 'waiting', 'A-2026-0001', '{"kind":"waiting"}', 1795435200000, 1795435200000, 1, 1795435205000),
                          (2, 'waiting', 'A-2026-0002', '{"kind":"waiting"}', 1795435260000, 1795435320000, 4, NULL);
