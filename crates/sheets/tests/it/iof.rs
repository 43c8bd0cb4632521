//! Start lists of other programs.

use serde_json::json;
use tasuki_race::{FactKind, StartTarget};
use tasuki_sheets::{Plan, Wishes, start_list};

use crate::schema::validate;
use crate::support::{Race, outcomes};

fn list(classes: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<StartList \
         xmlns=\"http://www.orienteering.org/datastandard/3.0\" iofVersion=\"3.0\">\n\
         <Event><Name>Race</Name></Event>\n{classes}</StartList>\n"
    )
}

fn person(family: &str, given: &str, bib: &str, time: &str) -> String {
    let time = if time.is_empty() {
        String::new()
    } else {
        format!("<StartTime>{time}</StartTime>")
    };
    format!(
        "<PersonStart><Person><Name><Family>{family}</Family><Given>{given}</Given></Name></Person>\
         <Organisation><Name>Harriers</Name></Organisation>\
         <Start><BibNumber>{bib}</BibNumber>{time}</Start></PersonStart>\n"
    )
}

fn run(persons: &[String]) -> String {
    let class = "<ClassStart><Class><Id>W</Id><Name>Women</Name></Class>\n";
    list(&format!("{class}{}</ClassStart>\n", persons.concat()))
}

fn plan(race: &Race, file: &str) -> Plan {
    assert_eq!(validate(file).as_deref(), Ok("StartList"));
    start_list(file.as_bytes(), &race.projector, &Wishes::default()).expect("a plan")
}

#[test]
fn persons_are_entered_and_started() {
    let mut race = Race::run();
    let file = run(&[
        person("Runner", "Ann", "1", "2026-01-02T09:00:00+01:00"),
        person("山田", "花子", "2", "2026-01-02T09:01:00+01:00"),
        person("Miller", "Bea", "3", "2026-01-02T09:00:00+01:00"),
        person("Late", "Eve", "4", ""),
        // A vacant place is nobody.
        "<PersonStart><Start><StartTime>2026-01-02T09:02:00+01:00</StartTime></Start></PersonStart>"
            .to_owned(),
    ]);
    let first = plan(&race, &file);
    assert_eq!(first.summary().add, 7, "{:?}", outcomes(&first));
    assert_eq!(first.rows[0].line, 5);
    race.carry_out(&first);
    assert_eq!(
        race.entry("1"),
        json!({"bib": "1", "name": "Ann Runner (Harriers)", "categories": ["w"]})
    );
    assert_eq!(race.entry("2")["name"], "山田 花子 (Harriers)");
    let starts = first
        .facts
        .iter()
        .filter_map(|planned| match &planned.fact.kind {
            FactKind::Started {
                target: StartTarget::Bibs(bibs),
                ..
            } => Some(bibs.len()),
            _ => None,
        });
    // Who starts together is one start.
    assert_eq!(starts.collect::<Vec<_>>(), [2, 1]);
    let gun = |race: &Race, bib: &str| {
        let gun = race
            .projector
            .gun(&bib.parse().expect("a bib"), &"1".parse().expect("an id"));
        gun.map(|gun| gun.to_string())
    };
    assert_eq!(gun(&race, "2").as_deref(), Some("2026-01-02T08:01:00.000Z"));
    assert!(plan(&race, &file).facts.is_empty());
}

#[test]
fn a_start_that_moves_and_moves_back_is_recorded_each_time() {
    let mut race = Race::run();
    let at = |minute: u32| {
        run(&[person(
            "Runner",
            "Ann",
            "1",
            &format!("2026-01-02T09:{minute:02}:00+01:00"),
        )])
    };
    race.carry_out(&plan(&race, &at(0)));
    for minute in [1, 0, 1, 0] {
        let moved = plan(&race, &at(minute));
        let short = outcomes(&moved);
        assert_eq!(short, ["5 unchanged", "5 change"]);
        race.carry_out(&moved);
        assert_eq!(plan(&race, &at(minute)).summary().unchanged, 2);
    }
}

#[test]
fn a_start_without_a_zone_is_in_the_races() {
    let race = Race::run();
    let plan = plan(&race, &run(&[person("A", "B", "1", "2026-07-02T09:00:00")]));
    let time = plan.rows[1].time.map(|time| time.to_string());
    assert_eq!(time.as_deref(), Some("2026-07-02T07:00:00.000Z"));
}

#[test]
fn teams_are_entered_with_their_members() {
    let mut race = Race::relay();
    let member = |leg: u32, family: &str, given: &str, time: &str| {
        format!(
            "<TeamMemberStart><Person><Name><Family>{family}</Family><Given>{given}</Given></Name></Person>\
             <Start><Leg>{leg}</Leg>{time}</Start></TeamMemberStart>"
        )
    };
    let gun = "<StartTime>2026-01-02T08:00:00+09:00</StartTime>";
    let planned = "<StartTime>2026-01-02T08:31:00+09:00</StartTime>";
    let team = |bib: &str, name: &str, members: &str| {
        format!("<TeamStart><Name>{name}</Name><BibNumber>{bib}</BibNumber>{members}</TeamStart>\n")
    };
    let members = [
        member(2, "Cyrano", "de", planned),
        member(1, "山田", "太郎", gun),
    ];
    let file = list(&format!(
        "<ClassStart><Class><Name>クラブ</Name></Class>\n{}{}{}</ClassStart>\n\
         <ClassStart><Class><Name>Juniors</Name></Class>\n{}</ClassStart>\n",
        person("Solo", "S", "10", ""),
        team("8", "壬クラブ", &members.concat()),
        team("9", "Nine", &member(3, "X", "Y", "")),
        team("11", "Eleven", ""),
    ));
    let plan = plan(&race, &file);
    assert_eq!(
        outcomes(&plan),
        [
            "5 reject not_a_team",
            "6 add",
            "6 add",
            "7 reject unknown_leg",
            "10 reject unknown_category",
        ]
    );
    race.carry_out(&plan);
    assert_eq!(
        race.entry("8"),
        json!({"bib": "8", "name": "壬クラブ", "categories": ["club"], "members": [
            {"leg": "1", "name": "山田 太郎"}, {"leg": "2", "name": "de Cyrano"}]})
    );
    // The second leg begins when the sash arrives, whatever was planned.
    let bib = "8".parse().expect("a bib");
    assert_eq!(race.projector.gun(&bib, &"2".parse().expect("an id")), None);
}

#[test]
fn other_documents_are_refused_with_what_to_export() {
    let race = Race::run();
    let fault = |file: &str| {
        let fault = start_list(file.as_bytes(), &race.projector, &Wishes::default());
        let fault = fault.expect_err("refused");
        (fault.code, fault.detail)
    };
    let good = run(&[person("A", "B", "1", "")]);
    let (code, detail) = fault(&good.replace("StartList", "EntryList"));
    assert!(
        code == "wrong_document" && detail.contains("bib"),
        "{detail}"
    );
    let (code, detail) = fault(&good.replace("3.0\">", "2.0.3\">"));
    assert!(
        code == "wrong_version" && detail.contains("2.0.3"),
        "{detail}"
    );
    assert_eq!(
        fault(&good.replace("iofVersion=\"3.0\"", "")).0,
        "wrong_version"
    );
    assert_eq!(fault(&list("")).0, "no_rows");
    assert_eq!(fault("bib,name\n1,A\n").0, "malformed_xml");
}

#[test]
fn starts_can_be_left_out() {
    let race = Race::run();
    let wishes = Wishes {
        starts: false,
        ..Wishes::default()
    };
    let file = run(&[person("A", "B", "1", "2026-01-02T09:00:00+01:00")]);
    let plan = start_list(file.as_bytes(), &race.projector, &wishes).expect("a plan");
    assert_eq!(outcomes(&plan), ["5 add"]);
}
