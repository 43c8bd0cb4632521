//! The schemas of all types, each once.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Where schemas stand in the document.
const PLACE: &str = "/components/schemas";

/// Collects schemas while a document is written.
pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = PLACE.into();
                settings.meta_schema = None;
            })
        };
        Self {
            read: settings().for_deserialize().into_generator(),
            written: settings().for_serialize().into_generator(),
        }
    }

    /// The schema of what a client sends.
    pub(super) fn read(&mut self, of: fn(&mut SchemaGenerator) -> Schema) -> Value {
        tidied(of(&mut self.read))
    }

    /// The schema of what the server sends.
    pub(super) fn written(&mut self, of: fn(&mut SchemaGenerator) -> Schema) -> Value {
        tidied(of(&mut self.written))
    }

    /// All that were referred to. A type that goes both ways is described as
    /// it is read: what is sent fits that too, with its defaults filled in.
    pub(super) fn components(mut self) -> BTreeMap<String, Value> {
        let mut components = BTreeMap::new();
        for generator in [&mut self.written, &mut self.read] {
            for (name, mut schema) in generator.take_definitions(false) {
                tidy(&mut schema);
                components.insert(name, schema);
            }
        }
        components
    }
}

fn tidied(schema: Schema) -> Value {
    let mut value = schema.to_value();
    tidy(&mut value);
    value
}

/// Says it as the contract does: what is not known is absent, never null; and
/// an integer is an integer, whatever Rust calls its size.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            tidy_object(members);
            members.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn tidy_object(members: &mut Map<String, Value>) {
    if members.get("default").is_some_and(Value::is_null) {
        members.remove("default");
    }
    if members
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| format.starts_with("uint"))
    {
        members.remove("format");
    }
    name_members(members);
    if let Some(Value::String(text)) = members.get_mut("description") {
        *text = unfolded(text);
    }
    if let Some(Value::Array(types)) = members.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            members.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = members.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            members.remove("anyOf");
            for (name, value) in only {
                members.entry(name).or_insert(value);
            }
        }
    }
}

/// A map of one kind of value: its values stand in `additionalProperties`,
/// where every tool looks for them, and its names are described apart.
fn name_members(members: &mut Map<String, Value>) {
    if members.contains_key("properties") {
        return;
    }
    let Some(Value::Object(patterns)) = members.get("patternProperties") else {
        return;
    };
    let Some((pattern, values)) = patterns.iter().next().filter(|_| patterns.len() == 1) else {
        return;
    };
    // What `\d` means differs by engine.
    let names = json!({"pattern": pattern.replace(r"\d", "[0-9]")});
    let values = values.clone();
    members.remove("patternProperties");
    members.insert("propertyNames".to_owned(), names);
    members.insert("additionalProperties".to_owned(), values);
}

/// A doc comment's paragraphs, each on a line of its own.
fn unfolded(text: &str) -> String {
    let mut unfolded = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        unfolded.push_str(line);
        if let Some(next) = lines.peek() {
            let breaks = line.is_empty() || next.is_empty() || next.starts_with("- ");
            unfolded.push(if breaks { '\n' } else { ' ' });
        }
    }
    unfolded
}
