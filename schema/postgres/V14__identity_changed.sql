-- Counts what changes the answer to "who may do what", so that every process that
-- keeps it in memory asks again at once. Whoever listens is called; whoever cannot
-- listen, as behind some poolers, looks at the number.
CREATE TABLE identity_version (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  bigint NOT NULL
);

INSERT INTO identity_version (version) VALUES (0);

CREATE FUNCTION identity_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    UPDATE identity_version SET version = version + 1;
    PERFORM pg_notify('tasuki_identity', '');
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION identity_changed FROM PUBLIC;

-- It runs with its owner's rights: whoever fires it must not choose its table.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION identity_changed SET search_path = %I, pg_temp', current_schema());
END
$$;

-- A login changes nothing for others, nor does the note of when somebody came last.
CREATE TRIGGER sessions_end AFTER DELETE ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();

CREATE TRIGGER users_change AFTER DELETE OR UPDATE ON users
    FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();

CREATE TRIGGER devices_change
    AFTER INSERT OR DELETE OR UPDATE OF race, checkpoint, name, token_hash, revoked_at_ms, expires_at_ms
    ON devices FOR EACH STATEMENT EXECUTE FUNCTION identity_changed();
