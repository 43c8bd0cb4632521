//! A race day in small: fifty viewers, four people who enter for a few seconds.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use serde_json::Value;

/// `cargo xtask test` installs k6 and names it so.
const K6_VARIABLE: &str = "TASUKI_TEST_K6";
const SCRIPTS: &str = "../../bench/k6";

#[test]
fn everybody_sees_what_is_entered_and_a_threshold_that_is_crossed_is_an_error() {
    let Some(k6) = k6() else {
        eprintln!("NOT TESTED: there is no k6; `cargo xtask test` installs it ({K6_VARIABLE})");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let output = play(&k6, Path::new(SCRIPTS), folder.path());
    assert!(output.status.success(), "{output:?}");
    let figures = figures(folder.path());
    let figure = |name: &str| figures[name].as_f64().expect("a figure");
    assert!(figure("passages_recorded") == 80.0, "{figures}");
    let wrong = ["passages_lost", "lost", "behind", "closed"].map(figure);
    assert_eq!(wrong, [0.0; 4], "{figures}");
    assert_eq!(figure("states"), figure("states_equal"));
    assert!(figure("viewer_max_ms") > 0.0);

    let scripts = impossible_scripts(folder.path());
    let output = play(&k6, &scripts, folder.path());
    assert!(!output.status.success(), "{output:?}");
    let page = fs::read_to_string(folder.path().join("scenarios.md")).expect("a page");
    assert!(page.contains("http_req_duration is not max<0"), "{page}");
}

/// Where k6 is: as the variable says, or as it may be installed.
fn k6() -> Option<PathBuf> {
    if let Some(named) = env::var_os(K6_VARIABLE) {
        return Some(named.into());
    }
    let target = Path::new(env!("CARGO_BIN_EXE_scenarios"))
        .ancestors()
        .nth(2)?;
    let installed = [target.join("python-k6/bin/k6"), "k6".into()];
    let answers = |k6: &PathBuf| Command::new(k6).arg("version").output().is_ok();
    installed.into_iter().find(answers)
}

fn play(k6: &Path, scripts: &Path, out: &Path) -> Output {
    let settings = "normal --times 1 --viewers 50 --teams-per-minute 240 --seconds 5";
    Command::new(env!("CARGO_BIN_EXE_scenarios"))
        .args(settings.split(' '))
        .arg("--k6")
        .arg(k6)
        .arg("--scripts")
        .arg(scripts)
        .arg("--out")
        .arg(out)
        .output()
        .expect("the scenario is played")
}

fn figures(folder: &Path) -> Value {
    let json = fs::read_to_string(folder.join("scenarios.json")).expect("results");
    let mut results: Value = serde_json::from_str(&json).expect("JSON");
    results["normal-1"]["measured"]["figures"].take()
}

/// The same scripts, but no request is fast enough.
fn impossible_scripts(folder: &Path) -> PathBuf {
    let scripts = folder.join("k6");
    fs::create_dir(&scripts).expect("a folder");
    for name in ["normal.js", "recorder.js"] {
        let script = fs::read_to_string(Path::new(SCRIPTS).join(name)).expect("a script");
        let script = script.replace("max<1000", "max<0");
        fs::write(scripts.join(name), script).expect("a script");
    }
    scripts
}
