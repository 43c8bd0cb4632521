-- The event log. One row per fact, in the order in which the log accepted them.
--
-- The columns are those of an exported line, so that an export needs nothing
-- else: hash = SHA-256 over the line's canonical JSON without `hash`, and prev
-- repeats the hash of the line before, so that any range can be read alone.
CREATE TABLE facts (
    race   TEXT    NOT NULL,
    seq    INTEGER NOT NULL CHECK (seq >= 1),
    at_ms  INTEGER NOT NULL,                        -- received, server clock, since 1970 UTC
    by     TEXT    NOT NULL CHECK (length(by) <= 200),
    device TEXT             CHECK (length(device) <= 200),
    id     BLOB    NOT NULL CHECK (length(id) = 16), -- a UUID, given by the observer
    event  TEXT    NOT NULL,                        -- RFC 8785 JSON, kept byte for byte
    prev   BLOB    NOT NULL CHECK (length(prev) = 32),
    hash   BLOB    NOT NULL CHECK (length(hash) = 32),

    -- Two writers can never give the same place to two facts.
    PRIMARY KEY (race, seq),
    -- A fact sent again after a lost answer can never be in the log twice.
    UNIQUE (race, id)
) STRICT;
