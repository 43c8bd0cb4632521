//! Devices and settings.

use tasuki_log::Device;
use tasuki_race::Instant;
use uuid::Uuid;

use crate::engine::{Engine, on_both_engines};
use crate::facts::race;

on_both_engines!(
    devices_are_listed_by_race_and_revoked_once,
    a_token_belongs_to_one_device,
    a_setting_is_set_once,
);

fn device(number: u8, race_id: &str) -> Device {
    Device {
        id: Uuid::from_u128(u128::from(number)),
        race: race(race_id),
        checkpoint: (number == 2).then(|| "tsurumi".parse().expect("a slug")),
        name: format!("中継所 {number}"),
        token_hash: [number; 32],
        created_at: Instant::from_ms(1_000 * i64::from(number)),
        revoked_at: None,
    }
}

async fn devices_are_listed_by_race_and_revoked_once(engine: Engine) {
    let registry = engine.open().await.registry;
    let [mut one, two, three] = [device(1, "a"), device(2, "a"), device(3, "b")];
    for device in [&two, &one, &three] {
        registry.create_device(device).await.unwrap();
    }
    assert_eq!(
        registry.devices(&race("a")).await.unwrap(),
        [one.clone(), two.clone()]
    );
    let at = Instant::from_ms(9_000);
    assert!(
        !registry
            .revoke_device(&race("b"), one.id, at)
            .await
            .unwrap()
    );
    assert!(
        registry
            .revoke_device(&race("a"), one.id, at)
            .await
            .unwrap()
    );
    assert!(
        !registry
            .revoke_device(&race("a"), one.id, at)
            .await
            .unwrap()
    );
    one.revoked_at = Some(at);
    assert_eq!(
        registry.active_devices().await.unwrap(),
        [two.clone(), three]
    );
    // Another process finds the same.
    assert_eq!(
        engine
            .open()
            .await
            .registry
            .devices(&race("a"))
            .await
            .unwrap(),
        [one, two]
    );
}

async fn a_token_belongs_to_one_device(engine: Engine) {
    let registry = engine.open().await.registry;
    registry.create_device(&device(1, "a")).await.unwrap();
    let mut copy = device(2, "a");
    copy.token_hash = [1; 32];
    registry.create_device(&copy).await.unwrap_err();
    assert_eq!(registry.active_devices().await.unwrap(), [device(1, "a")]);
}

async fn a_setting_is_set_once(engine: Engine) {
    let registry = engine.open().await.registry;
    assert_eq!(registry.setting("token").await.unwrap(), None);
    assert_eq!(
        registry.set_if_absent("token", "first").await.unwrap(),
        "first"
    );
    assert_eq!(
        registry.set_if_absent("token", "second").await.unwrap(),
        "first"
    );
    assert_eq!(
        registry.setting("token").await.unwrap().as_deref(),
        Some("first")
    );
}
