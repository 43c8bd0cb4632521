//! Every snippet of `docs/api.md` is run, in order, and prints what stands
//! below it.
//!
//! `sh` is run at once, in a shell that keeps what was exported. A program
//! whose first line is a comment with a file's name is saved under that name,
//! to be run by a later snippet. `html` is opened in a browser when all else
//! is done. `text` is what the snippet above it prints; `…` stands for
//! anything.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::describing::tools::{Tools, provided, run};
use crate::support::browser::headless;
use crate::support::engine::Engine;
use crate::support::races::relay_named;
use crate::support::server::{ADMIN, Server};

/// Written so in the guide, and replaced by what the test has.
const ADDRESS: &str = "http://127.0.0.1:8080";
const TOKEN: &str = "change-me-before-the-race";

/// A snippet, and what it prints, if that is shown.
struct Snippet {
    language: String,
    text: String,
    output: Option<String>,
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn snippets() -> Vec<Snippet> {
    let guide = fs::read_to_string(docs().join("api.md")).expect("the guide");
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut rest = guide.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (language, after) = after.split_once('\n').expect("a language");
        let (text, after) = after.split_once("\n```").expect("an end");
        if language == "text" {
            let above = snippets.last_mut().expect("output of something");
            above.output = Some(text.to_owned());
        } else {
            snippets.push(Snippet {
                language: language.to_owned(),
                text: text.to_owned(),
                output: None,
            });
        }
        rest = after;
    }
    snippets
}

impl Snippet {
    /// The name in its first line, if it is to be saved.
    fn file(&self) -> Option<&str> {
        let first = self.text.lines().next()?;
        let comment = first.trim_start_matches(['/', '#', ' ']);
        let name = comment.split(':').next().filter(|_| comment != first)?;
        name.contains('.').then_some(name)
    }
}

/// Whether `given` is what was `shown`, a `…` standing for anything.
pub(crate) fn is_like(given: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| given.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        match (part.is_empty(), parts.peek()) {
            (true, None) => return true,
            (_, None) => return rest.ends_with(part),
            (_, Some(_)) => match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            },
        }
    }
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_does_what_it_says() {
    let (tools, browser) = (Tools::find(), provided("TASUKI_TEST_CHROMIUM"));
    let server = Server::start(&Engine::sqlite()).await;
    let address = format!("http://{}", server.address());
    let folder = scratch("guide");
    fs::copy(docs().join("verify.py"), folder.join("verify.py")).expect("the verifier");
    let story = move || {
        let mut pages = Vec::new();
        let mut run_so_far = String::new();
        let snippets = snippets();
        assert!(snippets.len() > 15, "only {} snippets", snippets.len());
        let mut saved = Vec::new();
        for snippet in snippets {
            let text = snippet
                .text
                .replace(ADDRESS, &address)
                .replace(TOKEN, ADMIN);
            if let Some(name) = snippet.file() {
                fs::write(folder.join(name), &text).expect("a program");
                saved.push(name.to_owned());
            } else if snippet.language == "html" {
                pages.push((text, snippet.output));
            } else {
                assert_eq!(snippet.language, "sh", "who runs this?\n{text}");
                println!("{text}");
                let said = run(&mut shell(&tools, &folder, &text));
                check(
                    &said.unwrap_or_else(|said| panic!("{text}\n{said}")),
                    snippet.output,
                );
                run_so_far += &text;
            }
        }
        for name in saved {
            assert!(run_so_far.contains(&name), "nobody runs {name}");
        }
        for (page, output) in pages {
            open(
                &browser,
                &folder,
                &page,
                &output.expect("what a page shows"),
            );
        }
        let _ = fs::remove_dir_all(folder);
    };
    tokio::task::spawn_blocking(story)
        .await
        .expect("the guide works");
}

#[track_caller]
fn check(said: &str, shown: Option<String>) {
    if let Some(shown) = shown {
        assert!(
            is_like(said.trim_end(), &shown),
            "printed:\n{said}\nshown:\n{shown}"
        );
    }
}

/// A shell that knows what earlier ones have exported.
fn shell(tools: &Tools, folder: &Path, text: &str) -> std::process::Command {
    let mut bash = tools.command("bash", folder);
    // A stream that was cut on purpose ends its pipeline with an error.
    let script = format!("set -eu\n[ ! -f state ] || . ./state\n{text}\nexport -p > state\n");
    bash.args(["-c", &script]);
    bash
}

/// Opens a page, and looks for the lines that it is to show.
fn open(browser: &Path, folder: &Path, page: &str, shown: &str) {
    let file = folder.join("watch.html");
    fs::write(&file, page).expect("a page");
    let mut command = headless(browser, &folder.join("profile"));
    command.arg("--virtual-time-budget=10000").arg(&file);
    let dom = run(&mut command).unwrap_or_else(|said| panic!("{said}"));
    for line in shown.lines() {
        assert!(
            dom.contains(&format!("<li>{line}</li>")),
            "{line} is not in\n{dom}"
        );
    }
}

/// A folder of this test's own.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tasuki-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The recorder of the guide, over a network that loses the first answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recorder_of_the_guide_survives_a_lost_answer() {
    let tools = Tools::find();
    let server = Server::with_race(&Engine::sqlite(), &relay_named("river-relay")).await;
    let network = TcpListener::bind("127.0.0.1:0").await.expect("an address");
    let front = network.local_addr().expect("an address");
    let forwarding = tokio::spawn(forward(network, server.address()));
    let folder = scratch("recorder");
    let recorder = snippets()
        .into_iter()
        .find(|it| it.file() == Some("record.py"));
    let recorder = recorder.expect("a recorder").text;
    fs::write(folder.join("record.py"), recorder).expect("a program");
    let facts = serde_json::json!([crate::support::facts::gun("1", 0)]);
    fs::write(folder.join("facts.json"), facts.to_string()).expect("facts");
    let told = move || {
        let mut command = tools.command("python3", &folder);
        command
            .args(["record.py", "facts.json"])
            .env("TASUKI", format!("http://{front}"))
            .env("DEVICE_TOKEN", ADMIN);
        let said = run(&mut command).unwrap_or_else(|said| panic!("{said}"));
        let _ = fs::remove_dir_all(folder);
        said
    };
    let said = tokio::task::spawn_blocking(told).await.expect("it ends");
    assert_eq!(said, "duplicate 2\n");
    forwarding.abort();
}

/// Passes requests on, and answers back, but for the first answer.
async fn forward(network: TcpListener, server: std::net::SocketAddr) {
    let mut is_first = true;
    while let Ok((mut client, _)) = network.accept().await {
        let mut upstream = TcpStream::connect(server).await.expect("the server");
        if std::mem::take(&mut is_first) {
            lose_answer(&mut client, &mut upstream).await;
            continue;
        }
        tokio::spawn(async move {
            let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
        });
    }
}

/// Passes a request on until the server answers it, and hangs up.
async fn lose_answer(client: &mut TcpStream, upstream: &mut TcpStream) {
    let (mut sent, mut answer) = ([0; 4096], [0; 1]);
    loop {
        tokio::select! {
            read = client.read(&mut sent) => {
                let read = read.expect("a request");
                assert!(read > 0, "the client hung up before it was answered");
                upstream.write_all(&sent[..read]).await.expect("the server reads");
            }
            read = upstream.read(&mut answer) => {
                assert_eq!(read.expect("an answer"), 1);
                return;
            }
        }
    }
}
