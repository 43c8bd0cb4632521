//! While the server is read only, nothing is changed but a switch.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::identity::sessions::{LOGIN, LOGOUT};
use crate::problem::Problem;
use crate::state::AppState;
use crate::switches::{Name, SETTINGS};

/// Stands before every handler.
pub(crate) async fn keep_still(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    if state.switches.is_on(Name::ReadOnly) && is_change(&request) {
        let detail = "the server is read only for now: nothing was kept, send again";
        return Problem::unavailable("read_only", detail).into_response();
    }
    next.run(request).await
}

fn is_change(request: &Request) -> bool {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    !reads && stands_still(request.uri().path())
}

/// Whether nothing is changed at that path while the server is read only. Whoever is
/// to switch that off must be able to log in.
pub(crate) fn stands_still(path: &str) -> bool {
    ![SETTINGS, LOGIN, LOGOUT]
        .iter()
        .any(|free| path.starts_with(free))
}
