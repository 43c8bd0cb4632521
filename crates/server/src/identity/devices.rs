//! Devices: who may record at a checkpoint.
//!
//! | route | who | what |
//! | --- | --- | --- |
//! | `POST /api/races/{race}/devices` | admin | admits one, shows its token once |
//! | `GET /api/races/{race}/devices` | admin | lists them, without tokens |
//! | `DELETE /api/races/{race}/devices/{id}` | admin | revokes one |
//! | `GET /api/races/{race}/devices/{id}/qr.svg` | admin | its link as a QR code |

mod api;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{self, Duration};

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use qrcode::QrCode;
use qrcode::render::svg;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tasuki_log::{Deed, Device};
use tasuki_race::{Instant, RaceId, Slug, present};
use uuid::Uuid;

use crate::api::Routes;
use crate::clock::now;
use crate::deeds::{Kind, deed};
use crate::http::body::{JsonText, read_as};
use crate::http::path::Path;
use crate::identity::{Admin, new_token, token_hash};
use crate::problem::Problem;
use crate::state::AppState;

/// Longest name of a device, characters.
const DEVICE_NAME_CHARS_MAX: usize = 100;
/// A link can be drawn as a QR code for so long after the device was
/// admitted: the token itself is kept nowhere.
const LINK_KEPT: Duration = Duration::from_secs(3_600);
/// Side of a QR code, pixels: large enough to be read from a screen.
const QR_SIDE_PX: u32 = 320;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .post("/api/races/{race}/devices", admit, api::admit)
        .get("/api/races/{race}/devices", list, api::list)
        .delete("/api/races/{race}/devices/{id}", revoke, api::revoke)
        .get("/api/races/{race}/devices/{id}/qr.svg", qr, api::qr)
}

/// The links shown lately, for their QR codes.
#[derive(Default)]
pub(crate) struct Links(Mutex<HashMap<Uuid, (time::Instant, RaceId, String)>>);

impl Links {
    fn keep(&self, id: Uuid, race: RaceId, link: String) {
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        links.retain(|_, (since, ..)| since.elapsed() < LINK_KEPT);
        links.insert(id, (time::Instant::now(), race, link));
    }

    fn get(&self, id: Uuid, race: &str) -> Option<String> {
        let links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, of, link) = links.get(&id)?;
        (since.elapsed() < LINK_KEPT && of.as_str() == race).then(|| link.clone())
    }

    fn forget(&self, id: Uuid) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
    }
}

/// A device to admit.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewDevice")]
struct Wanted {
    /// What people call it; not blank.
    #[schemars(length(min = 1, max = DEVICE_NAME_CHARS_MAX), regex(pattern = r"[^\s]"))]
    name: String,
    /// Where it may record; everywhere in the race where absent.
    #[serde(default, deserialize_with = "present")]
    checkpoint: Option<Slug>,
    /// When its token is to stop working by itself; never where absent.
    #[serde(default, deserialize_with = "present")]
    expires_at: Option<Instant>,
}

/// A device that was admitted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AdmittedDevice")]
struct Admitted {
    /// To draw its QR code and to revoke it.
    id: Uuid,
    /// What people call it.
    name: String,
    /// Where it may record; everywhere in the race where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Slug>,
    /// When its token stops working by itself, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    /// Its bearer token, shown this once.
    token: String,
    /// Opens the entry page with the token.
    url: String,
}

/// A device of a race.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Device")]
struct Listed {
    /// To draw its QR code and to revoke it.
    id: Uuid,
    /// What people call it.
    name: String,
    /// Where it may record; everywhere in the race where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<Slug>,
    /// When it was admitted.
    created_at: Instant,
    /// When it was revoked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
    /// When its token stops working by itself, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    /// When its token was used last; absent where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Instant>,
}

/// The devices of a race.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DeviceList")]
struct List {
    /// In the order in which they were admitted.
    devices: Vec<Listed>,
}

async fn admit(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path(race): Path<String>,
    headers: HeaderMap,
    JsonText(body): JsonText,
) -> Result<Response, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let wanted: Wanted = read_as(&body)?;
    check(&wanted, &live)?;
    let token = new_token();
    let device = Device {
        id: Uuid::now_v7(),
        race: live.id.clone(),
        checkpoint: wanted.checkpoint,
        name: wanted.name,
        token_hash: token_hash(&token),
        created_at: now(),
        revoked_at: None,
        expires_at: wanted.expires_at,
        last_used_at: None,
    };
    state
        .registry
        .create_device(&device, &admitted(&device, admin.name()))
        .await
        .map_err(|e| Problem::registry_away(&e))?;
    let url = link(&state, &headers, &device, &token);
    state
        .links
        .keep(device.id, device.race.clone(), url.clone());
    state.tokens.admit(device.clone());
    let Device {
        id,
        name,
        checkpoint,
        expires_at,
        ..
    } = device;
    let admitted = Admitted {
        id,
        name,
        checkpoint,
        expires_at,
        token,
        url,
    };
    Ok((
        StatusCode::CREATED,
        [(CACHE_CONTROL, "no-store")],
        Json(admitted),
    )
        .into_response())
}

/// That the device is admitted.
fn admitted(device: &Device, by: &str) -> Deed {
    let deed = deed(Kind::DeviceAdmitted, by)
        .about(device.id.to_string())
        .with("race", device.race.as_str())
        .with("name", device.name.as_str());
    let deed = match device.expires_at {
        Some(end) => deed.with("expires_at", end.to_string()),
        None => deed,
    };
    match &device.checkpoint {
        Some(checkpoint) => deed.with("checkpoint", checkpoint.as_str()),
        None => deed,
    }
}

fn check(wanted: &Wanted, live: &crate::races::LiveRace) -> Result<(), Problem> {
    let length = wanted.name.chars().count();
    let unkept = wanted.name.contains('\0');
    if wanted.name.trim().is_empty() || length > DEVICE_NAME_CHARS_MAX || unkept {
        let detail = format!("name: 1 to {DEVICE_NAME_CHARS_MAX} characters");
        return Err(Problem::unprocessable("invalid_value", detail));
    }
    if wanted.expires_at.is_some_and(|end| end <= now()) {
        let detail = "expires_at: that is over; a token is to work for a while";
        return Err(Problem::unprocessable("invalid_value", detail));
    }
    match &wanted.checkpoint {
        Some(checkpoint) => live.check_timing_point(checkpoint),
        None => Ok(()),
    }
}

/// The token stands in the fragment, which browsers do not send to servers.
fn link(state: &AppState, headers: &HeaderMap, device: &Device, token: &str) -> String {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let base = state
        .options
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{}://{host}", state.options.scheme()));
    let base = base.trim_end_matches('/');
    let at = device
        .checkpoint
        .as_ref()
        .map(|c| format!("&checkpoint={c}"))
        .unwrap_or_default();
    format!("{base}/races/{}/entry#token={token}{at}", device.race)
}

async fn list(
    _: Admin,
    State(state): State<AppState>,
    Path(race): Path<String>,
) -> Result<Json<List>, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let devices = state
        .registry
        .devices(&live.id)
        .await
        .map_err(|e| Problem::registry_away(&e))?;
    let devices = devices.into_iter().map(|device| Listed {
        id: device.id,
        name: device.name,
        checkpoint: device.checkpoint,
        created_at: device.created_at,
        revoked_at: device.revoked_at,
        expires_at: device.expires_at,
        // What is not written down yet is later.
        last_used_at: state.uses.of_device(device.id).or(device.last_used_at),
    });
    Ok(Json(List {
        devices: devices.collect(),
    }))
}

async fn revoke(
    Admin(admin): Admin,
    State(state): State<AppState>,
    Path((race, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let live = state
        .races
        .get(&race)
        .ok_or_else(|| Problem::no_race(&race))?;
    let id = parse_id(&id)?;
    let deed = deed(Kind::DeviceRevoked, admin.name())
        .about(id.to_string())
        .with("race", live.id.as_str());
    let revoked = state.registry.revoke_device(&live.id, id, &deed).await;
    if !revoked.map_err(|e| Problem::registry_away(&e))? {
        return Err(no_device());
    }
    state.tokens.revoke(id);
    state.links.forget(id);
    Ok(StatusCode::NO_CONTENT)
}

async fn qr(
    _: Admin,
    State(state): State<AppState>,
    Path((race, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    let Some(link) = state.links.get(id, &race) else {
        let live = state
            .races
            .get(&race)
            .ok_or_else(|| Problem::no_race(&race))?;
        let devices = state
            .registry
            .devices(&live.id)
            .await
            .map_err(|e| Problem::registry_away(&e))?;
        if !devices
            .iter()
            .any(|device| device.id == id && device.revoked_at.is_none())
        {
            return Err(no_device());
        }
        return Err(Problem::new(
            StatusCode::GONE,
            "link_not_kept",
            "a device's link can be drawn for an hour after it was admitted; admit a new one",
        ));
    };
    let code = QrCode::new(link.as_bytes()).map_err(|e| Problem::internal(&e))?;
    let side = QR_SIDE_PX;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(side, side)
        .build();
    let headers = [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "no-store")];
    Ok((headers, picture).into_response())
}

fn parse_id(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| no_device())
}

fn no_device() -> Problem {
    Problem::not_found(
        "device_not_found",
        "the race has no such device, or it was revoked",
    )
}
