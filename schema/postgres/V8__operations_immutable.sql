-- What was done stays written. This holds for the table's owner too; grants
-- alone would not.
CREATE FUNCTION operations_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'operations are never changed or deleted'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Per statement: refused even where no row would match.
CREATE TRIGGER operations_immutable
    BEFORE UPDATE OR DELETE OR TRUNCATE ON operations
    FOR EACH STATEMENT EXECUTE FUNCTION operations_refuse_change();

-- Who names a part directly passes by the trigger above. This one is copied to
-- every part; one against TRUNCATE each is given when it is made.
CREATE TRIGGER operations_rows_immutable
    BEFORE UPDATE OR DELETE ON operations
    FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();

CREATE TRIGGER operations_part_immutable
    BEFORE TRUNCATE ON operations_default
    FOR EACH STATEMENT EXECUTE FUNCTION operations_refuse_change();
