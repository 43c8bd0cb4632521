//! Operations and their examples, as they stand in the document.

use std::cmp::Reverse;

use reqwest::Method;
use serde_json::Value;

use crate::describing::schemas::escaped;

/// An operation of the document.
pub(crate) struct Described {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) json: &'static Value,
}

/// An example: what goes in under a name, and what comes out under the same.
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) status: u16,
    /// Name, place and value.
    pub(crate) parameters: Vec<(String, String, Value)>,
    /// Of a file, its media type with its text.
    pub(crate) body: Option<(String, Value)>,
    /// Media type, its place in the document, and the example.
    pub(crate) answer: Option<(String, String, Value)>,
}

/// All operations, in an order in which their examples make sense: by tag,
/// and what makes a thing before what shows it before what ends it.
pub(crate) fn operations() -> Vec<Described> {
    let document = tasuki_server::openapi();
    let tags: Vec<&str> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut operations: Vec<Described> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("operations");
            methods.iter().map(|(method, json)| Described {
                method: method.to_uppercase().parse().expect("a method"),
                path,
                json,
            })
        })
        .collect();
    operations.sort_by_key(|operation| {
        let tag = operation.json["tags"][0].as_str().expect("a tag");
        let turn = ["POST", "PUT", "PATCH", "GET", "DELETE"]
            .iter()
            .position(|method| *method == operation.method.as_str());
        // Nobody logs in who was not created.
        let logs_in = operation.path == "/api/login";
        // What ends a part comes before what ends the whole.
        let ends = operation.method == Method::DELETE;
        let depth = if ends { operation.path.len() } else { 0 };
        (
            tags.iter().position(|name| *name == tag),
            turn,
            logs_in,
            Reverse(depth),
            operation.path,
        )
    });
    operations
}

impl Described {
    /// The place of a part of the operation in the document.
    pub(crate) fn pointer(&self, rest: &str) -> String {
        let method = self.method.as_str().to_lowercase();
        format!("/paths/{}/{method}{rest}", escaped(self.path))
    }

    /// Its examples, successes first.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        for (status, answer) in self.json["responses"].as_object().expect("answers") {
            for (media, content) in answer["content"].as_object().into_iter().flatten() {
                for (name, example) in content["examples"].as_object().into_iter().flatten() {
                    let place = format!("/responses/{status}/content/{}", escaped(media));
                    let value = example["value"].clone();
                    let answer = (media.clone(), self.pointer(&place), value);
                    exchanges.push(self.exchange(name, status, Some(answer)));
                }
            }
        }
        // Where success has no body, the requests that no answer claims are its.
        for name in self.requests() {
            if !exchanges.iter().any(|exchange| exchange.name == name) {
                exchanges.push(self.exchange(&name, "204", None));
            }
        }
        exchanges.sort_by(|a, b| (a.status, &a.name).cmp(&(b.status, &b.name)));
        exchanges
    }

    fn requests(&self) -> Vec<String> {
        let parameters = self.json["parameters"].as_array().into_iter().flatten();
        let bodies = self.json["requestBody"]["content"].as_object();
        let bodies = bodies.into_iter().flatten();
        let mut names: Vec<String> = parameters
            .filter_map(|parameter| parameter["examples"].as_object())
            .chain(bodies.filter_map(|(_, content)| content["examples"].as_object()))
            .flat_map(|examples| examples.keys().cloned())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    fn exchange(
        &self,
        name: &str,
        status: &str,
        answer: Option<(String, String, Value)>,
    ) -> Exchange {
        let example = |examples: &Value| examples.get(name).map(|it| it["value"].clone());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parameters = self.json["parameters"].as_array().into_iter().flatten();
        let bodies = self.json["requestBody"]["content"].as_object();
        Exchange {
            name: name.to_owned(),
            status: status.parse().expect("a status"),
            parameters: parameters
                .filter_map(|parameter| {
                    let value = example(&parameter["examples"])?;
                    Some((text(&parameter["name"]), text(&parameter["in"]), value))
                })
                .collect(),
            body: bodies.into_iter().flatten().find_map(|(media, content)| {
                let value = example(&content["examples"])?;
                Some((media.clone(), value))
            }),
            answer,
        }
    }
}
