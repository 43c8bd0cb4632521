//! Checks JSON against the document's schemas, by a library that shares no
//! code with what made them.

use std::collections::HashMap;

use boon::{Compiler, Draft, SchemaIndex, Schemas as Compiled};
use serde_json::Value;

const ADDRESS: &str = "http://localhost/openapi.json";

/// The document, and its schemas as far as they have been used.
pub(crate) struct Schemas {
    compiler: Compiler,
    compiled: Compiled,
    known: HashMap<String, SchemaIndex>,
}

impl Schemas {
    pub(crate) fn new() -> Self {
        let mut compiler = Compiler::new();
        compiler.set_default_draft(Draft::V2020_12);
        compiler.enable_format_assertions();
        compiler
            .add_resource(ADDRESS, tasuki_server::openapi().clone())
            .expect("a resource");
        Self {
            compiler,
            compiled: Compiled::new(),
            known: HashMap::new(),
        }
    }

    /// Why `json` does not fit the schema at `pointer`.
    pub(crate) fn misfit(&mut self, pointer: &str, json: &Value) -> Option<String> {
        let index = match self.known.get(pointer) {
            Some(index) => *index,
            None => {
                let address = format!("{ADDRESS}#{}", encoded(pointer));
                let index = self
                    .compiler
                    .compile(&address, &mut self.compiled)
                    .unwrap_or_else(|error| panic!("{pointer} is no schema: {error}"));
                self.known.insert(pointer.to_owned(), index);
                index
            }
        };
        let verdict = self.compiled.validate(json, index);
        verdict.err().map(|error| format!("{error:#}"))
    }

    /// The same for a schema by name.
    pub(crate) fn misfit_of(&mut self, name: &str, json: &Value) -> Option<String> {
        self.misfit(&format!("/components/schemas/{name}"), json)
    }

    #[track_caller]
    pub(crate) fn check(&mut self, pointer: &str, json: &Value) {
        if let Some(misfit) = self.misfit(pointer, json) {
            panic!("{json}\ndoes not fit {pointer}: {misfit}");
        }
    }
}

/// A JSON pointer as it stands in an address.
fn encoded(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

/// A member's name inside a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
