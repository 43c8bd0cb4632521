//! A page of what was done.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tasuki_log::{Archived, OPERATIONS_PAGE_MAX, Operation, Search};
use tasuki_race::Instant;

use crate::deeds::Kind;
use crate::identity::Admin;
use crate::problem::Problem;
use crate::state::AppState;

/// Operations in a page, unless said.
const LIMIT: u32 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    before: Option<u64>,
    limit: Option<u32>,
    kind: Option<Kind>,
    from: Option<Instant>,
    until: Option<Instant>,
}

/// A page of what was done to the server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationList")]
pub(super) struct Page {
    /// The newest first.
    operations: Vec<Shown>,
    /// Ask with it as `before` for what was done earlier; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_before: Option<u64>,
    /// Months that were moved to files, as far as something of what is asked for may be
    /// in them, the newest first; absent where that is none. They hold what `operations`
    /// leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    archived: Vec<InFile>,
}

/// A month, or what of it came late, that was moved to a file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ArchivedOperations")]
struct InFile {
    /// Which, of UTC, such as `2026-09`.
    month: String,
    /// The least number of an operation in it.
    first: u64,
    /// The greatest. Numbers between the two may belong to other months.
    last: u64,
    /// How many it has.
    count: u64,
    /// The file's name: `tasuki operations restore` takes it back.
    file: String,
    /// Where it was put.
    place: String,
    /// When.
    archived_at: Instant,
}

/// Something that was done to the server.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operation")]
struct Shown {
    /// 1, 2, 3 … without a gap, in the order in which they were done.
    number: u64,
    /// When, by the server's clock.
    at: Instant,
    /// What, as in `kind` of the query; other versions of the server may know more.
    kind: String,
    /// By whom.
    by: String,
    /// To what: the id of a device or a race, the name of a switch.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// For what reason, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// What else there is to know, by kind.
    detail: Map<String, Value>,
}

impl From<Operation> for Shown {
    fn from(Operation { number, deed }: Operation) -> Self {
        Self {
            number,
            at: deed.at,
            kind: deed.kind,
            by: deed.by,
            about: deed.about,
            why: deed.why,
            detail: deed.detail,
        }
    }
}

impl From<Archived> for InFile {
    fn from(archived: Archived) -> Self {
        Self {
            month: archived.month.to_string(),
            first: archived.first,
            last: archived.last,
            count: archived.count,
            file: archived.file,
            place: archived.place,
            archived_at: archived.at,
        }
    }
}

pub(super) async fn page(
    _: Admin,
    State(state): State<AppState>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = asked.map_err(|e| invalid(e.body_text()))?;
    let search = search(&asked)?;
    let found = state.operations.page(&search).await;
    let found = found.map_err(|e| Problem::registry_away(&e))?;
    let archived = state.operations.archived().await;
    let archived = archived.map_err(|e| Problem::registry_away(&e))?;
    let archived = archived.into_iter().filter(|it| may_hold(it, &search));
    let is_full = found.len() == search.limit as usize;
    let last = found.last().map(|operation| operation.number);
    let page = Page {
        operations: found.into_iter().map(Shown::from).collect(),
        next_before: last.filter(|number| is_full && *number > 1),
        archived: archived.map(InFile::from).collect(),
    };
    Ok(([(CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

/// Whether something that is asked for may be in a file. Of what kind it is, only the
/// file tells.
fn may_hold(archived: &Archived, search: &Search) -> bool {
    let (begin, end) = (archived.month.begin().ok(), archived.month.end().ok());
    search.before.is_none_or(|before| archived.first < before)
        && search
            .from
            .is_none_or(|from| end.is_none_or(|end| from < end))
        && search
            .until
            .is_none_or(|until| begin.is_none_or(|begin| begin < until))
}

fn search(asked: &Asked) -> Result<Search, Problem> {
    let limit = asked.limit.unwrap_or(LIMIT);
    if !(1..=OPERATIONS_PAGE_MAX).contains(&limit) {
        return Err(invalid(format!("limit: 1 to {OPERATIONS_PAGE_MAX}")));
    }
    if asked.before == Some(0) {
        return Err(invalid("before: the first operation has the number 1"));
    }
    Ok(Search {
        before: asked.before,
        limit,
        kind: asked.kind.map(|kind| kind.name().to_owned()),
        from: asked.from,
        until: asked.until,
    })
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::bad_request("invalid_query", detail)
}
