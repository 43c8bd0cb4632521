//! A definition turned into positions: what the arithmetic walks along.

use rustc_hash::FxHashMap;

use crate::definition::{Checkpoint, CheckpointKind, Cutline, Definition, Ranking};
use crate::ids::Slug;
use crate::times::StationNames;

/// The course and settings in force, with every id resolved to a position.
#[derive(Debug, Default)]
pub(crate) struct Course {
    pub(crate) stations: Vec<Station>,
    pub(crate) legs: Vec<Span>,
    pub(crate) sections: Vec<(Slug, Vec<usize>)>,
    pub(crate) ranking: Ranking,
    pub(crate) fastest_pace_s_per_km: i64,
    /// Timing points that are visited more than once.
    pub(crate) places: Vec<Slug>,
    pub(crate) cutlines: Vec<Cutline>,
    pub(crate) overdue_after_ms: i64,
    station_by_id: FxHashMap<Slug, usize>,
    leg_by_id: FxHashMap<Slug, usize>,
    category_by_id: FxHashMap<Slug, usize>,
    /// By position.
    pub(crate) category_ids: Vec<Slug>,
}

/// A checkpoint of the course.
#[derive(Debug)]
pub(crate) struct Station {
    pub(crate) id: Slug,
    pub(crate) kind: CheckpointKind,
    pub(crate) distance_m: i64,
    /// The leg that passes or ends here; the start belongs to the first.
    pub(crate) leg: usize,
    /// Of which place it is a visit.
    pub(crate) visit: Option<Visit>,
}

/// That a station is one of several visits of a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// Position among the places.
    pub(crate) place: usize,
    /// The least time since the visit before.
    pub(crate) min_lap_ms: i64,
}

/// The stations of a leg.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) id: Slug,
    /// First station passed on the leg.
    pub(crate) first: usize,
    /// The exchange or finish where it ends.
    pub(crate) end: usize,
    /// Begins only by a `started` fact.
    pub(crate) after_break: bool,
    pub(crate) record_ms: Option<i64>,
}

impl Course {
    pub(crate) fn of(definition: &Definition) -> Self {
        let mut course = Self {
            ranking: definition.ranking.clone(),
            fastest_pace_s_per_km: definition.fastest_pace_s_per_km,
            category_by_id: index(definition.categories.iter().map(|c| &c.id)),
            leg_by_id: index(definition.legs.iter().map(|l| &l.id)),
            station_by_id: index(definition.checkpoints.iter().map(|c| &c.id)),
            category_ids: definition.categories.iter().map(|c| c.id.clone()).collect(),
            cutlines: definition.cutlines.clone(),
            overdue_after_ms: definition.overdue_after_ms,
            ..Self::default()
        };
        for checkpoint in &definition.checkpoints {
            course.lay(checkpoint, definition);
        }
        course.sections = definition
            .sections
            .iter()
            .map(|s| {
                (
                    s.id.clone(),
                    s.legs.iter().filter_map(|l| course.leg(l)).collect(),
                )
            })
            .collect();
        course
    }

    fn lay(&mut self, checkpoint: &Checkpoint, definition: &Definition) {
        let here = self.stations.len();
        let leg = self.legs.len();
        if checkpoint.kind.ends_leg()
            && let Some(named) = definition.legs.get(leg)
        {
            let before = self.legs.last().map(|l: &Span| l.end);
            self.legs.push(Span {
                id: named.id.clone(),
                first: before.map_or(0, |end| end + 1),
                end: here,
                after_break: before.is_some_and(|end| definition.checkpoints[end].is_break),
                record_ms: named.record_ms,
            });
        }
        let visit = checkpoint.place.as_ref().map(|place| Visit {
            place: self.place_number(place),
            min_lap_ms: checkpoint.min_lap_ms,
        });
        self.stations.push(Station {
            id: checkpoint.id.clone(),
            kind: checkpoint.kind,
            distance_m: checkpoint.distance_m,
            leg,
            visit,
        });
    }

    fn place_number(&mut self, place: &Slug) -> usize {
        let known = self.places.iter().position(|known| known == place);
        known.unwrap_or_else(|| {
            self.places.push(place.clone());
            self.places.len() - 1
        })
    }

    /// Whether rankings on the other course mean the same as on this one.
    pub(crate) fn has_shape_of(&self, other: &Self) -> bool {
        let stations = |course: &Self| {
            let all = course.stations.iter();
            all.map(|s| (s.id.clone(), s.kind, s.leg))
                .collect::<Vec<_>>()
        };
        self.category_ids == other.category_ids
            && self.sections == other.sections
            && stations(self) == stations(other)
    }

    /// The interned names under which passages are recorded on it; `number`
    /// gives a name's.
    pub(crate) fn names(&self, mut number: impl FnMut(&Slug) -> u32) -> StationNames {
        StationNames {
            stations: self.stations.iter().map(|s| number(&s.id)).collect(),
            places: self.places.iter().map(number).collect(),
        }
    }

    /// Whether the stretch to a station is the first of its leg. The start
    /// itself ends none.
    pub(crate) fn opens_leg(&self, station: usize) -> bool {
        let leg = self.stations[station].leg;
        station == self.legs[leg].first.max(1)
    }

    pub(crate) fn station(&self, id: &Slug) -> Option<usize> {
        self.station_by_id.get(id).copied()
    }

    pub(crate) fn leg(&self, id: &Slug) -> Option<usize> {
        self.leg_by_id.get(id).copied()
    }

    pub(crate) fn category(&self, id: &Slug) -> Option<usize> {
        self.category_by_id.get(id).copied()
    }

    pub(crate) fn category_count(&self) -> usize {
        self.category_ids.len()
    }
}

fn index<'a>(ids: impl Iterator<Item = &'a Slug>) -> FxHashMap<Slug, usize> {
    ids.cloned().zip(0..).collect()
}
