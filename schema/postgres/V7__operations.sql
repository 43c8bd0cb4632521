-- What was done to the server, by whom and why: beside the race log, and never
-- in it. One part for each month, so that old ones can be archived whole; what
-- belongs to no month that was made ahead is caught by the last part, so that an
-- operation is never lost for want of one.
CREATE TABLE operations (
    number bigint NOT NULL CHECK (number >= 1), -- 1, 2, 3 … without a gap
    at_ms  bigint NOT NULL,                     -- server clock, since 1970 UTC
    kind   text COLLATE "C" NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 64),
    by     text NOT NULL CHECK (char_length(by) <= 200),
    about  text          CHECK (char_length(about) <= 200),
    why    text          CHECK (char_length(why) <= 500),
    detail text NOT NULL CHECK (octet_length(detail) <= 4096
                                AND jsonb_typeof(detail::jsonb) = 'object'),

    -- Read newest first. (What parts are made by has to be in it.)
    PRIMARY KEY (number, at_ms)
) PARTITION BY RANGE (at_ms);

CREATE INDEX operations_of_kind ON operations (kind, number);
CREATE INDEX operations_by_time ON operations (at_ms);

CREATE TABLE operations_default PARTITION OF operations DEFAULT;

-- The last number that was given. It stays locked until the commit, so that who
-- has read N never finds anything new below N; a sequence cannot promise that.
CREATE TABLE operations_number (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last     bigint NOT NULL
);

INSERT INTO operations_number (last) VALUES (0);
