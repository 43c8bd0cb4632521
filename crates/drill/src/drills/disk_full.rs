//! The disk that the log is on is full.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Drill;
use crate::site::Site;
use crate::stage::Stage;

/// What is mounted where the log is: small, and in memory.
const DISK: &str = "size=24m";
static PIECE: [u8; 64 * 1024] = [0; 64 * 1024];

pub(super) const DRILL: Drill = Drill {
    name: "disk-full",
    what: "the disk that an SQLite log is on fills up under load (mounts a small one: needs root)",
    alert: Some("TasukiLogNotWritable"),
    follows: &[
        "log-not-writable/look",
        "disk-full/look",
        "disk-full/what",
        "disk-full/room",
        "disk-full/over",
    ],
    prepare: Some(mount),
    run,
    ..Drill::USUAL
};

fn run(stage: &mut Stage) -> Result<()> {
    let disk = Disk(data(&stage.site));
    let backups = data(&stage.site).join("old-backups");
    fs::create_dir(&backups)?;
    stage.breaks("somebody copies backups to the disk of the log, until it is full");
    fill(&backups.join("race.tar"))?;
    let within = Duration::from_secs(10);
    stage.sees("the server is not ready", within, |stage| {
        Ok(!stage.is_ready())
    })?;
    stage.alerted()?;
    stage.follow_to_see("log-not-writable/look", &["log not writable", "full"])?;
    stage.follow_to_see("disk-full/look", &["100%"])?;
    stage.follow_to_see("disk-full/what", &["old-backups"])?;
    stage.recovers();
    stage.follow("disk-full/room")?;
    stage.recovered()?;
    stage.follow_to_see("disk-full/over", &["\"ready\":true"])?;
    stage.cleared(Duration::from_secs(20))?;
    stage.at_the_end(Box::new(disk));
    Ok(())
}

fn data(site: &Site) -> PathBuf {
    site.path().join("data")
}

fn mount(site: &Site) -> Result<()> {
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", DISK, "tmpfs"]);
    let status = mount.arg(data(site)).status().context("mount")?;
    ensure!(status.success(), "a disk cannot be mounted: be root");
    Ok(())
}

/// Writes until there is no room.
fn fill(path: &Path) -> Result<()> {
    let mut file = File::create(path)?;
    while file.write_all(&PIECE).is_ok() {}
    // The last bytes too.
    while file.write_all(&[0]).is_ok() {}
    Ok(())
}

/// A mounted disk; unmounted when this is dropped, which has to be after the server.
struct Disk(PathBuf);

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
