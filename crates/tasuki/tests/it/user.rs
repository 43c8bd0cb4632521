//! `tasuki user`: people who may log in are created with a password that stands in no
//! list of processes.

use serde_json::{Value, json};

use crate::tasuki::{Folder, Run, Server};

const PASSWORD: &str = "first sash over the bridge\n";

fn add(folder: &Folder, arguments: &[&str], password: &str) -> Run {
    let arguments = [&["user", "add"], arguments].concat();
    folder.run_on(password, &arguments)
}

#[test]
fn somebody_is_created_in_a_log_that_has_no_server_yet() {
    let folder = Folder::new();
    let run = add(&folder, &["yamada"], PASSWORD);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("yamada may log in"), "{run:?}");
    let again = add(&folder, &["yamada"], PASSWORD);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(
        again.stderr.contains("there is a user `yamada`"),
        "{again:?}"
    );
}

#[test]
fn what_is_no_user_is_refused_in_one_line() {
    let folder = Folder::new();
    for (arguments, password, wanted) in [
        (&["yamada"][..], "short\n", "password: 12 to 256"),
        (&["yamada"], "", "password: 12 to 256"),
        (&["Ya mada"], PASSWORD, "name: "),
        (&["admin"], PASSWORD, "somebody else in the logs"),
        (&["suzuki", "--race", "No Race"], PASSWORD, "--race"),
        (&["suzuki", "--password", "x"], PASSWORD, "--password"),
    ] {
        let run = add(&folder, arguments, password);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.contains(wanted), "wants {wanted}: {run:?}");
        assert!(folder.contents().is_empty(), "{:?}", folder.contents());
    }
    let run = add(&folder, &["suzuki", "--race", "none"], PASSWORD);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("there is no race `none`"), "{run:?}");
}

#[tokio::test]
async fn somebody_who_is_created_beside_a_running_server_logs_in() {
    let folder = Folder::new();
    let server = Server::start(&folder);
    let run = add(&folder, &["yamada"], PASSWORD);
    assert_eq!(run.code, Some(0), "{run:?}");
    let login = json!({"name": "yamada", "password": PASSWORD.trim_end()});
    let client = reqwest::Client::new();
    let answer = client
        .post(format!("{}/api/login", server.url))
        .json(&login)
        .send()
        .await;
    let session: Value = answer.expect("an answer").json().await.expect("JSON");
    assert_eq!(
        (&session["name"], &session["role"]),
        (&json!("yamada"), &json!("admin"))
    );
}
