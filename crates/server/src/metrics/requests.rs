//! Requests, and the connections that they come on.

use std::time::Duration;

use axum::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::buckets::seconds;
use super::set;
use crate::state::AppState;

pub(super) struct Requests {
    took: Family<Request, Histogram>,
    connections: Gauge,
    connections_max: Gauge,
}

/// A bounded set of labels: routes, not addresses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

/// Clients may make methods up.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

impl Requests {
    pub(super) fn new() -> Self {
        Self {
            took: Family::new_with_constructor(seconds),
            connections: Gauge::default(),
            connections_max: Gauge::default(),
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let what = "Time until the head of an answer";
        let took = self.took.clone();
        registry.register_with_unit("http_request_duration", what, Unit::Seconds, took);
        let what = "Connections to the public listener, those of viewers among them";
        registry.register("http_connections", what, self.connections.clone());
        let what = "Connections that there may be; more wait in the system's queue";
        registry.register("http_connections_max", what, self.connections_max.clone());
    }

    pub(super) fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let request = Request {
            method: name(method),
            route: route.to_owned(),
            status,
        };
        let took_s = took.as_secs_f64();
        self.took.get_or_create(&request).observe(took_s);
    }

    pub(super) fn look(&self, state: &AppState) {
        set(&self.connections, state.places.taken());
        set(&self.connections_max, state.places.max());
    }
}
