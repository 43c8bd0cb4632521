-- The event log. One row per fact, in the order in which the log accepted them.
--
-- The columns are those of an exported line, so that an export needs nothing
-- else: hash = SHA-256 over the line's canonical JSON without `hash`, and prev
-- repeats the hash of the line before, so that any range can be read alone.
CREATE TABLE facts (
    -- Compared byte by byte: the same order on every server, whatever its locale.
    race   text COLLATE "C" NOT NULL,
    seq    bigint NOT NULL CHECK (seq >= 1),
    at_ms  bigint NOT NULL,                -- received, server clock, since 1970 UTC
    by     text   NOT NULL CHECK (char_length(by) <= 200),
    device text            CHECK (char_length(device) <= 200),
    id     uuid   NOT NULL,                -- given by the observer
    event  text   NOT NULL,                -- RFC 8785 JSON: text, as jsonb would not keep its bytes
    prev   bytea  NOT NULL CHECK (octet_length(prev) = 32),
    hash   bytea  NOT NULL CHECK (octet_length(hash) = 32),

    -- Two writers can never give the same place to two facts.
    PRIMARY KEY (race, seq),
    -- A fact sent again after a lost answer can never be in the log twice.
    UNIQUE (race, id)
);
