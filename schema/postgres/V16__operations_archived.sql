-- Months of the log of operations that were moved to files, and what is in them:
-- who asks for operations is told of those that are elsewhere.
CREATE TABLE operations_archived (
    month    text COLLATE "C" NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'), -- of UTC
    part     integer NOT NULL CHECK (part >= 1), -- 2 and later: what came after the first
    from_ms  bigint NOT NULL,
    until_ms bigint NOT NULL CHECK (until_ms > from_ms),
    first    bigint NOT NULL CHECK (first >= 1), -- numbers of operations
    last     bigint NOT NULL CHECK (last >= first),
    count    bigint NOT NULL CHECK (count BETWEEN 1 AND last - first + 1),
    sha256   bytea  NOT NULL CHECK (octet_length(sha256) = 32), -- of the lines, before compression
    file     text   NOT NULL,
    place    text   NOT NULL,              -- where the file was put, without what is secret
    at_ms    bigint NOT NULL,

    PRIMARY KEY (month, part)
);

-- What is done stays written: here, or in a file that is known here.
CREATE FUNCTION operations_refuse_loss() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM operations_archived AS archived
        WHERE old.at_ms >= archived.from_ms AND old.at_ms < archived.until_ms
          AND old.number BETWEEN archived.first AND archived.last
    ) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION 'operations are never changed or deleted'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

DROP TRIGGER operations_rows_immutable ON operations;
CREATE TRIGGER operations_rows_immutable
    BEFORE UPDATE OR DELETE ON operations
    FOR EACH ROW EXECUTE FUNCTION operations_refuse_loss();

-- A page of a span of time goes from its end to its beginning, however much there
-- is in the same month.
CREATE INDEX operations_by_time_and_number ON operations (at_ms, number);
CREATE INDEX operations_of_kind_by_time ON operations (kind, at_ms, number);
DROP INDEX operations_by_time;
