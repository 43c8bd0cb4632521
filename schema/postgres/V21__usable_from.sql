-- A program that knows the schema up to version 12 can use this one too: whoever goes
-- back to it finds its log as it was left. Said for this version only; a later
-- migration says it anew, if it still holds.
INSERT INTO settings (key, value) VALUES ('schema_usable_from', '21:12')
ON CONFLICT (key) DO UPDATE SET value = excluded.value;
