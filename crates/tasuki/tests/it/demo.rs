//! `tasuki demo`, from the first gun to the signature.

use crate::tasuki::Folder;

#[test]
fn two_rounds_are_played_over_the_api_and_nothing_is_left_behind() {
    let folder = Folder::new();
    let arguments = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--speed",
        "max",
        "--rounds",
        "2",
        "--hold-s",
        "0",
    ];
    let temporary = folder.path("").to_string_lossy().into_owned();
    let variables = [
        ("TMPDIR", temporary.as_str()),
        ("TASUKI_LOG_LEVEL", "tasuki=info"),
    ];
    let run = folder.run_with(&variables, &arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("/races/demo-ekiden\n") && run.stdout.contains("Ctrl-C ends it"),
        "{run:?}"
    );
    // Its own log lines tell what the server answered in each round.
    assert_eq!(
        run.stderr.matches("0 there already, 0 rejected").count(),
        2,
        "{run:?}"
    );
    // One caller plays many, and meets no limit.
    assert!(!run.stderr.contains("trying again"), "{run:?}");
    assert!(folder.contents().is_empty(), "{:?}", folder.contents());
}
