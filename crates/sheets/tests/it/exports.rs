//! Results as files.

use tasuki_race::{FactKind, MarkedStatus, RaceState};
use tasuki_sheets::{Delimiter, Encoding, Language, Results, Style, Wishes};

use crate::schema::validate;
use crate::support::{Race, outcomes, slug};

/// A relay in which most things have happened.
fn relay() -> Race {
    let mut race = Race::relay().started();
    let plan = race.entries("bib,name,category\n4,\"=HYPERLINK(\"\"x\"\")\",\n5,<Delta & Söhne>,club\n6,Epsilon,club\n7,Zeta,club\n");
    race.carry_out(&plan);
    let plan = race.members("bib,leg,name\n1,2,鈴木\n2,1,B. Runner\n2,2,Cyrano de Bergerac\n");
    race.carry_out(&plan);
    for (bib, km5, x1, finish) in [
        ("1", 900_000, 1_800_000, 3_700_000),
        ("2", 910_000, 1_850_500, 3_690_000),
        ("3", 905_000, 1_840_000, 3_800_000),
    ] {
        race.pass(bib, "km5", km5);
        race.pass(bib, "x1", x1);
        race.pass(bib, "finish", finish);
    }
    // One comes by unseen at the exchange, one goes on, one gives up, and one
    // was never there.
    race.pass("4", "km5", 950_000);
    race.pass("4", "finish", 3_900_000);
    race.pass("5", "x1", 1_900_000);
    race.pass("6", "x1", 1_910_000);
    for (bib, status) in [("6", MarkedStatus::Dnf), ("7", MarkedStatus::Dns)] {
        let kind = FactKind::StatusChanged {
            bib: bib.parse().expect("a bib"),
            status,
            checkpoint: None,
            reason: None,
        };
        race.tell(None, kind);
    }
    race
}

fn results(race: &Race, category: Option<&str>) -> Results {
    let category = category.map(slug);
    Results::gather(&race.projector, category.as_ref()).expect("a race")
}

fn csv(race: &Race, language: Language) -> String {
    let style = Style {
        language,
        ..Style::default()
    };
    let bytes = results(race, None).csv(style);
    String::from_utf8(bytes).expect("UTF-8")
}

pub(crate) fn relay_xml() -> String {
    String::from_utf8(results(&relay(), None).xml(Language::En)).expect("UTF-8")
}

#[test]
fn a_line_for_each_entry_in_the_order_of_a_result_list() {
    let text = csv(&relay(), Language::En);
    let mut lines = text.split("\r\n");
    assert_eq!(
        lines.next(),
        Some(
            "\u{feff}rank,bib,name,category,open,status,total,gap,5 km elapsed,5 km rank,\
             Tsurumi elapsed,Tsurumi rank,Ashinoko elapsed,Ashinoko rank,\
             Leg 1,Leg 1 time,Leg 1 rank,Leg 1 record,Leg 2,Leg 2 time,Leg 2 rank,Leg 2 record"
        )
    );
    let rest: Vec<&str> = lines.collect();
    assert_eq!(
        rest[0],
        "1,2,Beta,University/Club,,finished,1:01:30,0:00:00,0:15:10,2,0:30:51,2,1:01:30,1,\
         B. Runner,0:30:51,2,new record,Cyrano de Bergerac,0:30:39,1,"
    );
    assert_eq!(
        rest[1],
        "2,1,Alpha,University,,finished,1:01:40,0:00:10,0:15:00,1,0:30:00,1,1:01:40,2,\
         山田 太郎,0:30:00,1,new record,鈴木,0:31:40,2,"
    );
    let bibs: Vec<&str> = rest
        .iter()
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    assert_eq!(bibs, ["2", "1", "4", "5", "3", "6", "7"]);
    assert!(rest[2].contains("'=HYPERLINK"), "{}", rest[2]);
    assert!(
        rest[4].starts_with(",3,Gamma,,○,finished,1:03:20,"),
        "{}",
        rest[4]
    );
}

#[test]
fn what_goes_out_comes_in_again_unchanged() {
    for language in [Language::En, Language::Ja] {
        let mut race = relay();
        let file = csv(&race, language);
        let entries = race.entries(&file);
        assert_eq!(entries.summary().unchanged, 7, "{:?}", outcomes(&entries));
        let members = race.members(&file);
        assert_eq!(members.summary().unchanged, 4, "{:?}", outcomes(&members));
        // Official times are rounded: as passages they are near the real ones.
        let passages = race.passages(&file, &Wishes::default());
        assert_eq!(passages.summary().reject, 0, "{:?}", outcomes(&passages));
        let filled = race.passages(
            &file,
            &Wishes {
                missing_only: true,
                ..Wishes::default()
            },
        );
        assert_eq!(filled.facts.len(), 0, "{:?}", outcomes(&filled));
        race.carry_out(&filled);
    }
}

#[test]
fn a_japanese_spreadsheet_gets_its_own_encoding() {
    let race = relay();
    let style = Style {
        language: Language::Ja,
        encoding: Encoding::ShiftJis,
        delimiter: Delimiter::Tab,
    };
    let bytes = results(&race, Some("univ")).csv(style);
    let (text, _, broken) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!broken);
    let mut lines = text.split("\r\n");
    let header = lines.next().unwrap_or_default();
    assert!(
        header.starts_with("順位\t部門順位\tゼッケン\tチーム名\t"),
        "{header}"
    );
    assert!(
        lines
            .next()
            .unwrap_or_default()
            .starts_with("1\t1\t2\tBeta\t大学の部/クラブ\t")
    );
    assert!(
        lines
            .next()
            .unwrap_or_default()
            .starts_with("2\t2\t1\t甲大\t")
    );
    assert_eq!(lines.next(), Some(""));
}

#[test]
fn a_relay_is_a_valid_result_list() {
    let xml = relay_xml();
    assert_eq!(validate(&xml).as_deref(), Ok("ResultList"));
    let one_line: String = xml.lines().map(str::trim).collect();
    for part in [
        "<Event><Id>relay</Id><Name>Relay</Name><StartTime><Date>2026-01-02</Date>\
         <Time>08:00:00+09:00</Time></StartTime><Form>Relay</Form></Event>",
        "<ClassResult timeResolution=\"1\"><Class><Id>univ</Id><Name>University</Name></Class>\
         <TeamResult><Name>Beta</Name><BibNumber>2</BibNumber><TeamMemberResult><Person><Name>\
         <Family>Runner</Family><Given>B.</Given></Name></Person><Result><Leg>1</Leg>\
         <BibNumber>2</BibNumber><StartTime>2026-01-02T08:00:00+09:00</StartTime>\
         <FinishTime>2026-01-02T08:30:50.500+09:00</FinishTime><Time>1851</Time>\
         <TimeBehind type=\"Leg\">51</TimeBehind><Position type=\"Leg\">2</Position>\
         <Status>OK</Status><OverallResult><Time>1851</Time><TimeBehind>51</TimeBehind>\
         <Position>2</Position><Status>OK</Status></OverallResult>\
         <SplitTime><ControlCode>km5</ControlCode><Time>910</Time></SplitTime></Result>",
        "<Name>&lt;Delta &amp; Söhne&gt;</Name>",
        "<Status>MissingPunch</Status>",
        "<Status>DidNotFinish</Status>",
        "<Status>DidNotStart</Status>",
        "<Status>NotCompeting</Status>",
        "<Status>Active</Status>",
    ] {
        assert!(one_line.contains(part), "{part} is not in {xml}");
    }
}

#[test]
fn a_run_is_a_valid_result_list() {
    let mut race = Race::run().started();
    let plan = race.entries(
        "bib,name,club,category\n1,Ann Runner,Harriers,Women\n2,Bea Miller,,Women\n3,Carl,,\n",
    );
    race.carry_out(&plan);
    race.pass("1", "km5", 1_200_050);
    race.pass("1", "finish", 2_400_120);
    race.pass("2", "finish", 2_400_050);
    race.tell(None, FactKind::ResultsDeclared(RaceState::Official));
    let xml = String::from_utf8(results(&race, None).xml(Language::En)).expect("UTF-8");
    assert_eq!(validate(&xml).as_deref(), Ok("ResultList"));
    let one_line: String = xml.lines().map(str::trim).collect();
    for part in [
        "status=\"Complete\"",
        "<ClassResult timeResolution=\"0.1\"><Class><Id>w</Id><Name>Women</Name></Class>\
         <PersonResult><Person><Name><Family>Miller</Family><Given>Bea</Given></Name></Person>\
         <Result><BibNumber>2</BibNumber>",
        "<Family>Runner</Family><Given>Ann</Given></Name></Person><Organisation>\
         <Name>Harriers</Name></Organisation><Result><BibNumber>1</BibNumber>\
         <StartTime>2026-01-02T00:00:00+01:00</StartTime>\
         <FinishTime>2026-01-02T00:40:00.120+01:00</FinishTime><Time>2400.2</Time>\
         <TimeBehind>0.1</TimeBehind><Position>2</Position><Status>OK</Status>\
         <SplitTime><ControlCode>km5</ControlCode><Time>1200.1</Time></SplitTime>",
        "<SplitTime status=\"Missing\"><ControlCode>km5</ControlCode></SplitTime>",
        "<Class><Name>River Run</Name></Class><PersonResult><Person><Name><Family>Carl</Family>\
         <Given></Given></Name></Person><Result><BibNumber>3</BibNumber>",
    ] {
        assert!(one_line.contains(part), "{part} is not in {xml}");
    }
}

#[test]
fn every_state_of_a_race_is_a_valid_result_list() {
    for race in [
        Race::relay(),
        Race::run(),
        Race::relay().started(),
        Race::run().started(),
    ] {
        for language in [Language::En, Language::Ja] {
            let xml = String::from_utf8(results(&race, None).xml(language)).expect("UTF-8");
            assert_eq!(validate(&xml).as_deref(), Ok("ResultList"), "{xml}");
        }
        let xml = results(
            &race,
            race.projector
                .settings()
                .and_then(|s| s.categories.first())
                .map(|c| c.id.as_str()),
        );
        let xml = String::from_utf8(xml.xml(Language::En)).expect("UTF-8");
        assert_eq!(validate(&xml).as_deref(), Ok("ResultList"), "{xml}");
    }
}
