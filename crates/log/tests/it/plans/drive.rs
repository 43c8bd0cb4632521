//! Does everything that the product does with a database.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use tasuki_log::{
    Archived, Deed, Device, Ended, Hash, Kept, LogError, Minute, Month, Operation, Options, Role,
    SESSIONS_PER_USER_MAX, Search, Session, Store, User, Uses, Writer, open,
};
use tasuki_race::Instant;
use uuid::Uuid;

use super::seed::{DEVICES_ACTIVE, DEVICES_OF_RACE, RACES, USERS};
use crate::facts::{drafts, outcomes, race};

/// After five runs the server may go over to a plan for any parameters: that one is
/// wanted too.
const ROUNDS: u64 = 8;
/// Facts in a group of requests, and in one that is copied.
const FEW: u64 = 20;
const MANY: u64 = 300;
const DAY_MS: i64 = 86_400_000;

/// Makes the tables.
pub(super) async fn migrate(url: &str) {
    drop(open(url, &Options::default()).await.unwrap());
}

/// Everything, often enough.
pub(super) async fn everything(url: &str) {
    let store = open(url, &Options::default()).await.unwrap();
    let mut writer = store.log.open_writer().await.unwrap();
    let impatient = Options {
        writer_wait: Duration::ZERO,
        ..Options::default()
    };
    let second = open(url, &impatient).await.unwrap();
    let held = second.log.open_writer().await;
    assert!(matches!(held, Err(LogError::Held { .. })));
    drop(second);
    for round in 0..ROUNDS {
        record(&mut *writer, round).await;
        read(&store).await;
        search(&store).await;
        register(&store, round).await;
        log_in(&store, round).await;
        archive(&store).await;
        measure(&store, round).await;
    }
}

/// New facts of two races, some of them for the second time.
async fn record(writer: &mut dyn Writer, round: u64) {
    // It has to look up how far each race is.
    writer.recover().await.unwrap();
    let first = 1_000_000 + round * 1_000;
    let mut few = drafts("marathon", first..first + FEW);
    few.extend(drafts("children", first..first + FEW));
    writer.append(few.clone()).await.unwrap();
    let again = writer.append(few).await.unwrap();
    assert!(outcomes(&again).iter().all(|it| it.starts_with('=')));
    let many = drafts("ekiden", first..first + MANY);
    writer.append(many).await.unwrap();
}

async fn read(store: &Store) {
    let log = &store.log;
    log.check().await.unwrap();
    assert_eq!(log.races().await.unwrap().len(), RACES.len());
    for (id, _) in RACES {
        let id = race(id);
        let head = log.head(&id).await.unwrap().unwrap().seq;
        // A page at the beginning, one in the middle, and the last.
        for after in [0, head / 2, head - 1] {
            let until = Some(head.min(after + 1_000));
            let read = log.read(&id, after, until);
            read.try_collect::<Vec<_>>().await.unwrap();
        }
        let next = log.follow(&id, head - 1).next().await;
        assert_eq!(next.unwrap().unwrap().seq, head);
    }
}

/// All operations, from before a number, of a kind, of 45 days half a year ago, and
/// of the time since and before, each with each. Of each there is more than a page.
async fn search(store: &Store) {
    let newest = store.operations.page(&limited(1)).await.unwrap();
    let (last, now) = (newest[0].number, newest[0].deed.at.ms());
    let then = now - 190 * DAY_MS;
    let times = [
        (None, None),
        (Some(then), Some(then + 45 * DAY_MS)),
        (Some(now - 45 * DAY_MS), None),
        (None, Some(then)),
    ];
    let within = now - 160 * DAY_MS;
    for before in [None, Some(last / 2), Some(number_at(store, within).await)] {
        for kind in [None, Some("rare"), Some("usual"), Some("unheard")] {
            for (from, until) in times {
                let search = Search {
                    before,
                    kind: kind.map(str::to_owned),
                    from: from.map(Instant::from_ms),
                    until: until.map(Instant::from_ms),
                    ..limited(100)
                };
                store.operations.page(&search).await.unwrap();
            }
        }
    }
}

/// The number of an operation of that time.
async fn number_at(store: &Store, ms: i64) -> u64 {
    let until = Some(Instant::from_ms(ms));
    let search = Search {
        until,
        ..limited(1)
    };
    store.operations.page(&search).await.unwrap()[0].number
}

fn limited(limit: u32) -> Search {
    Search {
        limit,
        ..Search::default()
    }
}

/// Devices, switches and settings.
async fn register(store: &Store, round: u64) {
    let registry = &store.registry;
    let now = store.operations.page(&limited(1)).await.unwrap()[0].deed.at;
    let deed = |kind: &str| Deed::new(now, kind, "admin");
    let device = Device {
        id: Uuid::new_v4(),
        race: race("marathon"),
        checkpoint: None,
        name: "Tablet".to_owned(),
        token_hash: std::array::from_fn(|_| rand_byte()),
        created_at: now,
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    let admitted = deed("device_admitted");
    registry.create_device(&device, &admitted).await.unwrap();
    let found = registry.devices(&device.race).await.unwrap().len();
    assert!(found > DEVICES_OF_RACE as usize);
    let active = registry.active_devices().await.unwrap().len();
    assert_eq!(active, DEVICES_ACTIVE as usize + 1);
    let revoked = deed("device_revoked");
    let revoked = registry.revoke_device(&device.race, device.id, &revoked);
    assert!(revoked.await.unwrap());
    let value = round.to_string();
    let changed = deed("setting_changed");
    let set = registry.set_switch("viewers_max", Some(&value), &changed);
    set.await.unwrap();
    registry.switches().await.unwrap();
    registry.set_if_absent("key", &value).await.unwrap();
    registry.setting("key").await.unwrap();
    store.operations.make_room().await.unwrap();
    let started = deed("process_started");
    store.operations.append(&started).await.unwrap();
}

/// Somebody comes, logs in more often than is kept, and goes.
async fn log_in(store: &Store, round: u64) {
    let people = &store.people;
    let now = store.operations.page(&limited(1)).await.unwrap()[0].deed.at;
    let told = Deed::new(now, "somebody_came_or_went", "admin");
    let user = User {
        id: Uuid::new_v4(),
        name: format!("somebody-{round}"),
        role: Role::Recorder {
            race: race("marathon"),
            checkpoint: None,
        },
        password: Some("a hash".to_owned()),
        subject: Some(format!("https://id.example {round}")),
        created_at: now,
        disabled_at: None,
    };
    let created = people.create_user(&user, &told);
    assert_eq!(created.await.unwrap(), Kept::Done);
    assert_eq!(people.users().await.unwrap().len(), USERS as usize + 1);
    assert!(people.user_named(&user.name).await.unwrap().is_some());
    let subject = user.subject.as_deref().unwrap();
    assert!(people.user_of(subject).await.unwrap().is_some());
    let session = || Session {
        hash: std::array::from_fn(|_| rand_byte()),
        user: user.id,
        created_at: now,
        last_used_at: now,
    };
    let sessions: Vec<_> = (0..=SESSIONS_PER_USER_MAX).map(|_| session()).collect();
    for session in &sessions {
        let begun = people.begin_session(session, &told);
        begun.await.unwrap();
    }
    let last = session();
    let begun = people.begin_session(&last, &told);
    begun.await.unwrap();
    assert!(people.session(&last.hash).await.unwrap().is_some());
    let uses = Uses {
        devices: vec![(Uuid::new_v4(), now)],
        sessions: vec![(last.hash, now)],
    };
    people.note_uses(&uses).await.unwrap();
    for ended in [Ended::None, Ended::AllBut(last.hash)] {
        let changed = people.change_user(&user, ended, &told);
        assert_eq!(changed.await.unwrap(), Kept::Done);
    }
    assert!(people.end_session(&last.hash, &told).await.unwrap());
    let ended = people.end_sessions(user.id, Ended::All, &told);
    assert_eq!(ended.await.unwrap(), 0);
    let long_ago = Instant::from_ms(0);
    let forgotten = people.forget_sessions(long_ago, long_ago);
    assert_eq!(forgotten.await.unwrap(), 0);
    people.identity_version().await.unwrap();
    let deleted = people.delete_user(user.id, &told);
    assert!(deleted.await.unwrap());
}

/// What was measured.
async fn measure(store: &Store, round: u64) {
    let operations = &store.operations;
    let newest = operations.page(&limited(1)).await.unwrap();
    let now = newest[0].deed.at;
    let minute = Minute {
        requests: round,
        ..Minute::of(now)
    };
    operations.keep_minute(&minute).await.unwrap();
    let ago = |days: i64| Instant::from_ms(now.ms() - days * DAY_MS);
    let day = operations.minutes(ago(8), ago(7)).await.unwrap();
    assert_eq!(day.len(), 1_440);
    operations.forget_minutes(ago(30)).await.unwrap();
}

/// A month goes to a file and comes back.
async fn archive(store: &Store) {
    let operations = &store.operations;
    let newest = operations.page(&limited(1)).await.unwrap();
    let long_ago = Instant::from_ms(newest[0].deed.at.ms() - 190 * DAY_MS);
    let earliest = operations.earliest(long_ago).await.unwrap();
    let month = Month::of(earliest.unwrap()).unwrap();
    let page = operations.of_month(month, 0).await.unwrap();
    let middle = page[page.len() / 2].number;
    operations.of_month(month, middle).await.unwrap();
    assert_eq!(operations.archived().await.unwrap(), []);
}

/// What moves a month moves all of it: that is as much as there is.
pub(super) async fn move_a_month(url: &str) {
    let operations = open(url, &Options::default()).await.unwrap().operations;
    let earliest = operations.earliest(Instant::from_ms(0)).await.unwrap();
    let month = Month::of(earliest.unwrap()).unwrap();
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |it: &Operation| it.number);
        let page = operations.of_month(month, after).await.unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let archived = Archived {
        month,
        part: 1,
        first: all[0].number,
        last: all[all.len() - 1].number,
        count: all.len() as u64,
        sha256: Hash::ZERO,
        file: "file".to_owned(),
        place: "nowhere".to_owned(),
        at: earliest.unwrap(),
    };
    let deed = Deed::new(earliest.unwrap(), "operations_archived", "admin");
    let gone = operations.let_go(&archived, &deed).await.unwrap();
    assert!(gone.is_some());
    let back = operations.take_back(&archived, &all, &deed).await.unwrap();
    assert!(back.is_some());
}

fn rand_byte() -> u8 {
    Uuid::new_v4().as_bytes()[0]
}
