//! What is told of an import: the file as it was understood, and what becomes
//! of each row.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use tasuki_sheets::{Delimiter, Fault, Plan, Row, Summary};

use crate::problem::Problem;
use crate::recording::HeadShown;

/// The answer to an import.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Imported {
    /// Nothing was recorded, only shown.
    pub(crate) dry_run: bool,
    /// In which the file was read.
    encoding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// Of a file of cells.
    delimiter: Option<Delimiter>,
    /// What was found in which column, by its header.
    columns: Map<String, Value>,
    /// Headers that were not understood, and not used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<String>,
    /// How many rows have each outcome.
    summary: Summary,
    /// How many facts are in the log now that were not before.
    pub(crate) recorded: usize,
    /// Nothing was recorded, because rows are rejected and `strict` was asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    refused: bool,
    /// The end of the log, where something was sent to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<HeadShown>,
    /// What becomes of each row.
    rows: Vec<Row>,
}

impl Imported {
    /// What a plan would do, before any of it is done.
    pub(crate) fn planned(plan: Plan, dry_run: bool) -> Self {
        Self {
            dry_run,
            summary: plan.summary(),
            encoding: plan.encoding,
            delimiter: plan.delimiter,
            columns: plan.columns,
            ignored: plan.ignored,
            recorded: 0,
            refused: false,
            head: None,
            rows: plan.rows,
        }
    }

    pub(crate) fn recorded(plan: Plan, recorded: usize, head: Option<HeadShown>) -> Self {
        Self {
            recorded,
            head,
            ..Self::planned(plan, false)
        }
    }

    /// Nothing of the plan is done, because something in it cannot be.
    pub(crate) fn refused(plan: Plan, dry_run: bool) -> Self {
        Self {
            refused: true,
            ..Self::planned(plan, dry_run)
        }
    }

    fn status(&self) -> StatusCode {
        match self.summary.reject {
            0 => StatusCode::OK,
            _ if self.refused => StatusCode::UNPROCESSABLE_ENTITY,
            all if all == self.rows.len() => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::MULTI_STATUS,
        }
    }
}

impl IntoResponse for Imported {
    fn into_response(self) -> Response {
        (self.status(), [(CACHE_CONTROL, "no-store")], Json(self)).into_response()
    }
}

/// A file that cannot be taken as a whole.
pub(crate) fn problem(fault: Fault) -> Problem {
    let status = match fault.code {
        "file_too_large" | "too_many_rows" => StatusCode::PAYLOAD_TOO_LARGE,
        "empty_file" | "not_text" | "not_decodable" | "malformed_csv" | "malformed_xml"
        | "too_deep" => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, fault.code, fault.detail)
}
