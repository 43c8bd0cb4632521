//! What is in a file, told beside it for whoever has no database.

use serde::{Deserialize, Serialize};
use tasuki_log::{Archived, Hash, Month};

/// How the lines are written.
const FORMAT: u32 = 1;

/// Beside a file, as JSON.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u32,
    month: String,
    /// The least and the greatest number of an operation in it, and how many it has.
    first: u64,
    last: u64,
    count: u64,
    /// Of its lines, before compression.
    sha256: Hash,
    file: String,
}

impl Manifest {
    pub(super) fn of(archived: &Archived) -> Self {
        Self {
            format: FORMAT,
            month: archived.month.to_string(),
            first: archived.first,
            last: archived.last,
            count: archived.count,
            sha256: archived.sha256,
            file: archived.file.clone(),
        }
    }

    pub(super) fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// The name of a file: the same for the same operations.
pub(super) fn file_name(month: Month, first: u64, last: u64) -> String {
    format!("operations-{month}.{first}-{last}.ndjson.zst")
}

/// The name of the manifest beside it.
pub(super) fn manifest_name(file: &str) -> String {
    let stem = file.strip_suffix(".ndjson.zst").unwrap_or(file);
    format!("{stem}.json")
}
