//! The exported log: whole, in parts, checkable, the same from either store.

use futures::StreamExt;
use tasuki_log::Record;

use crate::support::chain::{verified, verified_after};
use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{announcement, gun, passage, status, strangers, void};
use crate::support::races::{relay, with};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    a_log_is_for_administrators_unless_the_race_opens_it,
    a_part_of_a_log_follows_on_the_part_before,
    a_long_log_is_exported_whole,
);

const LOG: &str = "/api/races/relay/log";

async fn a_log_is_for_administrators_unless_the_race_opens_it(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.get(LOG).await.problem(401, "unauthorized");
    server
        .get_as("guessed", LOG)
        .await
        .problem(401, "unauthorized");
    let device = server.admit(None).await;
    server
        .get_as(&device.token, LOG)
        .await
        .problem(403, "forbidden");
    let answer = server.get_as(ADMIN, LOG).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let mut open = with(relay(), "public_log", serde_json::json!(true));
    open["entries"] = serde_json::json!([]);
    let opened = crate::support::facts::definition(&open);
    server.record(ADMIN, &[opened]).await.ok(200);
    let answer = server.get(LOG).await;
    assert_eq!(verified(answer.text()).len(), 2);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let answer = server.get_as(&device.token, LOG).await;
    assert_eq!(answer.text(), server.export("relay").await);
}

async fn a_part_of_a_log_follows_on_the_part_before(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.record(ADMIN, &strangers(9)).await.ok(200);
    let whole = verified(&server.export("relay").await);
    assert_eq!(whole.len(), 10);
    let hash = |seq: usize| whole[seq - 1]["hash"].as_str().expect("a hash");
    let cases = [
        ("after=4", 4, 6),
        ("after=4&until=7", 4, 3),
        ("after=9&until=99", 9, 1),
        ("after=10", 10, 0),
        ("after=99", 10, 0),
        ("after=7&until=4", 7, 0),
    ];
    for (range, after, count) in cases {
        let answer = server.get_as(ADMIN, &format!("{LOG}?{range}")).await;
        assert_eq!(answer.status, 200);
        let seq = u64::try_from(after).expect("small");
        let lines = verified_after(answer.text(), seq, hash(after));
        assert_eq!(lines, whole[after..][..count], "{range}");
    }
    let answer = server.get_as(ADMIN, &format!("{LOG}?until=4")).await;
    assert_eq!(verified(answer.text()), whole[..4]);
    for range in ["until=0", "after=18446744073709551615"] {
        let answer = server.get_as(ADMIN, &format!("{LOG}?{range}")).await;
        assert_eq!((answer.status, answer.text()), (200, ""), "{range}");
    }
}

async fn a_long_log_is_exported_whole(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    for batch in strangers(3_000).chunks(1_000) {
        server.record(ADMIN, batch).await.ok(200);
    }
    assert_eq!(verified(&server.export("relay").await).len(), 3_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_restored_in_the_other_store_is_exported_to_the_same_bytes() {
    let (first, second) = (Engine::sqlite(), Engine::postgres().await);
    let server = Server::with_race(&first, &relay()).await;
    let odd = announcement("タスキ \u{1f3bd} \"quoted\" \\ \u{7} \u{2028} <b>");
    let seen = passage("女3", "km5", 900);
    let mut noted = passage("1", "km5", 930);
    noted["note"] = serde_json::json!("\ttab\nline");
    let facts = [
        gun("1", 0),
        odd,
        seen.clone(),
        void(&seen),
        noted,
        status("2", "dns"),
    ];
    server.record(ADMIN, &facts).await.ok(200);
    let device = server.admit(None).await;
    server.record(&device.token, &strangers(3)).await.ok(200);
    let export = server.export("relay").await;
    assert_eq!(verified(&export).len(), 10);
    let standings = server.standings("").await;
    for other in [&second, &Engine::sqlite()] {
        let records = export.lines().map(Record::from_line);
        let records: Result<Vec<_>, _> = records.collect();
        let store = other.open().await;
        let mut writer = store.log.open_writer().await.expect("nobody else writes");
        let restored = writer.restore(records.expect("lines are records")).await;
        restored.expect("the log is restored");
        drop(writer);
        let server = Server::start(other).await;
        assert_eq!(server.export("relay").await, export);
        assert_eq!(server.standings("").await, standings);
        // And goes on from there.
        server
            .record(ADMIN, &[passage("3", "km5", 940)])
            .await
            .ok(200);
        assert_eq!(verified(&server.export("relay").await).len(), 11);
    }
}

#[tokio::test]
async fn an_export_is_streamed() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    server.record(ADMIN, &strangers(2_000)).await.ok(200);
    let request = server.request(reqwest::Method::GET, LOG).bearer_auth(ADMIN);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.content_length(), None);
    let first = response.bytes_stream().next().await.expect("a part");
    assert!(first.expect("bytes").starts_with(b"{\"at\":"));
}
