//! Passages that were written down.

use tasuki_race::FactKind;
use tasuki_sheets::{Times, Wishes, passages};

use crate::support::{Race, outcomes, table, times};

#[test]
fn clocks_and_times_from_the_gun_are_told_by_their_header() {
    let race = Race::relay().started();
    let wishes = Wishes::default();
    let clocks = race.passages(
        "ゼッケン,地点,通過時刻\n1,鶴見,9時5分1秒\n2,x1,9:06\n",
        &wishes,
    );
    assert_eq!(
        times(&clocks),
        ["2026-01-02T00:05:01.000Z", "2026-01-02T00:06:00.000Z"]
    );
    let elapsed = race.passages(
        "bib,checkpoint,タイム\n1,Tsurumi,1:05:01\n2,x1,66:00\n",
        &wishes,
    );
    assert_eq!(times(&elapsed), times(&clocks));
    assert_eq!(elapsed.facts[0].fact.id, clocks.facts[0].fact.id);
    let forced = Wishes {
        times: Some(Times::Gun),
        ..wishes
    };
    let forced = race.passages("bib,checkpoint,time\n1,x1,1:05:01\n", &forced);
    assert_eq!(forced.facts[0].fact.id, clocks.facts[0].fact.id);
}

#[test]
fn a_file_imported_twice_gives_duplicates_wherever_its_rows_stand() {
    let mut race = Race::relay().started();
    let rows = [
        "1,km5,8:15:00",
        "2,km5,8:15:01",
        "1,x1,8:31:00",
        ",x1,8:32:00",
        "3,x1,",
    ];
    let file = |rows: &[&str]| format!("bib,checkpoint,time\n{}\n", rows.join("\n"));
    let plan = race.passages(&file(&rows), &Wishes::default());
    assert_eq!(plan.summary().add, 5);
    let kinds: Vec<&str> = plan.facts.iter().map(|p| p.fact.kind.type_name()).collect();
    let passage = "passage_recorded";
    assert_eq!(
        kinds,
        [passage, passage, passage, "time_recorded", "bib_recorded"]
    );
    race.carry_out(&plan);
    let mut moved = rows;
    moved.reverse();
    let again = race.passages(&file(&moved), &Wishes::default());
    assert_eq!(again.summary().duplicate, 5);
    assert!(again.facts.is_empty());
    race.void(plan.facts[0].fact.id);
    let again = race.passages(&file(&rows[..1]), &Wishes::default());
    assert_eq!(outcomes(&again), ["2 duplicate (withdrawn)"]);
}

#[test]
fn the_same_row_twice_is_one_passage_but_two_times_are_two_people() {
    let race = Race::relay().started();
    let file = "bib,checkpoint,time\n1,x1,9:00\n1,x1,9:00:00\n,x1,9:00\n,x1,9:00\n2,x1,\n2,x1,\n";
    let plan = race.passages(file, &Wishes::default());
    assert_eq!(
        outcomes(&plan),
        [
            "2 add",
            "3 duplicate",
            "4 add",
            "5 add",
            "6 add",
            "7 duplicate"
        ]
    );
    assert_ne!(plan.facts[1].fact.id, plan.facts[2].fact.id);
}

#[test]
fn an_odd_passage_is_warned_of_and_taken() {
    let mut race = Race::relay().started();
    race.pass("1", "x1", 3_600_000);
    let file = "bib,checkpoint,time\n99,x1,9:00\n1,x1,9:00:01\n２,ｘ１,９：０５\n2,x1,9:06\n";
    let plan = race.passages(file, &Wishes::default());
    assert_eq!(
        outcomes(&plan),
        [
            "2 add (unknown_bib)",
            "3 add (duplicate_passage)",
            "4 add (folded) (folded) (folded)",
            "5 add (duplicate_passage)",
        ]
    );
    let missing = Wishes {
        missing_only: true,
        ..Wishes::default()
    };
    let plan = race.passages("bib,checkpoint,time\n1,x1,9:00:01\n2,x1,9:06\n", &missing);
    assert_eq!(
        outcomes(&plan),
        ["2 unchanged (duplicate_passage)", "3 add"]
    );
}

#[test]
fn one_bad_row_never_keeps_the_others_out() {
    let race = Race::relay().started();
    let file = "bib,checkpoint,time,date\n1,nowhere,9:00,\n1,,9:00,\n,x1,,\n1,x1,soon,\n1,x1,0.378,\n\
                1,x1,9:00,today\n1,x1,9:00,2026/1/3\n";
    let plan = race.passages(file, &Wishes::default());
    assert_eq!(
        outcomes(&plan),
        [
            "2 reject unknown_checkpoint",
            "3 reject missing_checkpoint",
            "4 reject nothing_observed",
            "5 reject invalid_time",
            "6 reject invalid_time",
            "7 reject invalid_date",
            "8 add",
        ]
    );
    assert_eq!(times(&plan), ["2026-01-03T00:00:00.000Z"]);
    let detail = plan.rows[4].detail.as_deref().unwrap_or_default();
    assert!(detail.contains("h:mm:ss"), "{detail}");
}

#[test]
fn a_sheet_of_one_checkpoint_needs_no_column_for_it() {
    let race = Race::relay().started();
    let at = Wishes {
        checkpoint: Some("鶴見".to_owned()),
        ..Wishes::default()
    };
    let plan = race.passages("ゼッケン,時刻\n1,9:00\n", &at);
    assert_eq!(
        plan.rows[0].checkpoint.as_ref().map(|c| c.as_str()),
        Some("x1")
    );
    let bibs = race.passages("bib\n1\n2\n", &at);
    assert!(
        bibs.facts
            .iter()
            .all(|p| matches!(p.fact.kind, FactKind::BibRecorded { .. }))
    );
    let nowhere = Wishes {
        checkpoint: Some("nowhere".to_owned()),
        ..Wishes::default()
    };
    let fault = passages(&table("bib,time\n1,9:00\n"), &race.projector, &nowhere);
    assert_eq!(fault.expect_err("refused").code, "unknown_checkpoint");
}

#[test]
fn a_sheet_may_have_a_column_for_each_checkpoint() {
    let race = Race::relay().started();
    let file = "bib,name,5 km 経過,鶴見 時刻\n1,甲大,15:00,8:31:00\n2,乙大,,8:32:00\n";
    let plan = race.passages(file, &Wishes::default());
    assert_eq!(outcomes(&plan), ["2 add", "2 add", "3 add"]);
    assert_eq!(
        times(&plan),
        [
            "2026-01-01T23:15:00.000Z",
            "2026-01-01T23:31:00.000Z",
            "2026-01-01T23:32:00.000Z"
        ]
    );
    let unknown = table("bib,5 km,鶴見\n1,15:00,31:00\n");
    let fault = passages(&unknown, &race.projector, &Wishes::default()).expect_err("refused");
    assert_eq!(fault.code, "times_unknown");
    let gun = Wishes {
        times: Some(Times::Gun),
        ..Wishes::default()
    };
    assert!(passages(&unknown, &race.projector, &gun).is_ok());
}

#[test]
fn without_a_gun_a_row_says_what_is_missing() {
    let race = Race::relay();
    let plan = race.passages(
        "bib,checkpoint,time,elapsed\n1,x1,9:00,\n1,x1,,1:00:00\n",
        &Wishes::default(),
    );
    assert_eq!(outcomes(&plan), ["2 reject no_date", "3 reject no_gun"]);
    let dated = Wishes {
        date: tasuki_sheets::date("2026-01-02"),
        ..Wishes::default()
    };
    let plan = race.passages("bib,checkpoint,time\n1,x1,9:00\n", &dated);
    assert_eq!(times(&plan), ["2026-01-02T00:00:00.000Z"]);
}

#[test]
fn a_timing_point_of_several_laps_is_passed_several_times() {
    let mut race = Race::run();
    let mut definition = race.projector.definition().expect("a definition");
    for checkpoint in &mut definition.checkpoints[1..] {
        checkpoint.place = Some("line".parse().expect("an id"));
    }
    race.tell(None, FactKind::RaceDefined(Box::new(definition)));
    let mut race = race.started();
    let plan = race.entries("bib,name\n1,Ann\n");
    race.carry_out(&plan);
    let file = "bib,point,elapsed\n1,line,20:00\n1,line,41:00\n1,line,41:00\n1,5 km,20:00\n";
    let plan = race.passages(file, &Wishes::default());
    assert_eq!(outcomes(&plan), ["2 add", "3 add", "4 duplicate", "5 add"]);
    race.carry_out(&plan);
    assert_eq!(
        race.passages(file, &Wishes::default()).summary().duplicate,
        4
    );
}
