//! A planned stop says goodbye and keeps nobody waiting.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::engine::{Engine, on_both_engines};
use crate::support::facts::{gun, strangers};
use crate::support::races::relay;
use crate::support::server::{ADMIN, Server};
use crate::support::sse::{Item, Stream};
use crate::support::viewer::open;
use crate::support::within;

on_both_engines!(
    viewers_are_told_and_their_streams_end,
    what_was_acknowledged_while_stopping_is_kept,
);

async fn viewers_are_told_and_their_streams_end(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    server.record(ADMIN, &[gun("1", 0)]).await.ok(200);
    let mut streams = Vec::new();
    for query in ["", "", "top=1", "bibs=1"] {
        streams.push(Stream::new(open(&server, "relay", query).await));
    }
    // One that has asked for something, and one that has asked for nothing.
    let mut idle = connection(&server).await;
    let health = b"GET /health HTTP/1.1\r\nHost: test\r\n\r\n";
    idle.write_all(health).await.expect("is taken");
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).await.expect("an answer");
    let mut silent = connection(&server).await;
    // A viewer that does not read its stream.
    let mut stalled = connection(&server).await;
    let live = b"GET /api/races/relay/live HTTP/1.1\r\nHost: test\r\n\r\n";
    stalled.write_all(live).await.expect("is taken");
    server.stop().await;
    for mut stream in streams {
        let mut last = Vec::new();
        while let Some(item) = stream.next().await {
            last.push(item);
        }
        let [.., Item::Retry(ms), Item::Event { name, .. }] = &last[..] else {
            panic!("the last thing is no goodbye: {last:?}");
        };
        assert_eq!(name, "bye");
        assert!(*ms >= 1_000, "{ms}");
    }
    for connection in [&mut idle, &mut silent] {
        let mut rest = Vec::new();
        // Closed, or reset with what was still unread.
        let _ = within("the end", connection.read_to_end(&mut rest)).await;
    }
}

#[tokio::test]
async fn a_client_in_the_middle_of_a_word_does_not_keep_the_server() {
    let engine = Engine::sqlite();
    let server = Server::with_race(&engine, &relay()).await;
    let mut pausing = connection(&server).await;
    pausing.write_all(b"GET /hea").await.expect("is taken");
    // Its first bytes have arrived when a later connection has been served.
    assert_eq!(server.get("/health").await.status, 200);
    server.stop().await;
    Server::start(&engine).await.stop().await;
}

async fn connection(server: &Server) -> TcpStream {
    TcpStream::connect(server.address())
        .await
        .expect("connects")
}

async fn what_was_acknowledged_while_stopping_is_kept(engine: Engine) {
    let server = Server::with_race(&engine, &relay()).await;
    let (client, url) = (server.client.clone(), server.url("/api/races/relay/events"));
    let facts = strangers(600);
    let sending = facts.chunks(3).map(|batch| {
        let body = serde_json::json!({"events": batch});
        let request = client.post(url.clone()).bearer_auth(ADMIN).json(&body);
        async move {
            // Whoever comes too late finds nobody, or is told to come back.
            let response = request.send().await.ok()?;
            let status = response.status().as_u16();
            assert!([200, 503].contains(&status), "{status}");
            (status == 200).then_some(batch)
        }
    });
    let sending = futures::future::join_all(sending);
    let (acknowledged, ()) = futures::join!(sending, server.stop());
    let acknowledged: Vec<&Value> = acknowledged.into_iter().flatten().flatten().collect();
    println!(
        "{} of {} facts were acknowledged",
        acknowledged.len(),
        facts.len()
    );
    let again = Server::start(&engine).await;
    let log = crate::support::chain::verified(&again.export("relay").await);
    for fact in acknowledged {
        let found = log.iter().filter(|line| line["event"] == *fact).count();
        assert_eq!(found, 1, "{fact}");
    }
}
