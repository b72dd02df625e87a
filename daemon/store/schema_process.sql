-- What the ledger is about: seals, applications, approvals and their use, people's training, tokens. Goes with schema_ledger.sql.

-- Seals -----------------------------------------------------------------------------------------------------------------

CREATE TABLE seal (
    name          TEXT PRIMARY KEY,              -- used once, for ever: a new seal may not pass for an old one
    kind          TEXT NOT NULL CHECK (kind IN ('official', 'contract', 'finance', 'personnel', 'invoice', 'legal-representative', 'other')),
    title         TEXT NOT NULL,
    owner         TEXT NOT NULL,
    custodian     TEXT NOT NULL,
    token         TEXT NOT NULL,
    token_serial  TEXT NOT NULL,
    algorithm     TEXT NOT NULL,
    key_id        BLOB NOT NULL,
    public_key    BLOB NOT NULL,                 -- SubjectPublicKeyInfo, DER
    state         TEXT NOT NULL CHECK (state IN ('made', 'filed', 'in-force', 'suspended', 'lost', 'cancelled', 'destroyed')),
    epoch         INTEGER NOT NULL CHECK (epoch >= 0),
    certificate   BLOB,                          -- DER
    filing_number TEXT,
    filing_date   TEXT,
    reason        TEXT NOT NULL,
    made_at       INTEGER NOT NULL,
    approvals_void_until INTEGER,                -- those issued until then: an emergency stop voided them
    version       INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),      -- of the key in use; see seal_version
    version_from  INTEGER NOT NULL DEFAULT 0,    -- when it came into use
    key_attributes TEXT,                         -- JSON, as read when the key was made
    deputy        TEXT,                          -- of the custodian
    number        TEXT,                          -- names the seal everywhere and for ever (esID, 印章標識)
    CHECK (state <> 'in-force' OR certificate IS NOT NULL),           -- nothing could verify what it signs
    CHECK ((filing_number IS NULL) = (filing_date IS NULL))
) STRICT;
CREATE UNIQUE INDEX seal_key ON seal (token_serial, key_id);          -- one key is one seal: else a stop could be gone round
CREATE UNIQUE INDEX seal_unique_in_force ON seal (kind, owner, title) WHERE state = 'in-force';   -- a seal is unique (唯一性)
CREATE UNIQUE INDEX seal_number ON seal (number);

CREATE TABLE seal_chain (
    seal        TEXT NOT NULL REFERENCES seal (name),
    position    INTEGER NOT NULL,
    certificate BLOB NOT NULL,
    PRIMARY KEY (seal, position)
) STRICT, WITHOUT ROWID;

-- The same key on further tokens.
CREATE TABLE seal_standby (
    seal         TEXT NOT NULL REFERENCES seal (name),
    token        TEXT NOT NULL,
    token_serial TEXT NOT NULL,
    key_id       BLOB NOT NULL,
    position     INTEGER NOT NULL CHECK (position >= 0),
    version      INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),     -- of the seal's key
    PRIMARY KEY (seal, version, token),                              -- twice on one token would be no help
    UNIQUE (token_serial, key_id)
) STRICT, WITHOUT ROWID;

-- The fence compares epochs: one that went back would let a signature from before a stop out.
CREATE TRIGGER seal_epoch_rises BEFORE UPDATE ON seal WHEN NEW.epoch < OLD.epoch
    BEGIN SELECT RAISE(ABORT, 'the epoch of a seal never goes back'); END;
CREATE TRIGGER seal_end_is_final BEFORE UPDATE ON seal
    WHEN (OLD.state = 'lost' AND NEW.state NOT IN ('lost', 'cancelled'))
      OR (OLD.state = 'cancelled' AND NEW.state NOT IN ('cancelled', 'destroyed'))
      OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')
      OR (OLD.state NOT IN ('cancelled', 'destroyed') AND NEW.state = 'destroyed')
    BEGIN SELECT RAISE(ABORT, 'a lost, cancelled or destroyed seal never comes back'); END;
CREATE TRIGGER seal_stays BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'a seal is never deleted: its state ends'); END;

-- Applications ----------------------------------------------------------------------------------------------------------

CREATE TABLE application (
    number       TEXT PRIMARY KEY,
    year         INTEGER NOT NULL,
    sequence     INTEGER NOT NULL CHECK (sequence > 0),
    seal         TEXT NOT NULL REFERENCES seal (name),
    applicant    TEXT NOT NULL,
    department   TEXT,
    purpose      TEXT NOT NULL,
    type         TEXT NOT NULL,
    format       TEXT NOT NULL CHECK (format IN ('cms', 'pades', 'raw')),
    state        TEXT NOT NULL CHECK (state IN ('submitted', 'reviewed', 'approved', 'partly-sealed', 'sealed', 'rejected', 'returned', 'withdrawn', 'expired')),
    submitted_at INTEGER NOT NULL,
    round        INTEGER NOT NULL DEFAULT 1 CHECK (round > 0),   -- one more each time it is handed in again
    quota_uses   INTEGER CHECK (quota_uses > 0),                 -- instead of documents: so many uses ...
    quota_until  INTEGER,                                        -- ... until then
    UNIQUE (year, sequence),
    CHECK ((quota_uses IS NULL) = (quota_until IS NULL))
) STRICT;
CREATE INDEX application_by_applicant ON application (applicant, year, sequence);

CREATE TABLE application_document (
    application TEXT NOT NULL REFERENCES application (number),
    round       INTEGER NOT NULL CHECK (round > 0),
    position    INTEGER NOT NULL CHECK (position >= 0),
    alg         TEXT NOT NULL CHECK (alg IN ('sha256', 'sha384', 'sha512')),
    hex         TEXT NOT NULL CHECK (length(hex) = CASE alg WHEN 'sha256' THEN 64 WHEN 'sha384' THEN 96 ELSE 128 END),
    name        TEXT NOT NULL,
    media_type  TEXT NOT NULL,
    size        INTEGER CHECK (size >= 0),
    PRIMARY KEY (application, round, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX application_document_by_digest ON application_document (hex);

-- Attachments: what reviewers open. The content is a file under documents/, named by its digest; this is who handed it in,
-- and so who may have it back. Knowing a digest is not having the document.
CREATE TABLE stored_document (
    alg       TEXT NOT NULL CHECK (alg IN ('sha256', 'sha384', 'sha512')),
    hex       TEXT NOT NULL CHECK (length(hex) = CASE alg WHEN 'sha256' THEN 64 WHEN 'sha384' THEN 96 ELSE 128 END),
    person    TEXT NOT NULL,
    size      INTEGER NOT NULL CHECK (size >= 0),
    stored_at INTEGER NOT NULL,
    PRIMARY KEY (alg, hex, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
    application  TEXT NOT NULL REFERENCES application (number),
    ledger_index INTEGER NOT NULL UNIQUE REFERENCES entry (idx),   -- a decision that the ledger does not know does not count
    approval_id  TEXT NOT NULL UNIQUE,                             -- jti: one token is one decision
    approver     TEXT NOT NULL,
    step         TEXT NOT NULL,
    decision     TEXT NOT NULL CHECK (decision IN ('approve', 'reject', 'return')),
    reason       TEXT NOT NULL,
    jws          TEXT NOT NULL,
    decided_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    round        INTEGER NOT NULL CHECK (round > 0),
    acting_for   TEXT,                                             -- in whose place, when not in his own
    revoked_at   INTEGER,
    PRIMARY KEY (application, ledger_index),
    CHECK (revoked_at IS NULL OR decision = 'approve'),
    CHECK (decision = 'approve' OR reason <> '')                   -- who says no says why
) STRICT, WITHOUT ROWID;

-- Notices: written in the transaction of what they tell about, so that none is lost.
CREATE TABLE notice (
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
CREATE INDEX notice_by_application ON notice (application, id);

-- By each channel on its own: delivered at least once, or given up.
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
CREATE INDEX notice_delivery_due ON notice_delivery (channel, due_at) WHERE outcome IS NULL;
CREATE INDEX notice_delivery_given_up ON notice_delivery (channel) WHERE outcome = 'given-up';

-- Approvals and their use -----------------------------------------------------------------------------------------------

CREATE TABLE approval (
    jti          TEXT PRIMARY KEY,
    token_digest TEXT NOT NULL CHECK (length(token_digest) = 64),   -- SHA-256 of the token: an id never names two tokens
    expires_at   INTEGER NOT NULL,
    revoked_at   INTEGER                                            -- no use is reserved from then on
) STRICT, WITHOUT ROWID;

CREATE TABLE approval_use (
    jti          TEXT NOT NULL REFERENCES approval (jti),            -- a use of something unknown could not be counted
    alg          TEXT NOT NULL CHECK (alg IN ('sha256', 'sha384', 'sha512')),
    hex          TEXT NOT NULL CHECK (length(hex) = CASE alg WHEN 'sha256' THEN 64 WHEN 'sha384' THEN 96 ELSE 128 END),
    intent_index INTEGER NOT NULL REFERENCES intent (idx),           -- it must be possible to give it back
    released     INTEGER NOT NULL DEFAULT 0 CHECK (released IN (0, 1)),   -- given back: no signature left
    PRIMARY KEY (jti, alg, hex, intent_index)                        -- an intent is one use of an approval
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_use_by_intent ON approval_use (intent_index);

-- Uses that rest on approvals of outside systems, for their daily limits.
CREATE TABLE issuer_use (issuer TEXT NOT NULL, used_at INTEGER NOT NULL, intent_index INTEGER NOT NULL REFERENCES intent (idx),
                         PRIMARY KEY (issuer, used_at, intent_index)) STRICT, WITHOUT ROWID;
CREATE TRIGGER issuer_use_stays BEFORE DELETE ON issuer_use WHEN OLD.intent_index >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a use of an approval is only deleted by a purge'); END;

-- Proofs of use: each counts for one request, whatever became of it.
CREATE TABLE use_proof (caller TEXT NOT NULL, jti TEXT NOT NULL, used_at INTEGER NOT NULL, PRIMARY KEY (caller, jti)) STRICT, WITHOUT ROWID;
CREATE TRIGGER use_proof_stays BEFORE DELETE ON use_proof WHEN OLD.used_at >= (SELECT before FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a used proof is only forgotten by a purge'); END;

CREATE TABLE intent (
    idx                 INTEGER PRIMARY KEY REFERENCES entry (idx),  -- no intent that the ledger does not know
    seal                TEXT NOT NULL REFERENCES seal (name),
    epoch               INTEGER NOT NULL,
    caller              TEXT NOT NULL,
    recorded_at         INTEGER NOT NULL,
    request_id          TEXT NOT NULL CHECK (request_id <> ''),
    request_fingerprint TEXT NOT NULL CHECK (length(request_fingerprint) = 64),
    application         TEXT REFERENCES application (number),
    position            INTEGER NOT NULL CHECK (position >= 0),
    document_alg        TEXT NOT NULL CHECK (document_alg IN ('sha256', 'sha384', 'sha512')),
    document_hex        TEXT NOT NULL CHECK (length(document_hex) = CASE document_alg WHEN 'sha256' THEN 64 WHEN 'sha384' THEN 96 ELSE 128 END),
    document_name       TEXT NOT NULL,
    format              TEXT NOT NULL CHECK (format IN ('cms', 'pades', 'raw')),
    state               TEXT NOT NULL CHECK (state IN ('open', 'done', 'failed', 'discarded', 'unknown')),
    outcome_index       INTEGER REFERENCES entry (idx),
    signature           BLOB,
    version             INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),   -- of the seal's key
    CHECK ((state = 'open') = (outcome_index IS NULL)),              -- an outcome is in the ledger, or there is none
    CHECK (outcome_index > idx),
    CHECK ((state = 'done') = (signature IS NOT NULL))               -- what was not released is not kept
) STRICT;
-- The same request is carried out once. After a failure it may be tried again under its id.
CREATE UNIQUE INDEX intent_once ON intent (caller, request_id, position) WHERE state IN ('open', 'done', 'unknown');
CREATE INDEX intent_by_request ON intent (caller, request_id);
CREATE INDEX intent_by_document ON intent (seal, document_hex) WHERE state = 'done';
CREATE INDEX intent_by_application ON intent (application) WHERE application IS NOT NULL;
CREATE INDEX intent_by_caller ON intent (seal, caller, recorded_at);    -- rate and daily limits
CREATE INDEX intent_open ON intent (idx) WHERE state = 'open';
CREATE TRIGGER intent_end_is_final BEFORE UPDATE ON intent WHEN OLD.state <> 'open'
    BEGIN SELECT RAISE(ABORT, 'the outcome of an intent is never changed'); END;
CREATE TRIGGER intent_stays BEFORE DELETE ON intent WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'an intent is only deleted by a purge'); END;

-- Training --------------------------------------------------------------------------------------------------------------

CREATE TABLE training (
    ledger_index INTEGER PRIMARY KEY REFERENCES entry (idx),
    person       TEXT NOT NULL,
    course       TEXT NOT NULL,
    until        INTEGER NOT NULL,
    recorded_by  TEXT NOT NULL,
    recorded_at  INTEGER NOT NULL,
    CHECK (person <> recorded_by)          -- nobody certifies himself
) STRICT;
CREATE INDEX training_by_person ON training (person, course);

-- Tokens ----------------------------------------------------------------------------------------------------------------

CREATE TABLE token (
    name                TEXT PRIMARY KEY,
    serial              TEXT,                     -- of the device that seals were enrolled on; all three or none
    model               TEXT,
    manufacturer        TEXT,
    unlock_attempt_open INTEGER NOT NULL DEFAULT 0 CHECK (unlock_attempt_open IN (0, 1)),
    locked              INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1)),   -- by a person or the end of a lease: no automatic login
    pin_salt            BLOB CHECK (length(pin_salt) = 16),
    profile             TEXT,                     -- what the last probe found, JSON
    CHECK ((serial IS NULL) = (model IS NULL) AND (serial IS NULL) = (manufacturer IS NULL))
) STRICT, WITHOUT ROWID;

-- Prints (scrypt) of PINs that a token said are wrong: none of them is sent again, whatever restarts in between.
CREATE TABLE refused_pin (
    token      TEXT NOT NULL REFERENCES token (name),
    print      BLOB NOT NULL CHECK (length(print) = 16),
    refused_at INTEGER NOT NULL,
    PRIMARY KEY (token, print)
) STRICT, WITHOUT ROWID;
