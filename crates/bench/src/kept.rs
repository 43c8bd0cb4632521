//! The results as they are kept: JSON, and a page to read.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// Writes `NAME.json` and `NAME.md`.
///
/// # Errors
/// When the folder cannot be written to.
pub fn keep(folder: &Path, name: &str, results: &impl Serialize, page: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let json = serde_json::to_string_pretty(results)? + "\n";
    fs::write(folder.join(name).with_extension("json"), json)?;
    fs::write(folder.join(name).with_extension("md"), page)?;
    Ok(())
}
