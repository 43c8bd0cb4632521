//! Queries that take long are logged, by name.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tasuki_log::Search;
use tasuki_testkit::postgres::TestDatabase;

use crate::engine::Engine;

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

// On one thread: what is logged there is what is looked at.
#[tokio::test]
async fn a_query_that_waits_for_a_lock_is_logged_by_name() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone());
    let _logging = tracing::subscriber::set_default(subscriber.finish());
    let database = TestDatabase::new().await;
    let holder = database.connect().await;
    let engine = Engine::Postgres(Box::new(database));
    let store = engine.open().await;
    store.log.vitals().set_slow(50);
    let search = Search {
        limit: 1,
        ..Search::default()
    };
    store.operations.page(&search).await.unwrap();
    assert!(!lines.text().contains("slow"), "{}", lines.text());

    let lock = "BEGIN; LOCK TABLE operations IN ACCESS EXCLUSIVE MODE";
    holder.batch_execute(lock).await.unwrap();
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
    };
    let (page, ()) = futures::join!(store.operations.page(&search), letting_go);
    page.unwrap();
    let text = lines.text();
    let slow: Vec<_> = text
        .lines()
        .filter(|line| line.contains("a query was slow"))
        .collect();
    let [line] = &slow[..] else { panic!("{text}") };
    assert!(
        line.contains("query=\"registry\" statement=\"page\" duration_ms="),
        "{line}"
    );

    store.log.vitals().set_slow(0);
    holder.batch_execute(lock).await.unwrap();
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
    };
    let (page, ()) = futures::join!(store.operations.page(&search), letting_go);
    page.unwrap();
    assert_eq!(lines.text(), text);
}
