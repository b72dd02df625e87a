-- How a seal goes on: the keys it had before and the one that waits to take over, warnings, its picture. Goes with schema_process.sql.

-- The key in use is in the seal's own row; these are the others.
CREATE TABLE seal_version (
    seal           TEXT NOT NULL REFERENCES seal (name),
    number         INTEGER NOT NULL CHECK (number > 0),
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'replaced', 'withdrawn')),
    token          TEXT NOT NULL,
    token_serial   TEXT NOT NULL,
    algorithm      TEXT NOT NULL,
    key_id         BLOB NOT NULL,
    public_key     BLOB NOT NULL,             -- SubjectPublicKeyInfo, DER
    certificates   TEXT,                      -- PEM: its own, then the chain; none until one is imported
    key_attributes TEXT,                      -- JSON, as read when the key was made
    reason         TEXT NOT NULL CHECK (reason <> ''),
    by             TEXT NOT NULL,             -- whoever brought it into this state ...
    since          INTEGER NOT NULL,          -- ... and when
    used_from      INTEGER,                   -- replaced: the key in use from then until `since`
    planned_at     INTEGER,                   -- waiting: takes over then, or as soon after as it can
    planned_by     TEXT,
    problem        TEXT,                      -- why it did not
    PRIMARY KEY (seal, number),
    CHECK ((state = 'replaced') = (used_from IS NOT NULL)),
    CHECK ((planned_at IS NULL) = (planned_by IS NULL)),
    CHECK (state = 'waiting' OR planned_at IS NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX seal_version_waiting ON seal_version (seal) WHERE state = 'waiting';
CREATE UNIQUE INDEX seal_version_key ON seal_version (token_serial, key_id);
CREATE INDEX seal_version_planned ON seal_version (planned_at) WHERE planned_at IS NOT NULL;

-- One key is one seal and one version of it, whichever table holds it.
CREATE TRIGGER seal_version_is_no_seals_key BEFORE INSERT ON seal_version
    WHEN EXISTS (SELECT 1 FROM seal WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
      OR EXISTS (SELECT 1 FROM seal_standby WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
    BEGIN SELECT RAISE(ABORT, 'this key is in the register already'); END;
CREATE TRIGGER seal_is_no_versions_key BEFORE INSERT ON seal
    WHEN EXISTS (SELECT 1 FROM seal_version WHERE token_serial = NEW.token_serial AND key_id = NEW.key_id)
    BEGIN SELECT RAISE(ABORT, 'this key is in the register already'); END;
-- A key that was replaced never signs again; what it sealed is verified by its certificate for ever.
CREATE TRIGGER seal_version_end_is_final BEFORE UPDATE ON seal_version WHEN OLD.state <> 'waiting'
    BEGIN SELECT RAISE(ABORT, 'a version that is over is never changed'); END;
CREATE TRIGGER seal_version_stays BEFORE DELETE ON seal_version WHEN OLD.state <> 'waiting'
    BEGIN SELECT RAISE(ABORT, 'a version that was used or given up is never deleted'); END;
CREATE TRIGGER seal_version_rises BEFORE UPDATE ON seal WHEN NEW.version < OLD.version
    BEGIN SELECT RAISE(ABORT, 'the version of a seal never goes back'); END;

-- That a certificate ends was said at these times before it, once each.
CREATE TABLE certificate_warning (
    sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
    seconds   INTEGER NOT NULL CHECK (seconds >= 0),
    warned_at INTEGER NOT NULL,
    PRIMARY KEY (sha256, seconds)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER certificate_warning_stays BEFORE DELETE ON certificate_warning BEGIN SELECT RAISE(ABORT, 'a warning is not given twice'); END;

-- The picture (印模) of a seal, as it was looked at when it came in.
CREATE TABLE seal_picture (
    seal       TEXT PRIMARY KEY REFERENCES seal (name),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/svg+xml')),
    content    BLOB NOT NULL CHECK (length(content) BETWEEN 1 AND 262144),
    set_by     TEXT NOT NULL,
    set_at     INTEGER NOT NULL
) STRICT;
CREATE TRIGGER seal_picture_stays BEFORE DELETE ON seal_picture BEGIN SELECT RAISE(ABORT, 'the picture of a seal is never deleted'); END;
