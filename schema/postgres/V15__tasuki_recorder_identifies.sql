-- The server's role knows who logs in, and forgets who has logged out.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions TO tasuki_recorder;
        GRANT SELECT ON identity_version TO tasuki_recorder;
    END IF;
END
$$;
