//! An engine with an empty log of a test's own.

use tasuki_log::{Options, Store, open};
use tasuki_testkit::postgres::TestDatabase;
use tasuki_testkit::sqlite::TestFile;

/// Where a test keeps its log.
pub(crate) enum Engine {
    Sqlite(TestFile),
    Postgres(Box<TestDatabase>),
}

/// Tells each story on both engines, as a test per engine.
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::support::engine::Engine::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::support::engine::Engine::postgres().await).await;
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
}
