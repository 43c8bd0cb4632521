//! Where a server is installed, as `deploy/runbooks/README.md` describes it: releases,
//! a link to the one that runs, a file of settings, backups.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tasuki_bench::relay;
use tempfile::TempDir;

use crate::shell::Environment;

/// The administrator's token.
pub(crate) const TOKEN: &str = "a-token-for-drills-only";
/// A few visitors here stand for many callers elsewhere, of whom each has a budget.
pub(crate) const MANY_CALLERS: &str = "TASUKI_LIMITS=read=off,export=off";
/// What is installed at first.
pub(crate) const RELEASE: &str = "1.0.0";
/// Programs that stand in for those of systemd, which no container has.
const STAND_INS: [&str; 2] = ["systemctl", "journalctl"];
/// The database's programs, where PostgreSQL takes part.
const PG_BIN_VARIABLE: &str = "TASUKI_TEST_PG_BIN";

/// An installation in a folder that goes with it.
pub(crate) struct Site {
    folder: TempDir,
    pub(crate) address: String,
    pub(crate) ops: String,
    /// The log, as `--log` and psql take it.
    pub(crate) log: String,
}

impl Site {
    /// Makes one; `log` is where its facts go, else a file in it.
    pub(crate) fn new(log: Option<String>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("drill-").tempdir()?;
        let path = folder.path();
        for inner in ["bin", "backups", "data", "journal"] {
            fs::create_dir(path.join(inner))?;
        }
        let log = log.unwrap_or_else(|| format!("sqlite:{}/data/log.sqlite", path.display()));
        let site = Self {
            address: free_address()?,
            ops: free_address()?,
            log,
            folder,
        };
        let own = std::env::current_exe()?;
        let tasuki = own.with_file_name("tasuki");
        anyhow::ensure!(tasuki.is_file(), "{}: build it first", tasuki.display());
        fs::create_dir_all(site.release(RELEASE))?;
        symlink(tasuki, site.release(RELEASE).join("tasuki"))?;
        site.switch_to(RELEASE)?;
        for name in STAND_INS {
            let call = format!("#!/bin/sh\nexec '{}' {name} \"$@\"\n", own.display());
            write_program(&site.path().join("bin").join(name), &call)?;
        }
        site.write_settings(&[])?;
        Ok(site)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of a release.
    pub(crate) fn release(&self, version: &str) -> PathBuf {
        self.path().join("releases").join(version)
    }

    /// A release of which the program is a script.
    pub(crate) fn install_script(&self, version: &str, script: &str) -> Result<()> {
        fs::create_dir_all(self.release(version))?;
        write_program(&self.release(version).join("tasuki"), script)
    }

    /// Lets `current` lead to a release.
    pub(crate) fn switch_to(&self, version: &str) -> Result<()> {
        let link = self.path().join("current");
        let _ = fs::remove_file(&link);
        symlink(self.release(version), link).context("a link")
    }

    /// The file of settings, which stands in the place of a unit's `EnvironmentFile`.
    pub(crate) fn settings(&self) -> PathBuf {
        self.path().join("tasuki.env")
    }

    /// Writes it, with these lines beside those that are needed.
    pub(crate) fn write_settings(&self, more: &[&str]) -> Result<()> {
        let mut file = fs::File::create(self.settings())?;
        writeln!(file, "TASUKI_LISTEN={}", self.address)?;
        writeln!(file, "TASUKI_OPS_LISTEN={}", self.ops)?;
        writeln!(file, "TASUKI_LOG={}", self.log)?;
        writeln!(file, "TASUKI_ADMIN_TOKEN={TOKEN}")?;
        more.iter().try_for_each(|line| writeln!(file, "{line}"))?;
        Ok(())
    }

    /// What a unit says about itself.
    pub(crate) fn journal(&self, unit: &str) -> PathBuf {
        self.path().join("journal").join(unit)
    }

    /// Where the stand-ins find who starts and stops.
    pub(crate) fn socket(&self) -> PathBuf {
        self.path().join("units")
    }

    /// What whoever follows a runbook has set, and where commands are found.
    pub(crate) fn environment(&self) -> Environment {
        let home = self.path().display();
        let old = std::env::var("PATH").unwrap_or_default();
        let postgres = std::env::var(PG_BIN_VARIABLE).unwrap_or_default();
        vec![
            ("TASUKI_HOME", home.to_string()),
            ("TASUKI_URL", format!("http://{}", self.address)),
            ("TASUKI_OPS", format!("http://{}", self.ops)),
            ("TASUKI_TOKEN", TOKEN.to_owned()),
            ("TASUKI_LOG", self.log.clone()),
            ("TASUKI_RACE", relay::RACE.to_owned()),
            (
                "PATH",
                format!("{home}/bin:{home}/current:{postgres}:{old}"),
            ),
            (
                crate::units::SOCKET_VARIABLE,
                self.socket().display().to_string(),
            ),
        ]
    }
}

fn write_program(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// An address of this machine that nobody listens at.
pub(crate) fn free_address() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}
