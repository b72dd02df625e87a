-- Documents are found by stretches of the ledger.
DROP INDEX entry_document_by_digest;
DROP INDEX entry_document_by_name;
CREATE INDEX entry_document_by_digest ON entry_document (idx >> 12, digest);
CREATE INDEX entry_document_by_name ON entry_document (idx >> 12, name);
