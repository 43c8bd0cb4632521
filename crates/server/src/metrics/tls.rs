//! TLS, where the server speaks it: its certificate, and handshakes.

use std::sync::atomic::Ordering;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::set;
use crate::clock::now;
use crate::state::AppState;

#[derive(Default)]
pub(super) struct Tls {
    expiry: Gauge,
    left: Gauge,
    renewals: Counter,
    refusals: Counter,
    refused: Gauge,
    handshakes: Family<Outcome, Counter>,
}

/// How a handshake ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handshake {
    /// HTTP is spoken from then on.
    Done,
    /// The two could not agree, or the client hung up.
    Failed,
    /// It took too long.
    Late,
    /// The client spoke something else.
    NotTls,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

impl Tls {
    pub(super) fn register(&self, registry: &mut Registry) {
        let what = "When the certificate expires, since 1970";
        let expiry = self.expiry.clone();
        registry.register_with_unit(
            "tls_certificate_expiry_timestamp",
            what,
            Unit::Seconds,
            expiry,
        );
        let what = "How long the certificate is good, less than nothing after its end";
        let left = self.left.clone();
        registry.register_with_unit("tls_certificate_left", what, Unit::Seconds, left);
        let what = "Whether the files of the certificate hold what cannot be used";
        registry.register("tls_certificate_refused", what, self.refused.clone());
        let what = "Times that the certificate was exchanged for a new one";
        registry.register("tls_certificate_renewals", what, self.renewals.clone());
        let what = "Times that a new certificate could not be used";
        registry.register("tls_certificate_refusals", what, self.refusals.clone());
        let what = "Handshakes, by how they ended";
        registry.register("tls_handshakes", what, self.handshakes.clone());
    }

    pub(super) fn shook(&self, outcome: Handshake) {
        let outcome = match outcome {
            Handshake::Done => "done",
            Handshake::Failed => "failed",
            Handshake::Late => "late",
            Handshake::NotTls => "not_tls",
        };
        self.handshakes.get_or_create(&Outcome { outcome }).inc();
    }

    pub(super) fn look(&self, state: &AppState) {
        let Some(certificate) = &state.options.certificate else {
            return;
        };
        let expires_at_s = certificate.expires_at_s();
        set(&self.expiry, expires_at_s);
        let left_s = i64::try_from(expires_at_s).unwrap_or(i64::MAX) - now().ms() / 1_000;
        self.left.set(left_s);
        set(&self.refused, i64::from(certificate.is_refused()));
        let (renewals, refusals) = certificate.changes();
        for (counter, count) in [(&self.renewals, renewals), (&self.refusals, refusals)] {
            counter.inner().store(count, Ordering::Relaxed);
        }
    }
}
