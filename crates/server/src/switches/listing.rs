//! Every switch, with its bounds and who set it.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, json_schema};
use serde::Serialize;
use tasuki_race::Instant;

use crate::api::schema_types;
use crate::identity::Admin;
use crate::state::AppState;
use crate::switches::bounds::{Bounds, Value};
use crate::switches::switchboard::{Change, Setting};
use crate::switches::table::Name;

/// The switches.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettingList")]
pub(super) struct List {
    /// All that this server has.
    settings: Vec<Shown>,
}

/// A switch, as it is set.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Setting")]
pub(super) struct Shown {
    /// Which.
    name: Name,
    /// What it is set to.
    #[schemars(with = "SettingValue")]
    value: Value,
    /// What it is set to unless somebody sets it: by how the server was started.
    #[schemars(with = "SettingValue")]
    default: Value,
    /// What it may be set to.
    bounds: BoundsShown,
    /// What it does.
    description: &'static str,
    /// Who set it last; absent where nobody ever did.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changed>,
}

/// What a switch may be set to: one of the words, a number from `min` to `max`, or
/// a text of at most `chars_max` characters.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettingBounds")]
pub(super) struct BoundsShown {
    /// The words that there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<[&'static str; 2]>,
    /// The least number.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<u64>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
    /// The longest text.
    #[serde(skip_serializing_if = "Option::is_none")]
    chars_max: Option<usize>,
}

/// Who set a switch.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SettingChange")]
struct Changed {
    /// The operation that tells of it.
    number: u64,
    /// When.
    at: Instant,
    /// Who.
    by: String,
    /// For what reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

schema_types! {
    SettingValue => |_| json_schema!({
        "oneOf": [{"type": "string"}, {"type": "integer", "minimum": 0}],
    });
}

impl From<Bounds> for BoundsShown {
    fn from(bounds: Bounds) -> Self {
        let none = Self {
            words: None,
            min: None,
            max: None,
            chars_max: None,
        };
        match bounds {
            Bounds::Words(words) => Self {
                words: Some(words),
                ..none
            },
            Bounds::Number(min, max) => Self {
                min: Some(min),
                max: Some(max),
                ..none
            },
            Bounds::Text(chars_max) => Self {
                chars_max: Some(chars_max),
                ..none
            },
        }
    }
}

impl From<Setting> for Shown {
    fn from(setting: Setting) -> Self {
        let switch = setting.name.switch();
        let changed = |change: Change| Changed {
            number: change.number,
            at: change.at,
            by: change.by,
            why: change.why,
        };
        Self {
            name: setting.name,
            value: setting.value,
            default: setting.default,
            bounds: switch.bounds.into(),
            description: switch.description,
            changed: setting.change.map(changed),
        }
    }
}

pub(super) async fn list(_: Admin, State(state): State<AppState>) -> Response {
    let settings = state.switches.all().into_iter().map(Shown::from);
    let settings = settings.collect();
    ([(CACHE_CONTROL, "no-store")], Json(List { settings })).into_response()
}
