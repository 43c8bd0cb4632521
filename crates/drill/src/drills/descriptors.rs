//! The process may open fewer files than people come.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Drill;
use crate::stage::Stage;

/// Beyond those that are open: few.
const SPARE: usize = 12;

pub(super) const DRILL: Drill = Drill {
    name: "descriptors",
    what: "the process runs out of descriptors while people come",
    alert: Some("TasukiDescriptorsFull"),
    follows: &["descriptors/look", "descriptors/more", "descriptors/over"],
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let process = stage.units.pid()?;
    let open = std::fs::read_dir(format!("/proc/{process}/fd"))?.count();
    stage.breaks(&format!(
        "{open} descriptors are open, and {} allowed",
        open + SPARE
    ));
    let limit = format!("--nofile={}:", open + SPARE);
    let mut prlimit = Command::new("prlimit");
    let status = prlimit
        .args(["--pid", &process.to_string(), &limit])
        .status()?;
    ensure!(status.success(), "prlimit");
    // The server is read once more before nothing can be read of it.
    std::thread::sleep(Duration::from_secs(6));
    let address = stage.site.address.clone();
    stage.load.crowd.grow(&address, 100);
    let within = Duration::from_secs(15);
    stage.sees("not everybody gets in", within, |stage| {
        let crowd = &stage.load.crowd;
        Ok(crowd.there() > 300 && crowd.there() < crowd.size())
    })?;
    stage.alerted()?;
    stage.follow_to_see(
        "descriptors/look",
        &["Too many open files", "Max open files"],
    )?;
    stage.recovers();
    stage.follow("descriptors/more")?;
    stage.recovered()?;
    stage.follow("descriptors/over")?;
    stage.cleared(Duration::from_secs(20))
}
