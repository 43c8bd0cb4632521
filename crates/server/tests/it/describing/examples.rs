//! Every example in the document is executed, and says the truth.

use std::collections::HashMap;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::describing::exchange::{Described, Exchange, operations};
use crate::describing::guide::is_like;
use crate::describing::schemas::{Schemas, escaped};
use crate::describing::stream::{events_in, first_event};
use crate::support::answer::Answer;
use crate::support::engine::Engine;
use crate::support::server::{ADMIN, Server, send};

/// Members that differ at each run: clocks, hashes, and what is made up.
const DIFFERENT: [&str; 10] = [
    "ends_at",
    "as_of",
    "at",
    "now",
    "created_at",
    "hash",
    "prev",
    "token",
    "url",
    "id",
];

/// Numbers that tell how much has happened before.
const COUNTED: [&str; 2] = ["number", "next_before"];

/// What links gave, by operation and parameter: the value that the examples
/// show, and the one that it is in this run.
type Known = HashMap<(String, String), (Value, Value)>;

#[tokio::test]
async fn every_example_gives_the_answer_that_stands_beside_it() {
    let server = Server::start(&Engine::sqlite()).await;
    let mut schemas = Schemas::new();
    let mut known = Known::new();
    let mut executed = 0;
    for operation in operations() {
        let is_personal = operation.json["security"] == json!([{"session": []}]);
        let browser = match is_personal && !operation.exchanges().is_empty() {
            // Somebody whom an example before has created.
            true => Some(server.log_in("yamada").await),
            false => None,
        };
        for exchange in operation.exchanges() {
            let at = format!("{} {}: {}", operation.method, operation.path, exchange.name);
            println!("{at}");
            let mut request = request(&server, &operation, &exchange, &known);
            if let Some(browser) = &browser {
                request = request.header("Cookie", &browser.cookie);
                request = request.header("Sec-Fetch-Site", "same-origin");
            }
            if is_endless(&exchange) {
                watch(request, &exchange, &mut schemas).await;
            } else {
                let answer = send(request).await;
                compare(&operation, &exchange, &answer, &mut schemas, &at);
                follow(&operation, &exchange, &answer, &mut known);
            }
            executed += 1;
        }
    }
    assert!(executed > 20, "only {executed} examples");
}

fn is_endless(exchange: &Exchange) -> bool {
    let media = exchange.answer.as_ref().map(|(media, ..)| media.as_str());
    media == Some("text/event-stream")
}

fn request(
    server: &Server,
    operation: &Described,
    exchange: &Exchange,
    known: &Known,
) -> RequestBuilder {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        other => other.to_string(),
    };
    let id = operation.json["operationId"].as_str().unwrap_or_default();
    let (mut path, mut query, mut headers) = (operation.path.to_owned(), Vec::new(), Vec::new());
    for (name, place, value) in &exchange.parameters {
        let linked = known.get(&(id.to_owned(), name.clone()));
        let linked = linked.filter(|(shown, _)| shown == value);
        let value = plain(linked.map_or(value, |(_, given)| given));
        match place.as_str() {
            "path" => path = path.replace(&format!("{{{name}}}"), &value),
            "query" => query.push((name.clone(), value)),
            _ => headers.push((name.clone(), value)),
        }
    }
    assert!(
        !path.contains('{'),
        "{path} has a parameter without an example"
    );
    let mut request = server
        .request(operation.method.clone(), &path)
        .query(&query);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let security = &operation.json["security"];
    if *security != json!([]) && *security != json!([{"session": []}]) {
        request = request.bearer_auth(ADMIN);
    }
    match &exchange.body {
        Some((media, Value::String(file))) => {
            request.header("Content-Type", media).body(file.clone())
        }
        Some((_, body)) => request.json(body),
        None => request,
    }
}

fn compare(
    operation: &Described,
    exchange: &Exchange,
    answer: &Answer,
    schemas: &mut Schemas,
    at: &str,
) {
    assert_eq!(answer.status, exchange.status, "{at}: {}", answer.text());
    let described = &operation.json["responses"][exchange.status.to_string()];
    for name in described["headers"].as_object().into_iter().flatten() {
        assert!(!answer.header(name.0).is_empty(), "{at}: no {}", name.0);
    }
    if let Some((media, body)) = &exchange.body
        && exchange.status < 300
    {
        let pointer = operation.pointer(&format!("/requestBody/content/{}/schema", escaped(media)));
        schemas.check(&pointer, body);
    }
    let Some((media, place, example)) = &exchange.answer else {
        assert!(answer.body.is_empty(), "{at}: {}", answer.text());
        return;
    };
    let given = answer.header("content-type");
    assert!(given.starts_with(media.as_str()), "{at}: {given}");
    match media.as_str() {
        "application/x-ndjson" => {
            let shown = example.as_str().expect("lines");
            let pointer = format!("{place}/x-items/line");
            for (given, shown) in answer.text().lines().zip(shown.lines()) {
                let line = |text| serde_json::from_str::<Value>(text).expect("a line is JSON");
                let (given, shown) = (line(given), line(shown));
                schemas.check(&pointer, &given);
                schemas.check(&pointer, &shown);
                same(&given, &shown, at);
            }
            assert_eq!(answer.text().lines().count(), shown.lines().count(), "{at}");
        }
        json if json.ends_with("json") => {
            let pointer = format!("{place}/schema");
            schemas.check(&pointer, &answer.json());
            schemas.check(&pointer, example);
            same(&answer.json(), example, at);
        }
        "image/svg+xml" => assert!(answer.text().contains("<svg"), "{at}: {}", answer.text()),
        _ => {
            // A byte order mark is not written in examples.
            let text = answer.text().trim_start_matches('\u{feff}');
            let shown = example.as_str().expect("a text");
            assert!(is_like(text, shown), "{at}:\n{text}\n{shown}");
        }
    }
}

/// Whether an answer is what its example shows.
fn same(given: &Value, shown: &Value, at: &str) {
    match (given, shown) {
        (Value::Object(given_members), Value::Object(shown_members)) => {
            let names = |members: &serde_json::Map<String, Value>| {
                members.keys().cloned().collect::<Vec<_>>()
            };
            assert_eq!(
                names(given_members),
                names(shown_members),
                "{at}\n{given}\n{shown}"
            );
            for (name, shown) in shown_members {
                // Ids that are made from content have version 5, and follow it.
                let is_made =
                    name == "event" && shown.as_str().is_some_and(|id| id[14..].starts_with('5'));
                let is_different = is_made || DIFFERENT.contains(&name.as_str());
                let is_counted = COUNTED.contains(&name.as_str()) && shown.is_number();
                if !is_counted && (!is_different || !shown.is_string()) {
                    same(&given_members[name], shown, &format!("{at}.{name}"));
                }
            }
        }
        (Value::Array(given_items), Value::Array(shown_items)) => {
            assert_eq!(
                given_items.len(),
                shown_items.len(),
                "{at}\n{given}\n{shown}"
            );
            for (given, shown) in given_items.iter().zip(shown_items) {
                same(given, shown, at);
            }
        }
        _ => assert_eq!(given, shown, "{at}"),
    }
}

/// Keeps what the answer's links say, for the examples of other operations.
fn follow(operation: &Described, exchange: &Exchange, answer: &Answer, known: &mut Known) {
    let described = &operation.json["responses"][exchange.status.to_string()];
    for (_, link) in described["links"].as_object().into_iter().flatten() {
        let target = link["operationId"].as_str().expect("an operation");
        for (name, from) in link["parameters"].as_object().into_iter().flatten() {
            let from = from.as_str().expect("a runtime expression");
            let Some(pointer) = from.strip_prefix("$response.body#") else {
                assert!(from.starts_with("$request.path."), "{from}");
                continue; // The same in the examples of both.
            };
            let (_, _, example) = exchange.answer.as_ref().expect("an answer");
            let value = |json: &Value| {
                let value = json.pointer(pointer).cloned();
                value.unwrap_or_else(|| panic!("{from} is not in {json}"))
            };
            let pair = (value(example), value(&answer.json()));
            known.insert((target.to_owned(), name.clone()), pair);
        }
    }
}

/// Reads the beginning of a stream that never ends.
async fn watch(request: RequestBuilder, exchange: &Exchange, schemas: &mut Schemas) {
    let (media, place, example) = exchange.answer.as_ref().expect("an answer");
    let response = request.send().await.expect("the stream opens");
    assert_eq!(response.status().as_u16(), exchange.status);
    assert_eq!(response.headers()["content-type"], media.as_str());
    let shown = events_in(example.as_str().expect("a stream"));
    assert!(shown.len() > 1, "{example}");
    for (name, data) in &shown {
        schemas.check(&format!("{place}/x-items/{name}"), data);
    }
    let (name, data) = first_event(response).await;
    schemas.check(&format!("{place}/x-items/{name}"), &data);
    same(&data, &shown[0].1, &name);
}
