//! Sets a switch.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, json_schema};
use serde::Deserialize;
use tasuki_log::{Deed, WHY_CHARS_MAX};

use crate::api::schema_types;
use crate::deeds::{Kind, deed};
use crate::http::body::{JsonText, read_as};
use crate::http::path::Path;
use crate::identity::Admin;
use crate::problem::Problem;
use crate::state::AppState;
use crate::switches::bounds::Value;
use crate::switches::listing::Shown;
use crate::switches::switchboard::{Change, Setting};
use crate::switches::table::Name;

/// What a switch is to be set to.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSetting")]
pub(super) struct Wanted {
    /// Within the switch's bounds, or null for its default.
    #[schemars(with = "AnyValue")]
    value: serde_json::Value,
    /// For what reason: whoever looks for a cause later reads it.
    #[schemars(length(min = 1, max = WHY_CHARS_MAX))]
    why: String,
}

schema_types! {
    /// What some switch may be set to. Null is a value here, and not an absent one.
    AnyValue => |_| json_schema!({
        "oneOf": [{"type": "string"}, {"type": "integer", "minimum": 0}, {"const": null}],
    });
}

pub(super) async fn change(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(name): Path<String>,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let setting = Name::of(&name).and_then(|name| state.switches.setting(name));
    let setting = setting.ok_or_else(|| no_setting(&name))?;
    let Wanted { value, why } = read_as(&body)?;
    check_why(&why)?;
    let value = match value {
        serde_json::Value::Null => None,
        given => Some(read(&state, setting.name, &given)?),
    };
    let shown = set(&state, setting, value, why, admin.name()).await?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(shown)).into_response())
}

/// Writes down that a switch is set, and then sets it.
async fn set(
    state: &AppState,
    before: Setting,
    value: Option<Value>,
    why: String,
    by: &str,
) -> Result<Shown, Problem> {
    let name = before.name;
    let deed = told(&before, value.as_ref(), &why, by);
    let kept = value.as_ref().map(|value| json(value).to_string());
    let slug = name.switch().slug;
    let number = state.registry.set_switch(slug, kept.as_deref(), &deed);
    let number = number.await.map_err(|e| Problem::registry_away(&e))?;
    let change = Change {
        number,
        at: deed.at,
        by: deed.by,
        why: Some(why),
    };
    state.switches.set(name, value, change);
    let after = state.switches.setting(name).unwrap_or(before);
    Ok(after.into())
}

fn told(before: &Setting, value: Option<&Value>, why: &str, by: &str) -> Deed {
    let deed = deed(Kind::SettingChanged, by)
        .about(before.name.switch().slug)
        .why(why)
        .with("from", json(&before.value))
        .with("to", json(value.unwrap_or(&before.default)));
    match value {
        Some(_) => deed,
        None => deed.with("is_default", true),
    }
}

fn read(state: &AppState, name: Name, given: &serde_json::Value) -> Result<Value, Problem> {
    let value = state.switches.read(name, given);
    value.map_err(|wanted| Problem::unprocessable("invalid_value", format!("value: {wanted}")))
}

fn check_why(why: &str) -> Result<(), Problem> {
    let length = why.chars().count();
    if why.trim().is_empty() || length > WHY_CHARS_MAX || why.contains('\0') {
        let detail = format!("why: say it in 1 to {WHY_CHARS_MAX} characters");
        return Err(Problem::unprocessable("invalid_value", detail));
    }
    Ok(())
}

fn no_setting(name: &str) -> Problem {
    let name: String = name.chars().take(64).collect();
    let detail = format!("this server has no switch `{name}`");
    Problem::not_found("setting_not_found", detail)
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Word(word) => serde_json::Value::from(*word),
        Value::Number(number) => serde_json::Value::from(*number),
        Value::Text(text) => serde_json::Value::from(text.as_str()),
    }
}
