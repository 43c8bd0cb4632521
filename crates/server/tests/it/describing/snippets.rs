//! The programs that the page at `/api` offers for each example are run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::describing::guide::scratch;
use crate::describing::tools::{Tools, run};
use crate::support::engine::Engine;
use crate::support::server::{ADMIN, Server};

/// Makes all snippets of a document, by the page's own module.
const MAKER: &str = "
import { readFileSync } from 'node:fs';
import { exchangesOf, operationsOf } from './exchange.js';
import { snippet } from './snippets.js';

const [file, origin, language] = process.argv.slice(2);
const document = JSON.parse(readFileSync(file, 'utf8'));
// Those for a browser that somebody has logged in with have no program.
const ofPrograms = ({ json }) => !json.security.length || json.security.some((it) => 'bearer' in it);
const made = operationsOf(document).filter(ofPrograms).flatMap((operation) =>
  exchangesOf(operation).map((exchange) => ({
    name: `${operation.id}: ${exchange.name}`,
    status: exchange.status,
    media: exchange.media,
    text: snippet(language, operation, exchange, origin),
  })));
console.log(JSON.stringify(made));
";

/// What the server gives an id of its own: the operation that makes it, where it is
/// listed, and its id in the examples.
const MADE: [(&str, &str, &str, &str); 2] = [
    (
        "admitDevice",
        "/api/races/river-relay/devices",
        "devices",
        "0198c0de-0000-7000-8000-0000000000d1",
    ),
    (
        "createUser",
        "/api/users",
        "users",
        "0198c0de-0000-7000-8000-0000000000e1",
    ),
];

/// These come last and in this order: nobody logs in who was not created.
const LAST: [&str; 6] = [
    "createUser",
    "listUsers",
    "logIn",
    "changeUser",
    "endUserSessions",
    "deleteUser",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_snippets_in_curl_do_what_the_examples_say() {
    told_in("curl").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_snippets_in_javascript_do_what_the_examples_say() {
    told_in("JavaScript").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_snippets_in_python_do_what_the_examples_say() {
    told_in("Python").await;
}

async fn told_in(language: &'static str) {
    let tools = Tools::find();
    let server = Server::start(&Engine::sqlite()).await;
    let folder = scratch(&format!("snippets-{language}"));
    let mut snippets = made(&tools, &folder, language, &server);
    snippets.sort_by_key(|snippet| {
        let name = snippet["name"].as_str().unwrap_or_default();
        let operation = name.split(':').next();
        LAST.iter()
            .position(|it| Some(*it) == operation)
            .map(|it| it + 1)
    });
    assert!(snippets.len() > 20, "only {} snippets", snippets.len());
    let mut ids = Vec::new();
    for snippet in snippets {
        let member = |name: &str| snippet[name].as_str().unwrap_or_default().to_owned();
        let (name, status) = (member("name"), snippet["status"].as_u64());
        let text = ids
            .iter()
            .fold(member("text"), |text, (of_example, id): &(&str, String)| {
                text.replace(of_example, id)
            });
        println!("{name}");
        let mut command = program(&tools, &folder, language, &text);
        let is_endless = member("media") == "text/event-stream";
        let running = move || {
            if is_endless {
                begins(&mut command)
            } else {
                run(&mut command)
            }
        };
        let outcome = tokio::task::spawn_blocking(running).await.expect("it ends");
        let is_good = status.is_some_and(|status| status < 300);
        match outcome {
            Ok(_) if is_good => {}
            // A program must not take a refusal for success.
            Err(said) if !is_good => {
                let status = status.unwrap_or_default().to_string();
                assert!(said.contains(&status), "{name}: {said}");
            }
            outcome => panic!("{name}\n{text}\n{outcome:?}"),
        }
        for (makes, path, list, of_example) in MADE {
            if name.starts_with(makes) && is_good {
                let listed = server.get_as(ADMIN, path).await.ok(200);
                let id = listed[list][0]["id"].as_str().expect("an id");
                ids.push((of_example, id.to_owned()));
            }
        }
    }
    let _ = fs::remove_dir_all(folder);
}

fn made(tools: &Tools, folder: &Path, language: &str, server: &Server) -> Vec<Value> {
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/pages/api");
    for module in ["exchange.js", "snippets.js"] {
        fs::copy(pages.join(module), folder.join(module)).expect("the page's module");
    }
    fs::write(folder.join("package.json"), r#"{"type":"module"}"#).expect("a package");
    fs::write(folder.join("make.js"), MAKER).expect("a program");
    fs::write(
        folder.join("openapi.json"),
        tasuki_server::openapi().to_string(),
    )
    .expect("a file");
    let origin = format!("http://{}", server.address());
    let mut node = tools.command("node", folder);
    let said = run(node.args(["make.js", "openapi.json", &origin, language]));
    serde_json::from_str(&said.unwrap_or_else(|said| panic!("{said}"))).expect("snippets")
}

fn program(tools: &Tools, folder: &Path, language: &str, text: &str) -> Command {
    let (program, file) = match language {
        "curl" => ("bash", "snippet.sh"),
        "JavaScript" => ("node", "snippet.mjs"),
        _ => ("python3", "snippet.py"),
    };
    fs::write(folder.join(file), text).expect("a program");
    let mut command = tools.command(program, folder);
    command.arg(file).env("TASUKI_TOKEN", ADMIN);
    command
}

/// Runs a program that never ends until it has printed the first event.
fn begins(command: &mut Command) -> Result<String, String> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut said = String::new();
    for line in lines.map_while(Result::ok) {
        said = said + &line + "\n";
        if line.starts_with("event: snapshot") {
            break;
        }
    }
    let is_good = said.contains("event: snapshot");
    let _ = child.kill();
    let _ = child.wait();
    if is_good { Ok(said) } else { Err(said) }
}
