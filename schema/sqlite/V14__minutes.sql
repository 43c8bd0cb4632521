-- What the server measured, minute by minute: for whoever looks back on an incident.
-- Not part of the log of operations, which is kept for ever: these are forgotten after
-- a month.
CREATE TABLE minutes (
    at_ms           INTEGER PRIMARY KEY CHECK (at_ms % 60000 = 0), -- its first moment
    requests        INTEGER NOT NULL,
    failed          INTEGER NOT NULL, -- of them, those answered by a status from 500 on
    turned_away     INTEGER NOT NULL, -- of them, viewers for whom there was no place
    p95_ms          INTEGER NOT NULL, -- 95 % were answered within that; 0: there were none
    viewers         INTEGER NOT NULL, -- at its end
    facts           INTEGER NOT NULL, -- recorded
    append_p99_ms   INTEGER NOT NULL, -- 99 % were durable within that; 0: there were none
    shown_p99_ms    INTEGER NOT NULL, -- 99 % were shown within that; 0: there were none
    commit_failures INTEGER NOT NULL,
    pool_in_use     INTEGER NOT NULL, -- connections to the database, at its end
    pool_max        INTEGER NOT NULL
) STRICT;
