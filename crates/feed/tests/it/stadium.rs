//! A race with real sockets: who writes to them, and who reads.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::write::GzDecoder;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tasuki_feed::{Asked, Channel, Fanout, HEARTBEAT_EVERY, Newcomer, Part, Tag};
use tasuki_race::{Fact, Projector, Selection};

use crate::support::{NEVER, channel, enter, json as in_json, project};

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
/// What every viewer is sent first.
const HEAD: &[u8] = b"hello\r\n";

/// A race, its viewers, and who writes to them.
pub(crate) struct Stadium {
    pub(crate) channel: Channel,
    pub(crate) projector: Projector,
    facts: Vec<Fact>,
    pub(crate) fanout: Fanout,
    listener: TcpListener,
    /// Guards that are held: one by every viewer.
    pub(crate) guards: Arc<AtomicUsize>,
    /// Of a stream.
    pub(crate) time_max: Option<Duration>,
    /// Who comes has the system keep next to nothing for it.
    pub(crate) narrow: bool,
    /// How much later it is than it seems.
    later: Duration,
}

/// Counts itself while it lives.
struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Stadium {
    pub(crate) fn new(facts: Vec<Fact>, shards: usize) -> Self {
        Self {
            channel: channel(NEVER),
            projector: project(&facts[..1]),
            facts,
            fanout: Fanout::start(shards).expect("threads"),
            listener: TcpListener::bind("127.0.0.1:0").expect("a port"),
            guards: Arc::default(),
            time_max: None,
            narrow: false,
            later: Duration::ZERO,
        }
    }

    /// Somebody comes, and watches on from where they were.
    pub(crate) fn come(&self, selection: &Selection, last_seen: Option<Tag>) -> Reader {
        self.come_for(selection, last_seen, false)
    }

    pub(crate) fn come_for(
        &self,
        selection: &Selection,
        last_seen: Option<Tag>,
        gzip: bool,
    ) -> Reader {
        let address = self.listener.local_addr().expect("an address");
        let reader = connect(address, self.narrow).expect("a connection");
        reader.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let (socket, _) = self.listener.accept().expect("a connection");
        let place = self.channel.join(selection, &self.projector, last_seen);
        self.guards.fetch_add(1, Ordering::SeqCst);
        let asked = Asked {
            place: place.expect("there is room"),
            head: Bytes::from_static(HEAD),
            gzip,
            time_max: self.time_max,
            guard: Box::new(Guard(Arc::clone(&self.guards))),
        };
        self.fanout.admit(Newcomer { socket, asked });
        Reader::new(reader, gzip)
    }

    /// The next fact is recorded and shown.
    pub(crate) fn go_on(&mut self) {
        enter(&mut self.projector, &self.facts);
        self.tick();
    }

    /// Nothing happens, for longer than a stream is silent.
    pub(crate) fn rest(&mut self) {
        self.later += HEARTBEAT_EVERY;
        self.tick();
    }

    fn tick(&self) {
        for part in [Part::Shared, Part::Followed] {
            let now = Instant::now() + self.later;
            self.channel.tick(&self.projector, part, now);
        }
    }

    pub(crate) fn left(&self) -> usize {
        let seq = usize::try_from(self.projector.seq()).expect("a place");
        self.facts.len() - seq
    }

    pub(crate) fn shown(&self, selection: &Selection) -> Value {
        in_json(&self.projector.snapshot(selection))
    }

    pub(crate) fn wait_until(&self, what: &str, done: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !done(self) {
            assert!(begun.elapsed() < PATIENCE, "{what}");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// A narrow one has the segments of a real network as well: over those of loopback,
/// the system waits longer and longer for a whole one to fit.
fn connect(address: SocketAddr, narrow: bool) -> io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    if narrow {
        socket.set_recv_buffer_size(4 * 1024)?;
        socket.set_tcp_mss(1_460)?;
    }
    socket.connect(&address.into())?;
    Ok(socket.into())
}

/// Reads a stream as it stands on the wire.
pub(crate) struct Reader {
    pub(crate) socket: TcpStream,
    wire: Vec<u8>,
    greeted: bool,
    unpack: Option<GzDecoder<Vec<u8>>>,
    /// Not taken in.
    text: String,
    /// Bytes inside of chunks.
    pub(crate) bytes: usize,
    pub(crate) state: Value,
    pub(crate) tag: Option<Tag>,
    /// Names of events, and `:` for a comment.
    pub(crate) seen: Vec<String>,
}

impl Reader {
    pub(crate) fn new(socket: TcpStream, gzip: bool) -> Self {
        Self {
            socket,
            wire: Vec::new(),
            greeted: false,
            unpack: gzip.then(|| GzDecoder::new(Vec::new())),
            text: String::new(),
            bytes: 0,
            state: Value::Null,
            tag: None,
            seen: Vec::new(),
        }
    }

    /// Reads on; `false` at the end of the stream.
    pub(crate) fn fill(&mut self) -> bool {
        let mut buffer = [0; 64 * 1024];
        let read = self.socket.read(&mut buffer).expect("the stream goes on");
        self.take(&buffer[..read]);
        read > 0
    }

    /// Takes what was read.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.wire.extend_from_slice(bytes);
    }

    /// The next chunk; `None` after the last.
    fn chunk(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(chunk) = self.cut() {
                return Some(chunk).filter(|chunk| !chunk.is_empty());
            }
            assert!(self.fill(), "cut off: {:?}", self.seen);
        }
    }

    /// A chunk that has been read to its end.
    fn cut(&mut self) -> Option<Vec<u8>> {
        if !self.greeted {
            self.wire.strip_prefix(HEAD)?;
            self.wire.drain(..HEAD.len());
            self.greeted = true;
        }
        let line = self.wire.windows(2).position(|pair| pair == b"\r\n")?;
        let length = std::str::from_utf8(&self.wire[..line]).expect("ASCII");
        let length = usize::from_str_radix(length, 16).expect("a length");
        let (begin, end) = (line + 2, line + 2 + length);
        let chunk = self.wire.get(begin..end + 2)?;
        assert!(chunk.ends_with(b"\r\n"), "a chunk of {length}");
        let chunk = chunk[..length].to_vec();
        self.wire.drain(..end + 2);
        Some(chunk)
    }

    /// The next piece of the text; `None` at the clean end.
    fn piece(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let rest = self.text.split_off(end + 2);
                return Some(std::mem::replace(&mut self.text, rest));
            }
            let Some(chunk) = self.chunk() else {
                assert_eq!(self.text, "", "no piece is cut off");
                if let Some(unpack) = &mut self.unpack {
                    unpack.try_finish().expect("length and checksum are right");
                }
                return None;
            };
            self.bytes += chunk.len();
            let text = match &mut self.unpack {
                None => chunk,
                Some(unpack) => {
                    unpack.write_all(&chunk).expect("whole blocks");
                    unpack.flush().expect("whole blocks");
                    std::mem::take(unpack.get_mut())
                }
            };
            self.text += std::str::from_utf8(&text).expect("UTF-8");
        }
    }

    /// Takes in the next piece; `false` at the clean end.
    pub(crate) fn next(&mut self) -> bool {
        let Some(text) = self.piece() else {
            return false;
        };
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let Some(name) = field("event: ") else {
            if text.starts_with(':') {
                self.seen.push(":".to_owned());
            }
            return true;
        };
        self.seen.push(name.to_owned());
        let tag: Tag = field("id: ")
            .expect("an id")
            .parse()
            .expect("an id of ours");
        let data: Value = serde_json::from_str(field("data: ").expect("data")).expect("JSON");
        match name {
            "snapshot" => self.state = data,
            "diff" => json_patch::merge(&mut self.state, &data),
            "bye" => assert_eq!(self.tag, Some(tag), "it names what the viewer has"),
            other => panic!("`{other}` is no event"),
        }
        self.tag = Some(tag);
        true
    }

    /// Reads up to that fact.
    pub(crate) fn reach(&mut self, seq: u64) {
        let begun = Instant::now();
        while self.tag.is_none_or(|tag| tag.seq < seq) {
            assert!(self.next(), "{:?}", self.seen);
            // Comments come as long as it waits.
            assert!(begun.elapsed() < PATIENCE, "{:?}", self.seen);
        }
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.seen.iter().filter(|seen| *seen == name).count()
    }
}
