-- The recorders' devices. Not part of the log: a token is nobody's business.
CREATE TABLE devices (
    id            BLOB    PRIMARY KEY CHECK (length(id) = 16),
    race          TEXT    NOT NULL,
    checkpoint    TEXT,                             -- the only one it may record at
    name          TEXT    NOT NULL,
    token_hash    BLOB    NOT NULL UNIQUE CHECK (length(token_hash) = 32), -- SHA-256
    created_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
) STRICT;

CREATE INDEX devices_of_race ON devices (race, created_at_ms, id);
