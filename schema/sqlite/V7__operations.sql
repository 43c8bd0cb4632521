-- What was done to the server, by whom and why: beside the race log, and never
-- in it.
CREATE TABLE operations (
    number INTEGER PRIMARY KEY,                     -- 1, 2, 3 … without a gap
    at_ms  INTEGER NOT NULL,                        -- server clock, since 1970 UTC
    kind   TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
    by     TEXT    NOT NULL CHECK (length(by) <= 200),
    about  TEXT             CHECK (length(about) <= 200),
    why    TEXT             CHECK (length(why) <= 500),
    detail TEXT    NOT NULL CHECK (length(detail) <= 4096 AND json_type(detail) = 'object')
) STRICT;

CREATE INDEX operations_of_kind ON operations (kind, number);
CREATE INDEX operations_by_time ON operations (at_ms);
