-- A fact is withdrawn by another fact, never by changing the log. Whoever
-- tries from outside the program is told so too.
CREATE TRIGGER facts_refuse_update BEFORE UPDATE ON facts
BEGIN
    SELECT RAISE(ABORT, 'facts are never changed: append an event_voided instead');
END;

CREATE TRIGGER facts_refuse_delete BEFORE DELETE ON facts
BEGIN
    SELECT RAISE(ABORT, 'facts are never deleted: append an event_voided instead');
END;
