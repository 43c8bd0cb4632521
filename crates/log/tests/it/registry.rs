//! Devices and settings.

use tasuki_log::{Deed, Device, Search, Store, Switch};
use tasuki_race::Instant;
use uuid::Uuid;

use crate::engine::{Engine, on_both_engines};
use crate::facts::race;

on_both_engines!(
    devices_are_listed_by_race_and_revoked_once,
    a_token_belongs_to_one_device,
    a_setting_is_set_once,
    a_switch_holds_its_last_value_and_tells_who_set_it,
    what_is_told_and_what_is_done_are_written_together,
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
        expires_at: None,
        last_used_at: None,
    }
}

fn deed(kind: &str, ms: i64) -> Deed {
    Deed::new(Instant::from_ms(ms), kind, "admin")
}

/// The kinds of all operations, the oldest first.
async fn told(store: &Store) -> Vec<String> {
    let search = Search {
        limit: 100,
        ..Search::default()
    };
    let page = store.operations.page(&search).await.unwrap();
    let kinds = page.into_iter().rev().map(|operation| operation.deed.kind);
    kinds.collect()
}

async fn devices_are_listed_by_race_and_revoked_once(engine: Engine) {
    let registry = engine.open().await.registry;
    let [mut one, two, three] = [device(1, "a"), device(2, "a"), device(3, "b")];
    for device in [&two, &one, &three] {
        registry
            .create_device(device, &deed("device_admitted", 0))
            .await
            .unwrap();
    }
    assert_eq!(
        registry.devices(&race("a")).await.unwrap(),
        [one.clone(), two.clone()]
    );
    let revoked = deed("device_revoked", 9_000);
    assert!(
        !registry
            .revoke_device(&race("b"), one.id, &revoked)
            .await
            .unwrap()
    );
    assert!(
        registry
            .revoke_device(&race("a"), one.id, &revoked)
            .await
            .unwrap()
    );
    assert!(
        !registry
            .revoke_device(&race("a"), one.id, &revoked)
            .await
            .unwrap()
    );
    one.revoked_at = Some(revoked.at);
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
    let admitted = deed("device_admitted", 0);
    registry
        .create_device(&device(1, "a"), &admitted)
        .await
        .unwrap();
    let mut copy = device(2, "a");
    copy.token_hash = [1; 32];
    registry.create_device(&copy, &admitted).await.unwrap_err();
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

async fn a_switch_holds_its_last_value_and_tells_who_set_it(engine: Engine) {
    let store = engine.open().await;
    let registry = &store.registry;
    assert_eq!(registry.switches().await.unwrap(), []);
    let first = deed("setting_changed", 1_000).why("a crowd");
    let set = registry.set_switch("viewers_max", Some("5000"), &first);
    assert_eq!(set.await.unwrap(), 1);
    let second = deed("setting_changed", 2_000);
    let set = registry.set_switch("entry", Some("\"closed\""), &second);
    assert_eq!(set.await.unwrap(), 2);
    let switch = |name: &str, value: Option<&str>, number: u64, deed: &Deed| Switch {
        name: name.to_owned(),
        value: value.map(str::to_owned),
        number,
        at: deed.at,
        by: deed.by.clone(),
        why: deed.why.clone(),
    };
    let entry = switch("entry", Some("\"closed\""), 2, &second);
    let crowded = switch("viewers_max", Some("5000"), 1, &first);
    let switches = registry.switches().await.unwrap();
    assert_eq!(switches, [entry.clone(), crowded]);
    let third = deed("setting_changed", 3_000).why("they have gone");
    let reset = registry.set_switch("viewers_max", None, &third);
    assert_eq!(reset.await.unwrap(), 3);
    // Another process finds the same.
    let switches = engine.open().await.registry.switches().await.unwrap();
    let calm = switch("viewers_max", None, 3, &third);
    assert_eq!(switches, [entry, calm]);
    assert_eq!(told(&store).await, ["setting_changed"; 3]);
}

async fn what_is_told_and_what_is_done_are_written_together(engine: Engine) {
    let store = engine.open().await;
    let (registry, one) = (&store.registry, device(1, "a"));
    let admitted = deed("device_admitted", 0);
    registry.create_device(&one, &admitted).await.unwrap();
    // Its token is known: neither the device nor the operation is written.
    let mut copy = device(2, "a");
    copy.token_hash = one.token_hash;
    registry.create_device(&copy, &admitted).await.unwrap_err();
    // Nor can be told what is too long: then it is not done either.
    let long = admitted.clone().why("w".repeat(501));
    let refused = registry.create_device(&device(3, "a"), &long).await;
    refused.unwrap_err();
    registry
        .set_switch("entry", Some("1"), &long)
        .await
        .unwrap_err();
    let revoked = deed("device_revoked", 9_000);
    for done in [true, false] {
        let revoking = registry.revoke_device(&one.race, one.id, &revoked);
        assert_eq!(revoking.await.unwrap(), done);
    }
    assert_eq!(told(&store).await, ["device_admitted", "device_revoked"]);
    assert_eq!(registry.devices(&race("a")).await.unwrap().len(), 1);
    assert_eq!(registry.switches().await.unwrap(), []);
}
