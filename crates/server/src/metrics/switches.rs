//! What the switches are set to.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::state::AppState;

#[derive(Default)]
pub(super) struct Switches {
    settings: Family<Setting, Gauge>,
}

/// A switch, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Setting {
    name: &'static str,
}

impl Switches {
    pub(super) fn register(&self, registry: &mut Registry) {
        let what = "What each switch is set to, 1 being on or open";
        registry.register("setting", what, self.settings.clone());
    }

    pub(super) fn look(&self, state: &AppState) {
        for setting in state.switches.all() {
            let name = setting.name.switch().slug;
            // Of those that are texts there is nothing to draw.
            if let Some(value) = setting.as_number() {
                let value = i64::try_from(value).unwrap_or(i64::MAX);
                self.settings.get_or_create(&Setting { name }).set(value);
            }
        }
    }
}
