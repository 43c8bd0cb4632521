//! Databases in the product's own shape, filled by the server itself.

use tokio_postgres::Client;

/// Races, of which the first has more than half of all facts.
pub(super) const RACES: [(&str, f64); 5] = [
    ("marathon", 0.6),
    ("ekiden", 0.3),
    ("half", 0.09),
    ("ten-k", 0.009),
    ("children", 0.001),
];

/// Devices that may still record, in a database of whatever size.
pub(super) const DEVICES_ACTIVE: u32 = 40;
/// Devices that one race had.
pub(super) const DEVICES_OF_RACE: u32 = 64;
/// Users, in a database of whatever size: the most there may be.
pub(super) const USERS: u32 = 1_000;
/// So many facts come to one operation, and to one device.
const FACTS_PER_OPERATION: u32 = 5;
const FACTS_PER_DEVICE: u32 = 10;
const FACTS_PER_SESSION: u32 = 20;

/// Parts for the twelve months past, as a year of running leaves them behind.
const PARTS: &str = "DO $$
DECLARE month timestamp;
BEGIN
    FOR month IN SELECT generate_series(
        date_trunc('month', now() AT TIME ZONE 'UTC') - interval '12 months',
        date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month', interval '1 month')
    LOOP
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF operations FOR VALUES FROM (%s) TO (%s)',
            'operations_' || to_char(month, 'YYYY_MM'),
            (extract(epoch FROM month) * 1000)::bigint,
            (extract(epoch FROM month + interval '1 month') * 1000)::bigint);
    END LOOP;
END $$; SELECT operations_make_room();";

/// As many as there ever are, in a database of whatever size: they are forgotten.
const MINUTES: &str = "INSERT INTO minutes (at_ms, requests, failed, turned_away, p95_ms, \
        viewers, facts, append_p99_ms, shown_p99_ms, commit_failures, pool_in_use, pool_max) \
    SELECT (extract(epoch FROM date_trunc('minute', now())) * 1000)::bigint - n * 60000::bigint, \
        n, 0, 0, 5, n, n, 3, 9, 0, 1, 8 FROM generate_series(1, 43200) AS n";

/// Fills the database, and lets the server look at what it has.
pub(super) async fn fill(client: &Client, facts: u32) {
    client.batch_execute(PARTS).await.unwrap();
    for (race, share) in RACES {
        let facts = (f64::from(facts) * share).round();
        client.batch_execute(&race_of(race, facts)).await.unwrap();
    }
    client
        .batch_execute(&operations(facts / FACTS_PER_OPERATION))
        .await
        .unwrap();
    client
        .batch_execute(&devices(facts / FACTS_PER_DEVICE))
        .await
        .unwrap();
    client.batch_execute(&users()).await.unwrap();
    let sessions = sessions(facts / FACTS_PER_SESSION);
    client.batch_execute(&sessions).await.unwrap();
    client.batch_execute(MINUTES).await.unwrap();
    client.batch_execute("VACUUM ANALYZE").await.unwrap();
}

/// Ids without an order, the worst for an index; texts as long as a passage's.
fn race_of(race: &str, facts: f64) -> String {
    format!(
        "INSERT INTO facts (race, seq, at_ms, by, device, id, event, prev, hash) \
         SELECT '{race}', seq, 1767312000000 + seq, 'device', 'tablet-' || seq % 40, \
             md5('{race}' || seq)::uuid, \
             '{{\"bib\":\"' || seq % 30000 || '\",\"checkpoint\":\"km' || seq % 40 \
                 || '\",\"id\":\"' || md5('{race}' || seq)::uuid \
                 || '\",\"time\":\"2026-01-02T08:16:40.200Z\",\"type\":\"passage_recorded\"}}', \
             sha256(int8send(seq - 1)), sha256(int8send(seq)) \
         FROM generate_series(1, {facts}) AS seq"
    )
}

/// Over a year and a little more, which the last part has caught.
fn operations(count: u32) -> String {
    format!(
        "INSERT INTO operations (number, at_ms, kind, by, detail) \
         SELECT n, (extract(epoch FROM now() - ({count} - n) * interval '390 days' / {count}) \
             * 1000)::bigint, \
             CASE WHEN n % 20 = 0 THEN 'rare' ELSE 'usual' END, 'admin', '{{}}' \
         FROM generate_series(1, {count}) AS n; \
         UPDATE operations_number SET last = {count}"
    )
}

/// Most were revoked after their race.
fn devices(count: u32) -> String {
    format!(
        "INSERT INTO devices (id, race, name, token_hash, created_at_ms, revoked_at_ms) \
         SELECT md5('device' || n)::uuid, \
             CASE WHEN n <= {DEVICES_OF_RACE} THEN 'marathon' ELSE 'race-' || n / 64 END, \
             'Tablet ' || n, sha256(int8send(n)), n, \
             CASE WHEN n <= {DEVICES_ACTIVE} THEN NULL ELSE n + 1000 END \
         FROM generate_series(1, {count}) AS n"
    )
}

fn users() -> String {
    format!(
        "INSERT INTO users (id, name, role, race, password, created_at_ms) \
         SELECT md5('user' || n)::uuid, 'user-' || n, 'recorder', 'marathon', md5('' || n), n \
         FROM generate_series(1, {USERS}) AS n"
    )
}

/// Of all users, now and then in the last days.
fn sessions(count: u32) -> String {
    format!(
        "INSERT INTO sessions (hash, user_id, created_at_ms, last_used_at_ms) \
         SELECT sha256(int8send(n)), md5('user' || 1 + n % {USERS})::uuid, at_ms, at_ms \
         FROM (SELECT n, (extract(epoch FROM now()) * 1000)::bigint - n * 1000::bigint AS at_ms \
             FROM generate_series(1, {count}) AS n) AS begun"
    )
}
