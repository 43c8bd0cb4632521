-- The recorders' devices. Not part of the log: a token is nobody's business.
CREATE TABLE devices (
    id            uuid   PRIMARY KEY,
    race          text COLLATE "C" NOT NULL,
    checkpoint    text,                    -- the only one it may record at
    name          text   NOT NULL,
    token_hash    bytea  NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32), -- SHA-256
    created_at_ms bigint NOT NULL,
    revoked_at_ms bigint
);

CREATE INDEX devices_of_race ON devices (race, created_at_ms, id);
