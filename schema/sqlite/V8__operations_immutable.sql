-- What was done stays written. Whoever tries from outside the program is told so
-- too.
CREATE TRIGGER operations_refuse_update BEFORE UPDATE ON operations
BEGIN
    SELECT RAISE(ABORT, 'operations are never changed or deleted');
END;

CREATE TRIGGER operations_refuse_delete BEFORE DELETE ON operations
BEGIN
    SELECT RAISE(ABORT, 'operations are never changed or deleted');
END;

-- This also catches INSERT OR REPLACE, which removes rows without asking a
-- delete trigger.
CREATE TRIGGER operations_refuse_gap BEFORE INSERT ON operations
WHEN NEW.number <> 1 + coalesce((SELECT max(number) FROM operations), 0)
BEGIN
    SELECT RAISE(ABORT, 'a new operation must have the next number');
END;
