//! Spreadsheets and paper: start lists and written passages come in, results
//! go out.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `POST /api/races/{race}/import/entries` | admin | entries from a table |
//! | `POST /api/races/{race}/import/members` | admin | who runs which leg |
//! | `POST /api/races/{race}/import/passages` | admin, recorder | passages that were written down |
//! | `POST /api/races/{race}/import/start-list` | admin | an IOF XML 3.0 `StartList` |
//! | `GET /api/races/{race}/results.csv` | everyone | results for a spreadsheet |
//! | `GET /api/races/{race}/results.xml` | everyone | an IOF XML 3.0 `ResultList` |
//!
//! What a file means is decided in the crate `sheets`; here it is judged as
//! the log would judge it ([`rehearsal`]), or recorded ([`recording`]) on the
//! way that every fact takes.

mod answer;
mod importing;
mod query;
mod recording;
mod rehearsal;
mod results;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

pub(crate) use results::ResultsCache;

pub(crate) fn router() -> Router<AppState> {
    let import = |kind: &str| format!("/api/races/{{race}}/import/{kind}");
    Router::new()
        .route(&import("entries"), post(importing::entries))
        .route(&import("members"), post(importing::members))
        .route(&import("passages"), post(importing::passages))
        .route(&import("start-list"), post(importing::start_list))
        .route("/api/races/{race}/results.csv", get(results::csv))
        .route("/api/races/{race}/results.xml", get(results::xml))
}
