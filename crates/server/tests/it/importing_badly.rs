//! Files that cannot be taken, rows that are refused, and who may not send
//! any.

use reqwest::Method;
use serde_json::json;

use crate::support::engine::Engine;
use crate::support::facts::gun;
use crate::support::files::rows;
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server, send};

async fn relay_server() -> (Engine, Server) {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    (engine, server)
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_with_what_was_seen() {
    let (_engine, server) = relay_server().await;
    let cases: [(&str, &[u8], u16, &str, &str); 9] = [
        ("entries", b"", 400, "empty_file", "empty"),
        ("entries", b"\n \n", 400, "empty_file", "empty"),
        ("entries", b"PK\x03\x04\x00\x00", 400, "not_text", "CSV"),
        (
            "entries",
            b"bib,name\n1,M\xFCller\n\xA0\xFF",
            400,
            "not_decodable",
            "line 2",
        ),
        (
            "entries",
            b"this,that\n1,2\n",
            422,
            "no_header",
            "this, that",
        ),
        ("entries", b"bib,name\n", 422, "no_rows", "header"),
        (
            "passages",
            b"bib,name\n1,2\n",
            422,
            "no_header",
            "checkpoint",
        ),
        ("start-list", b"<StartList>", 400, "malformed_xml", "root"),
        (
            "start-list",
            b"<ClassList/>",
            422,
            "wrong_document",
            "ClassList",
        ),
    ];
    for (what, file, status, code, named) in cases {
        let detail = server.import(what, file).await.problem(status, code);
        assert!(detail.contains(named), "{detail}");
    }
    let large = vec![b' '; 9 * 1024 * 1024];
    server
        .import("entries", large)
        .await
        .problem(413, "body_too_large");
    let many = format!("bib,name\n{}", "1,x\n".repeat(100_020));
    server
        .import("entries", many)
        .await
        .problem(413, "too_many_rows");
    assert_eq!(server.standings("").await["seq"], 1);
}

#[tokio::test]
async fn json_is_not_a_file() {
    let (_engine, server) = relay_server().await;
    let path = "/api/races/relay/import/entries";
    let answer = server.post(ADMIN, path, &json!({"events": []})).await;
    let detail = answer.problem(415, "unsupported_media_type");
    assert!(detail.contains("text/csv"), "{detail}");
    for kind in [
        "text/plain; charset=utf-8",
        "application/octet-stream",
        "Application/Vnd.MS-Excel",
    ] {
        let request = server.request(Method::POST, path).bearer_auth(ADMIN);
        let request = request
            .header("Content-Type", kind)
            .body("bib,name\n1,Alpha\n");
        assert_eq!(send(request).await.ok(200)["summary"]["change"], 0);
    }
}

#[tokio::test]
async fn a_misspelt_wish_is_refused_rather_than_ignored() {
    let (_engine, server) = relay_server().await;
    for query in [
        "dryrun=true",
        "dry_run=yes",
        "dry_run",
        "times=wrist",
        "date=tomorrow",
        "encoding=ebcdic",
        "delimiter=space",
    ] {
        let answer = server
            .import(&format!("entries?{query}"), "bib,name\n9,X\n")
            .await;
        answer.problem(400, "invalid_query");
    }
    let answer = server
        .import("passages?checkpoint=nowhere", "bib,time\n1,9:00\n")
        .await;
    let detail = answer.problem(422, "unknown_checkpoint");
    assert!(detail.contains("km5"), "{detail}");
    assert_eq!(server.standings("").await["seq"], 1);
}

#[tokio::test]
async fn strict_means_all_or_nothing() {
    let (_engine, server) = relay_server().await;
    let file = "bib,name,category\n5,Echo,club\n6,Fox,nowhere\n";
    let answer = server.import("entries?strict=true", file).await.ok(422);
    assert_eq!(rows(&answer), ["2 add", "3 reject unknown_category"]);
    assert_eq!(
        (&answer["refused"], &answer["recorded"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(server.standings("").await["seq"], 1);
    let good = file.replace("nowhere", "club");
    let answer = server.import("entries?strict=true", good).await.ok(200);
    assert_eq!(answer["recorded"], 2);
}

#[tokio::test]
async fn a_file_of_which_nothing_is_taken_says_so_in_its_status() {
    let (_engine, server) = relay_server().await;
    let answer = server
        .import("passages", "bib,checkpoint,time\n1,x1,9:00\n")
        .await
        .ok(422);
    assert_eq!(rows(&answer), ["2 reject no_date"]);
    // The gate refuses what has not come yet; a dry run knows it before.
    let file = "bib,checkpoint,time\n1,x1,2999-01-01T00:00:00Z\n2,x1,2024-01-02T09:00:00+09:00\n";
    for what in ["passages?dry_run=true", "passages"] {
        let answer = server.import(what, file).await.ok(207);
        assert_eq!(rows(&answer), ["2 reject time_in_future", "3 add"]);
    }
}

#[tokio::test]
async fn a_recorder_imports_passages_of_its_checkpoint_and_nothing_else() {
    let (_engine, server) = relay_server().await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let device = server.admit(Some("x1")).await;
    let file = "bib,checkpoint,elapsed\n1,x1,31:00\n1,km5,15:00\n";
    for what in ["passages?dry_run=true", "passages"] {
        let answer = server
            .import_as(&device.token, "relay", what, file)
            .await
            .ok(207);
        assert_eq!(rows(&answer), ["2 add", "3 reject forbidden"]);
    }
    for what in ["entries", "members", "start-list"] {
        let answer = server.import_as(&device.token, "relay", what, file).await;
        answer.problem(403, "forbidden");
    }
    let answer = server.import_as("nobody", "relay", "passages", file).await;
    answer.problem(401, "unauthorized");
    let answer = server.import_as(ADMIN, "nowhere", "passages", file).await;
    answer.problem(404, "race_not_found");
}
