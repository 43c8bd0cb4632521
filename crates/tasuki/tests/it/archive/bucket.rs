//! An object storage of a test's own: as much of S3 as puts and gets an object, and
//! a request of a number at which it keeps silent, so that whoever asks can be killed
//! just there.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Nothing that is waited for takes so long.
const PATIENCE: Duration = Duration::from_secs(45);

#[derive(Default)]
struct Held {
    objects: HashMap<String, Vec<u8>>,
    /// Requests so far.
    asked: usize,
    /// The one that is not answered.
    silent_at: Option<Silence>,
}

/// When no answer is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silence {
    /// To the request of that number, counted from 1.
    pub(crate) at: usize,
    /// What it asks for is done all the same.
    pub(crate) done: bool,
}

pub(crate) struct Bucket {
    address: SocketAddr,
    held: Arc<(Mutex<Held>, Condvar)>,
}

impl Bucket {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let held = Arc::new((Mutex::new(Held::default()), Condvar::new()));
        let serving = Arc::clone(&held);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let held = Arc::clone(&serving);
                thread::spawn(move || serve(&stream, &held));
            }
        });
        Self { address, held }
    }

    /// What the program is told of it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_REGION", "here".to_owned()),
            ("AWS_ACCESS_KEY_ID", "key".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "hush".to_owned()),
        ]
    }

    /// Requests are counted anew, and one of them is not answered.
    pub(crate) fn keep_silent(&self, silence: Option<Silence>) {
        let mut held = self.held.0.lock().expect("nobody panics");
        held.asked = 0;
        held.silent_at = silence;
    }

    /// Waits until that many requests have come.
    pub(crate) fn wait_for(&self, number: usize) {
        let (held, asked) = &*self.held;
        let held = held.lock().expect("nobody panics");
        let waiting = asked.wait_timeout_while(held, PATIENCE, |held| held.asked < number);
        let timed_out = waiting.expect("nobody panics").1.timed_out();
        assert!(!timed_out, "request {number} did not come");
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let held = self.held.0.lock().expect("nobody panics");
        let mut names: Vec<String> = held.objects.keys().cloned().collect();
        names.sort();
        names
    }

    pub(crate) fn get(&self, name: &str) -> Vec<u8> {
        self.held.0.lock().expect("nobody panics").objects[name].clone()
    }

    /// Changes an object behind everybody's back.
    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut held = self.held.0.lock().expect("nobody panics");
        held.objects.insert(name.to_owned(), bytes);
    }
}

/// Answers one request, and closes.
fn serve(stream: &TcpStream, held: &(Mutex<Held>, Condvar)) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = path.split_once('?')?;
    let path = path.to_owned();
    // Signed by who has the key: what more there is to it, the library knows.
    let is_signed = query.contains("X-Amz-Credential=key%2F") && query.contains("X-Amz-Signature=");
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = {
        let (held, asked) = held;
        let mut held = held.lock().ok()?;
        held.asked += 1;
        if let Some(silence) = held.silent_at.filter(|it| it.at == held.asked) {
            if silence.done {
                answer(&mut held, &method, path, body);
            }
            asked.notify_all();
            // As long as whoever asked is there: the connection stays open.
            drop(held);
            thread::sleep(PATIENCE);
            return None;
        }
        asked.notify_all();
        if is_signed {
            answer(&mut held, &method, path, body)
        } else {
            b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_vec()
        }
    };
    (&*stream).write_all(&answer).ok()
}

fn answer(held: &mut Held, method: &str, path: String, body: Vec<u8>) -> Vec<u8> {
    let (status, body) = match method {
        "PUT" => {
            held.objects.insert(path, body);
            ("200 OK", Vec::new())
        }
        "GET" => match held.objects.get(&path) {
            Some(object) => ("200 OK", object.clone()),
            None => ("404 Not Found", Vec::new()),
        },
        _ => ("405 Method Not Allowed", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\nETag: \"1\"\r\n\
         Last-Modified: Fri, 02 Jan 2026 08:00:00 GMT\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}
