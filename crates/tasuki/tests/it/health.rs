//! `tasuki health`, as a container's health check calls it.

use crate::tasuki::{Folder, Server};

#[test]
fn a_server_that_serves_is_well_and_one_that_is_not_there_is_not() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    for path in ["/health", "/ready"] {
        let run = folder.run(&["health", &format!("{}{path}", server.url)]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.starts_with('{'), "{run:?}");
    }
    let elsewhere = format!("{}/nowhere", server.url);
    let run = folder.run(&["health", &elsewhere]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("404"), "{run:?}");
    let url = format!("{}/health", server.url);
    assert_eq!(server.terminate(), Some(0));
    let run = folder.run(&["health", &url]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
}

#[test]
fn an_address_that_cannot_be_asked_is_refused_before_it_is_asked() {
    let folder = Folder::new();
    for bad in ["localhost", "https://localhost:9464/health", "ftp://a/"] {
        let run = folder.run(&["health", bad]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(
            run.stderr.contains("http://127.0.0.1:9464/health"),
            "{run:?}"
        );
    }
}
