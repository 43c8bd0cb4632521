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
mod api;
mod importing;
mod query;
mod recording;
mod rehearsal;
mod results;

use crate::api::Routes;

pub(crate) use results::ResultsCache;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .post(
            "/api/races/{race}/import/entries",
            importing::entries,
            api::entries,
        )
        .post(
            "/api/races/{race}/import/members",
            importing::members,
            api::members,
        )
        .post(
            "/api/races/{race}/import/passages",
            importing::passages,
            api::passages,
        )
        .post(
            "/api/races/{race}/import/start-list",
            importing::start_list,
            api::start_list,
        )
        .get("/api/races/{race}/results.csv", results::csv, api::csv)
        .get("/api/races/{race}/results.xml", results::xml, api::xml)
}
