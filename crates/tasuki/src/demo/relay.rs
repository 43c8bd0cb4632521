//! How the legs are run: paces, handovers, and the guns that are fired for
//! those who are late.

use rand::RngExt;
use rand::rngs::StdRng;
use tasuki_race::{Bib, FactKind, MarkedStatus, Slug, StartTarget};

use super::course::Stretch;
use super::notes::{Notes, Sender};
use super::teams::Team;

/// How much better or worse than its team a runner may be.
const FORM_MS_PER_KM: i64 = 3_000;
/// How unevenly a leg may be run: the difference between its halves.
const BEND_PERMILLE: i64 = 15;
/// The leg on which a runner abandons.
pub(super) const ABANDONED_LEG: usize = 4;
/// How long the runner is waited for before the car takes them in.
const SEARCHED_MS: i64 = 24 * 60_000;

/// The day's race.
pub(super) struct Relay<'a> {
    pub(super) rng: &'a mut StdRng,
    pub(super) notes: &'a mut Notes,
    pub(super) teams: &'a [Team],
    /// How long after the leader's handover the waiting runners are sent off.
    pub(super) rolled_after_ms: i64,
}

impl Relay<'_> {
    /// Runs the legs of a day. `starts` says for each team when its first
    /// runner sets off.
    pub(super) fn run(&mut self, stretches: &[Stretch], mut starts: Vec<i64>) {
        for (index, stretch) in stretches.iter().enumerate() {
            let arrivals = self.leg(stretch, &starts);
            self.announce_first(stretch, &arrivals);
            if let Some(next) = stretches.get(index + 1) {
                starts = self.hand_over(next, &arrivals);
            }
        }
    }

    /// Runs one leg; says when each team's runner arrived, if they did.
    fn leg(&mut self, stretch: &Stretch, starts: &[i64]) -> Vec<Option<i64>> {
        self.teams
            .iter()
            .zip(starts)
            .map(|(team, &start)| self.runner(stretch, team, start))
            .collect()
    }

    fn runner(&mut self, stretch: &Stretch, team: &Team, start_ms: i64) -> Option<i64> {
        let form = self.rng.random_range(-FORM_MS_PER_KM..=FORM_MS_PER_KM);
        let bend = self.rng.random_range(-BEND_PERMILLE..=BEND_PERMILLE);
        let pace = (team.pace_ms_per_km + form) * stretch.effort_permille / 1_000;
        let total_ms = pace * stretch.length_m / 1_000;
        let mut passed = None;
        for (checkpoint, at_m) in &stretch.stops {
            if let (true, ABANDONED_LEG, Some(last_ms)) = (team.abandons, stretch.number, passed) {
                self.abandon(team, last_ms + SEARCHED_MS, checkpoint);
                return None;
            }
            let time_ms = start_ms + after(total_ms, bend, at_m * 1_000 / stretch.length_m);
            self.notes.passage(time_ms, &team.entry.bib, checkpoint);
            passed = Some(time_ms);
        }
        passed
    }

    /// The team runs on outside the ranking.
    fn abandon(&mut self, team: &Team, time_ms: i64, checkpoint: &Slug) {
        let kind = FactKind::StatusChanged {
            bib: team.entry.bib.clone(),
            status: MarkedStatus::Dnf,
            checkpoint: Some(checkpoint.clone()),
            reason: Some("途中棄権 / abandoned".to_owned()),
        };
        self.notes
            .write(time_ms, Sender::Station(checkpoint.clone()), time_ms, kind);
        let ja = format!("{}が{ABANDONED_LEG}区で途中棄権、以降は参考記録", team.ja);
        let en = format!(
            "{} abandons on leg {ABANDONED_LEG} and runs on outside the ranking",
            team.en
        );
        self.notes
            .announce(time_ms + 30_000, &ja, &en, Some(&team.entry.bib));
    }

    fn announce_first(&mut self, stretch: &Stretch, arrivals: &[Option<i64>]) {
        let arrived = self
            .teams
            .iter()
            .zip(arrivals)
            .filter_map(|(team, &time)| Some((time?, team)));
        let Some((time_ms, team)) = arrived.min_by_key(|(time, _)| *time) else {
            return;
        };
        let ja = format!(
            "{}区: {}が先頭で{}へ",
            stretch.number, team.ja, stretch.end_ja
        );
        let en = format!(
            "leg {}: {} first into {}",
            stretch.number, team.en, stretch.end_en
        );
        self.notes
            .announce(time_ms + 20_000, &ja, &en, Some(&team.entry.bib));
    }

    /// When the runners of the next leg set off: at the handover, or at the
    /// rolled start (繰り上げスタート) where their team is late.
    fn hand_over(&mut self, next: &Stretch, arrivals: &[Option<i64>]) -> Vec<i64> {
        let Some(leader_ms) = arrivals.iter().flatten().min() else {
            return vec![0; arrivals.len()];
        };
        let gun_ms = whole_second(leader_ms + self.rolled_after_ms);
        let in_time = |arrival: &Option<i64>| arrival.filter(|&time| time <= gun_ms);
        let late = self
            .teams
            .iter()
            .zip(arrivals)
            .filter(|(_, arrival)| in_time(arrival).is_none());
        let late: Vec<Bib> = late.map(|(team, _)| team.entry.bib.clone()).collect();
        if !late.is_empty() {
            let (leg, count) = (next.number, late.len());
            let target = StartTarget::Bibs(late);
            self.notes.office(
                gun_ms,
                FactKind::Started {
                    leg: Some(next.leg.clone()),
                    target,
                },
            );
            let (ja, en) = (
                format!("{leg}区 繰り上げスタート: {count}チーム"),
                format!("rolled start of leg {leg}: {count}"),
            );
            self.notes.announce(gun_ms + 10_000, &ja, &en, None);
        }
        arrivals
            .iter()
            .map(|arrival| in_time(arrival).unwrap_or(gun_ms))
            .collect()
    }
}

/// Guns are fired on the second.
pub(super) fn whole_second(time_ms: i64) -> i64 {
    (time_ms + 999) / 1_000 * 1_000
}

/// The time for the first `part` thousandths of a leg, which is run a little
/// faster at one end than at the other.
fn after(total_ms: i64, bend: i64, part: i64) -> i64 {
    total_ms * part / 1_000 + total_ms * bend / 1_000 * part * (1_000 - part) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_runs_backwards() {
        for bend in -BEND_PERMILLE..=BEND_PERMILLE {
            let times: Vec<i64> = (0..=1_000)
                .map(|part| after(3_600_000, bend, part))
                .collect();
            assert!(times.is_sorted_by(|one, next| one < next), "bend {bend}");
            assert_eq!((times[0], times[1_000]), (0, 3_600_000));
        }
    }
}
