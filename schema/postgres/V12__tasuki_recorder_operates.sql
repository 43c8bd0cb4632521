-- The server's role writes down what is done, sets switches and makes parts, all
-- through functions: it can change none of it by hand.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tasuki_recorder') THEN
        GRANT SELECT ON operations, switches TO tasuki_recorder;
        GRANT EXECUTE ON FUNCTION operations_append, operations_make_room, switches_set
            TO tasuki_recorder;
    END IF;
END
$$;
