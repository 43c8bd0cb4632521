//! Where a test keeps its log.

use tasuki_testkit::postgres::TestDatabase;
use tasuki_testkit::sqlite::TestFile;

/// An empty log of a test's own, or room for one.
pub(crate) enum Place {
    Sqlite(TestFile),
    Postgres(Box<TestDatabase>),
    /// On a server that the test itself looks after.
    At(String),
}

/// Tells each story on both engines, as a test per engine.
macro_rules! on_both_engines {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::crash::place::Place::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::crash::place::Place::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both_engines;

impl Place {
    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(TestFile::new())
    }

    pub(crate) async fn postgres() -> Self {
        Self::Postgres(Box::new(TestDatabase::new().await))
    }

    /// An empty log on the engine that this one is not on.
    pub(crate) async fn other_engine(&self) -> Self {
        match self {
            Self::Sqlite(_) => Self::postgres().await,
            Self::Postgres(_) | Self::At(_) => Self::sqlite(),
        }
    }

    /// The log's address, as `--log` takes it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => file.url(),
            Self::Postgres(database) => database.url(),
            Self::At(url) => url.clone(),
        }
    }
}
