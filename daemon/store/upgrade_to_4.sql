-- Turns a database of version 3 into version 4, in one transaction with foreign keys off: there may be notices that a token has
-- counted other signatures than the ledger knows of.
CREATE TABLE notice_4 (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('waiting', 'reminder', 'approved', 'returned', 'rejected', 'withdrawn', 'expired',
                                               'seal-suspended', 'seal-lost', 'seal-cancelled', 'seal-destroyed', 'act-waiting', 'certificate-ends', 'signatures-differ')),
    application  TEXT REFERENCES application (number),
    seal         TEXT REFERENCES seal (name),
    body         TEXT NOT NULL,                        -- JSON, as it is delivered
    created_at   INTEGER NOT NULL,
    CHECK ((application IS NULL) <> (seal IS NULL))    -- it is about the one or the other
) STRICT;
INSERT INTO notice_4 (id, kind, application, seal, body, created_at) SELECT id, kind, application, seal, body, created_at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_4 RENAME TO notice;
CREATE INDEX notice_by_application ON notice (application, id);
