//! Writes the document: conventions, operations, schemas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::api::content::{Answer, Body, Content, Parameter};
use crate::api::operation::Tag;
use crate::api::problems::{self, Kind};
use crate::api::schemas::Schemas;
use crate::api::{Operation, patch};
use crate::limits::RATE_LIMIT_HEADERS;

/// What holds for every operation, in Markdown.
const CONVENTIONS: &str = include_str!("conventions.md");
/// The media type of RFC 9457.
const PROBLEM_JSON: &str = "application/problem+json";

/// The whole document.
pub(crate) fn write(operations: &[Operation]) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in operations {
        let described = describe(operation, &mut schemas);
        let method = operation.method.as_str().to_ascii_lowercase();
        paths
            .entry(operation.path)
            .or_default()
            .insert(method, described);
    }
    let mut components = schemas.components();
    components.insert("Problem".to_owned(), problem());
    patch::add(&mut components, "Standings");
    let tags = Tag::ALL.map(|(_, name, text)| json!({"name": name, "description": text}));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "tasuki",
            "summary": "Race timing: facts in, live standings out.",
            "description": CONVENTIONS,
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This server."}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A device's token (role `recorder`, for one race), or the \
                                    administrator's (`TASUKI_ADMIN_TOKEN`, role `admin`). It \
                                    wins over a session beside it.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-tasuki_session",
                    "description": "Somebody's who has logged in (`logIn`); over plain HTTP it \
                                    is called `tasuki_session`. A change is made only for a page \
                                    of this server: `Sec-Fetch-Site: same-origin`, or an `Origin` \
                                    that is this server's, else 403 `cross_site`.",
                },
            },
        },
    })
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.tag.name()],
        "summary": operation.summary,
        "description": operation.description,
        "security": operation.access.security(),
        "parameters": operation
            .parameters
            .iter()
            .map(|parameter| describe_parameter(operation, parameter, schemas))
            .collect::<Vec<_>>(),
        "responses": describe_answers(operation, schemas),
    });
    if let Some(body) = &operation.body {
        described["requestBody"] = describe_body(operation, body, schemas);
    }
    described
}

fn describe_body(operation: &Operation, body: &Body, schemas: &mut Schemas) -> Value {
    let schema = match body {
        Body::Json(of) => schemas.read(*of),
        Body::File(_) => json!({"type": "string", "description": "The file itself."}),
    };
    let media = body.media().iter();
    let mut content: Map<String, Value> = media
        .map(|media| ((*media).to_owned(), json!({"schema": schema})))
        .collect();
    let examples = operation.examples.iter().filter_map(|example| {
        let value = example.body.as_ref()?;
        let example_shown = json!({"summary": example.summary, "value": value});
        Some((example.name.to_owned(), example_shown))
    });
    let examples: Map<String, Value> = examples.collect();
    if let Some(first) = body
        .media()
        .first()
        .and_then(|media| content.get_mut(*media))
    {
        first["examples"] = Value::Object(examples);
    }
    json!({"required": true, "content": content})
}

fn describe_parameter(
    operation: &Operation,
    parameter: &Parameter,
    schemas: &mut Schemas,
) -> Value {
    let mut schema = schemas.read(parameter.schema);
    let mut described = json!({
        "name": parameter.name,
        "in": parameter.place.name(),
        "description": parameter.description,
        "required": parameter.place.name() == "path",
    });
    if parameter.is_list {
        described["style"] = json!("form");
        described["explode"] = json!(false);
    }
    // Said once, at the parameter.
    if let Some(members) = schema.as_object_mut() {
        members.remove("title");
    }
    described["schema"] = schema;
    let examples: Map<String, Value> = operation
        .examples_of(parameter.name)
        .into_iter()
        .map(|(example, value)| {
            (
                example.name.to_owned(),
                json!({"summary": example.summary, "value": value}),
            )
        })
        .collect();
    if !examples.is_empty() {
        described["examples"] = Value::Object(examples);
    }
    described
}

fn describe_answers(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut answers: BTreeMap<String, Value> = BTreeMap::new();
    for answer in &operation.answers {
        answers.insert(
            answer.status.to_string(),
            describe_answer(operation, answer, schemas),
        );
    }
    let usual = operation.problems.iter();
    let usual = usual.filter_map(|code| problems::usual(code));
    let unusual = operation.unusual.iter();
    let unusual = unusual.filter_map(|(status, code)| problems::unusual(*status, code));
    let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
    for kind in usual.chain(unusual) {
        let kinds = by_status.entry(kind.status).or_default();
        if kinds.iter().all(|known| known.code != kind.code) {
            kinds.push(kind);
        }
    }
    for (status, kinds) in by_status {
        let content = problem_content(operation, status, &kinds);
        let text = problems::listed(kinds);
        match answers.get_mut(&status.to_string()) {
            // Some statuses come with an answer of the operation's own, too.
            Some(answer) => {
                let own = answer["description"].as_str().unwrap_or_default();
                answer["description"] = Value::from(format!("{own}\n\nOr a problem:\n{text}"));
                answer["content"][PROBLEM_JSON] = content;
            }
            None => {
                let mut answer = json!({"description": text, "content": {PROBLEM_JSON: content}});
                let headers = problem_headers(status);
                if !headers.is_empty() {
                    answer["headers"] = headers.into();
                }
                answers.insert(status.to_string(), answer);
            }
        }
    }
    json!(answers)
}

fn describe_answer(operation: &Operation, answer: &Answer, schemas: &mut Schemas) -> Value {
    let mut described = json!({"description": answer.description});
    if let Some((media, content)) = &answer.content {
        let mut content = match content {
            Content::Json(of) => json!({"schema": schemas.written(*of)}),
            Content::Text => json!({"schema": {"type": "string"}}),
            Content::Stream(items) => {
                let items: Map<String, Value> = items
                    .iter()
                    .map(|(name, of)| ((*name).to_owned(), schemas.written(*of)))
                    .collect();
                json!({"schema": {"type": "string"}, "x-items": items})
            }
        };
        content["examples"] = examples_of(operation, answer.status, |example| {
            example["type"] != "about:blank"
        });
        described["content"] = json!({*media: content});
    }
    if !answer.headers.is_empty() {
        let headers: Map<String, Value> = answer
            .headers
            .iter()
            .map(|(name, text, schema)| {
                (
                    (*name).to_owned(),
                    json!({"description": text, "schema": schema, "required": true}),
                )
            })
            .collect();
        described["headers"] = Value::Object(headers);
    }
    if !answer.links.is_empty() {
        let links: Map<String, Value> = answer
            .links
            .iter()
            .map(|link| {
                let parameters: Map<String, Value> = link
                    .parameters
                    .iter()
                    .map(|(name, from)| ((*name).to_owned(), Value::from(*from)))
                    .collect();
                (
                    link.operation.to_owned(),
                    json!({
                        "operationId": link.operation,
                        "parameters": parameters,
                        "description": link.description,
                    }),
                )
            })
            .collect();
        described["links"] = Value::Object(links);
    }
    described
}

fn problem_content(operation: &Operation, status: u16, kinds: &[&Kind]) -> Value {
    let codes: Vec<&str> = kinds.iter().map(|kind| kind.code).collect();
    json!({
        "schema": {
            "allOf": [{"$ref": "#/components/schemas/Problem"}],
            "type": "object",
            "properties": {"status": {"const": status}, "code": {"enum": codes}},
        },
        "examples": examples_of(operation, status, |example| example["type"] == "about:blank"),
    })
}

fn problem_headers(status: u16) -> Map<String, Value> {
    const LATER: &str = "Seconds after which to try again; each client is told its own.";
    let mut headers = Map::new();
    let mut carries = |name: &str, text: &str, schema: Value, required: bool| {
        let header = json!({"description": text, "schema": schema, "required": required});
        headers.insert(name.to_owned(), header);
    };
    match status {
        503 => {
            let most = crate::problem::RETRY_AFTER_S.end();
            let seconds = json!({"type": "integer", "minimum": 1, "maximum": most});
            carries("Retry-After", LATER, seconds, true);
        }
        429 => {
            let seconds = json!({"type": "integer", "minimum": 1});
            carries("Retry-After", LATER, seconds, true);
            for (name, text) in RATE_LIMIT_HEADERS {
                carries(name, text, json!({"type": "string"}), false);
            }
        }
        401 => {
            let scheme = json!({"const": "Bearer"});
            carries("WWW-Authenticate", "The scheme to use.", scheme, true);
        }
        _ => {}
    }
    headers
}

fn examples_of(operation: &Operation, status: u16, wanted: impl Fn(&Value) -> bool) -> Value {
    let examples = operation
        .examples
        .iter()
        .filter(|example| example.status == status);
    let shown = examples.filter_map(|example| {
        let value = example.answer.as_ref().filter(|answer| wanted(answer))?;
        Some((
            example.name.to_owned(),
            json!({"summary": example.summary, "value": value}),
        ))
    });
    Value::Object(shown.collect())
}

/// The one form of every refusal.
fn problem() -> Value {
    let is_usual =
        |kind: &&Kind| problems::usual(kind.code).is_some_and(|usual| usual.status == kind.status);
    let once = problems::PROBLEMS.iter().filter(is_usual);
    let codes: BTreeSet<&str> = problems::PROBLEMS.iter().map(|kind| kind.code).collect();
    json!({
        "description": format!(
            "What went wrong, as RFC 9457. The codes:\n{}", problems::listed(once)
        ),
        "type": "object",
        "properties": {
            "type": {"type": "string", "const": "about:blank"},
            "title": {"type": "string", "description": "The status in words."},
            "status": {"type": "integer", "description": "The status of the answer."},
            "code": {"type": "string", "enum": codes, "description": "To program against."},
            "detail": {"type": "string", "description": "For people: what is wrong, where, and what to change."},
            "id": {
                "type": "string",
                "description": "With a 5xx: the name of the request (`X-Request-Id`), under which the operator finds the cause.",
            },
        },
        "required": ["type", "title", "status", "code", "detail"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_an_operation_names_has_a_meaning() {
        for operation in crate::app::routes().into_operations() {
            for code in operation.problems {
                let known = problems::usual(code).is_some();
                assert!(known, "{}: `{code}` is not in problems.rs", operation.id);
            }
            for (status, code) in operation.unusual {
                let known = problems::unusual(status, code).is_some();
                assert!(known, "{}: {status} `{code}` is in no list", operation.id);
            }
        }
    }

    #[test]
    fn every_parameter_that_an_example_names_is_there() {
        for operation in crate::app::routes().into_operations() {
            for example in &operation.examples {
                for (name, _) in &example.parameters {
                    let known = operation.parameters.iter().any(|it| it.name == *name);
                    assert!(known, "{}: there is no parameter `{name}`", operation.id);
                }
            }
        }
    }
}
