//! One operation: a method at a path, and all that a client must know of it.

use axum::http::Method;
use schemars::JsonSchema;
use serde_json::{Value, json};
use tasuki_race::RaceId;
use uuid::Uuid;

use crate::api::content::{Answer, Body, Content, Link, Parameter, Place, SchemaOf, of};
use crate::api::problems::{ARRIVING, READING};
use crate::api::{Access, Example};
use crate::switches::{Name, stands_still};

/// What an operation is about: the folders of this crate, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tag {
    Recording,
    Watching,
    Reviewing,
    Devices,
    People,
    Exporting,
    Sheets,
    Operating,
}

impl Tag {
    pub(crate) const ALL: [(Self, &'static str, &'static str); 8] = [
        (
            Self::Recording,
            "recording",
            "Facts go in: races, entries, starts, passages, corrections.",
        ),
        (
            Self::Watching,
            "watching",
            "What the facts give: races, standings, the live stream.",
        ),
        (
            Self::Reviewing,
            "reviewing",
            "Odd observations that wait for an official.",
        ),
        (Self::Devices, "devices", "Who may record at a checkpoint."),
        (
            Self::People,
            "people",
            "Who may log in, who is logged in, and as what.",
        ),
        (
            Self::Exporting,
            "exporting",
            "The log itself, to keep, to verify, to replay.",
        ),
        (
            Self::Sheets,
            "sheets",
            "Spreadsheets and paper: start lists and written passages come in, results go out.",
        ),
        (
            Self::Operating,
            "operating",
            "Is it well, what time is it, what can it do.",
        ),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(tag, ..)| *tag == self)
            .map_or("", |(_, name, _)| name)
    }
}

/// A method at a path, described.
pub(crate) struct Operation {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) access: Access,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) problems: Vec<&'static str>,
    /// Codes that come with another status than they usually do.
    pub(crate) unusual: Vec<(u16, &'static str)>,
    pub(crate) examples: Vec<Example>,
}

impl Operation {
    /// Knows what the path tells: its parameters, and that they may name nothing.
    pub(super) fn new(method: Method, path: &'static str) -> Self {
        let mut operation = Self {
            method,
            path,
            id: "",
            tag: Tag::Operating,
            summary: "",
            description: "",
            access: Access::Everyone,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            problems: vec!["internal", "too_many_requests"],
            unusual: Vec::new(),
            examples: Vec::new(),
        };
        if path.contains("{race}") {
            operation.parameter::<RaceId>("race", Place::Path, "The race.");
            operation.problems.extend(["not_found", "race_not_found"]);
        }
        if path.contains("{id}") {
            operation.parameter::<Uuid>("id", Place::Path, "The id that the server gave it.");
        }
        if path.contains("{name}") {
            operation.parameter::<Name>("name", Place::Path, "Which switch.");
        }
        // A switch can be set back, whatever it was set to.
        if operation.method != Method::GET && stands_still(path) {
            operation.problems.push("read_only");
        }
        operation
    }

    fn parameter<T: JsonSchema>(
        &mut self,
        name: &'static str,
        place: Place,
        description: &'static str,
    ) {
        self.parameters.push(Parameter {
            name,
            place,
            description,
            schema: of::<T>,
            is_list: false,
        });
    }

    /// A good name for a function that does it.
    pub(crate) fn id(mut self, id: &'static str, tag: Tag) -> Self {
        (self.id, self.tag) = (id, tag);
        self
    }

    /// What it does, in a line and at length (Markdown).
    pub(crate) fn does(mut self, summary: &'static str, description: &'static str) -> Self {
        (self.summary, self.description) = (summary, description);
        self
    }

    /// Who may call it; for everyone, unless said.
    pub(crate) fn by(mut self, access: Access) -> Self {
        self.access = access;
        self.problems.extend(access.problems());
        self
    }

    pub(crate) fn query<T: JsonSchema>(mut self, name: &'static str, text: &'static str) -> Self {
        self.parameter::<T>(name, Place::Query, text);
        self
    }

    /// A list separated by commas.
    pub(crate) fn query_list<T: JsonSchema>(self, name: &'static str, text: &'static str) -> Self {
        let mut operation = self.query::<T>(name, text);
        if let Some(last) = operation.parameters.last_mut() {
            last.is_list = true;
        }
        operation
    }

    pub(crate) fn header<T: JsonSchema>(mut self, name: &'static str, text: &'static str) -> Self {
        self.parameter::<T>(name, Place::Header, text);
        self
    }

    /// Takes JSON of that type.
    pub(crate) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(Body::Json(of::<T>));
        self.problems.extend(ARRIVING.iter().chain(READING));
        self
    }

    /// Takes a file, in one of these media types.
    pub(crate) fn takes_file(mut self, media: &'static [&'static str]) -> Self {
        self.body = Some(Body::File(media));
        self.problems.extend(ARRIVING);
        self
    }

    /// Answers with JSON of that type.
    pub(crate) fn gives<T: JsonSchema>(self, status: u16, text: &'static str) -> Self {
        self.answers_with(
            status,
            text,
            Some(("application/json", Content::Json(of::<T>))),
        )
    }

    /// Answers with a text of that media type.
    pub(crate) fn gives_text(self, status: u16, text: &'static str, media: &'static str) -> Self {
        self.answers_with(status, text, Some((media, Content::Text)))
    }

    /// Answers with a text in which JSON of these types stands.
    pub(crate) fn streams(
        self,
        text: &'static str,
        media: &'static str,
        items: Vec<(&'static str, SchemaOf)>,
    ) -> Self {
        self.answers_with(200, text, Some((media, Content::Stream(items))))
    }

    /// Answers without a body.
    pub(crate) fn gives_nothing(self, status: u16, text: &'static str) -> Self {
        self.answers_with(status, text, None)
    }

    fn answers_with(
        mut self,
        status: u16,
        description: &'static str,
        content: Option<(&'static str, Content)>,
    ) -> Self {
        self.answers.push(Answer {
            status,
            description,
            content,
            headers: Vec::new(),
            links: Vec::new(),
        });
        self
    }

    /// A header of the answer described last.
    pub(crate) fn sends(mut self, header: &'static str, text: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer
                .headers
                .push((header, text, json!({"type": "string"})));
        }
        self
    }

    /// The answer has a name, and is not sent again to who has it.
    pub(crate) fn tagged(self) -> Self {
        const TAG: &str =
            "Names this state; send it as `If-None-Match` to be sent only what is new.";
        const CACHING: &str = "How long caches may keep it.";
        self.header::<String>(
            "If-None-Match",
            "The `ETag` of the state that the client has.",
        )
        .sends("ETag", TAG)
        .sends("Cache-Control", CACHING)
        .gives_nothing(
            304,
            "Nothing has changed since the state that the client has.",
        )
        .sends("ETag", TAG)
        .sends("Cache-Control", CACHING)
    }

    /// What can be done with the answer described last: parameters are runtime
    /// expressions of OpenAPI.
    pub(crate) fn leads_to(
        mut self,
        operation: &'static str,
        parameters: &[(&'static str, &'static str)],
        description: &'static str,
    ) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.links.push(Link {
                operation,
                parameters: parameters.to_vec(),
                description,
            });
        }
        self
    }

    /// What can go wrong, besides what the path, the body and the access tell.
    pub(crate) fn fails(mut self, codes: &[&'static str]) -> Self {
        self.problems.extend(codes);
        self
    }

    /// A code that comes with another status than it usually does.
    pub(crate) fn fails_as(mut self, status: u16, code: &'static str) -> Self {
        self.unusual.push((status, code));
        self
    }

    pub(crate) fn example(mut self, example: Example) -> Self {
        self.examples.push(example);
        self
    }

    /// The examples of a parameter, by name.
    pub(super) fn examples_of(&self, parameter: &str) -> Vec<(&Example, &Value)> {
        let examples = self.examples.iter();
        examples
            .filter_map(|example| {
                let mut given = example.parameters.iter();
                let (_, value) = given.find(|(name, _)| *name == parameter)?;
                Some((example, value))
            })
            .collect()
    }
}
