-- A fact is withdrawn by another fact, never by changing the log. This holds
-- for the table's owner too; grants alone would not.
CREATE FUNCTION facts_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts are never changed or deleted: append an event_voided instead'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Per statement: refused even where no row would match.
CREATE TRIGGER facts_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON facts
    FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
