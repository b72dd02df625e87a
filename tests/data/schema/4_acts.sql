-- Acts for which one person is not enough, and what became of keys that were destroyed. Goes after schema_process.sql.

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
