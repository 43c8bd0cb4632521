//! An answer, read whole.

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Whether the description of the API knows a code.
fn is_described(schema: &str, member: &str, code: &str) -> bool {
    let schema = &tasuki_server::openapi()["components"]["schemas"][schema];
    let codes = match member {
        "" => &schema["enum"],
        member => &schema["properties"][member]["enum"],
    };
    codes
        .as_array()
        .is_some_and(|codes| codes.contains(&code.into()))
}

/// What a server said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("the body arrives").to_vec(),
        }
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("bodies are UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("status {}, not JSON: {error}: {}", self.status, self.text()),
        }
    }

    /// A header's value; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("headers are plain texts"))
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The detail of an RFC 9457 problem, whose form is checked.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        assert_eq!(json["status"], status, "{json}");
        assert_eq!(json["code"], code, "{json}");
        assert!(
            is_described("Problem", "code", code),
            "`{code}` is in no description"
        );
        for member in ["type", "title", "detail"] {
            let text = json[member].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "`{member}` says nothing: {json}");
        }
        // The operator finds the cause of a 5xx under its id.
        assert_eq!(status >= 500, json["id"].is_string(), "{json}");
        json["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// What became of each fact of a request.
    #[track_caller]
    pub(crate) fn results(&self, status: u16) -> Vec<Value> {
        let json = self.ok(status);
        json["results"]
            .as_array()
            .expect("a list of results")
            .clone()
    }

    /// The same in short: `accepted 3`, `duplicate 2` or `rejected CODE`.
    #[track_caller]
    pub(crate) fn outcomes(&self, status: u16) -> Vec<String> {
        let short = |result: Value| {
            let outcome = result["outcome"].as_str().unwrap_or_default().to_owned();
            match result["code"].as_str() {
                Some(code) => format!("{outcome} {code}"),
                None => format!("{outcome} {}", result["seq"]),
            }
        };
        self.results(status).into_iter().map(short).collect()
    }

    /// The codes of the warnings of the fact at `place`.
    #[track_caller]
    pub(crate) fn warnings(&self, place: usize) -> Vec<String> {
        let results = self.results(200);
        let warnings = results[place]["warnings"].as_array().into_iter().flatten();
        let code = |warning: &Value| {
            assert!(warning["detail"].is_string(), "{warning}");
            warning["code"].as_str().unwrap_or_default().to_owned()
        };
        warnings.map(code).collect()
    }

    /// The single fact of the request was refused; says why.
    #[track_caller]
    pub(crate) fn rejected(&self, code: &str) -> String {
        let results = self.results(422);
        assert_eq!(results.len(), 1, "{results:?}");
        assert_eq!(results[0]["outcome"], "rejected", "{results:?}");
        assert_eq!(results[0]["code"], code, "{results:?}");
        assert!(
            is_described("RejectionCode", "", code),
            "`{code}` is in no description"
        );
        results[0]["detail"].as_str().expect("a detail").to_owned()
    }
}
