-- The rules of what may be stored, stated where no code path can go round them. Version 3.
-- STRICT everywhere: a value of the wrong type is an error, not a conversion. Times are milliseconds since 1970, UTC.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The ledger ------------------------------------------------------------------------------------------------------------

CREATE TABLE entry (
    idx         INTEGER PRIMARY KEY CHECK (idx >= 0),                     -- the leaf's index in the tree
    body        BLOB NOT NULL CHECK (length(body) BETWEEN 2 AND 65535),   -- exact bytes of one JSON object; a C2SP entry bundle holds no more
    kind        TEXT NOT NULL CHECK (kind <> ''),                         -- this and the rest are derived from body, for searching
    time        INTEGER NOT NULL,
    seal        TEXT,
    person      TEXT,
    application TEXT,
    result      TEXT
) STRICT;
CREATE INDEX entry_by_kind ON entry (kind, idx);
CREATE INDEX entry_by_time ON entry (time, idx);
CREATE INDEX entry_by_seal ON entry (seal, idx) WHERE seal IS NOT NULL;
CREATE INDEX entry_by_person ON entry (person, idx) WHERE person IS NOT NULL;
CREATE INDEX entry_by_application ON entry (application, idx) WHERE application IS NOT NULL;
CREATE INDEX entry_by_result ON entry (result, idx) WHERE result IS NOT NULL;

-- The documents that an entry is about; derived from its body too.
CREATE TABLE entry_document (
    idx      INTEGER NOT NULL REFERENCES entry (idx),
    position INTEGER NOT NULL CHECK (position >= 0),
    digest   TEXT NOT NULL,                            -- "sha256:<hex>"
    name     TEXT NOT NULL,                            -- '' where the entry says none
    PRIMARY KEY (idx, position)
) STRICT, WITHOUT ROWID;
-- A stretch of 4096 entries each: what is appended falls into the last stretch's few pages, however large the ledger is.
CREATE INDEX entry_document_by_digest ON entry_document (idx >> 12, digest);
CREATE INDEX entry_document_by_name ON entry_document (idx >> 12, name);

-- Fields that are too long for their entry, which has the digest in their place.
CREATE TABLE detached_field (
    digest  TEXT PRIMARY KEY CHECK (length(digest) = 71),   -- "sha256:<hex>" of content
    content BLOB NOT NULL
) STRICT;

-- C2SP tlog-tiles: up to 256 hashes of 32 bytes; a partial tile is the same row, growing.
CREATE TABLE tile (
    level  INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    idx    INTEGER NOT NULL CHECK (idx >= 0),
    hashes BLOB NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY CHECK (size > 0),   -- one per commit with entries; two roots for one size would be a forked ledger
    note TEXT NOT NULL                           -- C2SP signed note
) STRICT;

-- Changes of the ledger's key: the receipt of the entry that says so, under the checkpoint that both keys signed.
CREATE TABLE ledger_key_change (size INTEGER PRIMARY KEY REFERENCES checkpoint (size), receipt TEXT NOT NULL) STRICT;

-- What witnesses (C2SP tlog-witness) signed of them; a witness is named by its verifier key.
CREATE TABLE cosignature (
    witness TEXT NOT NULL, size INTEGER NOT NULL REFERENCES checkpoint (size), time INTEGER NOT NULL, line TEXT NOT NULL,   -- the note's line
    PRIMARY KEY (witness, size)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignature_by_size ON cosignature (size);
-- Witnesses that have seen another ledger than this one: the daemon does not go on with it while they are asked.
CREATE TABLE contradiction (witness TEXT PRIMARY KEY, time INTEGER NOT NULL, words TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Old entries that were removed on purpose: the entry that says so, and the bound below which they are gone. Their hashes stay.
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

-- Against accidents; against attackers there is the tree.
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'a ledger entry is never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'a ledger entry is only deleted by a recorded purge'); END;
CREATE TRIGGER entry_document_is_final BEFORE UPDATE ON entry_document BEGIN SELECT RAISE(ABORT, 'what is derived from a ledger entry is never changed'); END;
CREATE TRIGGER entry_document_stays BEFORE DELETE ON entry_document WHEN OLD.idx >= (SELECT bound FROM purged)
    BEGIN SELECT RAISE(ABORT, 'what is derived from a ledger entry is only deleted with it'); END;
CREATE TRIGGER detached_field_is_final BEFORE UPDATE ON detached_field BEGIN SELECT RAISE(ABORT, 'a part of a ledger entry is never changed'); END;
CREATE TRIGGER detached_field_stays BEFORE DELETE ON detached_field WHEN NOT EXISTS (SELECT 1 FROM purged_field WHERE digest = OLD.digest)
    BEGIN SELECT RAISE(ABORT, 'a part of a ledger entry is only deleted with it'); END;
CREATE TRIGGER checkpoint_is_final BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a checkpoint is never deleted'); END;
CREATE TRIGGER ledger_key_change_is_final BEFORE UPDATE ON ledger_key_change BEGIN SELECT RAISE(ABORT, 'a change of the ledger key is never changed'); END;
CREATE TRIGGER ledger_key_change_stays BEFORE DELETE ON ledger_key_change BEGIN SELECT RAISE(ABORT, 'a change of the ledger key is never forgotten'); END;
CREATE TRIGGER cosignature_is_final BEFORE UPDATE ON cosignature BEGIN SELECT RAISE(ABORT, 'a cosignature is never changed'); END;
CREATE TRIGGER contradiction_stays BEFORE DELETE ON contradiction BEGIN SELECT RAISE(ABORT, 'a contradiction is never forgotten'); END;
CREATE TRIGGER full_tile_is_final BEFORE UPDATE ON tile WHEN length(OLD.hashes) = 8192
    BEGIN SELECT RAISE(ABORT, 'a full tile is never changed'); END;
CREATE TRIGGER tile_stays BEFORE DELETE ON tile BEGIN SELECT RAISE(ABORT, 'a tile is never deleted'); END;
