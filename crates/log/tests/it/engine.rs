//! An engine with an empty database of a test's own.

use std::time::Duration;

use tasuki_log::{Options, Store, Writer, open};
use tasuki_testkit::postgres::TestDatabase;
use tasuki_testkit::sqlite::TestFile;

/// Where a test keeps its log.
pub(crate) enum Engine {
    Sqlite(TestFile),
    Postgres(Box<TestDatabase>),
}

/// Runs each story on both engines, as a test per engine.
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::engine::Engine::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $story() {
                super::$story(crate::engine::Engine::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;

impl Engine {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(TestFile::new())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(Box::new(TestDatabase::new().await))
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => file.url(),
            Self::Postgres(database) => database.url(),
        }
    }

    pub(crate) async fn open(&self) -> Store {
        open(&self.url(), &Options::default())
            .await
            .expect("the log opens")
    }

    /// As another process that does not want to wait for the right to append.
    pub(crate) async fn open_impatiently(&self) -> Store {
        let options = Options {
            writer_wait: Duration::ZERO,
            ..Options::default()
        };
        open(&self.url(), &options).await.expect("the log opens")
    }

    pub(crate) async fn open_with_writer(&self) -> (Store, Box<dyn Writer>) {
        let store = self.open().await;
        let writer = store.log.open_writer().await.expect("nobody else writes");
        (store, writer)
    }

    /// Runs SQL behind the log's back; gives the database's own words if it
    /// refuses.
    pub(crate) async fn execute(&self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file.path()).expect("the file opens");
                connection
                    .execute_batch(sql)
                    .map_err(|error| error.to_string())
            }
            Self::Postgres(database) => {
                let client = database.connect().await;
                let refused = |error: tokio_postgres::Error| match error.as_db_error() {
                    Some(error) => error.message().to_owned(),
                    None => error.to_string(),
                };
                client.batch_execute(sql).await.map_err(refused)
            }
        }
    }
}
