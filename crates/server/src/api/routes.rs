//! Routes that cannot be without a description.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use crate::api::Operation;
use crate::state::AppState;

/// What a feature serves, and what that is.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<AppState>,
    operations: Vec<Operation>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn get<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operation(Method::GET, path, get(handler), describe)
    }

    pub(crate) fn post<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operation(Method::POST, path, post(handler), describe)
    }

    pub(crate) fn put<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operation(Method::PUT, path, put(handler), describe)
    }

    pub(crate) fn patch<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operation(Method::PATCH, path, patch(handler), describe)
    }

    pub(crate) fn delete<H: Handler<T, AppState>, T: 'static>(
        self,
        path: &'static str,
        handler: H,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operation(Method::DELETE, path, delete(handler), describe)
    }

    fn operation(
        mut self,
        method: Method,
        path: &'static str,
        handler: MethodRouter<AppState>,
        describe: impl FnOnce(Operation) -> Operation,
    ) -> Self {
        self.operations.push(describe(Operation::new(method, path)));
        self.router = self.router.route(path, handler);
        self
    }

    /// A page for people, or a part of one: no operation of the API.
    pub(crate) fn page<H: Handler<T, AppState>, T: 'static>(
        mut self,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.router = self.router.route(path, get(handler));
        self
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.operations.extend(other.operations);
        self
    }

    pub(crate) fn into_router(self) -> Router<AppState> {
        self.router
    }

    pub(crate) fn into_operations(self) -> Vec<Operation> {
        self.operations
    }
}
