-- Those that may record, as a server asks for them: not past all that ever could.
CREATE INDEX devices_active ON devices (race, created_at_ms, id) WHERE revoked_at_ms IS NULL;
