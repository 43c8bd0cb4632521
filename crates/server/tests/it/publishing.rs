//! Results as files.

use encoding_rs::SHIFT_JIS;
use reqwest::Method;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, passage, status};
use crate::support::races::{crowd, relay, with};
use crate::support::server::{ADMIN, Server, send};

on_both_engines!(results_are_a_file_that_changes_with_the_race);

async fn results_are_a_file_that_changes_with_the_race(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [
        gun("1", 0),
        passage("2", "x1", 1_800),
        passage("1", "x1", 1_801),
        passage("2", "finish", 3_600),
        status("3", "dns"),
    ];
    server.record(ADMIN, &facts).await.ok(200);
    let first = server.get("/api/races/relay/results.csv").await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        first.header("content-disposition"),
        "attachment; filename=\"relay.csv\""
    );
    assert_eq!(first.header("access-control-allow-origin"), "*");
    assert!(
        first
            .header("cache-control")
            .starts_with("public, s-maxage=1")
    );
    let lines: Vec<&str> = first.text().lines().collect();
    assert!(lines[0].starts_with("\u{feff}rank,bib,name,category,open,status,total,gap,"));
    assert!(
        lines[1].starts_with("1,2,Beta,University,,finished,1:00:00,0:00:00,"),
        "{}",
        lines[1]
    );
    let bibs: Vec<&str> = lines[1..]
        .iter()
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    assert_eq!(bibs, ["2", "1", "4", "3"]);

    let again = async || {
        let request = server.request(Method::GET, "/api/races/relay/results.csv");
        send(request.header("If-None-Match", first.header("etag"))).await
    };
    assert_eq!(again().await.status, 304);
    server
        .record(ADMIN, &[passage("1", "finish", 3_590)])
        .await
        .ok(200);
    let changed = again().await;
    assert_eq!(changed.status, 200);
    assert!(
        changed
            .text()
            .lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("1,1,Alpha,"))
    );
    server.stop().await;
}

#[tokio::test]
async fn japanese_offices_get_what_their_excel_reads() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let path =
        "/api/races/relay/results.csv?lang=ja&encoding=shift_jis&delimiter=tab&category=univ";
    let answer = server.get(path).await;
    assert_eq!(
        answer.header("content-type"),
        "text/csv; charset=Shift_JIS; header=present"
    );
    let (text, _, broken) = SHIFT_JIS.decode(&answer.body);
    assert!(!broken);
    assert!(
        text.starts_with("順位\t部門順位\tゼッケン\tチーム名\t"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 3);
}

#[tokio::test]
async fn a_result_list_is_there_for_other_programs() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    server
        .create(&with(crowd(2), "public_log", true.into()))
        .await
        .ok(201);
    for (race, element) in [("relay", "<TeamResult>"), ("crowd", "<PersonResult>")] {
        let answer = server.get(&format!("/api/races/{race}/results.xml")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/xml");
        assert!(answer.header("etag").starts_with("W/\"x"));
        let text = answer.text();
        assert!(
            text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
            "{text}"
        );
        assert!(
            text.contains("iofVersion=\"3.0\"") && text.contains(element),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let get = async |path: &str| server.get(&format!("/api/races/{path}")).await;
    get("nowhere/results.csv")
        .await
        .problem(404, "race_not_found");
    get("relay/results.csv?category=x")
        .await
        .problem(404, "unknown_category");
    get("relay/results.csv?lang=fr")
        .await
        .problem(400, "invalid_query");
    get("relay/results.csv?encoding=utf-16le")
        .await
        .problem(400, "invalid_query");
    get("relay/results.csv?top=3")
        .await
        .problem(400, "invalid_query");
    get("relay/results.xml?delimiter=tab")
        .await
        .problem(400, "invalid_query");
}
