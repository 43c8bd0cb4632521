-- Lets go of a month that is in a file now. Gives the number of the operation that
-- tells of it; none, and nothing is done, if the month has other operations than
-- those that were counted.
CREATE FUNCTION operations_let_go(
    month text, part integer, from_ms bigint, until_ms bigint,
    first bigint, last bigint, count bigint, sha256 bytea, file text, place text,
    at_ms bigint, kind text, by text, about text, why text, detail text
) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    own_part regclass := to_regclass('operations_' || replace($1, '-', '_'));
    found record;
BEGIN
    -- In the order in which those take their locks who make room or append.
    PERFORM pg_advisory_xact_lock(32758245817542915);
    PERFORM last FROM operations_number FOR UPDATE;
    LOCK TABLE operations IN ACCESS EXCLUSIVE MODE;
    SELECT count(*) AS count, min(number) AS first, max(number) AS last INTO found
    FROM operations WHERE at_ms >= $3 AND at_ms < $4;
    IF (found.first, found.last, found.count) IS DISTINCT FROM ($5, $6, $7) THEN
        RETURN NULL;
    END IF;
    INSERT INTO operations_archived
        (month, part, from_ms, until_ms, first, last, count, sha256, file, place, at_ms)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
    IF own_part IS NOT NULL THEN
        EXECUTE format('DROP TABLE %s', own_part);
    END IF;
    -- What the last part has caught.
    DELETE FROM operations_default WHERE at_ms >= $3 AND at_ms < $4;
    RETURN operations_append($11, $12, $13, $14, $15, $16);
END
$$;

-- Nobody but the owner: a server's role cannot let go of anything.
REVOKE ALL ON FUNCTION operations_let_go FROM PUBLIC;
