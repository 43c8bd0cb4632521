//! The document holds together, as OpenAPI 3.1 wants it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::describing::exchange::operations;
use crate::describing::tools::{python, run};
use crate::support::engine::Engine;
use crate::support::server::Server;

/// Every `$ref` in it.
fn references<'v>(json: &'v Value, found: &mut Vec<&'v str>) {
    match json {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = tasuki_server::openapi();
    let mut found = Vec::new();
    references(document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').expect("inside the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for name in schemas.keys() {
        let reference = format!("#/components/schemas/{name}");
        assert!(
            found.contains(&reference.as_str()),
            "{name} is used nowhere"
        );
        // The generator numbers types of one name: nobody could tell them apart.
        assert!(
            !name.ends_with(|c: char| c.is_ascii_digit()),
            "{name} is two types"
        );
    }
}

#[test]
fn every_operation_says_what_a_developer_wants_to_know() {
    let document = tasuki_server::openapi();
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeSet::new();
    for operation in operations() {
        let json = operation.json;
        let id = json["operationId"].as_str().expect("an id");
        assert!(ids.insert(id), "{id} is two operations");
        assert!(
            id.chars().all(|c| c.is_ascii_alphanumeric()),
            "{id} is no good name"
        );
        assert!(
            tags.contains(json["tags"][0].as_str().expect("a tag")),
            "{id}"
        );
        for text in ["summary", "description"] {
            assert!(
                json[text].as_str().is_some_and(|text| text.len() > 5),
                "{id}: {text}"
            );
        }
        let named: BTreeSet<&str> = operation
            .path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split('}').next())
            .collect();
        let parameters = json["parameters"].as_array().expect("parameters");
        let described: BTreeSet<&str> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(named, described, "{id}");
        for (status, answer) in json["responses"].as_object().expect("answers") {
            assert!(
                answer["description"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{id} {status}"
            );
        }
        assert!(json["responses"]["500"].is_object(), "{id} never fails?");
    }
    for operation in operations() {
        for answer in operation.json["responses"]
            .as_object()
            .expect("answers")
            .values()
        {
            for link in answer["links"].as_object().into_iter().flatten() {
                let target = link.1["operationId"].as_str().expect("an operation");
                assert!(ids.contains(target), "{target}");
            }
        }
    }
}

#[test]
fn every_operation_has_an_example_of_its_success() {
    for operation in operations() {
        if operation.json["operationId"] == "getApiDescription" {
            continue; // The document itself would be in itself.
        }
        let answers = operation.json["responses"].as_object().expect("answers");
        let mut successes = answers.iter().filter(|(status, _)| status.starts_with('2'));
        let parameters = operation.json["parameters"].as_array().expect("parameters");
        let asks = !parameters.is_empty() || operation.json["requestBody"].is_object();
        if !asks && successes.all(|(_, answer)| answer["content"].is_null()) {
            continue; // There is nothing to say, and nothing is said.
        }
        let good = operation
            .exchanges()
            .into_iter()
            .any(|exchange| exchange.status < 300);
        assert!(good, "{} {}", operation.method, operation.path);
    }
}

#[test]
fn an_independent_validator_takes_it_for_openapi() {
    let python = python();
    let file = std::env::temp_dir().join(format!("tasuki-openapi-{}.json", std::process::id()));
    std::fs::write(&file, tasuki_server::openapi().to_string()).expect("a file");
    let outcome = run(std::process::Command::new(python)
        .args(["-m", "openapi_spec_validator"])
        .arg(&file));
    let _ = std::fs::remove_file(&file);
    outcome.expect("a valid document");
}

#[tokio::test]
async fn it_is_served_once_and_then_only_when_it_changed() {
    let server = Server::start(&Engine::sqlite()).await;
    let answer = server.get("/api/openapi.json").await;
    assert_eq!(&answer.ok(200), tasuki_server::openapi());
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("cache-control").contains("max-age"));
    let request = server.request(reqwest::Method::GET, "/api/openapi.json");
    let again = request.header("If-None-Match", answer.header("etag"));
    assert_eq!(crate::support::server::send(again).await.status, 304);
    let page = server.get("/api").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
}
