-- The role that a server runs as: it can add facts and read them, and cannot
-- change one even if the program wanted to. Use it by
--     GRANT tasuki_recorder TO the_login_role;
-- A user who may not create roles migrates all the same, without it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        CREATE ROLE tasuki_recorder NOLOGIN;
    END IF;
EXCEPTION
    -- Roles belong to the whole server: another database may be creating it now.
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'the role tasuki_recorder was not created: only CREATEROLE may';
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        GRANT SELECT, INSERT ON facts TO tasuki_recorder;
        -- The epoch is raised by its own writer; locking the row needs UPDATE too.
        GRANT SELECT, UPDATE ON writer TO tasuki_recorder;
        -- A device is revoked, never removed.
        GRANT SELECT, INSERT, UPDATE ON devices TO tasuki_recorder;
        GRANT SELECT, INSERT ON settings TO tasuki_recorder;
        -- To see at start that the schema is the one the program knows.
        GRANT SELECT ON refinery_schema_history TO tasuki_recorder;
    END IF;
END
$$;
