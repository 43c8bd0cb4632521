//! Users and sessions, in the same database. What changes one is one statement, so
//! that it and what tells of it are written together.

use async_trait::async_trait;
use deadpool_postgres::Object;
use tasuki_race::Instant;
use tokio::sync::watch;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::operations::parameters;
use super::reading::seq;
use super::{PostgresLog, news};
use crate::error::LogError;
use crate::operations::Deed;
use crate::people::{Ended, Kept, People, Role, SESSIONS_PER_USER_MAX, Session, User, Uses};

const CREATE: &str = "WITH created AS (INSERT INTO users \
        (id, name, role, race, checkpoint, password, subject, created_at_ms, disabled_at_ms) \
    VALUES ($7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING RETURNING id) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM created";

const USERS: &str = "SELECT id, name, role, race, checkpoint, password, subject, created_at_ms, \
    disabled_at_ms FROM users ORDER BY name";

const NAMED: &str = "SELECT id, name, role, race, checkpoint, password, subject, created_at_ms, \
    disabled_at_ms FROM users WHERE name = $1";

const OF_SUBJECT: &str = "SELECT id, name, role, race, checkpoint, password, subject, \
    created_at_ms, disabled_at_ms FROM users WHERE subject = $1";

const CHANGE: &str = "WITH changed AS (UPDATE users SET role = $8, race = $9, checkpoint = $10, \
        password = $11, disabled_at_ms = $12 WHERE id = $7 RETURNING id), \
    ended AS (DELETE FROM sessions WHERE user_id = $7 AND hash <> $13) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM changed";

/// The same, and no session ends.
const CHANGE_ONLY: &str = "WITH changed AS (UPDATE users SET role = $8, race = $9, \
        checkpoint = $10, password = $11, disabled_at_ms = $12 WHERE id = $7 RETURNING id) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM changed";

const DELETE: &str = "WITH deleted AS (DELETE FROM users WHERE id = $7 RETURNING id) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM deleted";

/// Leaves room for one more. Apart from what begins it: both would see the same rows,
/// and an end where nothing ended would call everybody.
const CROWDED: &str = "SELECT count(*) > $2 FROM sessions WHERE user_id = $1";
const MAKE_ROOM: &str = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions \
    WHERE user_id = $1 ORDER BY last_used_at_ms DESC OFFSET $2)";

const BEGIN: &str = "WITH begun AS (INSERT INTO sessions \
        (hash, user_id, created_at_ms, last_used_at_ms) VALUES ($7, $8, $9, $10)) \
    SELECT operations_append($1, $2, $3, $4, $5, $6)";

const SESSION: &str = "SELECT id, name, role, race, checkpoint, password, subject, \
        users.created_at_ms, disabled_at_ms, sessions.created_at_ms, last_used_at_ms \
    FROM sessions JOIN users ON users.id = user_id \
    WHERE hash = $1 AND disabled_at_ms IS NULL";

const END: &str = "WITH ended AS (DELETE FROM sessions WHERE hash = $7 RETURNING hash) \
    SELECT operations_append($1, $2, $3, $4, $5, $6) FROM ended";

const END_ALL: &str = "WITH ended AS (DELETE FROM sessions WHERE user_id = $7 AND hash <> $8 \
        RETURNING hash), told AS (SELECT operations_append($1, $2, $3, $4, $5, $6)) \
    SELECT (SELECT count(*) FROM ended), (SELECT count(*) FROM told)";

const FORGET: &str = "DELETE FROM sessions WHERE created_at_ms < $1 OR last_used_at_ms < $2";

const DEVICES_USED: &str = "UPDATE devices SET last_used_at_ms = used.at_ms \
    FROM unnest($1::uuid[], $2::bigint[]) AS used(key, at_ms) \
    WHERE id = used.key AND coalesce(last_used_at_ms, 0) < used.at_ms";

const SESSIONS_USED: &str = "UPDATE sessions SET last_used_at_ms = used.at_ms \
    FROM unnest($1::bytea[], $2::bigint[]) AS used(key, at_ms) \
    WHERE hash = used.key AND last_used_at_ms < used.at_ms";

/// No session has it: nothing is known to give that hash.
const NOBODY: &[u8] = &[0; 32];

type Parameter<'p> = &'p (dyn ToSql + Sync);

#[async_trait]
impl People for PostgresLog {
    async fn create_user(&self, user: &User, deed: &Deed) -> Result<Kept, LogError> {
        let (role, race, checkpoint) = role_columns(&user.role);
        let created_at_ms = user.created_at.ms();
        let disabled_at_ms = user.disabled_at.map(Instant::ms);
        let columns: [Parameter<'_>; 9] = [
            &user.id,
            &user.name,
            &role,
            &race,
            &checkpoint,
            &user.password,
            &user.subject,
            &created_at_ms,
            &disabled_at_ms,
        ];
        let created = self.told(CREATE, deed, &columns).await?;
        Ok(if created { Kept::Done } else { Kept::Taken })
    }

    async fn users(&self) -> Result<Vec<User>, LogError> {
        let read = async |client: &Object| {
            let statement = client.prepare_cached(USERS).await?;
            let rows = client.query(&statement, &[]).await?;
            rows.iter().map(user).collect()
        };
        self.shared.run(read).await
    }

    async fn user_named(&self, name: &str) -> Result<Option<User>, LogError> {
        self.find(NAMED, name).await
    }

    async fn user_of(&self, subject: &str) -> Result<Option<User>, LogError> {
        self.find(OF_SUBJECT, subject).await
    }

    async fn change_user(&self, user: &User, ended: Ended, deed: &Deed) -> Result<Kept, LogError> {
        let (role, race, checkpoint) = role_columns(&user.role);
        let disabled_at_ms = user.disabled_at.map(Instant::ms);
        let spared = spared(&ended);
        let mut columns: Vec<Parameter<'_>> = vec![
            &user.id,
            &role,
            &race,
            &checkpoint,
            &user.password,
            &disabled_at_ms,
        ];
        let statement = match &spared {
            Some(spared) => {
                columns.push(spared);
                CHANGE
            }
            None => CHANGE_ONLY,
        };
        let changed = self.told(statement, deed, &columns).await?;
        Ok(if changed { Kept::Done } else { Kept::Missing })
    }

    async fn delete_user(&self, id: Uuid, deed: &Deed) -> Result<bool, LogError> {
        self.told(DELETE, deed, &[&id]).await
    }

    async fn begin_session(&self, session: &Session, deed: &Deed) -> Result<(), LogError> {
        let room = i64::from(SESSIONS_PER_USER_MAX - 1);
        let make_room = async |client: &Object| {
            let columns: [Parameter<'_>; 2] = [&session.user, &room];
            if client.query_one(CROWDED, &columns).await?.try_get(0)? {
                client.execute(MAKE_ROOM, &columns).await?;
            }
            Ok(())
        };
        self.shared.run(make_room).await?;
        let hash = &session.hash[..];
        let (created_at_ms, last_used_at_ms) = (session.created_at.ms(), session.last_used_at.ms());
        let columns: [Parameter<'_>; 4] = [&hash, &session.user, &created_at_ms, &last_used_at_ms];
        self.told(BEGIN, deed, &columns).await.map(drop)
    }

    async fn session(&self, hash: &[u8; 32]) -> Result<Option<(Session, User)>, LogError> {
        let find = async |client: &Object| {
            let statement = client.prepare_cached(SESSION).await?;
            let row = client.query_opt(&statement, &[&&hash[..]]).await?;
            row.map(|row| session(*hash, &row)).transpose()
        };
        self.shared.run(find).await
    }

    async fn end_session(&self, hash: &[u8; 32], deed: &Deed) -> Result<bool, LogError> {
        self.told(END, deed, &[&&hash[..]]).await
    }

    async fn end_sessions(&self, user: Uuid, ended: Ended, deed: &Deed) -> Result<u64, LogError> {
        let Some(spared) = spared(&ended) else {
            return Ok(0);
        };
        let deed = deed.columns()?;
        let end = async |client: &Object| {
            let mut columns = parameters(&deed).to_vec();
            columns.extend([&user as Parameter<'_>, &spared]);
            seq(&client.query_one(END_ALL, &columns).await?, 0)
        };
        self.shared.run(end).await
    }

    async fn forget_sessions(&self, begun: Instant, used: Instant) -> Result<u64, LogError> {
        let forget =
            async |client: &Object| Ok(client.execute(FORGET, &[&begun.ms(), &used.ms()]).await?);
        self.shared.run(forget).await
    }

    async fn note_uses(&self, uses: &Uses) -> Result<(), LogError> {
        let devices: (Vec<Uuid>, Vec<i64>) =
            uses.devices.iter().map(|(id, at)| (*id, at.ms())).unzip();
        let sessions: (Vec<&[u8]>, Vec<i64>) = uses
            .sessions
            .iter()
            .map(|(hash, at)| (&hash[..], at.ms()))
            .unzip();
        let note = async |client: &Object| {
            if !devices.0.is_empty() {
                let statement = client.prepare_cached(DEVICES_USED).await?;
                client
                    .execute(&statement, &[&devices.0, &devices.1])
                    .await?;
            }
            if !sessions.0.is_empty() {
                let statement = client.prepare_cached(SESSIONS_USED).await?;
                let columns: [Parameter<'_>; 2] = [&sessions.0, &sessions.1];
                client.execute(&statement, &columns).await?;
            }
            Ok(())
        };
        self.shared.run(note).await
    }

    async fn identity_version(&self) -> Result<u64, LogError> {
        let read = async |client: &Object| {
            let query = "SELECT version FROM identity_version";
            let statement = client.prepare_cached(query).await?;
            seq(&client.query_one(&statement, &[]).await?, 0)
        };
        self.shared.run(read).await
    }

    fn news(&self) -> watch::Receiver<()> {
        news::listen(self.server.clone())
    }
}

impl PostgresLog {
    /// Runs a statement that gives a row if it has done something.
    async fn told(
        &self,
        statement: &str,
        deed: &Deed,
        with: &[Parameter<'_>],
    ) -> Result<bool, LogError> {
        let deed = deed.columns()?;
        let run = async |client: &Object| {
            let mut columns = parameters(&deed).to_vec();
            columns.extend(with);
            Ok(client.query_opt(statement, &columns).await?.is_some())
        };
        self.shared.run(run).await
    }

    async fn find(&self, query: &str, key: &str) -> Result<Option<User>, LogError> {
        let find = async |client: &Object| {
            let statement = client.prepare_cached(query).await?;
            let row = client.query_opt(&statement, &[&key]).await?;
            row.as_ref().map(user).transpose()
        };
        self.shared.run(find).await
    }
}

/// The session that does not end; none where none ends.
fn spared(ended: &Ended) -> Option<&[u8]> {
    match ended {
        Ended::None => None,
        Ended::All => Some(NOBODY),
        Ended::AllBut(hash) => Some(hash),
    }
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

fn user(row: &Row) -> Result<User, LogError> {
    let checkpoint: Option<&str> = row.try_get(4)?;
    let checkpoint = checkpoint.map(str::parse).transpose();
    let role = match row.try_get::<_, Option<&str>>(3)? {
        None => Role::Admin,
        Some(race) => Role::Recorder {
            race: race.parse().map_err(LogError::unavailable)?,
            checkpoint: checkpoint.map_err(LogError::unavailable)?,
        },
    };
    Ok(User {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        role,
        password: row.try_get(5)?,
        subject: row.try_get(6)?,
        created_at: Instant::from_ms(row.try_get(7)?),
        disabled_at: row.try_get::<_, Option<i64>>(8)?.map(Instant::from_ms),
    })
}

fn session(hash: [u8; 32], row: &Row) -> Result<(Session, User), LogError> {
    let user = user(row)?;
    let session = Session {
        hash,
        user: user.id,
        created_at: Instant::from_ms(row.try_get(9)?),
        last_used_at: Instant::from_ms(row.try_get(10)?),
    };
    Ok((session, user))
}
