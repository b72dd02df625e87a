-- Turns a database of version 4 into version 5, in one transaction with foreign keys off: there may be notices that a seal is in
-- force, again or for the first time, and that its key was replaced.
CREATE TABLE notice_5 (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('waiting', 'reminder', 'approved', 'returned', 'rejected', 'withdrawn', 'expired',
                                               'seal-suspended', 'seal-lost', 'seal-cancelled', 'seal-destroyed', 'act-waiting', 'certificate-ends', 'signatures-differ',
                                               'seal-in-force', 'seal-resumed', 'seal-replaced')),
    application  TEXT REFERENCES application (number),
    seal         TEXT REFERENCES seal (name),
    body         TEXT NOT NULL,                        -- JSON, as it is delivered
    created_at   INTEGER NOT NULL,
    CHECK ((application IS NULL) <> (seal IS NULL))    -- it is about the one or the other
) STRICT;
INSERT INTO notice_5 (id, kind, application, seal, body, created_at) SELECT id, kind, application, seal, body, created_at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_5 RENAME TO notice;
CREATE INDEX notice_by_application ON notice (application, id);
