-- A fact goes behind the last one of its race, and nowhere else. This also
-- catches INSERT OR REPLACE, which removes rows without asking a delete trigger.
CREATE TRIGGER facts_refuse_gap BEFORE INSERT ON facts
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM facts WHERE race = NEW.race), 0)
  OR EXISTS (SELECT 1 FROM facts WHERE race = NEW.race AND id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a new fact must have the next seq of its race and an id of its own');
END;
