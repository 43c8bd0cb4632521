-- What a server of the version before sends, with values in place of parameters:
-- schema of version 9.

SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history';
SELECT max(version) FROM refinery_schema_history;

-- Takes the right to append.
UPDATE writer SET epoch = epoch + 1 RETURNING epoch;

-- Appends.
BEGIN IMMEDIATE;
SELECT epoch FROM writer;
SELECT seq, at_ms, hash FROM facts WHERE race = 'old' ORDER BY seq DESC LIMIT 1;
SELECT seq, hash, event FROM facts
    WHERE race = 'old' AND id = x'0198c0de000070008000000000000001';
INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash)
    VALUES ('old', 1, 1767312000000, 'admin', NULL, x'0198c0de000070008000000000000001',
        '{"id":"0198c0de-0000-7000-8000-000000000001","text":"one","type":"announced"}',
        zeroblob(32),
        x'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b');
INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash)
    VALUES ('old', 2, 1767312000001, 'device', 'tablet-1', x'0198c0de000070008000000000000002',
        '{"id":"0198c0de-0000-7000-8000-000000000002","text":"two","type":"announced"}',
        x'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
        x'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35');
COMMIT;

-- Reads.
SELECT seq, at_ms, by, device, id, event, prev, hash FROM facts
    WHERE race = 'old' AND seq > 0 AND seq <= 9 ORDER BY seq LIMIT 1000;
WITH RECURSIVE races(race) AS (
        SELECT min(race) FROM facts
        UNION ALL
        SELECT (SELECT min(race) FROM facts WHERE race > races.race) FROM races
        WHERE races.race IS NOT NULL)
    SELECT race FROM races WHERE race IS NOT NULL;

-- Devices, each with the operation that tells of it.
BEGIN IMMEDIATE;
INSERT INTO devices (id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms)
    VALUES (x'00000000000000000000000000000001', 'old', 'km5', 'Tablet 1',
        x'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 1767312000000, NULL);
INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations),
        1767312000000, 'device_admitted', 'admin', 'one', NULL, '{}') RETURNING number;
COMMIT;
BEGIN IMMEDIATE;
INSERT INTO devices (id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms)
    VALUES (x'00000000000000000000000000000002', 'old', NULL, 'Tablet 2',
        x'3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', 1767312000001, NULL);
INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations),
        1767312000000, 'device_admitted', 'admin', 'two', NULL, '{}') RETURNING number;
COMMIT;
SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms
    FROM devices WHERE race = 'old' ORDER BY created_at_ms, id;
SELECT id, race, checkpoint, name, token_hash, created_at_ms, revoked_at_ms
    FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id;
BEGIN IMMEDIATE;
UPDATE devices SET revoked_at_ms = 1767312000500
    WHERE race = 'old' AND id = x'00000000000000000000000000000002' AND revoked_at_ms IS NULL;
INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations),
        1767312000500, 'device_revoked', 'admin', 'two', NULL, '{}') RETURNING number;
COMMIT;

-- Switches and settings.
BEGIN IMMEDIATE;
INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations),
        1767312000600, 'setting_changed', 'admin', 'viewers_max', 'narrow', '{"to":500}')
    RETURNING number;
INSERT INTO switches (name, value, number, at_ms, by, why)
    VALUES ('viewers_max', '500', 4, 1767312000600, 'admin', 'narrow')
    ON CONFLICT (name) DO UPDATE
    SET (value, number, at_ms, by, why) =
        (excluded.value, excluded.number, excluded.at_ms, excluded.by, excluded.why);
COMMIT;
SELECT name, value, number, at_ms, by, why FROM switches ORDER BY name;
INSERT INTO settings (key, value) VALUES ('admin_token', 'hash') ON CONFLICT DO NOTHING;
SELECT value FROM settings WHERE key = 'admin_token';

-- Operations.
INSERT INTO operations (number, at_ms, kind, by, about, why, detail)
    VALUES ((SELECT 1 + coalesce(max(number), 0) FROM operations),
        1767312000700, 'process_started', 'server', NULL, NULL, '{}') RETURNING number;
SELECT number, at_ms, kind, by, about, why, detail FROM operations
    WHERE number < 99 AND kind = 'setting_changed' AND at_ms >= 0 AND at_ms < 2000000000000
    ORDER BY number DESC LIMIT 100;
