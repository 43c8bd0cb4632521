//! The unix account that runs PostgreSQL, which refuses to be run by root.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::output_of;

/// Accounts that root may lend to the server, best first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// Who runs the server.
pub(crate) struct Account {
    /// Its login name.
    pub(crate) name: String,
    /// User and group to switch to; none when the server runs as we do.
    switch_to: Option<(u32, u32)>,
}

impl Account {
    /// Ourselves, or, if we are root, the first candidate that this machine knows.
    pub(crate) fn for_postgres() -> Result<Self> {
        if !is_root()? {
            return Ok(Self {
                name: id(&["-un"])?,
                switch_to: None,
            });
        }
        for name in CANDIDATES {
            if let (Ok(user), Ok(group)) = (id(&["-u", name]), id(&["-g", name])) {
                let switch_to = Some((user.parse()?, group.parse()?));
                return Ok(Self {
                    name: name.to_owned(),
                    switch_to,
                });
            }
        }
        bail!("PostgreSQL refuses to run as root: create a user named postgres")
    }

    /// A command that runs as this account, out of reach of the terminal's ctrl-c:
    /// the server is stopped by us, in order, and not by the key.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.process_group(0);
        if let Some((user, group)) = self.switch_to {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives a file or directory to this account.
    pub(crate) fn own(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.switch_to else {
            return Ok(());
        };
        chown(path, Some(user), Some(group))
            .with_context(|| format!("cannot give {} to {}", path.display(), self.name))
    }
}

/// Whether we are root.
pub(crate) fn is_root() -> Result<bool> {
    Ok(id(&["-u"])? == "0")
}

fn id(arguments: &[&str]) -> Result<String> {
    output_of(Command::new("id").args(arguments))
}
