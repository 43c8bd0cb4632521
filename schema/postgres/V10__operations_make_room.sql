-- Makes the parts for this month and the two after it, where they are missing.
-- The server calls it at its start and once a day.
CREATE FUNCTION operations_make_room() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    this_month timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    part text;
BEGIN
    -- One at a time. The number spells `tasuki`, then 3.
    PERFORM pg_advisory_xact_lock(32758245817542915);
    FOR month IN
        SELECT generate_series(this_month, this_month + interval '2 months', interval '1 month')
    LOOP
        part := 'operations_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        BEGIN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF operations FOR VALUES FROM (%s) TO (%s)',
                part,
                (extract(epoch FROM month) * 1000)::bigint,
                (extract(epoch FROM month + interval '1 month') * 1000)::bigint
            );
            EXECUTE format(
                'CREATE TRIGGER operations_part_immutable BEFORE TRUNCATE ON %I '
                'FOR EACH STATEMENT EXECUTE FUNCTION operations_refuse_change()',
                part
            );
        EXCEPTION
            -- Something of that month was caught by the last part already: the
            -- whole month stays there.
            WHEN check_violation THEN NULL;
        END;
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION operations_make_room FROM PUBLIC;

-- It runs with its owner's rights: whoever calls it must not choose its tables.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION operations_make_room SET search_path = %I, pg_temp', current_schema());
END
$$;
