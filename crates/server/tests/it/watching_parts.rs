//! Parts of the standings keep the ranks of the whole race.

use serde_json::{Value, json};

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{announcement, gun, passage};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};

on_both_engines!(a_part_of_the_standings_shows_the_same_rows_as_the_whole);

async fn a_part_of_the_standings_shows_the_same_rows_as_the_whole(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let facts = [
        gun("1", 0),
        announcement("they are off"),
        passage("3", "km5", 870),
        passage("4", "km5", 880),
        passage("2", "km5", 900),
        passage("1", "km5", 930),
    ];
    server.record(ADMIN, &facts).await.ok(200);
    let whole = server.standings("").await;
    let ranks = |bib: &str| whole["entries"][bib]["rank"].clone();
    let expected = [json!(3), json!(2), json!(1), Value::Null];
    assert_eq!(["1", "2", "3", "4"].map(ranks), expected);
    assert_eq!(whole["entries"]["2"]["ranks"], json!({"univ": 1}));
    assert_eq!(whole["entries"]["1"]["gap_ms"], 60_000);
    assert_eq!(whole["entries"]["1"]["splits"]["km5"]["order"], 4);
    let cases = [
        ("category=univ", &["1", "2"][..]),
        ("category=club", &["3"]),
        ("top=2", &["2", "3"]),
        ("top=0", &[]),
        ("top=100", &["1", "2", "3"]),
        ("bibs=4,1,99", &["1", "4"]),
        ("category=univ&top=1", &["2"]),
        ("category=univ&bibs=2,3", &["2"]),
    ];
    for (query, bibs) in cases {
        let part = server.standings(query).await;
        let shown = part["entries"].as_object().expect("entries");
        assert!(shown.keys().eq(bibs.iter()), "{query}: {shown:?}");
        for (bib, row) in shown {
            assert_eq!(*row, whole["entries"][bib], "{query}");
        }
        for member in ["race", "seq", "as_of", "state", "announcements"] {
            assert_eq!(part[member], whole[member], "{query}");
        }
    }
}
