//! Traces for OpenTelemetry, off unless asked for: a passage can be followed from the
//! tablet's request through the queue and the group that it was committed with, to the
//! frames that show it. Spans go to a collector in batches, by OTLP over HTTP.
//!
//! ```text
//! request ── append ── queue
//!               └───── group ── write, project, tick
//! ```
//!
//! A group of several submissions is a trace of its own that is linked with each.
//! Nothing is traced for a viewer. While it is off, none of these spans is made.

use std::fmt;
use std::sync::Arc;

use clap::Args;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use reqwest::header::HeaderMap;
use tokio::runtime::Handle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::failure::Failure;

/// What the process is called, unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "tasuki";
/// Where a collector takes traces, below its address.
const TRACES_PATH: &str = "/v1/traces";
/// The standard's own variables: if one of them names a collector, it is used.
const ENDPOINT_VARIABLES: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// Flags of what traces.
#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// Send traces to the OpenTelemetry collector there, by OTLP over HTTP. The OTEL_*
    /// variables of the standard say the rest (sampler, batches, names) [default: none,
    /// unless OTEL_EXPORTER_OTLP_ENDPOINT names one]
    #[arg(
        long,
        env = "TASUKI_OTLP_ENDPOINT",
        value_name = "URL",
        hide_env_values = true,
        value_parser = endpoint
    )]
    otlp_endpoint: Option<String>,
}

/// Where spans go.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
    propagator: TraceContextPropagator,
}

/// Posts batches; asked from a thread that has no runtime.
#[derive(Debug)]
struct Courier {
    client: reqwest::Client,
    runtime: Handle,
}

/// The headers of a request, as the standard reads them.
struct Headers<'h>(&'h HeaderMap);

/// Only an address that can be posted to, checked with the other arguments.
fn endpoint(text: &str) -> Result<String, String> {
    let wanted = "write it like http://127.0.0.1:4318";
    let url: reqwest::Url = text.parse().map_err(|error| format!("{error}, {wanted}"))?;
    if url.scheme() != "http" || url.query().is_some() || url.host_str().is_none() {
        return Err(wanted.to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

impl TraceArgs {
    /// Begins to collect, if that is wanted.
    pub(crate) fn start(&self) -> Result<Option<Arc<Traces>>, Failure> {
        let is_disabled = std::env::var("OTEL_SDK_DISABLED").is_ok_and(|it| it == "true");
        let by_variable = ENDPOINT_VARIABLES.into_iter().any(is_set);
        if is_disabled || (self.otlp_endpoint.is_none() && !by_variable) {
            return Ok(None);
        }
        let courier = Courier {
            client: reqwest::Client::new(),
            runtime: Handle::current(),
        };
        let exporter = SpanExporter::builder().with_http();
        let exporter = exporter.with_http_client(courier);
        let exporter = match &self.otlp_endpoint {
            Some(endpoint) => exporter.with_endpoint(format!("{endpoint}{TRACES_PATH}")),
            None => exporter,
        };
        let exporter = exporter
            .build()
            .map_err(|error| Failure::configuration(format!("traces cannot be sent: {error}")))?;
        let resource = Resource::builder();
        let resource = match is_set("OTEL_SERVICE_NAME") {
            true => resource,
            false => resource.with_service_name(SERVICE),
        };
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        Ok(Some(Arc::new(Traces {
            provider,
            propagator: TraceContextPropagator::new(),
        })))
    }
}

impl Traces {
    /// What makes spans.
    pub(crate) fn tracer(&self) -> Tracer {
        self.provider.tracer(SERVICE)
    }

    /// Sends what is left; blocks until it is taken, or for as long as the standard's
    /// variables say.
    pub(crate) fn finish(&self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").finish_non_exhaustive()
    }
}

impl tasuki_server::Traces for Traces {
    fn join(&self, span: &Span, headers: &HeaderMap) {
        let context = self.propagator.extract(&Headers(headers));
        if context.span().span_context().is_valid() {
            // Fails where the span is not traced: then there is nothing to join.
            let _ = span.set_parent(context);
        }
    }
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0
            .keys()
            .map(reqwest::header::HeaderName::as_str)
            .collect()
    }
}

#[async_trait::async_trait]
impl HttpClient for Courier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let posting = async move {
            let request = reqwest::Request::try_from(request.map(reqwest::Body::from))?;
            let answer = client.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        };
        // On a thread that has one.
        let (status, body) = self.runtime.spawn(posting).await??;
        let mut answer = Response::new(body);
        *answer.status_mut() = status;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_address() {
        assert_eq!(
            endpoint("http://127.0.0.1:4318/").as_deref(),
            Ok("http://127.0.0.1:4318")
        );
        for bad in ["", "127.0.0.1:4318", "grpc://a:4317", "http://a/?b=c"] {
            assert!(endpoint(bad).is_err(), "{bad}");
        }
    }
}
