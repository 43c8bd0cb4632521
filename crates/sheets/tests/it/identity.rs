//! Ids come from what a row says, not from where it stands.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tasuki_race::EventId;
use tasuki_sheets::Wishes;

use crate::support::Race;

/// Rows of a paper sheet: few bibs and moments, so that rows repeat.
fn rows() -> impl Strategy<Value = Vec<String>> {
    let bib = prop_oneof![
        Just(String::new()),
        (1_u32..8).prop_map(|bib| bib.to_string())
    ];
    let place = prop_oneof![Just("km5"), Just("x1"), Just("finish")];
    let time = prop_oneof![
        Just(String::new()),
        (0_u32..4).prop_map(|second| format!("8:30:{second:02}"))
    ];
    let row = (bib, place, time).prop_map(|(bib, place, time)| format!("{bib},{place},{time}"));
    proptest::collection::vec(row, 1..40)
}

fn ids(race: &Race, rows: &[String]) -> BTreeSet<EventId> {
    let file = format!("bib,checkpoint,time\n{}\n", rows.join("\n"));
    let plan = race.passages(&file, &Wishes::default());
    let ids: BTreeSet<EventId> = plan.facts.iter().map(|planned| planned.fact.id).collect();
    assert_eq!(ids.len(), plan.facts.len(), "no id is given twice");
    ids
}

proptest! {
    #[test]
    fn any_order_of_rows_gives_the_same_ids(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        let race = Race::relay().started();
        prop_assert_eq!(ids(&race, &rows), ids(&race, &shuffled));
    }

    #[test]
    fn importing_twice_records_once(rows in rows()) {
        let mut race = Race::relay().started();
        let file = format!("bib,checkpoint,time\n{}\n", rows.join("\n"));
        let plan = race.passages(&file, &Wishes::default());
        race.carry_out(&plan);
        let seq = race.seq;
        let again = race.passages(&file, &Wishes::default());
        prop_assert!(again.facts.is_empty());
        race.carry_out(&again);
        prop_assert_eq!(race.seq, seq);
    }

    #[test]
    fn bytes_of_any_kind_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let race = Race::relay().started();
        if let Ok(table) = tasuki_sheets::Table::read(&bytes, None, None) {
            let _ = tasuki_sheets::passages(&table, &race.projector, &Wishes::default());
        }
        let _ = tasuki_sheets::start_list(&bytes, &race.projector, &Wishes::default());
    }

    #[test]
    fn cells_of_any_kind_are_read_or_refused(cells in proptest::collection::vec("\\PC{0,20}", 3)) {
        let race = Race::relay().started();
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('"', "'")).collect();
        let row = format!("\"{}\"", cells.join("\",\""));
        for file in [format!("bib,checkpoint,time\n1,x1,{row}\n"), format!("bib,checkpoint,elapsed\n{row}\n")] {
            if let Ok(table) = tasuki_sheets::Table::read(file.as_bytes(), None, None) {
                let _ = tasuki_sheets::passages(&table, &race.projector, &Wishes::default());
                let _ = tasuki_sheets::entries(&table, &race.projector, &Wishes::default());
            }
        }
    }
}
