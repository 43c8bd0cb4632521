//! Users and sessions, in the same file.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use serde_json::{Value, json};
use tasuki_race::Instant;
use tokio::sync::watch;
use uuid::Uuid;

use super::SqliteLog;
use super::operations;
use super::reading::seq;
use super::registry::parse;
use crate::error::LogError;
use crate::hash::Hash;
use crate::operations::Deed;
use crate::people::{Ended, Kept, People, Role, SESSIONS_PER_USER_MAX, Session, User, Uses};

const CREATE: &str = "INSERT INTO users \
        (id, name, role, race, checkpoint, password, subject, created_at_ms, disabled_at_ms) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";

const USERS: &str = "SELECT id, name, role, race, checkpoint, password, subject, created_at_ms, \
    disabled_at_ms FROM users ORDER BY name";

const NAMED: &str = "SELECT id, name, role, race, checkpoint, password, subject, created_at_ms, \
    disabled_at_ms FROM users WHERE name = ?1";

const OF_SUBJECT: &str = "SELECT id, name, role, race, checkpoint, password, subject, \
    created_at_ms, disabled_at_ms FROM users WHERE subject = ?1";

const CHANGE: &str = "UPDATE users SET role = ?2, race = ?3, checkpoint = ?4, password = ?5, \
    disabled_at_ms = ?6 WHERE id = ?1";

const BEGIN: &str = "INSERT INTO sessions (hash, user_id, created_at_ms, last_used_at_ms) \
    VALUES (?1, ?2, ?3, ?4)";

/// Leaves room for one more.
const MAKE_ROOM: &str = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions \
    WHERE user_id = ?1 ORDER BY last_used_at_ms DESC LIMIT -1 OFFSET ?2)";

const SESSION: &str = "SELECT id, name, role, race, checkpoint, password, subject, \
        users.created_at_ms, disabled_at_ms, sessions.created_at_ms, last_used_at_ms \
    FROM sessions JOIN users ON users.id = user_id \
    WHERE hash = ?1 AND disabled_at_ms IS NULL";

const END_ALL: &str = "DELETE FROM sessions WHERE user_id = ?1 AND hash <> ?2";

const FORGET: &str = "DELETE FROM sessions WHERE created_at_ms < ?1 OR last_used_at_ms < ?2";

const DEVICES_USED: &str = "UPDATE devices SET last_used_at_ms = used.at_ms \
    FROM (SELECT unhex(value ->> 0) AS key, value ->> 1 AS at_ms FROM json_each(?1)) AS used \
    WHERE id = used.key AND coalesce(last_used_at_ms, 0) < used.at_ms";

const SESSIONS_USED: &str = "UPDATE sessions SET last_used_at_ms = used.at_ms \
    FROM (SELECT unhex(value ->> 0) AS key, value ->> 1 AS at_ms FROM json_each(?1)) AS used \
    WHERE hash = used.key AND last_used_at_ms < used.at_ms";

/// No session has it: nothing is known to give that hash.
const NOBODY: [u8; 32] = [0; 32];

#[async_trait]
impl People for SqliteLog {
    async fn create_user(&self, user: &User, deed: &Deed) -> Result<Kept, LogError> {
        let (user, deed) = (user.clone(), deed.clone());
        let create = move |connection: &mut Connection| create(connection, &user, &deed);
        self.shared.connections.run(create).await
    }

    async fn users(&self) -> Result<Vec<User>, LogError> {
        let read = |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(USERS)?;
            let users = statement.query_map([], user)?;
            Ok(users.collect::<Result<_, _>>()?)
        };
        self.shared.connections.run(read).await
    }

    async fn user_named(&self, name: &str) -> Result<Option<User>, LogError> {
        self.find(NAMED, name).await
    }

    async fn user_of(&self, subject: &str) -> Result<Option<User>, LogError> {
        self.find(OF_SUBJECT, subject).await
    }

    async fn change_user(&self, user: &User, ended: Ended, deed: &Deed) -> Result<Kept, LogError> {
        let (user, deed) = (user.clone(), deed.clone());
        let change = move |connection: &mut Connection| change(connection, &user, ended, &deed);
        self.shared.connections.run(change).await
    }

    async fn delete_user(&self, id: Uuid, deed: &Deed) -> Result<bool, LogError> {
        let deed = deed.clone();
        let delete = move |connection: &mut Connection| {
            let delete = "DELETE FROM users WHERE id = ?1";
            told(connection, &deed, |it| it.execute(delete, [id.as_bytes()]))
        };
        self.shared.connections.run(delete).await
    }

    async fn begin_session(&self, session: &Session, deed: &Deed) -> Result<(), LogError> {
        let (session, deed) = (session.clone(), deed.clone());
        let begin = move |connection: &mut Connection| begin(connection, &session, &deed);
        self.shared.connections.run(begin).await
    }

    async fn session(&self, hash: &[u8; 32]) -> Result<Option<(Session, User)>, LogError> {
        let hash = *hash;
        let find = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(SESSION)?;
            let found = statement.query_row([hash], |row| session(hash, row));
            Ok(found.optional()?)
        };
        self.shared.connections.run(find).await
    }

    async fn end_session(&self, hash: &[u8; 32], deed: &Deed) -> Result<bool, LogError> {
        let (hash, deed) = (*hash, deed.clone());
        let end = move |connection: &mut Connection| {
            let end = "DELETE FROM sessions WHERE hash = ?1";
            told(connection, &deed, |it| it.execute(end, [hash]))
        };
        self.shared.connections.run(end).await
    }

    async fn end_sessions(&self, user: Uuid, ended: Ended, deed: &Deed) -> Result<u64, LogError> {
        let deed = deed.clone();
        let end = move |connection: &mut Connection| {
            let transaction = transaction(connection)?;
            let count = end_sessions(&transaction, user, ended)?;
            operations::append(&transaction, &deed)?;
            transaction.commit()?;
            Ok(count as u64)
        };
        self.shared.connections.run(end).await
    }

    async fn forget_sessions(&self, begun: Instant, used: Instant) -> Result<u64, LogError> {
        let forget = move |connection: &mut Connection| {
            Ok(connection.execute(FORGET, (begun.ms(), used.ms()))? as u64)
        };
        self.shared.connections.run(forget).await
    }

    async fn note_uses(&self, uses: &Uses) -> Result<(), LogError> {
        let hex = |hash: &[u8; 32]| Hash::from(*hash).to_string();
        let devices = listed(uses.devices.iter(), |id| id.simple().to_string());
        let sessions = listed(uses.sessions.iter(), hex);
        let note = move |connection: &mut Connection| {
            let transaction = transaction(connection)?;
            transaction.execute(DEVICES_USED, [devices])?;
            transaction.execute(SESSIONS_USED, [sessions])?;
            Ok(transaction.commit()?)
        };
        self.shared.connections.run(note).await
    }

    async fn identity_version(&self) -> Result<u64, LogError> {
        let read = |connection: &mut Connection| {
            let query = "SELECT version FROM identity_version";
            let mut statement = connection.prepare_cached(query)?;
            Ok(statement.query_row([], |row| seq(row, 0))?)
        };
        self.shared.connections.run(read).await
    }

    /// A file calls nobody.
    fn news(&self) -> watch::Receiver<()> {
        self.shared.quiet.subscribe()
    }
}

impl SqliteLog {
    async fn find(&self, query: &'static str, key: &str) -> Result<Option<User>, LogError> {
        let key = key.to_owned();
        let find = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(query)?;
            Ok(statement.query_row([key], user).optional()?)
        };
        self.shared.connections.run(find).await
    }
}

/// A transaction that will write: it waits for the right to at once.
fn transaction(connection: &mut Connection) -> rusqlite::Result<rusqlite::Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Does something, and tells of it if it has changed a row.
fn told(
    connection: &mut Connection,
    deed: &Deed,
    work: impl FnOnce(&Connection) -> rusqlite::Result<usize>,
) -> Result<bool, LogError> {
    let transaction = transaction(connection)?;
    if work(&transaction)? == 0 {
        return Ok(false);
    }
    operations::append(&transaction, deed)?;
    transaction.commit()?;
    Ok(true)
}

fn create(connection: &mut Connection, user: &User, deed: &Deed) -> Result<Kept, LogError> {
    let (role, race, checkpoint) = role_columns(&user.role);
    let created = told(connection, deed, |it| {
        let columns = (
            user.id.as_bytes(),
            &user.name,
            role,
            race,
            checkpoint,
            &user.password,
            &user.subject,
            user.created_at.ms(),
            user.disabled_at.map(Instant::ms),
        );
        it.execute(CREATE, columns)
    });
    Ok(if created? { Kept::Done } else { Kept::Taken })
}

fn change(
    connection: &mut Connection,
    user: &User,
    ended: Ended,
    deed: &Deed,
) -> Result<Kept, LogError> {
    let (role, race, checkpoint) = role_columns(&user.role);
    let changed = told(connection, deed, |it| {
        let disabled_at_ms = user.disabled_at.map(Instant::ms);
        let id = user.id.as_bytes();
        let columns = (id, role, race, checkpoint, &user.password, disabled_at_ms);
        let changed = it.execute(CHANGE, columns)?;
        end_sessions(it, user.id, ended)?;
        Ok(changed)
    });
    Ok(if changed? { Kept::Done } else { Kept::Missing })
}

fn begin(connection: &mut Connection, session: &Session, deed: &Deed) -> Result<(), LogError> {
    let transaction = transaction(connection)?;
    let user = session.user.as_bytes();
    transaction.execute(MAKE_ROOM, (user, SESSIONS_PER_USER_MAX - 1))?;
    let (created_at_ms, last_used_at_ms) = (session.created_at.ms(), session.last_used_at.ms());
    transaction.execute(BEGIN, (session.hash, user, created_at_ms, last_used_at_ms))?;
    operations::append(&transaction, deed)?;
    Ok(transaction.commit()?)
}

fn end_sessions(connection: &Connection, user: Uuid, ended: Ended) -> rusqlite::Result<usize> {
    let spared = match ended {
        Ended::None => return Ok(0),
        Ended::All => NOBODY,
        Ended::AllBut(hash) => hash,
    };
    connection.execute(END_ALL, (user.as_bytes(), spared))
}

/// What was used when, as JSON that SQLite reads as a table.
fn listed<'u, K: 'u>(
    uses: impl Iterator<Item = &'u (K, Instant)>,
    key: impl Fn(&K) -> String,
) -> String {
    let uses = uses.map(|(of, at)| json!([key(of), at.ms()]));
    Value::Array(uses.collect()).to_string()
}

fn role_columns(role: &Role) -> (&'static str, Option<&str>, Option<&str>) {
    match role {
        Role::Admin => ("admin", None, None),
        Role::Recorder { race, checkpoint } => {
            let checkpoint = checkpoint.as_ref().map(|it| it.as_str());
            ("recorder", Some(race.as_str()), checkpoint)
        }
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let checkpoint: Option<String> = row.get(4)?;
    let role = match row.get::<_, Option<String>>(3)? {
        None => Role::Admin,
        Some(race) => Role::Recorder {
            race: parse(&race, 3)?,
            checkpoint: checkpoint.map(|it| parse(&it, 4)).transpose()?,
        },
    };
    Ok(User {
        id: Uuid::from_bytes(row.get(0)?),
        name: row.get(1)?,
        role,
        password: row.get(5)?,
        subject: row.get(6)?,
        created_at: Instant::from_ms(row.get(7)?),
        disabled_at: row.get::<_, Option<i64>>(8)?.map(Instant::from_ms),
    })
}

fn session(hash: [u8; 32], row: &Row<'_>) -> rusqlite::Result<(Session, User)> {
    let user = user(row)?;
    let session = Session {
        hash,
        user: user.id,
        created_at: Instant::from_ms(row.get(9)?),
        last_used_at: Instant::from_ms(row.get(10)?),
    };
    Ok((session, user))
}
