//! Sends a script to a server, each fact when it is due and from whom it
//! comes: the race office as an administrator, each checkpoint as a device of
//! its own.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use tasuki_race::{Definition, FactKind, Slug};
use tokio::time::Instant;

use super::notes::{Scene, Sender};
use super::script::Script;
use crate::client::{Client, Created};
use crate::progress;
use crate::replay::Tally;
use crate::speed::Speed;

/// Facts that are due within this time go together, as a recorder's tablet
/// sends what has gathered.
const GATHERED: Duration = Duration::from_millis(200);
/// Most facts in a request; a server takes ten times as many.
const BATCH_FACTS_MAX: usize = 1_000;

/// Plays the race from its creation to its end.
pub(super) async fn play(office: &Client, script: &Script, speed: Speed) -> anyhow::Result<Tally> {
    let race = &script.definition.id;
    if office.create_race(&script.definition).await? == Created::Exists {
        anyhow::bail!("the server has the race already");
    }
    let stations = stations(office, script).await?;
    let bar = progress::played(u64::try_from(script.scenes.len())?);
    let started = Instant::now();
    let due = |scene: &Scene| {
        speed.lasts(Duration::from_millis(
            u64::try_from(scene.due_ms).unwrap_or(0),
        ))
    };
    let mut tally = Tally::default();
    let mut rest = script.scenes.as_slice();
    while let Some(next) = rest.first() {
        tokio::time::sleep_until(started + due(next)).await;
        let until = started.elapsed() + GATHERED;
        let ripe = rest.partition_point(|scene| due(scene) <= until).max(1);
        let (now, later) = rest.split_at(ripe);
        rest = later;
        for batch in by_sender(now) {
            let client = match &batch[0].sender {
                Sender::Office => office,
                Sender::Station(checkpoint) => stations
                    .get(checkpoint)
                    .context("a station has no device")?,
            };
            let facts: Vec<String> = batch.iter().map(|scene| scene.fact.canonical()).collect();
            tally.add(&client.submit(race, &facts).await?);
            bar.inc(u64::try_from(batch.len())?);
        }
    }
    bar.finish_and_clear();
    Ok(tally)
}

/// Neighbours from one sender. The order between senders is kept: the office
/// corrects what a station has sent.
fn by_sender(scenes: &[Scene]) -> impl Iterator<Item = &[Scene]> {
    let runs = scenes.chunk_by(|one, next| one.sender == next.sender);
    runs.flat_map(|run| run.chunks(BATCH_FACTS_MAX))
}

/// Admits a device at every checkpoint where something is seen.
async fn stations(office: &Client, script: &Script) -> anyhow::Result<BTreeMap<Slug, Client>> {
    let Definition {
        id: race,
        checkpoints,
        ..
    } = &script.definition;
    let mut stations = BTreeMap::new();
    for checkpoint in checkpoints {
        let seen = |scene: &Scene| match &scene.fact.kind {
            FactKind::PassageRecorded { checkpoint: at, .. } => *at == checkpoint.id,
            _ => false,
        };
        if script.scenes.iter().any(seen) {
            let name = format!("Tablet {}", checkpoint.id);
            let token = office.create_device(race, &name, &checkpoint.id).await?;
            stations.insert(checkpoint.id.clone(), office.with_token(token));
        }
    }
    Ok(stations)
}
