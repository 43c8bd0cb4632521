//! Installing what is missing, from Debian's packages.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::account::is_root;

/// Installs a package without a question asked, or says what to install by hand.
///
/// Debian's PostgreSQL package may also make and start its usual cluster on port 5432.
/// That is left as Debian wants it: nothing here uses that cluster or any port. So may its
/// Prometheus package start a server on port 9090, and caddy and nginx one on port 80.
pub(crate) fn install(package: &str) -> Result<()> {
    let by_hand = format!("install it by hand (on Debian: apt-get install {package})");
    let Some(prefix) = elevation()? else {
        bail!("{package} is missing and installing it needs root: {by_hand}");
    };
    if !answers(Command::new("apt-get").arg("--version")) {
        bail!("{package} is missing and there is no apt-get: {by_hand}");
    }
    println!("{package} is missing: installing Debian's package");
    apt_get(prefix, &["update", "--quiet"]).with_context(|| by_hand.clone())?;
    apt_get(
        prefix,
        &[
            "install",
            "--quiet",
            "--yes",
            "--no-install-recommends",
            package,
        ],
    )
    .context(by_hand)
}

/// What to put before a command so that root runs it; none if we cannot become root.
fn elevation() -> Result<Option<&'static [&'static str]>> {
    if is_root()? {
        return Ok(Some(&[]));
    }
    let sudo = answers(Command::new("sudo").args(["--non-interactive", "true"]));
    Ok(sudo.then_some(&["sudo", "--non-interactive"]))
}

/// Runs apt-get to its end, whatever signal comes: half an installation helps nobody.
fn apt_get(prefix: &[&str], arguments: &[&str]) -> Result<()> {
    let mut words = prefix.to_vec();
    // Through `env`, because sudo drops the variables of its caller.
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    // Another apt may be at work on a machine that has just booted.
    words.extend(["-o", "DPkg::Lock::Timeout=120"]);
    words.extend(arguments);
    println!("$ {}", words.join(" "));
    let (program, rest) = words.split_first().context("no command")?;
    let status = Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .status()?;
    ensure!(status.success(), "apt-get failed: {status}");
    Ok(())
}

/// Whether a command exists and succeeds, quietly.
fn answers(command: &mut Command) -> bool {
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}
