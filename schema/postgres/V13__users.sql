-- The people who may log in. Not part of the log, which knows them by name.
CREATE TABLE users (
    id             uuid   PRIMARY KEY,
    name           text COLLATE "C" NOT NULL UNIQUE CHECK (char_length(name) BETWEEN 1 AND 200),
    role           text   NOT NULL CHECK (role IN ('admin', 'recorder')),
    race           text COLLATE "C",       -- the one that a recorder may record
    checkpoint     text,                   -- the only one there, if it is bound to one
    password       text,                   -- argon2id, as a PHC string; absent: logs in elsewhere
    subject        text COLLATE "C" UNIQUE, -- who logs in elsewhere: issuer, space, subject
    created_at_ms  bigint NOT NULL,
    disabled_at_ms bigint,
    CHECK ((role = 'recorder') = (race IS NOT NULL)),
    CHECK (checkpoint IS NULL OR race IS NOT NULL)
);

-- Who is logged in, and since when. Whoever can read this can log in as nobody: of
-- each session only its id's hash is kept.
CREATE TABLE sessions (
    hash            bytea  PRIMARY KEY CHECK (octet_length(hash) = 32), -- SHA-256
    user_id         uuid   NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at_ms   bigint NOT NULL,
    last_used_at_ms bigint NOT NULL        -- written once a minute
);

CREATE INDEX sessions_of_user ON sessions (user_id, last_used_at_ms);
CREATE INDEX sessions_by_age ON sessions (created_at_ms);
CREATE INDEX sessions_by_use ON sessions (last_used_at_ms);

-- A device's token may end by itself, and shows when it was used last.
ALTER TABLE devices
    ADD COLUMN expires_at_ms bigint,
    ADD COLUMN last_used_at_ms bigint;     -- written once a minute
