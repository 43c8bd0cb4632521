//! What a viewer makes of the bytes that it is sent.

use anyhow::{Context, Result, ensure};
use json_patch::merge;
use serde_json::Value;

use crate::gunzip::Gunzip;
use crate::relay;
use crate::stream::{Event, Text};
use crate::unframe::Unframe;

/// The state that a viewer shows, kept between visits to resume.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The standings.
    pub state: Value,
    /// Of the last event; empty where there was none.
    pub id: String,
    /// The number of the last fact in it.
    pub seq: u64,
    /// How often it was given a whole state.
    pub snapshots: u64,
}

/// What a gzip member begins with, and no event.
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// A stream on its way to what is shown.
#[derive(Debug, Default)]
pub struct Reading {
    unframe: Unframe,
    /// Who asks for gzip need not get it.
    gunzip: Option<Gunzip>,
    has_begun: bool,
    text: Text,
}

impl Reading {
    /// How long to stay away after the stream has ended, milliseconds, where it
    /// was told.
    #[must_use]
    pub fn retry_ms(&self) -> Option<u64> {
        self.text.retry_ms
    }

    /// Takes what was read from the socket.
    ///
    /// # Errors
    /// When it is a refusal, or no such stream, or leads back.
    pub fn feed(&mut self, bytes: &[u8], shown: &mut Shown) -> Result<()> {
        let Self {
            unframe,
            gunzip,
            has_begun,
            text,
        } = self;
        unframe.feed(bytes, |chunk| {
            if !*has_begun && chunk.starts_with(GZIP_MAGIC) {
                *gunzip = Some(Gunzip::default());
            }
            *has_begun = true;
            let unpacked = gunzip.as_mut().map(|it| it.unpack(chunk)).transpose()?;
            let mut outcome = Ok(());
            text.feed(unpacked.as_deref().unwrap_or(chunk), &mut |event| {
                if outcome.is_ok() {
                    outcome = shown.take(event);
                }
            });
            outcome
        })
    }
}

impl Shown {
    /// The request of who shows this, and goes on from there.
    #[must_use]
    pub fn request(&self, address: &str, query: &str, gzip: bool) -> String {
        let race = relay::RACE;
        let mut request =
            format!("GET /api/races/{race}/live{query} HTTP/1.1\r\nHost: {address}\r\n");
        if gzip {
            request += "Accept-Encoding: gzip\r\n";
        }
        if !self.id.is_empty() {
            request += &format!("Last-Event-ID: {}\r\n", self.id);
        }
        request + "\r\n"
    }

    fn take(&mut self, event: Event<'_>) -> Result<()> {
        let (before, after) = (self.seq, event.seq);
        ensure!(after >= before, "led from {before} back to {after}");
        let data = serde_json::from_str(event.data).context("an event's data")?;
        match event.name {
            "snapshot" => {
                self.state = data;
                self.snapshots += 1;
            }
            _ => merge(&mut self.state, &data),
        }
        event.id.clone_into(&mut self.id);
        self.seq = after;
        Ok(())
    }
}
