//! Hands out the document, and its page.

use std::sync::OnceLock;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::api::{Operation, Routes, Tag, document};
use crate::app;
use crate::http::caching::Tagged;
use crate::http::coding::Packed;

/// The document changes with the program; five minutes after an upgrade
/// everybody has the new one.
const CACHING: &str = "public, max-age=300, stale-while-revalidate=3600";

pub(crate) fn routes() -> Routes {
    Routes::new().get("/api/openapi.json", document, describe)
}

fn describe(operation: Operation) -> Operation {
    operation
        .id("getApiDescription", Tag::Operating)
        .does(
            "This document",
            "The description of the API in OpenAPI 3.1, made from the code that serves it. \
             `/api` shows it as a page.",
        )
        .gives::<serde_json::Map<String, Value>>(200, "The document.")
        .tagged()
}

async fn document(headers: HeaderMap) -> Response {
    static TAGGED: OnceLock<Tagged> = OnceLock::new();
    let tagged = TAGGED.get_or_init(|| {
        let json = Packed::from(openapi().to_string().into_bytes());
        let digest = Sha256::digest(json.plain());
        let name: String = digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let etag = format!("W/\"{name}\"");
        Tagged { etag, json }
    });
    tagged.clone().answer(CACHING, &headers)
}

/// The description of the API in OpenAPI 3.1, as `/api/openapi.json` serves it.
#[must_use]
pub fn openapi() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| document::write(&app::routes().into_operations()))
}
