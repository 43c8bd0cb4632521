-- What a server of the version before sends, to the letter and with values: schema
-- of version 12. COPY has the columns of the insert.

SELECT to_regclass('refinery_schema_history') IS NOT NULL;
SELECT max(version) FROM refinery_schema_history;

-- Takes the right to append.
SELECT pg_try_advisory_lock(32758245817542914);
UPDATE writer SET epoch = epoch + 1 RETURNING epoch;

-- Appends.
PREPARE tips AS SELECT wanted.race, last.seq, last.hash, last.at_ms
    FROM unnest($1::text[]) AS wanted(race) CROSS JOIN LATERAL (
        SELECT seq, hash, at_ms FROM facts WHERE facts.race = wanted.race ORDER BY seq DESC LIMIT 1
    ) AS last;
PREPARE known AS SELECT facts.race, facts.id, seq, hash, event
    FROM unnest($1::text[], $2::uuid[]) AS wanted(race, id)
    JOIN facts ON facts.race = wanted.race AND facts.id = wanted.id;
PREPARE append AS INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[],
        $6::uuid[], $7::text[], $8::bytea[], $9::bytea[]);
BEGIN;
SELECT epoch FROM writer FOR SHARE;
EXECUTE tips(ARRAY['old']);
EXECUTE known(ARRAY['old'], ARRAY['0198c0de-0000-7000-8000-000000000001'::uuid]);
EXECUTE append(ARRAY['old', 'old'], ARRAY[1, 2], ARRAY[1767312000000, 1767312000001],
    ARRAY['admin', 'device'], ARRAY[NULL, 'tablet-1'],
    ARRAY['0198c0de-0000-7000-8000-000000000001'::uuid, '0198c0de-0000-7000-8000-000000000002'],
    ARRAY['{"id":"0198c0de-0000-7000-8000-000000000001","text":"one","type":"announced"}',
          '{"id":"0198c0de-0000-7000-8000-000000000002","text":"two","type":"announced"}'],
    ARRAY[decode(repeat('00', 32), 'hex'), sha256('1')], ARRAY[sha256('1'), sha256('2')]);
COMMIT;

-- Reads.
PREPARE page AS SELECT seq, at_ms, by, device, id, event, prev, hash FROM (
        SELECT *, sum(octet_length(event)) OVER (
            ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
        FROM facts WHERE race = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4) AS page
    WHERE bytes_before IS NULL OR bytes_before <= $5 ORDER BY seq;
EXECUTE page('old', 0, 9, 1000, 1000000);
SELECT seq, hash FROM facts WHERE race = 'old' ORDER BY seq DESC LIMIT 1;
WITH RECURSIVE races AS (
        (SELECT race FROM facts ORDER BY race LIMIT 1)
        UNION ALL
        SELECT (SELECT race FROM facts WHERE race > races.race ORDER BY race LIMIT 1)
        FROM races WHERE races.race IS NOT NULL)
    SELECT last.race, last.seq, last.hash FROM races CROSS JOIN LATERAL (
        SELECT race, seq, hash FROM facts WHERE facts.race = races.race ORDER BY seq DESC LIMIT 1
    ) AS last ORDER BY last.race;
SELECT epoch FROM writer;

-- Devices, each with the operation that tells of it.
PREPARE admit AS WITH created AS (INSERT INTO devices
        (race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms)
    VALUES ($7, $8, $9, $10, $11, $12, $13))
    SELECT operations_append($1, $2, $3, $4, $5, $6);
EXECUTE admit(1767312000000, 'device_admitted', 'admin', 'one', NULL, '{}', 'old',
    '00000000-0000-0000-0000-000000000001', 'km5', 'Tablet 1', sha256('one'), 1767312000000, NULL);
EXECUTE admit(1767312000000, 'device_admitted', 'admin', 'two', NULL, '{}', 'old',
    '00000000-0000-0000-0000-000000000002', NULL, 'Tablet 2', sha256('two'), 1767312000001, NULL);
SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms
    FROM devices WHERE race = 'old' ORDER BY created_at_ms, id;
SELECT race, id, checkpoint, name, token_hash, created_at_ms, revoked_at_ms
    FROM devices WHERE revoked_at_ms IS NULL ORDER BY race, created_at_ms, id;
PREPARE revoke AS WITH revoked AS (UPDATE devices SET revoked_at_ms = $1
    WHERE race = $7 AND id = $8 AND revoked_at_ms IS NULL RETURNING id)
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM revoked;
EXECUTE revoke(1767312000500, 'device_revoked', 'admin', 'two', NULL, '{}', 'old',
    '00000000-0000-0000-0000-000000000002');

-- Switches and settings.
SELECT switches_set('viewers_max', '500', 1767312000600, 'setting_changed', 'admin',
    'viewers_max', 'narrow', '{"to":500}');
SELECT name, value, number, at_ms, by, why FROM switches ORDER BY name;
INSERT INTO settings (key, value) VALUES ('admin_token', 'hash') ON CONFLICT DO NOTHING;
SELECT value FROM settings WHERE key = 'admin_token';

-- Operations.
SELECT operations_make_room();
SELECT operations_append(1767312000700, 'process_started', 'server', NULL, NULL, '{}');
SELECT number, at_ms, kind, by, about, why, detail FROM operations
    WHERE number < 99 AND kind = 'setting_changed' AND at_ms >= 0 AND at_ms < 2000000000000
    ORDER BY number DESC LIMIT 100;
