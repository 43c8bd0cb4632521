//! How long a race is held still while the largest file is compared with it.
//!
//! `cargo run --release -p tasuki-sheets --example plan_cost`

use std::time::Instant;

use tasuki_race::{Definition, FactKind, Projector};
use tasuki_sheets::{ROWS_MAX, Results, Style, Table, Wishes, entries, passages};

const RACE: &str = r#"{"id":"run","name":"Run","timezone":"Asia/Tokyo","checkpoints":[
    {"id":"start","name":"Start","kind":"start","distance_m":0},
    {"id":"finish","name":"Finish","kind":"finish","distance_m":10000}]}"#;

fn main() {
    let definition = Definition::from_json(RACE).expect("a definition");
    let mut race = Projector::new(definition.id.clone());
    let mut seq = 0;
    let mut record = |race: &mut Projector, fact: &tasuki_race::Fact| {
        seq += 1;
        race.apply(seq, tasuki_race::Instant::from_ms(0), "admin", fact);
    };
    let first = tasuki_race::Fact {
        id: "0198c0de-0000-7000-8000-000000000001"
            .parse()
            .expect("an id"),
        time: None,
        note: None,
        kind: FactKind::RaceDefined(Box::new(definition)),
    };
    record(&mut race, &first);
    race.settle();

    let list: String = (1..=ROWS_MAX)
        .map(|n| format!("{n},Runner {n}\n"))
        .collect();
    let list = format!("bib,name\n{list}");
    let paper: String = (1..=ROWS_MAX)
        .map(|n| {
            format!(
                "{n},finish,{}:{:02}:{:02}\n",
                9 + n / 60_000,
                n / 1_000 % 60,
                n % 60
            )
        })
        .collect();
    let paper = format!("bib,checkpoint,time\n{paper}");
    let wishes = Wishes {
        date: tasuki_sheets::date("2026-01-02"),
        ..Wishes::default()
    };
    for round in ["new", "known"] {
        let table = timed("reading a list", || {
            Table::read(list.as_bytes(), None, None).expect("a table")
        });
        let plan = timed(&format!("{round} entries"), || {
            entries(&table, &race, &wishes).expect("a plan")
        });
        for planned in &plan.facts {
            record(&mut race, &planned.fact);
        }
        race.settle();
        let table = Table::read(paper.as_bytes(), None, None).expect("a table");
        let plan = timed(&format!("{round} passages"), || {
            passages(&table, &race, &wishes).expect("a plan")
        });
        for planned in &plan.facts {
            record(&mut race, &planned.fact);
        }
        race.settle();
    }
    let results = timed("gathering results", || {
        Results::gather(&race, None).expect("a race")
    });
    timed("writing CSV", || results.csv(Style::default()).len());
    timed("writing XML", || {
        results.xml(tasuki_sheets::Language::En).len()
    });
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    println!(
        "{what}: {:.0} ms for {ROWS_MAX} rows",
        begun.elapsed().as_secs_f64() * 1_000.0
    );
    done
}
