-- What was set while the server runs: it holds over restarts.
CREATE TABLE switches (
    name   TEXT    NOT NULL PRIMARY KEY,
    value  TEXT             CHECK (json_type(value) <> 'null'), -- absent: the default again
    number INTEGER NOT NULL,                                    -- the operation that tells of it
    at_ms  INTEGER NOT NULL,
    by     TEXT    NOT NULL,
    why    TEXT
) STRICT;
