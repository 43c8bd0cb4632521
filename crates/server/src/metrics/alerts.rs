//! What the server finds wrong with itself, and who was told.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::set;
use crate::alerts::Severity;
use crate::state::AppState;

#[derive(Default)]
pub(super) struct Alerts {
    firing: Family<Bad, Gauge>,
    posted: Family<Outcome, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Bad {
    severity: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

impl Alerts {
    pub(super) fn register(&self, registry: &mut Registry) {
        let what = "Alerts that fire, as the server itself finds";
        registry.register("alerts_firing", what, self.firing.clone());
        let what = "Messages for the webhook, by what became of them";
        registry.register("webhook_messages", what, self.posted.clone());
        // At nothing rather than absent.
        for outcome in ["taken", "given_up", "dropped"] {
            drop(self.posted.get_or_create(&Outcome { outcome }));
        }
    }

    pub(super) fn posted(&self, outcome: &'static str) {
        self.posted.get_or_create(&Outcome { outcome }).inc();
    }

    pub(super) fn look(&self, state: &AppState) {
        let outlook = state.lately.now();
        for severity in [Severity::Warning, Severity::Critical] {
            let firing = outlook.standing.iter().filter(|it| it.fired.is_some());
            let count = firing.filter(|it| it.rule.severity == severity).count();
            let severity = severity.name();
            set(&self.firing.get_or_create(&Bad { severity }), count);
        }
    }
}
