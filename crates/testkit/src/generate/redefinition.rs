//! Changes of a definition while its race is on.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use tasuki_race::{Checkpoint, CheckpointKind, FactKind, Instant, Slug};

use super::course::{read, slug};
use super::definition::{RESOLUTIONS_MS, ROUNDINGS, cutlines, min_lap_ms, one_of, ranking};
use super::tale::Tale;

impl Tale<'_> {
    /// The race defined anew, with one or two things changed and some of the
    /// entries named again.
    pub(super) fn redefinition(&mut self) -> (Option<Instant>, FactKind) {
        let mut json = json!(self.definition);
        // Entries stay; whoever is named again must fit the categories left.
        json["entries"] = json!([]);
        for _ in 0..self.rng.random_range(1..=2) {
            self.change(&mut json);
        }
        self.definition = read(&json);
        json["entries"] = self.entries_again();
        (None, FactKind::RaceDefined(Box::new(read(&json))))
    }

    fn change(&mut self, json: &mut Value) {
        match self.rng.random_range(0..12) {
            0 | 1 => json["ranking"] = ranking(self.rng),
            2 => json["name"] = json!({"ja": "駅伝", "en": "Relay"}),
            3 => json["resolution_ms"] = json!(one_of(self.rng, &RESOLUTIONS_MS)),
            4 => json["rounding"] = json!(one_of(self.rng, &ROUNDINGS)),
            5 => self.add_split(json),
            6 => self.split_a_leg(json),
            7 => self.toggle_break(json),
            8 | 9 => self.move_a_visit(json),
            10 => json["cutlines"] = cutlines(self.rng, self.bibs.len()),
            _ => self.drop_category(json),
        }
    }

    /// A new point somewhere before the finish.
    fn add_split(&mut self, json: &mut Value) {
        let Some(list) = json["checkpoints"].as_array_mut() else {
            return;
        };
        let place = self.rng.random_range(1..list.len());
        let distance_m = list[place]["distance_m"].clone();
        let id = format!("new-{}", list.len());
        let split = json!({"id": id, "name": "New", "kind": "split", "distance_m": distance_m});
        list.insert(place, split);
    }

    /// A split becomes an exchange, and the leg around it two.
    fn split_a_leg(&mut self, json: &mut Value) {
        let definition = read(json);
        let checkpoints = || definition.checkpoints.iter();
        let splits: Vec<usize> = checkpoints()
            .zip(0..)
            .filter(|(checkpoint, _)| checkpoint.kind == CheckpointKind::Split)
            .map(|(_, place)| place)
            .collect();
        let Some(&place) = splits.choose(self.rng) else {
            return;
        };
        let leg = checkpoints()
            .take(place)
            .filter(|before| before.kind.ends_leg())
            .count();
        json["checkpoints"][place]["kind"] = json!("exchange");
        if let Some(legs) = json["legs"].as_array_mut() {
            let id = format!("half-{}", legs.len());
            legs.insert(leg, json!({"id": id}));
        }
    }

    fn toggle_break(&mut self, json: &mut Value) {
        let list = json["checkpoints"].as_array_mut();
        let exchanges = list
            .into_iter()
            .flatten()
            .filter(|c| c["kind"] == json!("exchange"));
        for exchange in exchanges {
            if self.rng.random_bool(0.5) {
                let was = exchange["break"] == json!(true);
                exchange["break"] = json!(!was);
            }
        }
    }

    /// A checkpoint becomes a visit of another place, or its laps may be
    /// shorter. A place keeps its last visit: passages are recorded there.
    fn move_a_visit(&mut self, json: &mut Value) {
        let definition = read(json);
        let checkpoints = &definition.checkpoints;
        let moved = self.rng.random_range(0..checkpoints.len());
        let visits = |place: &Slug| {
            let at = |checkpoint: &&Checkpoint| checkpoint.place.as_ref() == Some(place);
            checkpoints.iter().filter(at).count()
        };
        let mut places: Vec<&Slug> = checkpoints
            .iter()
            .filter_map(|checkpoint| checkpoint.place.as_ref())
            .collect();
        let new = slug(&format!("mat-{}", places.len()));
        places.push(&new);
        let visit = &mut json["checkpoints"][moved];
        visit["min_lap_ms"] = json!(min_lap_ms(self.rng));
        let is_free = |place: &Slug| visits(place) > 1;
        if checkpoints[moved].place.as_ref().is_none_or(is_free) {
            visit["place"] = json!(places[self.rng.random_range(0..places.len())]);
        }
    }

    /// A category less: entries registered in it keep its name.
    fn drop_category(&mut self, json: &mut Value) {
        if let Some(categories) = json["categories"].as_array_mut()
            && !categories.is_empty()
        {
            categories.remove(self.rng.random_range(0..categories.len()));
        }
    }

    /// Some new details on top of what is registered.
    fn entries_again(&mut self) -> Value {
        let count = self.rng.random_range(0..=2);
        let entries = (0..count).map(|_| self.any_entry());
        let by_bib: BTreeMap<_, _> = entries.map(|entry| (entry.bib.clone(), entry)).collect();
        by_bib.into_values().map(|entry| json!(entry)).collect()
    }
}
