//! Builds the schema of one type of fact.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::ids::EventId;
use crate::instant::Instant;
use crate::schema::texts::Text;

/// The object of a fact: the fields that all have, and its own.
pub(super) struct FactObject<'g> {
    generator: &'g mut SchemaGenerator,
    description: &'static str,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    rules: Vec<(&'static str, Value)>,
}

impl<'g> FactObject<'g> {
    pub(super) fn new(
        generator: &'g mut SchemaGenerator,
        kind: &'static str,
        description: &'static str,
    ) -> Self {
        let mut object = Self {
            generator,
            description,
            properties: Map::new(),
            required: vec!["type"],
            rules: Vec::new(),
        };
        let kind = json!({"const": kind, "type": "string"});
        object.properties.insert("type".to_owned(), kind);
        object
            .needs::<EventId>("id", "Unique within its race. Sent again with the same content, the fact is a duplicate.")
            .may::<Instant>("time", "When it happened, by the observer's corrected clock.")
            .may::<Text>("note", "A remark of the observer.")
    }

    /// A field that must be there.
    pub(super) fn needs<T: JsonSchema>(mut self, name: &'static str, text: &str) -> Self {
        self.required.push(name);
        self.may::<T>(name, text)
    }

    /// A field that may be there.
    pub(super) fn may<T: JsonSchema>(mut self, name: &'static str, text: &str) -> Self {
        let mut schema = self.generator.subschema_for::<T>();
        schema.insert("description".to_owned(), text.into());
        self.properties.insert(name.to_owned(), schema.to_value());
        self
    }

    /// It happened at a time, which must be there.
    pub(super) fn timed(mut self) -> Self {
        self.required.push("time");
        self
    }

    /// What the fields must be together.
    pub(super) fn rule(mut self, keyword: &'static str, value: Value) -> Self {
        self.rules.push((keyword, value));
        self
    }

    pub(super) fn finish(self) -> Schema {
        let mut schema = json_schema!({
            "description": self.description,
            "type": "object",
            "properties": self.properties,
            "required": self.required,
            "additionalProperties": false,
        });
        for (keyword, value) in self.rules {
            schema.insert(keyword.to_owned(), value);
        }
        schema
    }
}
