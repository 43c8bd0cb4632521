-- What was set while the server runs: it holds over restarts.
CREATE TABLE switches (
    name   text   PRIMARY KEY,
    value  text   CHECK (jsonb_typeof(value::jsonb) <> 'null'), -- absent: the default again
    number bigint NOT NULL,                                     -- the operation that tells of it
    at_ms  bigint NOT NULL,
    by     text   NOT NULL,
    why    text
);

-- Sets a switch and writes down that it was set: both or neither.
CREATE FUNCTION switches_set(
    name text, value text,
    at_ms bigint, kind text, by text, about text, why text, detail text
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$
    INSERT INTO switches (name, value, number, at_ms, by, why)
    SELECT $1, $2, operations_append($3, $4, $5, $6, $7, $8), $3, $5, $7
    ON CONFLICT ON CONSTRAINT switches_pkey DO UPDATE
    SET (value, number, at_ms, by, why) =
        (excluded.value, excluded.number, excluded.at_ms, excluded.by, excluded.why)
    RETURNING switches.number
$$;

REVOKE ALL ON FUNCTION switches_set FROM PUBLIC;

-- It runs with its owner's rights: whoever calls it must not choose its tables.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION switches_set SET search_path = %I, pg_temp', current_schema());
END
$$;
