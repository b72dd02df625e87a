-- Turns a database of version 1 into version 2, in one transaction with foreign keys off.

-- Witnesses of checkpoints ------------------------------------------------------------------------------------------------

CREATE TABLE cosignature (
    witness TEXT NOT NULL, size INTEGER NOT NULL REFERENCES checkpoint (size), time INTEGER NOT NULL, line TEXT NOT NULL,   -- the note's line
    PRIMARY KEY (witness, size)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignature_by_size ON cosignature (size);
CREATE TABLE contradiction (witness TEXT PRIMARY KEY, time INTEGER NOT NULL, words TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER cosignature_is_final BEFORE UPDATE ON cosignature BEGIN SELECT RAISE(ABORT, 'a cosignature is never changed'); END;
CREATE TRIGGER contradiction_stays BEFORE DELETE ON contradiction BEGIN SELECT RAISE(ABORT, 'a contradiction is never forgotten'); END;

-- Emergency stops ---------------------------------------------------------------------------------------------------------

ALTER TABLE seal ADD COLUMN approvals_void_until INTEGER;

-- Approvals of outside systems, and proofs of use -------------------------------------------------------------------------

CREATE TABLE issuer_use (issuer TEXT NOT NULL, used_at INTEGER NOT NULL, intent_index INTEGER NOT NULL REFERENCES intent (idx),
                         PRIMARY KEY (issuer, used_at, intent_index)) STRICT, WITHOUT ROWID;
CREATE TRIGGER issuer_use_stays BEFORE DELETE ON issuer_use BEGIN SELECT RAISE(ABORT, 'a use of an approval is never deleted'); END;
CREATE TABLE use_proof (caller TEXT NOT NULL, jti TEXT NOT NULL, used_at INTEGER NOT NULL, PRIMARY KEY (caller, jti)) STRICT, WITHOUT ROWID;
CREATE TRIGGER use_proof_stays BEFORE DELETE ON use_proof BEGIN SELECT RAISE(ABORT, 'a used proof is never forgotten'); END;

-- Notices by several channels: what was there went by the command ---------------------------------------------------------

CREATE TABLE notice_delivery (
    notice       INTEGER NOT NULL REFERENCES notice (id),
    channel      TEXT NOT NULL,                        -- 'command', or the name of a webhook
    due_at       INTEGER NOT NULL,                     -- not tried before
    attempts     INTEGER NOT NULL DEFAULT 0,
    outcome      TEXT CHECK (outcome IN ('delivered', 'given-up')),
    ended_at     INTEGER,
    CHECK ((outcome IS NULL) = (ended_at IS NULL)),
    PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO notice_delivery (notice, channel, due_at, attempts, outcome, ended_at)
    SELECT id, 'command', due_at, attempts, iif(delivered_at IS NULL, NULL, 'delivered'), delivered_at FROM notice;
CREATE INDEX notice_delivery_due ON notice_delivery (channel, due_at) WHERE outcome IS NULL;
CREATE INDEX notice_delivery_given_up ON notice_delivery (channel) WHERE outcome = 'given-up';

CREATE TABLE notice_of_2 (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('waiting', 'reminder', 'approved', 'returned', 'rejected', 'withdrawn', 'expired')),
    application  TEXT NOT NULL REFERENCES application (number),
    body         TEXT NOT NULL,                        -- JSON, as it is delivered
    created_at   INTEGER NOT NULL
) STRICT;
INSERT INTO notice_of_2 (id, kind, application, body, created_at) SELECT id, kind, application, body, created_at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_of_2 RENAME TO notice;
CREATE INDEX notice_by_application ON notice (application, id);
