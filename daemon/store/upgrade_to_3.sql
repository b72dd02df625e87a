-- Turns a database of version 2 into version 3, in one transaction with foreign keys off. A table whose CHECKs change is
-- made anew under another name, filled, dropped and renamed, and gets its indexes and triggers again.

-- Documents are found by stretches of the ledger.
DROP INDEX entry_document_by_digest;
DROP INDEX entry_document_by_name;
CREATE INDEX entry_document_by_digest ON entry_document (idx >> 12, digest);
CREATE INDEX entry_document_by_name ON entry_document (idx >> 12, name);
