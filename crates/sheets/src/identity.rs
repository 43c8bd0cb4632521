//! Ids derived from content, so that whoever imports the same thing twice
//! records it once.
//!
//! A passage is what it says: its id comes from the race, the bib, the place
//! and the moment, wherever its row stands. A registration is a decision: the
//! same entry may be wanted again after it was changed, so its id comes from
//! the registration that it replaces as well.

use tasuki_race::{Bib, Entry, EventId, Instant, RaceId, Slug};
use uuid::Uuid;

/// The name space of ids from sheets, drawn once: another would record what
/// is recorded already.
const SPACE: Uuid = Uuid::from_u128(0x6f1c_38d5_2c0b_4f63_9d6e_7a51_0e8b_44c2);

/// Stands between parts, and in none of them: ids, bibs and numbers hold no
/// control characters.
const SEPARATOR: &str = "\u{1f}";

fn derived(parts: &[&str]) -> EventId {
    EventId(Uuid::new_v5(&SPACE, parts.join(SEPARATOR).as_bytes()))
}

pub(crate) fn passage(race: &RaceId, bib: &Bib, checkpoint: &Slug, time: Instant) -> EventId {
    let ms = time.ms().to_string();
    derived(&[
        "passage",
        race.as_str(),
        bib.as_str(),
        checkpoint.as_str(),
        &ms,
    ])
}

/// Of a time without a bib. Several may have come in at the same moment:
/// `count` tells them apart.
pub(crate) fn time(race: &RaceId, checkpoint: &Slug, time: Instant, count: u32) -> EventId {
    let (ms, count) = (time.ms().to_string(), count.to_string());
    derived(&["time", race.as_str(), checkpoint.as_str(), &ms, &count])
}

/// Of a bib without a time.
pub(crate) fn bib(race: &RaceId, bib: &Bib, checkpoint: &Slug) -> EventId {
    derived(&["bib", race.as_str(), bib.as_str(), checkpoint.as_str()])
}

/// Of an entry that replaces what fact number `replaced` registered.
pub(crate) fn registration(race: &RaceId, replaced: Option<u64>, entry: &Entry) -> EventId {
    let replaced = replaced.unwrap_or(0).to_string();
    // Its members are in a fixed order, and names are sorted by language.
    let content = serde_json::to_string(entry).unwrap_or_default();
    derived(&["entry", race.as_str(), &replaced, &content])
}

/// Of a start of these bibs, which are sorted. A start may be put back to a
/// moment that it had before: `again` counts how often it was set there.
pub(crate) fn start(race: &RaceId, leg: &Slug, time: Instant, bibs: &[Bib], again: u32) -> EventId {
    let bibs: Vec<&str> = bibs.iter().map(Bib::as_str).collect();
    let (ms, bibs, again) = (time.ms().to_string(), bibs.join(" "), again.to_string());
    derived(&["start", race.as_str(), leg.as_str(), &ms, &bibs, &again])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_told_by_every_part() {
        let race: RaceId = "relay".parse().expect("an id");
        let (one, two): (Bib, Bib) = ("1".parse().expect("a bib"), "11".parse().expect("a bib"));
        let (a, b): (Slug, Slug) = ("1a".parse().expect("an id"), "a".parse().expect("an id"));
        let at = Instant::from_ms(1_000);
        let id = passage(&race, &one, &a, at);
        assert_eq!(id, passage(&race, &one, &a, at));
        assert_ne!(id, passage(&race, &two, &b, at));
        assert_ne!(id, passage(&race, &one, &a, Instant::from_ms(1_001)));
        assert_ne!(time(&race, &a, at, 0), time(&race, &a, at, 1));
    }

    #[test]
    fn ids_stay_what_they_are() {
        // Changing them would double what earlier versions have imported.
        let race: RaceId = "relay".parse().expect("an id");
        let (bib, x1) = ("1".parse().expect("a bib"), "x1".parse().expect("an id"));
        let id = passage(&race, &bib, &x1, Instant::from_ms(1_704_150_000_000));
        assert_eq!(id.to_string(), "93036577-7f83-5dbf-8879-7d9795ffce12");
    }
}
