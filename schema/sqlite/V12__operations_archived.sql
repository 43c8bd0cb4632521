-- Months of the log of operations that were moved to files, and what is in them:
-- who asks for operations is told of those that are elsewhere.
CREATE TABLE operations_archived (
    month    TEXT    NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]'), -- of UTC
    part     INTEGER NOT NULL CHECK (part >= 1),    -- 2 and later: what came after the first
    from_ms  INTEGER NOT NULL,
    until_ms INTEGER NOT NULL CHECK (until_ms > from_ms),
    first    INTEGER NOT NULL CHECK (first >= 1),   -- numbers of operations
    last     INTEGER NOT NULL CHECK (last >= first),
    count    INTEGER NOT NULL CHECK (count BETWEEN 1 AND last - first + 1),
    sha256   BLOB    NOT NULL CHECK (length(sha256) = 32), -- of the lines, before compression
    file     TEXT    NOT NULL,
    place    TEXT    NOT NULL,                      -- where it was put, without what is secret
    at_ms    INTEGER NOT NULL,

    PRIMARY KEY (month, part)
) STRICT;

-- What is done stays written: here, or in a file that is known here.
DROP TRIGGER operations_refuse_delete;
CREATE TRIGGER operations_refuse_delete BEFORE DELETE ON operations
WHEN NOT EXISTS (
    SELECT 1 FROM operations_archived AS archived
    WHERE OLD.at_ms >= archived.from_ms AND OLD.at_ms < archived.until_ms
      AND OLD.number BETWEEN archived.first AND archived.last)
BEGIN
    SELECT RAISE(ABORT, 'operations are never changed or deleted');
END;

-- A new one has the next number; one that comes back has its own, which nobody has.
DROP TRIGGER operations_refuse_gap;
CREATE TRIGGER operations_refuse_gap BEFORE INSERT ON operations
WHEN NEW.number <> 1 + max(
        coalesce((SELECT max(number) FROM operations), 0),
        coalesce((SELECT max(last) FROM operations_archived), 0))
 AND (EXISTS (SELECT 1 FROM operations WHERE number = NEW.number)
      OR NOT EXISTS (
        SELECT 1 FROM operations_archived AS archived
        WHERE NEW.at_ms >= archived.from_ms AND NEW.at_ms < archived.until_ms
          AND NEW.number BETWEEN archived.first AND archived.last))
BEGIN
    SELECT RAISE(ABORT, 'a new operation must have the next number');
END;

-- A page of a span of time goes from its end to its beginning, however much there
-- is beside it.
CREATE INDEX operations_by_time_and_number ON operations (at_ms, number);
CREATE INDEX operations_of_kind_by_time ON operations (kind, at_ms, number);
DROP INDEX operations_by_time;
