-- Who keeps a seal: how it changed hands, and who acts for its custodian. Goes with schema_process.sql.

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
