-- What the server measured, minute by minute: for whoever looks back on an incident.
-- Not part of the log of operations, which is kept for ever: these are forgotten after
-- a month.
CREATE TABLE minutes (
    at_ms           bigint PRIMARY KEY CHECK (at_ms % 60000 = 0), -- its first moment
    requests        bigint NOT NULL,
    failed          bigint NOT NULL, -- of them, those answered by a status from 500 on
    turned_away     bigint NOT NULL, -- of them, viewers for whom there was no place
    p95_ms          bigint NOT NULL, -- 95 % were answered within that; 0: there were none
    viewers         bigint NOT NULL, -- at its end
    facts           bigint NOT NULL, -- recorded
    append_p99_ms   bigint NOT NULL, -- 99 % were durable within that; 0: there were none
    shown_p99_ms    bigint NOT NULL, -- 99 % were shown within that; 0: there were none
    commit_failures bigint NOT NULL,
    pool_in_use     bigint NOT NULL, -- connections to the database, at its end
    pool_max        bigint NOT NULL
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        -- A process that starts within a minute adds to what the one before it measured.
        GRANT SELECT, INSERT, UPDATE, DELETE ON minutes TO tasuki_recorder;
    END IF;
END
$$;
