//! Unpacks a compressed stream as it comes.

use std::io::Write;

use anyhow::{Context, Result};
use flate2::write::GzDecoder;

/// One gzip member.
#[derive(Debug)]
pub struct Gunzip(GzDecoder<Vec<u8>>);

impl Default for Gunzip {
    fn default() -> Self {
        Self(GzDecoder::new(Vec::new()))
    }
}

impl Gunzip {
    /// The text of a chunk, all of it: each ends with a flush.
    ///
    /// # Errors
    /// When this is not gzip.
    pub fn unpack(&mut self, chunk: &[u8]) -> Result<Vec<u8>> {
        self.0.write_all(chunk).context("unpacking")?;
        self.0.flush().context("unpacking")?;
        Ok(std::mem::take(self.0.get_mut()))
    }
}
