//! Start lists and paper go into a race, once.

use encoding_rs::SHIFT_JIS;
use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{at, gun, passage};
use crate::support::files::rows;
use crate::support::races::{crowd, relay, relay_named};
use crate::support::server::{ADMIN, Server};

on_both_engines!(
    a_dry_run_shows_what_would_happen_and_changes_nothing,
    a_file_imported_twice_changes_nothing,
    paper_gives_the_standings_that_live_recording_gives,
    a_list_of_thirty_one_thousand_entries_goes_in,
);

const TEAMS: &str =
    "bib,name,category,1区,2区\n1,Alpha,univ,一郎,\n5,Echo,club,五郎,五子\n6,Fox,juniors,,\n";

async fn a_dry_run_shows_what_would_happen_and_changes_nothing(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let before = server.export("relay").await;
    let shown = server.import("entries?dry_run=true", TEAMS).await.ok(207);
    assert_eq!(
        rows(&shown),
        ["2 change", "3 add", "4 reject unknown_category"]
    );
    assert_eq!(shown["dry_run"], true);
    assert_eq!(
        (&shown["encoding"], &shown["delimiter"]),
        (&json!("utf-8"), &json!("comma"))
    );
    assert_eq!(
        shown["columns"],
        json!({"bib": "bib", "name": "name", "category": "category", "leg 1": "1区", "leg 2": "2区"})
    );
    assert_eq!(
        shown["summary"],
        json!({"add": 1, "change": 1, "unchanged": 0, "duplicate": 0, "reject": 1})
    );
    assert_eq!(shown["recorded"], 0);
    assert_eq!(server.export("relay").await, before);

    // What was shown is what happens.
    let done = server.import("entries", TEAMS).await.ok(207);
    assert_eq!(rows(&done), rows(&shown));
    assert_eq!(
        (&done["recorded"], &done["head"]["seq"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(done["rows"][0]["seq"], 2);
    for row in [0, 1] {
        assert_eq!(done["rows"][row]["event"], shown["rows"][row]["event"]);
        assert_eq!(done["rows"][row]["after"], shown["rows"][row]["after"]);
    }
    let entries = server.standings("").await["entries"].clone();
    assert_eq!(entries["5"]["name"], "Echo");
    assert_eq!(entries["6"], Value::Null);
    server.stop().await;
}

async fn a_file_imported_twice_changes_nothing(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let passages = "ゼッケン,地点,タイム\n1,5 km,15:00\n2,5 km,15:01\n1,Tsurumi,31:02.5\n,Tsurumi,32:00\n3,Tsurumi,\n";
    let starts = start_list();
    let members = "bib,leg,name\n1,1,一郎\n2,2区,Two\n";
    let files = [
        ("entries", TEAMS.replace("juniors", "univ")),
        ("members", members.to_owned()),
        ("passages", passages.to_owned()),
        ("start-list", starts),
    ];
    for (what, file) in &files {
        let first = server.import(what, file.as_bytes()).await.ok(200);
        assert_ne!(first["recorded"], 0, "{what}");
    }
    let log = server.export("relay").await;
    for (what, file) in &files {
        let again = server.import(what, file.as_bytes()).await.ok(200);
        assert_eq!(again["recorded"], 0, "{what}: {again}");
        let summary = &again["summary"];
        assert_eq!(
            (&summary["add"], &summary["change"]),
            (&json!(0), &json!(0)),
            "{what}"
        );
    }
    let mut turned: Vec<&str> = passages.lines().collect();
    turned[1..].reverse();
    let again = server.import("passages", turned.join("\n")).await.ok(200);
    assert_eq!(again["summary"]["duplicate"], 5);
    assert_eq!(server.export("relay").await, log);
    server.stop().await;
}

fn start_list() -> String {
    let team = |bib: u32, second: u32| {
        format!(
            "<TeamStart><Name>Team {bib}</Name><BibNumber>{bib}</BibNumber><TeamMemberStart><Start>\
             <Leg>1</Leg><StartTime>2024-01-02T08:00:{second:02}+09:00</StartTime></Start>\
             </TeamMemberStart></TeamStart>"
        )
    };
    format!(
        "<StartList xmlns=\"http://www.orienteering.org/datastandard/3.0\" iofVersion=\"3.0\">\
         <Event><Name>Relay</Name></Event><ClassStart><Class><Id>club</Id><Name>Club</Name></Class>\
         {}{}</ClassStart></StartList>",
        team(21, 0),
        team(22, 30)
    )
}

/// Half of a race arrives from tablets; then the network is gone, and the rest
/// is written down.
async fn paper_gives_the_standings_that_live_recording_gives(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.create(&relay_named("paper")).await.ok(201);
    let passages = [
        ("1", "km5", 900),
        ("2", "km5", 905),
        ("3", "km5", 910),
        ("4", "km5", 899),
        ("1", "x1", 1_800),
        ("2", "x1", 1_795),
        ("3", "x1", 1_900),
        ("4", "x1", 1_850),
        ("99", "x1", 1_860),
        ("1", "finish", 3_605),
        ("2", "finish", 3_605),
        ("3", "finish", 3_800),
    ];
    let facts: Vec<Value> = passages
        .map(|(bib, place, seconds)| passage(bib, place, seconds))
        .into();
    for race in ["relay", "paper"] {
        server.record_in(race, ADMIN, &[gun("1", 0)]).await.ok(200);
    }
    server.record(ADMIN, &facts).await.ok(200);
    server.record_in("paper", ADMIN, &facts[..5]).await.ok(200);

    let clock = |seconds: i64| {
        format!(
            "{}時{}分{}秒",
            8 + seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60
        )
    };
    // Whoever wrote it down began before the network went.
    let lines = passages[3..]
        .iter()
        .map(|(bib, place, seconds)| format!("{bib}\t{place}\t{}\r\n", clock(*seconds)));
    let file = format!(
        "ゼッケン\t計測地点\t通過時刻\r\n{}",
        lines.collect::<String>()
    );
    let (bytes, _, _) = SHIFT_JIS.encode(&file);
    let answer = server
        .import_as(ADMIN, "paper", "passages?missing_only=true", &*bytes)
        .await;
    let answer = answer.ok(200);
    assert_eq!(
        (&answer["encoding"], &answer["delimiter"]),
        (&json!("shift_jis"), &json!("tab"))
    );
    assert_eq!(
        (&answer["summary"]["unchanged"], &answer["recorded"]),
        (&json!(2), &json!(7))
    );
    let warned = &answer["rows"][5]["warnings"][0];
    assert_eq!(
        (&answer["rows"][5]["bib"], &warned["code"]),
        (&json!("99"), &json!("unknown_bib"))
    );
    let entries = |standings: Value| standings["entries"].clone();
    let live = entries(server.standings("").await);
    assert_eq!(entries(server.standings_of("paper", "").await), live);
    assert_eq!(live["1"]["rank"], 1);
    assert_eq!(live["1"]["splits"]["finish"]["time"], at(3_605));
    server.stop().await;
}

async fn a_list_of_thirty_one_thousand_entries_goes_in(engine: Engine) {
    const ENTRIES: usize = 31_000;
    let server = Server::with_race(&engine, &crowd(1)).await;
    let line = |n: usize| format!("{n},Runner {n}\n");
    let file = format!("bib,name\n{}", (1..=ENTRIES).map(line).collect::<String>());
    let import = async |query: &str| {
        let what = format!("entries{query}");
        server
            .import_as(ADMIN, "crowd", &what, file.as_bytes())
            .await
            .ok(200)
    };
    assert_eq!(import("?dry_run=true").await["summary"]["add"], ENTRIES - 1);
    let done = import("").await;
    assert_eq!(done["recorded"], ENTRIES - 1);
    assert_eq!(done["head"]["seq"], ENTRIES);
    assert_eq!(import("").await["summary"]["unchanged"], ENTRIES);
    let races = server.get("/api/races").await.ok(200);
    assert_eq!(races["races"][0]["entries"], ENTRIES);
    server.stop().await;
}
