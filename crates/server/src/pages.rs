//! The pages.
//!
//! | route | what |
//! | --- | --- |
//! | `GET /` | the list of races |
//! | `GET /api` | the description of the API |
//! | `GET /login` | where people log in and out |
//! | `GET /races/{race}` | a race's board |
//! | `GET /races/{race}/entry` | a recorder's entry page |
//! | `GET /assets/{fingerprint}/{path}` | what they are made of |

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tasuki_web::{Asset, Page};

use crate::api::Routes;
use crate::http::caching::is_known;
use crate::http::headers::OF_PAGES;
use crate::http::path::Path;
use crate::problem::Problem;
use crate::state::AppState;

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

pub(crate) fn routes() -> Routes {
    Routes::new()
        .page("/", index)
        .page("/api", api)
        .page("/login", login)
        .page("/races/{race}", board)
        .page("/races/{race}/entry", entry)
        .page("/assets/{fingerprint}/{*path}", asset)
}

async fn index(headers: HeaderMap) -> Response {
    page(Page::Index, &headers)
}

async fn api(headers: HeaderMap) -> Response {
    page(Page::Api, &headers)
}

async fn login(headers: HeaderMap) -> Response {
    page(Page::Login, &headers)
}

async fn board(
    State(state): State<AppState>,
    Path(race): Path<String>,
    headers: HeaderMap,
) -> Response {
    race_page(Page::Board, &state, &race, &headers)
}

async fn entry(
    State(state): State<AppState>,
    Path(race): Path<String>,
    headers: HeaderMap,
) -> Response {
    race_page(Page::Entry, &state, &race, &headers)
}

fn race_page(page_of_race: Page, state: &AppState, race: &str, headers: &HeaderMap) -> Response {
    if state.races.get(race).is_some() {
        return page(page_of_race, headers);
    }
    (
        StatusCode::NOT_FOUND,
        page(Page::NotFound, &HeaderMap::new()),
    )
        .into_response()
}

fn page(page: Page, headers: &HeaderMap) -> Response {
    (OF_PAGES, send(tasuki_web::page(page), headers)).into_response()
}

async fn asset(
    Path((fingerprint, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found("not_found", "there is no such file; load the page again");
    // An address of another build must not be answered with this one's file:
    // it would be kept for ever.
    if fingerprint != tasuki_web::fingerprint() {
        return Err(gone());
    }
    Ok(send(tasuki_web::asset(&path).ok_or_else(gone)?, &headers))
}

fn send(asset: Asset, asked: &HeaderMap) -> Response {
    let caching = if asset.immutable {
        FOR_EVER
    } else {
        REVALIDATED
    };
    send_as(asset, asked, caching)
}

/// Sends an asset, to be kept so long.
pub(crate) fn send_as(asset: Asset, asked: &HeaderMap, caching: &str) -> Response {
    let unchanged = is_known(&asset.etag, asked);
    let headers = [(ETAG, asset.etag), (CACHE_CONTROL, caching.to_owned())];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (
        headers,
        [(CONTENT_TYPE, asset.content_type.into_owned())],
        Body::from(asset.bytes.into_owned()),
    )
        .into_response()
}
