//! Files that are sent, as their programs wrote them.

use reqwest::Method;
use serde_json::Value;

use crate::support::answer::Answer;
use crate::support::server::{ADMIN, Server, send};

impl Server {
    /// Imports a file into the race `relay`; `what` may have a query.
    pub(crate) async fn import(&self, what: &str, file: impl Into<Vec<u8>>) -> Answer {
        self.import_as(ADMIN, "relay", what, file).await
    }

    pub(crate) async fn import_as(
        &self,
        token: &str,
        race: &str,
        what: &str,
        file: impl Into<Vec<u8>>,
    ) -> Answer {
        let path = format!("/api/races/{race}/import/{what}");
        let request = self.request(Method::POST, &path).bearer_auth(token);
        send(request.header("Content-Type", "text/csv").body(file.into())).await
    }
}

/// Rows in short: `2 add`, `3 reject unknown_category`.
pub(crate) fn rows(answer: &Value) -> Vec<String> {
    let rows = answer["rows"].as_array().expect("rows");
    let short = |row: &Value| {
        let code = row["code"].as_str().map(|code| format!(" {code}"));
        let outcome = row["outcome"].as_str().expect("an outcome");
        format!("{} {outcome}{}", row["line"], code.unwrap_or_default())
    };
    rows.iter().map(short).collect()
}
