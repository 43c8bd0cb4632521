-- Writes down what was done, and gives its number. The only way in for a server
-- that runs as `tasuki_recorder`: it cannot choose a number.
CREATE FUNCTION operations_append(
    at_ms bigint, kind text, by text, about text, why text, detail text
) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$
    WITH next AS (UPDATE operations_number SET last = last + 1 RETURNING last)
    INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    SELECT next.last, $1, $2, $3, $4, $5, $6 FROM next
    RETURNING number
$$;

REVOKE ALL ON FUNCTION operations_append FROM PUBLIC;

-- It runs with its owner's rights: whoever calls it must not choose its tables.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION operations_append SET search_path = %I, pg_temp', current_schema());
END
$$;
