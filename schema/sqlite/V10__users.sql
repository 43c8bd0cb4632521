-- The people who may log in. Not part of the log, which knows them by name.
CREATE TABLE users (
    id             BLOB    PRIMARY KEY CHECK (length(id) = 16),
    name           TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    role           TEXT    NOT NULL CHECK (role IN ('admin', 'recorder')),
    race           TEXT,                            -- the one that a recorder may record
    checkpoint     TEXT,                            -- the only one there, if it is bound to one
    password       TEXT,                            -- argon2id, as a PHC string; absent: logs in elsewhere
    subject        TEXT    UNIQUE,                  -- who logs in elsewhere: issuer, space, subject
    created_at_ms  INTEGER NOT NULL,
    disabled_at_ms INTEGER,
    CHECK ((role = 'recorder') = (race IS NOT NULL)),
    CHECK (checkpoint IS NULL OR race IS NOT NULL)
) STRICT;

-- Who is logged in, and since when. Whoever can read this can log in as nobody: of
-- each session only its id's hash is kept.
CREATE TABLE sessions (
    hash            BLOB    PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256
    user_id         BLOB    NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at_ms   INTEGER NOT NULL,
    last_used_at_ms INTEGER NOT NULL                -- written once a minute
) STRICT;

CREATE INDEX sessions_of_user ON sessions (user_id, last_used_at_ms);
CREATE INDEX sessions_by_age ON sessions (created_at_ms);
CREATE INDEX sessions_by_use ON sessions (last_used_at_ms);

-- A device's token may end by itself, and shows when it was used last.
ALTER TABLE devices ADD COLUMN expires_at_ms INTEGER;
ALTER TABLE devices ADD COLUMN last_used_at_ms INTEGER; -- written once a minute
