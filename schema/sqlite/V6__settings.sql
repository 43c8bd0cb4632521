-- What a server made up once and must remember, such as the hash of the
-- administrator's token.
CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
