//! The course of the demo: from the sea up to a lake on the first day, and
//! back on the second. No such places, no such race.

use serde_json::{Value, json};
use tasuki_race::{Definition, Entry, Slug};

/// The id of the race, which stands in the board's address.
pub(super) const RACE: &str = "demo-ekiden";
/// Legs of the first day (往路).
pub(super) const DAY_ONE_LEGS: usize = 5;
/// The last place that is seeded for next year (シード権).
pub(super) const SEEDED_RANK: u32 = 10;

/// A leg as the table below describes it.
struct Plan {
    length_m: i64,
    splits_m: &'static [i64],
    /// Where it ends: id, Japanese, English.
    end: (&'static str, &'static str, &'static str),
    /// What its hills cost, against flat road.
    effort_permille: i64,
}

const PLANS: [Plan; 10] = [
    plan(
        21_400,
        &[5_000, 10_000, 15_000],
        ("aonami", "青波", "Aonami"),
        1_000,
    ),
    plan(
        23_000,
        &[8_000, 15_000],
        ("matsugahara", "松ヶ原", "Matsugahara"),
        1_005,
    ),
    plan(
        21_200,
        &[7_000, 14_000],
        ("shiomibashi", "汐見橋", "Shiomibashi"),
        995,
    ),
    plan(
        20_900,
        &[5_000, 12_000],
        ("kirisawa", "霧沢", "Kirisawa"),
        1_000,
    ),
    plan(
        20_700,
        &[8_000, 16_000],
        ("kagamiko", "鏡湖", "Lake Kagami"),
        1_130,
    ),
    plan(
        20_700,
        &[5_000, 13_000],
        ("kirisawa-2", "霧沢", "Kirisawa"),
        965,
    ),
    plan(
        21_100,
        &[10_000],
        ("shiomibashi-2", "汐見橋", "Shiomibashi"),
        1_000,
    ),
    plan(
        21_500,
        &[7_000, 15_000],
        ("matsugahara-2", "松ヶ原", "Matsugahara"),
        1_005,
    ),
    plan(
        23_100,
        &[8_000, 15_000],
        ("aonami-2", "青波", "Aonami"),
        1_000,
    ),
    plan(
        23_000,
        &[10_000, 20_000],
        ("finish", "星見台", "Hoshimidai"),
        1_000,
    ),
];

const fn plan(
    length_m: i64,
    splits_m: &'static [i64],
    end: (&'static str, &'static str, &'static str),
    effort_permille: i64,
) -> Plan {
    Plan {
        length_m,
        splits_m,
        end,
        effort_permille,
    }
}

/// A leg as it is run.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    /// Its number, from 1.
    pub(super) number: usize,
    pub(super) leg: Slug,
    pub(super) length_m: i64,
    pub(super) effort_permille: i64,
    /// Where times are taken, and after how many metres of the leg; the last
    /// is its end. Never empty.
    pub(super) stops: Vec<(Slug, i64)>,
    /// What its end is called.
    pub(super) end_ja: &'static str,
    pub(super) end_en: &'static str,
}

impl Stretch {
    /// The checkpoint that ends the leg.
    pub(super) fn end(&self) -> Option<&Slug> {
        self.stops.last().map(|(checkpoint, _)| checkpoint)
    }
}

/// The legs in their order.
pub(super) fn stretches() -> anyhow::Result<Vec<Stretch>> {
    let stretch = |(number, plan): (usize, &Plan)| {
        let splits = plan
            .splits_m
            .iter()
            .map(|&at_m| Ok((split_id(number, at_m).parse()?, at_m)));
        let mut stops = splits.collect::<anyhow::Result<Vec<_>>>()?;
        stops.push((plan.end.0.parse()?, plan.length_m));
        Ok(Stretch {
            number,
            leg: number.to_string().parse()?,
            length_m: plan.length_m,
            effort_permille: plan.effort_permille,
            stops,
            end_ja: plan.end.1,
            end_en: plan.end.2,
        })
    };
    (1..).zip(&PLANS).map(stretch).collect()
}

/// The race with its entries. Leg records are not known yet.
pub(super) fn definition(entries: &[Entry]) -> anyhow::Result<Definition> {
    let legs: Vec<String> = (1..=PLANS.len()).map(|number| number.to_string()).collect();
    let (outbound, inbound) = legs.split_at(DAY_ONE_LEGS);
    let race = json!({
        "id": RACE,
        "name": {"ja": "星見台・鏡湖間往復大学駅伝（架空）", "en": "Hoshimidai University Ekiden (fictional)"},
        "timezone": "Asia/Tokyo",
        "resolution_ms": 1000,
        "rounding": "up",
        "checkpoints": checkpoints(),
        "legs": legs.iter().map(|id| json!({"id": id, "name": {"ja": format!("{id}区"), "en": format!("Leg {id}")}}))
            .collect::<Vec<_>>(),
        "categories": [
            {"id": "coast", "name": {"ja": "海岸学連", "en": "Coast"}},
            {"id": "inland", "name": {"ja": "内陸学連", "en": "Inland"}}],
        "sections": [
            {"id": "outbound", "name": {"ja": "往路", "en": "Outbound"}, "legs": outbound},
            {"id": "inbound", "name": {"ja": "復路", "en": "Return"}, "legs": inbound}],
        "cutlines": [{"rank": SEEDED_RANK, "name": {"ja": "シード権", "en": "Seeded"}}],
        "public_log": true,
        "entries": entries,
    });
    Ok(Definition::from_json(&race.to_string())?)
}

fn checkpoints() -> Vec<Value> {
    let mut checkpoints = vec![json!({
        "id": "start", "name": {"ja": "星見台", "en": "Hoshimidai"}, "kind": "start", "distance_m": 0,
    })];
    let mut leg_start_m = 0;
    for (number, plan) in (1..).zip(&PLANS) {
        checkpoints.extend(plan.splits_m.iter().map(|at_m| {
            let km = at_m / 1_000;
            json!({
                "id": split_id(number, *at_m),
                "name": {"ja": format!("{number}区 {km} km"), "en": format!("Leg {number}, {km} km")},
                "kind": "split",
                "distance_m": leg_start_m + at_m,
            })
        }));
        leg_start_m += plan.length_m;
        let (id, ja, en) = plan.end;
        let last = number == PLANS.len();
        checkpoints.push(json!({
            "id": id,
            "name": {"ja": if last { ja.to_owned() } else { format!("{ja}中継所") }, "en": en},
            "kind": if last { "finish" } else { "exchange" },
            "distance_m": leg_start_m,
            "break": number == DAY_ONE_LEGS,
        }));
    }
    checkpoints
}

fn split_id(number: usize, at_m: i64) -> String {
    format!("{number}-km{}", at_m / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_is_a_valid_definition_that_the_stretches_follow() {
        let definition = definition(&[]).expect("a course");
        let stops = stretches()
            .expect("stretches")
            .into_iter()
            .flat_map(|s| s.stops);
        let named: Vec<Slug> = stops.map(|(checkpoint, _)| checkpoint).collect();
        let defined: Vec<Slug> = definition.checkpoints.into_iter().map(|c| c.id).collect();
        assert_eq!(named, defined[1..]);
    }
}
