-- Turns a database of version 2 into version 3, in one transaction with foreign keys off. A table whose CHECKs change is
-- made anew under another name, filled, dropped and renamed, and gets its indexes and triggers again.

-- Documents are found by stretches of the ledger -------------------------------------------------------------------------

DROP INDEX entry_document_by_digest;
DROP INDEX entry_document_by_name;
CREATE INDEX entry_document_by_digest ON entry_document (idx >> 12, digest);
CREATE INDEX entry_document_by_name ON entry_document (idx >> 12, name);

-- Changes of the ledger's key ---------------------------------------------------------------------------------------------

CREATE TABLE ledger_key_change (size INTEGER PRIMARY KEY REFERENCES checkpoint (size), receipt TEXT NOT NULL) STRICT;
CREATE TRIGGER ledger_key_change_is_final BEFORE UPDATE ON ledger_key_change BEGIN SELECT RAISE(ABORT, 'a change of the ledger key is never changed'); END;
CREATE TRIGGER ledger_key_change_stays BEFORE DELETE ON ledger_key_change BEGIN SELECT RAISE(ABORT, 'a change of the ledger key is never forgotten'); END;

-- Purges of old entries -------------------------------------------------------------------------------------------------

CREATE TABLE purge (
    ledger_index INTEGER PRIMARY KEY REFERENCES entry (idx),
    bound        INTEGER NOT NULL CHECK (bound > 0 AND bound % 256 = 0 AND bound <= ledger_index),   -- whole entry bundles
    before       INTEGER NOT NULL                                                                    -- all of them were older
) STRICT;
CREATE VIEW purged AS SELECT coalesce(max(bound), 0) AS bound, coalesce(max(before), 0) AS before FROM purge;
-- Of a purge under way: the fields that no entry has any more.
CREATE TABLE purged_field (digest TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TRIGGER purge_rises BEFORE INSERT ON purge WHEN NEW.bound <= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a purge goes further than the one before it'); END;
CREATE TRIGGER purge_is_final BEFORE UPDATE ON purge BEGIN SELECT RAISE(ABORT, 'a purge is never changed'); END;
CREATE TRIGGER purge_stays BEFORE DELETE ON purge WHEN OLD.ledger_index >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a purge is only forgotten with its entry'); END;

DROP TRIGGER entry_stays;
DROP TRIGGER entry_document_stays;
DROP TRIGGER detached_field_stays;
DROP TRIGGER issuer_use_stays;
DROP TRIGGER use_proof_stays;
DROP TRIGGER intent_stays;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a ledger entry is only deleted by a recorded purge'); END;
CREATE TRIGGER entry_document_stays BEFORE DELETE ON entry_document WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'what is derived from a ledger entry is only deleted with it'); END;
CREATE TRIGGER detached_field_stays BEFORE DELETE ON detached_field WHEN NOT EXISTS (SELECT 1 FROM purged_field WHERE digest = OLD.digest)
    BEGIN SELECT RAISE(ABORT, 'a part of a ledger entry is only deleted with it'); END;
CREATE TRIGGER issuer_use_stays BEFORE DELETE ON issuer_use WHEN OLD.intent_index >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a use of an approval is only deleted by a purge'); END;
CREATE TRIGGER use_proof_stays BEFORE DELETE ON use_proof WHEN OLD.used_at >= (SELECT before FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a used proof is only forgotten by a purge'); END;
CREATE TRIGGER intent_stays BEFORE DELETE ON intent WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'an intent is only deleted by a purge'); END;

-- The life of a seal ------------------------------------------------------------------------------------------------------
-- First all of schema_acts.sql:
CREATE TABLE pending_act (
    number     TEXT PRIMARY KEY,
    year       INTEGER NOT NULL,
    sequence   INTEGER NOT NULL CHECK (sequence > 0),
    kind       TEXT NOT NULL CHECK (kind IN ('resume', 'activate', 'cancel', 'destroy', 'copy-key')),
    seal       TEXT NOT NULL REFERENCES seal (name),
    statement  TEXT NOT NULL,                            -- JSON; its SHA-256 is what is signed
    reason     TEXT NOT NULL CHECK (reason <> ''),
    asked_by   TEXT NOT NULL,
    asked_at   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    needed     INTEGER NOT NULL CHECK (needed > 0),      -- persons besides the one who asks
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'done', 'declined', 'withdrawn', 'expired', 'overtaken')),
    end_reason TEXT NOT NULL,
    ended_at   INTEGER,
    UNIQUE (year, sequence),
    CHECK (kind <> 'destroy' OR needed >= 2),            -- two witnesses
    CHECK ((state IN ('waiting', 'confirmed')) = (ended_at IS NULL)),
    CHECK (expires_at > asked_at)
) STRICT;
CREATE UNIQUE INDEX pending_act_open ON pending_act (kind, seal) WHERE state IN ('waiting', 'confirmed');
CREATE INDEX pending_act_by_seal ON pending_act (seal, state);

CREATE TABLE act_confirmation (
    act             TEXT NOT NULL REFERENCES pending_act (number),
    person          TEXT NOT NULL,
    confirmation_id TEXT NOT NULL UNIQUE,                            -- jti: one token confirms once
    jws             TEXT NOT NULL,
    key             TEXT NOT NULL,                                   -- PEM, that it was checked with
    confirmed_at    INTEGER NOT NULL,
    ledger_index    INTEGER NOT NULL UNIQUE REFERENCES entry (idx),  -- one that the ledger does not know does not count
    PRIMARY KEY (act, person)                                        -- persons count
) STRICT, WITHOUT ROWID;

CREATE TRIGGER act_is_confirmed_by_others BEFORE INSERT ON act_confirmation
    WHEN NEW.person = (SELECT asked_by FROM pending_act WHERE number = NEW.act)
    BEGIN SELECT RAISE(ABORT, 'whoever asked for an act does not confirm it'); END;
CREATE TRIGGER act_confirmation_is_final BEFORE UPDATE ON act_confirmation BEGIN SELECT RAISE(ABORT, 'a confirmation is never changed'); END;
CREATE TRIGGER act_confirmation_stays BEFORE DELETE ON act_confirmation WHEN OLD.ledger_index >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a confirmation is only deleted by a purge'); END;
CREATE TRIGGER act_waits_for_enough_persons BEFORE UPDATE ON pending_act
    WHEN NEW.state IN ('confirmed', 'done') AND (SELECT count(*) FROM act_confirmation WHERE act = NEW.number) < OLD.needed
    BEGIN SELECT RAISE(ABORT, 'an act is carried out only when enough persons confirmed it'); END;
CREATE TRIGGER act_statement_is_final BEFORE UPDATE ON pending_act
    WHEN NEW.statement <> OLD.statement OR NEW.asked_by <> OLD.asked_by OR NEW.kind <> OLD.kind OR NEW.needed <> OLD.needed OR NEW.expires_at <> OLD.expires_at
    BEGIN SELECT RAISE(ABORT, 'what was asked for is never changed'); END;
CREATE TRIGGER act_end_is_final BEFORE UPDATE ON pending_act WHEN OLD.state NOT IN ('waiting', 'confirmed')
    BEGIN SELECT RAISE(ABORT, 'the end of an act is never changed'); END;
CREATE TRIGGER act_stays BEFORE DELETE ON pending_act BEGIN SELECT RAISE(ABORT, 'an act that was asked for is never deleted'); END;

CREATE TABLE destroyed_key (
    seal         TEXT NOT NULL REFERENCES seal (name),
    token        TEXT NOT NULL,
    token_serial TEXT NOT NULL,
    key_id       BLOB NOT NULL,
    ledger_index INTEGER NOT NULL UNIQUE,   -- the entry, which may be purged
    PRIMARY KEY (token_serial, key_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER destroyed_key_stays BEFORE DELETE ON destroyed_key BEGIN SELECT RAISE(ABORT, 'a key that is gone does not come back'); END;

-- While an emergency stop lasts no approval counts, whatever time it says; resuming sets the moment.
UPDATE seal SET approvals_void_until = 253402214400000 WHERE state IN ('suspended', 'lost') AND approvals_void_until IS NOT NULL;

-- Destroyed after it was cancelled, and not otherwise.
DROP TRIGGER seal_end_is_final;
CREATE TRIGGER seal_end_is_final BEFORE UPDATE ON seal
    WHEN (OLD.state = 'lost' AND NEW.state NOT IN ('lost', 'cancelled'))
      OR (OLD.state = 'cancelled' AND NEW.state NOT IN ('cancelled', 'destroyed'))
      OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')
      OR (OLD.state NOT IN ('cancelled', 'destroyed') AND NEW.state = 'destroyed')
    BEGIN SELECT RAISE(ABORT, 'a lost, cancelled or destroyed seal never comes back'); END;

-- A seal is unique (唯一性). Where two in force read the same nobody gets here: schema_upgrade.cpp says what to do about them.
CREATE UNIQUE INDEX seal_unique_in_force ON seal (kind, owner, title) WHERE state = 'in-force';

-- Notices about seals. Those concerned are told of what happens from now on.
CREATE TABLE notice_3 (
    id           INTEGER PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('waiting', 'reminder', 'approved', 'returned', 'rejected', 'withdrawn', 'expired',
                                               'seal-suspended', 'seal-lost', 'seal-cancelled', 'seal-destroyed', 'act-waiting', 'certificate-ends')),
    application  TEXT REFERENCES application (number),
    seal         TEXT REFERENCES seal (name),
    body         TEXT NOT NULL,                        -- JSON, as it is delivered
    created_at   INTEGER NOT NULL,
    CHECK ((application IS NULL) <> (seal IS NULL))    -- it is about the one or the other
) STRICT;
INSERT INTO notice_3 (id, kind, application, body, created_at) SELECT id, kind, application, body, created_at FROM notice;
DROP TABLE notice;
ALTER TABLE notice_3 RENAME TO notice;
CREATE INDEX notice_by_application ON notice (application, id);
INSERT INTO meta (key, value) SELECT 'told_up_to', max(idx) + 1 FROM entry WHERE true HAVING max(idx) IS NOT NULL;

-- Versions of seals: the key that a seal has is its first.
ALTER TABLE seal ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
ALTER TABLE seal ADD COLUMN version_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seal ADD COLUMN key_attributes TEXT;
ALTER TABLE seal ADD COLUMN deputy TEXT;
ALTER TABLE seal ADD COLUMN number TEXT;
UPDATE seal SET version_from = made_at, number = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX seal_number ON seal (number);

ALTER TABLE seal_standby RENAME TO seal_standby_2;
CREATE TABLE seal_standby (
    seal         TEXT NOT NULL REFERENCES seal (name),
    token        TEXT NOT NULL,
    token_serial TEXT NOT NULL,
    key_id       BLOB NOT NULL,
    position     INTEGER NOT NULL CHECK (position >= 0),
    version      INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    PRIMARY KEY (seal, version, token),
    UNIQUE (token_serial, key_id)
) STRICT, WITHOUT ROWID;
INSERT INTO seal_standby (seal, token, token_serial, key_id, position) SELECT seal, token, token_serial, key_id, position FROM seal_standby_2;
DROP TABLE seal_standby_2;

ALTER TABLE intent ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);

CREATE TABLE seal_version (
    seal           TEXT NOT NULL REFERENCES seal (name),
    number         INTEGER NOT NULL CHECK (number > 0),
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'replaced', 'withdrawn')),
    token          TEXT NOT NULL,
    token_serial   TEXT NOT NULL,
    algorithm      TEXT NOT NULL,
    key_id         BLOB NOT NULL,
    public_key     BLOB NOT NULL,
    certificates   TEXT,
    key_attributes TEXT,
    reason         TEXT NOT NULL CHECK (reason <> ''),
    by             TEXT NOT NULL,
    since          INTEGER NOT NULL,
    used_from      INTEGER,
    planned_at     INTEGER,
    planned_by     TEXT,
    problem        TEXT,
    PRIMARY KEY (seal, number),
    CHECK ((state = 'replaced') = (used_from IS NOT NULL)),
    CHECK ((planned_at IS NULL) = (planned_by IS NULL)),
    CHECK (state = 'waiting' OR planned_at IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX seal_version_waiting ON seal_version (seal) WHERE state = 'waiting';
CREATE UNIQUE INDEX seal_version_key ON seal_version (token_serial, key_id);
CREATE INDEX seal_version_planned ON seal_version (planned_at) WHERE planned_at IS NOT NULL;
CREATE TRIGGER seal_version_is_no_seals_key BEFORE INSERT ON seal_version
    WHEN EXISTS (SELECT 1 FROM seal WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
      OR EXISTS (SELECT 1 FROM seal_standby WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
    BEGIN SELECT RAISE(ABORT, 'this key is in the register already'); END;
CREATE TRIGGER seal_is_no_versions_key BEFORE INSERT ON seal
    WHEN EXISTS (SELECT 1 FROM seal_version WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
    BEGIN SELECT RAISE(ABORT, 'this key is in the register already'); END;
CREATE TRIGGER seal_version_end_is_final BEFORE UPDATE ON seal_version WHEN OLD.state <> 'waiting'
    BEGIN SELECT RAISE(ABORT, 'a version that is over is never changed'); END;
CREATE TRIGGER seal_version_stays BEFORE DELETE ON seal_version WHEN OLD.state <> 'waiting'
    BEGIN SELECT RAISE(ABORT, 'a version that was used or given up is never deleted'); END;
CREATE TRIGGER seal_version_rises BEFORE UPDATE ON seal WHEN NEW.version < OLD.version
    BEGIN SELECT RAISE(ABORT, 'the version of a seal never goes back'); END;

-- Hand-overs and acting custodians.
CREATE TABLE hand_over (
    number       INTEGER PRIMARY KEY,
    seal         TEXT NOT NULL REFERENCES seal (name),
    giver        TEXT NOT NULL,
    receiver     TEXT NOT NULL,
    supervisor   TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason <> ''),
    started_by   TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    received_at  INTEGER,
    confirmed_at INTEGER,
    declined_by  TEXT,
    declined_at  INTEGER,
    CHECK (giver <> receiver AND giver <> supervisor AND receiver <> supervisor),
    CHECK (started_by <> receiver AND started_by <> supervisor),
    CHECK (confirmed_at IS NULL OR received_at IS NOT NULL),         -- the supervisor confirms what was received
    CHECK (confirmed_at IS NULL OR declined_at IS NULL),
    CHECK ((declined_by IS NULL) = (declined_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX hand_over_open ON hand_over (seal) WHERE confirmed_at IS NULL AND declined_at IS NULL;
CREATE INDEX hand_over_by_seal ON hand_over (seal, number);
CREATE TRIGGER hand_over_end_is_final BEFORE UPDATE ON hand_over WHEN OLD.confirmed_at IS NOT NULL OR OLD.declined_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a hand-over that is over is never changed'); END;
CREATE TRIGGER hand_over_stays BEFORE DELETE ON hand_over BEGIN SELECT RAISE(ABORT, 'a hand-over is never deleted'); END;

CREATE TABLE acting_custodian (
    number       INTEGER PRIMARY KEY,
    seal         TEXT NOT NULL REFERENCES seal (name),
    person       TEXT NOT NULL,
    begins       INTEGER NOT NULL,
    ends         INTEGER NOT NULL CHECK (ends >= begins),            -- sooner than planned where somebody said so
    reason       TEXT NOT NULL CHECK (reason <> ''),
    appointed_by TEXT NOT NULL CHECK (appointed_by <> person)
) STRICT;
CREATE INDEX acting_custodian_by_person ON acting_custodian (person, seal);
CREATE TRIGGER acting_custodian_ends_sooner BEFORE UPDATE ON acting_custodian WHEN NEW.ends > OLD.ends
    BEGIN SELECT RAISE(ABORT, 'a period can only be ended sooner: a longer one is a new appointment'); END;
CREATE TRIGGER acting_custodian_stays BEFORE DELETE ON acting_custodian BEGIN SELECT RAISE(ABORT, 'an appointment is never deleted'); END;

-- Warnings that certificates end.
CREATE TABLE certificate_warning (
    sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
    seconds   INTEGER NOT NULL CHECK (seconds >= 0),
    warned_at INTEGER NOT NULL,
    PRIMARY KEY (sha256, seconds)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER certificate_warning_stays BEFORE DELETE ON certificate_warning BEGIN SELECT RAISE(ABORT, 'a warning is not given twice'); END;

-- Pictures of seals.
CREATE TABLE seal_picture (
    seal       TEXT PRIMARY KEY REFERENCES seal (name),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/svg+xml')),
    content    BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 262144),
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL
) STRICT;
CREATE TRIGGER seal_picture_stays BEFORE DELETE ON seal_picture BEGIN SELECT RAISE(ABORT, 'the picture of a seal is never deleted'); END;
