-- Counts what changes the answer to "who may do what", so that every process that
-- keeps it in memory sees the number and asks again.
CREATE TABLE identity_version (
    only_row INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    version  INTEGER NOT NULL
) STRICT;

INSERT INTO identity_version (version) VALUES (0);

-- A login changes nothing for others, nor does the note of when somebody came last.
CREATE TRIGGER sessions_end AFTER DELETE ON sessions
BEGIN
    UPDATE identity_version SET version = version + 1;
END;

CREATE TRIGGER users_change AFTER UPDATE ON users
BEGIN
    UPDATE identity_version SET version = version + 1;
END;

CREATE TRIGGER users_end AFTER DELETE ON users
BEGIN
    UPDATE identity_version SET version = version + 1;
END;

CREATE TRIGGER devices_come AFTER INSERT ON devices
BEGIN
    UPDATE identity_version SET version = version + 1;
END;

CREATE TRIGGER devices_change
AFTER UPDATE OF race, checkpoint, name, token_hash, revoked_at_ms, expires_at_ms ON devices
BEGIN
    UPDATE identity_version SET version = version + 1;
END;

CREATE TRIGGER devices_end AFTER DELETE ON devices
BEGIN
    UPDATE identity_version SET version = version + 1;
END;
