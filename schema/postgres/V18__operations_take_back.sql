-- Takes back what is in a file: a month that was let go of. Gives the number of the
-- operation that tells of it; none, and nothing is done, if it is here already.
CREATE FUNCTION operations_take_back(
    month text, part integer,
    numbers bigint[], times_ms bigint[], kinds text[], bys text[], abouts text[], whys text[],
    details text[],
    at_ms bigint, kind text, by text, about text, why text, detail text
) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    own_part text := 'operations_' || replace($1, '-', '_');
    away record;
BEGIN
    PERFORM pg_advisory_xact_lock(32758245817542915);
    PERFORM last FROM operations_number FOR UPDATE;
    SELECT from_ms, until_ms INTO away FROM operations_archived WHERE month = $1 AND part = $2;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF to_regclass(own_part) IS NULL THEN
        BEGIN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF operations FOR VALUES FROM (%s) TO (%s)',
                own_part, away.from_ms, away.until_ms
            );
            EXECUTE format(
                'CREATE TRIGGER operations_part_immutable BEFORE TRUNCATE ON %I '
                'FOR EACH STATEMENT EXECUTE FUNCTION operations_refuse_change()',
                own_part
            );
        EXCEPTION
            -- The last part has caught something of that month: it stays there whole.
            WHEN check_violation THEN NULL;
        END;
    END IF;
    INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    SELECT * FROM unnest($3, $4, $5, $6, $7, $8, $9);
    DELETE FROM operations_archived WHERE month = $1 AND part = $2;
    RETURN operations_append($10, $11, $12, $13, $14, $15);
END
$$;

REVOKE ALL ON FUNCTION operations_take_back FROM PUBLIC;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        GRANT SELECT ON operations_archived TO tasuki_recorder;
    END IF;
END
$$;
