//! One viewer of a shard.

use std::any::Any;
use std::io::{self, ErrorKind, IoSlice, Write};

use bytes::{Buf, Bytes};
use mio::net::TcpStream;

use crate::chunk::END;
use crate::cursor::Place;
use crate::fanout::Asked;
use crate::fanout::packing::Packing;
use crate::fanout::stream::Stream;
use crate::fanout::tally::Tally;
use crate::frame::{Frame, HEARTBEAT, Piece, bye, opening};
use crate::view::Standpoint;

/// Pieces that one call takes; the rest goes with the next.
const PIECES_MAX: usize = 64;
/// Who was stuck for so many seconds gets a snapshot if that is smaller than
/// what it missed.
const STUCK_S_MAX: u32 = 10;
/// Nothing happens at that second.
const NEVER_S: u32 = u32::MAX;
/// Behind every frame that there will be.
const BEHIND_ALL: u64 = u64::MAX;

/// A socket and where it stands. Kept small: there are tens of thousands.
pub(super) struct Viewer {
    pub(super) socket: TcpStream,
    /// The next frame; everything before it was written or stands in `begun`.
    /// Without one it begins with a snapshot.
    position: Option<u64>,
    /// What was begun and not written to its end, or comes before the next
    /// frame. Most often nothing, and then nothing is allocated.
    begun: Vec<Bytes>,
    /// The stream that it watches.
    pub(super) stream: u32,
    /// Where it stands in the stream's list.
    pub(super) listed_at: u32,
    /// When something was sent last, seconds of the shard's clock.
    pub(super) sent_s: u32,
    /// Since when its socket is full.
    stuck_since_s: Option<u32>,
    /// Since when the system has not said that everything is sent.
    asked_since_s: Option<u32>,
    /// Tells it from others that had its number.
    pub(super) generation: u32,
    /// When its stream is ended.
    pub(super) ends_s: u32,
    /// The end of its stream is written, or stands in `begun`.
    pub(super) is_leaving: bool,
    /// If it is sent compressed text.
    packing: Option<Box<Packing>>,
    place: Place,
    _guard: Box<dyn Any + Send>,
}

/// How a viewer is after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// It has everything.
    Idle,
    /// Its socket is full; the system says when it has room.
    Full,
    /// The connection is broken.
    Gone,
}

/// Where a viewer stands in its shard.
pub(super) struct Seated {
    pub(super) stream: u32,
    pub(super) listed_at: u32,
    pub(super) generation: u32,
    pub(super) now_s: u32,
}

impl Viewer {
    pub(super) fn new(socket: TcpStream, newcomer: Asked, seated: &Seated) -> Self {
        let Asked {
            place,
            head,
            gzip,
            time_max,
            guard,
        } = newcomer;
        let time_max_s = time_max.and_then(|time| u32::try_from(time.as_secs()).ok());
        let mut viewer = Self {
            socket,
            position: place.position,
            begun: vec![head],
            stream: seated.stream,
            listed_at: seated.listed_at,
            sent_s: seated.now_s,
            stuck_since_s: None,
            asked_since_s: None,
            generation: seated.generation,
            ends_s: time_max_s.map_or(NEVER_S, |time_s| seated.now_s.saturating_add(time_s)),
            is_leaving: false,
            packing: gzip.then(Box::default),
            place,
            _guard: guard,
        };
        let opening = opening();
        match &mut viewer.packing {
            None => viewer.begun.push(opening.chunk().clone()),
            Some(packing) => viewer.begun.extend(packing.begin(&opening)),
        }
        if gzip {
            viewer.place.view.pack(true);
        }
        viewer
    }

    /// Whether writing is of no use until the system says so.
    pub(super) fn is_stuck(&self) -> bool {
        self.stuck_since_s.is_some()
    }

    /// The system is asked to say when everything is sent, which may be at once;
    /// for how long it has been asked already, seconds.
    pub(super) fn ask(&mut self, now_s: u32) -> u32 {
        now_s - *self.asked_since_s.get_or_insert(now_s)
    }

    /// Everything is sent.
    pub(super) fn has_taken_all(&mut self) {
        self.asked_since_s = None;
    }

    /// Writes everything that is pending.
    pub(super) fn flush(&mut self, stream: &Stream, now_s: u32, tally: &mut Tally) -> After {
        let stuck_since_s = self.stuck_since_s.take();
        loop {
            self.rebase(
                stream,
                stuck_since_s.map_or(0, |since| now_s - since),
                tally,
            );
            if self.has_all(stream) {
                return After::Idle;
            }
            match self.write(stream, tally) {
                Ok(written) => {
                    self.sent_s = now_s;
                    if written == Written::All {
                        continue;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) => return After::Gone,
            }
            tally.full += 1;
            self.stuck_since_s = stuck_since_s.or(Some(now_s));
            self.ask(now_s);
            return After::Full;
        }
    }

    fn has_all(&self, stream: &Stream) -> bool {
        let end = stream.ring.end();
        self.begun.is_empty() && self.position.is_some_and(|position| position >= end)
    }

    /// Puts a snapshot in place of frames that are gone, or are too many for
    /// who was stuck for so long. What was begun is ended first.
    fn rebase(&mut self, stream: &Stream, stuck_s: u32, tally: &mut Tally) {
        if let Some(position) = self.position {
            let behind = position < stream.ring.first();
            let late = stuck_s >= STUCK_S_MAX && self.misses_more_than_a_snapshot(stream);
            if !self.begun.is_empty() || !(behind || late) {
                return;
            }
            tally.rebased += 1;
        }
        let Standpoint { piece, position } = stream.view.snapshot();
        self.begun.push(match &mut self.packing {
            None => piece.chunk().clone(),
            Some(packing) => packing.state(&piece),
        });
        self.position = Some(position);
        tally.deliveries += 1;
        tally.snapshots += 1;
    }

    /// Frames that it has not been sent.
    fn pending<'a>(&self, stream: &'a Stream) -> impl Iterator<Item = &'a Frame> + use<'a> {
        let held = { self.position }.and_then(|position| stream.ring.from(position));
        held.into_iter().flatten()
    }

    fn misses_more_than_a_snapshot(&self, stream: &Stream) -> bool {
        let missed: usize = self.pending(stream).map(Frame::len).sum();
        missed > 0 && missed > stream.view.snapshot().piece.chunk().len()
    }

    /// How a frame goes to it, if the next is that at `next`.
    fn chunk_of<'a>(&self, frame: &'a Frame, next: u64) -> &'a Bytes {
        match &self.packing {
            None => frame.piece.chunk(),
            Some(packing) => packing.frame(frame, next),
        }
    }

    /// One call, with all that fits into it.
    fn write(&mut self, stream: &Stream, tally: &mut Tally) -> io::Result<Written> {
        let next = self.position.unwrap_or_default();
        let pending = self.pending(stream).map(|frame| self.chunk_of(frame, next));
        let mut pieces = [IoSlice::new(&[]); PIECES_MAX];
        let (mut count, mut bytes) = (0, 0);
        for (slot, piece) in pieces.iter_mut().zip(self.begun.iter().chain(pending)) {
            *slot = IoSlice::new(piece);
            count += 1;
            bytes += piece.len();
        }
        let written = match &pieces[..count] {
            [one] => self.socket.write(one)?,
            many => self.socket.write_vectored(many)?,
        };
        tally.writes += 1;
        tally.bytes += written as u64;
        self.advance(written, stream, tally);
        Ok(if written == bytes {
            Written::All
        } else {
            Written::Some
        })
    }

    /// Moves behind what was written; a frame that was written in part is kept
    /// to be ended.
    fn advance(&mut self, mut written: usize, stream: &Stream, tally: &mut Tally) {
        let mut done = 0;
        for piece in &mut self.begun {
            let part = written.min(piece.len());
            piece.advance(part);
            written -= part;
            if !piece.is_empty() {
                break;
            }
            done += 1;
        }
        if done == self.begun.len() {
            self.begun = Vec::new();
        } else {
            self.begun.drain(..done);
        }
        let next = self.position.unwrap_or_default();
        for (frame, position) in self.pending(stream).zip(next..) {
            if written == 0 {
                break;
            }
            let chunk = self.chunk_of(frame, next);
            if written < chunk.len() {
                self.begun = vec![chunk.slice(written..)];
            }
            written = written.saturating_sub(chunk.len());
            self.position = Some(position + 1);
            if let Some(packing) = &mut self.packing {
                packing.sent(frame, position);
            }
            tally.deliveries += 1;
            tally.facts += frame.to - frame.from;
        }
    }

    /// Puts something before the next frame that is none.
    fn put_aside(&mut self, piece: &Piece) {
        self.begun.push(match &mut self.packing {
            None => piece.chunk().clone(),
            Some(packing) => packing.aside(piece),
        });
    }

    /// Sends a comment, to who was sent nothing for so long.
    pub(super) fn beat(&mut self, stream: &Stream, now_s: u32, tally: &mut Tally) -> After {
        self.put_aside(&HEARTBEAT);
        self.flush(stream, now_s, tally)
    }

    /// Sends the last that there is to send.
    pub(super) fn say_bye(&mut self, stream: &Stream, now_s: u32, tally: &mut Tally) -> After {
        // Who has no state to come back to, or one that is no longer known, is
        // not told one: it would take itself for up to date.
        let tag = { self.position }.and_then(|position| stream.tag_at(position));
        if let Some(tag) = tag {
            self.put_aside(&bye(tag));
        }
        self.end(stream, now_s, tally)
    }

    /// Ends the stream.
    pub(super) fn end(&mut self, stream: &Stream, now_s: u32, tally: &mut Tally) -> After {
        self.begun.extend(self.packing.as_mut().map(|it| it.end()));
        self.begun.push(END);
        self.position = Some(BEHIND_ALL);
        // Once, however long the socket takes it.
        (self.is_leaving, self.ends_s) = (true, NEVER_S);
        self.flush(stream, now_s, tally)
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        if self.packing.is_some() {
            self.place.view.pack(false);
        }
    }
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// All that it was given.
    All,
    /// Less than that: the socket is full.
    Some,
}
