//! What goes in and what comes out of an operation.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

/// Gives a type's schema, by reference.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of `T`.
pub(crate) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// A parameter of a request.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) description: &'static str,
    pub(crate) schema: SchemaOf,
    pub(crate) is_list: bool,
}

/// What a request carries.
pub(crate) enum Body {
    /// JSON of that type.
    Json(SchemaOf),
    /// A file, in one of these media types; examples are of the first.
    File(&'static [&'static str]),
}

impl Body {
    pub(crate) fn media(&self) -> &[&'static str] {
        match self {
            Self::Json(_) => &["application/json"],
            Self::File(media) => media,
        }
    }
}

/// An answer that is no problem.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) content: Option<(&'static str, Content)>,
    pub(crate) headers: Vec<(&'static str, &'static str, Value)>,
    pub(crate) links: Vec<Link>,
}

/// What the body of an answer is.
pub(crate) enum Content {
    /// JSON of that type.
    Json(SchemaOf),
    /// A text, made of JSON of these types, by name.
    Stream(Vec<(&'static str, SchemaOf)>),
    /// A text of another kind.
    Text,
}

/// What can be done next with an answer.
pub(crate) struct Link {
    pub(crate) operation: &'static str,
    pub(crate) parameters: Vec<(&'static str, &'static str)>,
    pub(crate) description: &'static str,
}
