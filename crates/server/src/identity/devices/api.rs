//! What the devices' routes say of themselves.

use serde_json::json;

use super::{Admitted, List, Wanted};
use crate::api::examples::{DEVICE, RACE};
use crate::api::{Access, Example, Operation, Tag};

/// The registry stands beside the log.
const REGISTRY: &[&str] = &["log_unavailable"];

pub(super) fn admit(operation: Operation) -> Operation {
    const DEVICE_OF: &[(&str, &str)] =
        &[("race", "$request.path.race"), ("id", "$response.body#/id")];
    operation
        .id("admitDevice", Tag::Devices)
        .does(
            "Admit a device",
            "Makes a recorder's token for a race, for one checkpoint or place or for all, perhaps \
             until a moment. The token is shown this once; `url` is the link that opens the entry \
             page with it.",
        )
        .by(Access::Admin)
        .takes::<Wanted>()
        .gives::<Admitted>(201, "The device may record from now on.")
        .leads_to("getDeviceQr", DEVICE_OF, "Its link as a QR code.")
        .leads_to("revokeDevice", DEVICE_OF, "Take its right away.")
        .fails(&["unknown_checkpoint"])
        .fails(REGISTRY)
        .example(
            Example::new("tablet", "A tablet at the bridge", 201)
                .with("race", RACE)
                .body(json!({"name": "Bridge, left", "checkpoint": "bridge"}))
                .answer(json!({
                    "id": DEVICE, "name": "Bridge, left", "checkpoint": "bridge",
                    "token": "tsk_0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778",
                    "url": "http://127.0.0.1:8080/races/river-relay/entry\
                            #token=tsk_0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778&checkpoint=bridge",
                })),
        )
        .example(
            Example::new("nowhere", "A checkpoint that is not there", 422)
                .with("race", RACE)
                .body(json!({"name": "Tunnel", "checkpoint": "tunnel"}))
                .problem(
                    "Unprocessable Entity",
                    "unknown_checkpoint",
                    "checkpoint: there is no `tunnel`",
                ),
        )
}

pub(super) fn list(operation: Operation) -> Operation {
    operation
        .id("listDevices", Tag::Devices)
        .does(
            "List the devices",
            "Those of a race, revoked ones too, without their tokens.",
        )
        .by(Access::Admin)
        .gives::<List>(200, "The devices.")
        .fails(REGISTRY)
        .example(
            Example::new("one_tablet", "A tablet at the bridge", 200)
                .with("race", RACE)
                .answer(json!({"devices": [{
                    "id": DEVICE, "name": "Bridge, left", "checkpoint": "bridge",
                    "created_at": "2026-01-01T22:41:17.005Z",
                }]})),
        )
}

pub(super) fn revoke(operation: Operation) -> Operation {
    operation
        .id("revokeDevice", Tag::Devices)
        .does(
            "Revoke a device",
            "Its token is good for nothing from now on. What it recorded stays.",
        )
        .by(Access::Admin)
        .gives_nothing(204, "The device may record no longer.")
        .fails(&["device_not_found"])
        .fails(REGISTRY)
        .example(
            Example::new("tablet", "The tablet at the bridge", 204)
                .with("race", RACE)
                .with("id", DEVICE),
        )
        .example(
            Example::new("twice", "Once more", 404)
                .with("race", RACE)
                .with("id", DEVICE)
                .problem(
                    "Not Found",
                    "device_not_found",
                    "the race has no such device, or it was revoked",
                ),
        )
}

pub(super) fn qr(operation: Operation) -> Operation {
    operation
        .id("getDeviceQr", Tag::Devices)
        .does(
            "Get a device's QR code",
            "Its link as a picture, to be read by the tablet's camera. The token is kept nowhere, \
             so this works for an hour after the device was admitted, and until the server is \
             restarted.",
        )
        .by(Access::Admin)
        .gives_text(200, "A picture.", "image/svg+xml")
        .fails(&["device_not_found", "link_not_kept"])
        .fails(REGISTRY)
        .example(
            Example::new("tablet", "The tablet at the bridge", 200)
                .with("race", RACE)
                .with("id", DEVICE)
                .answer("<?xml version=\"1.0\" standalone=\"yes\"?><svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>"),
        )
}
