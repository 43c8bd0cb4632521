//! The built program, in a folder of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A folder in which the program is run.
pub(crate) struct Folder(TempDir);

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file is written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The names of what is in it.
    pub(crate) fn contents(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder is there");
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program with these arguments, and none of this process's variables.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tasuki"));
        command.args(arguments).current_dir(self.0.path());
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("TASUKI_") {
                command.env_remove(variable);
            }
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(arguments).spawn().expect("the program starts"))
    }

    /// Runs it to its end with `variables` set.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        finish(
            command
                .envs(variables.iter().copied())
                .spawn()
                .expect("the program starts"),
        )
    }

    /// Runs it to its end with `input` on standard input.
    pub(crate) fn run_on(&self, input: &str, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // It may end before it has read everything: that is its right.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        finish(child)
    }
}

fn finish(child: Child) -> Run {
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    Run {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// A server that is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    /// Its address, without a slash at the end.
    pub(crate) url: String,
}

/// The token of the administrator of every [`Server`].
pub(crate) const ADMIN_TOKEN: &str = "0123456789abcdef";

impl Server {
    /// Starts `serve` on a port that the system chooses.
    pub(crate) fn start(folder: &Folder) -> Self {
        Self::start_with(folder, &[], &[], Stdio::inherit())
    }

    /// The same with more variables and arguments; what it logs goes there.
    pub(crate) fn start_with(
        folder: &Folder,
        variables: &[(&str, &str)],
        arguments: &[&str],
        log: Stdio,
    ) -> Self {
        let mut command =
            folder.command(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "off"]);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .env("TASUKI_ADMIN_TOKEN", ADMIN_TOKEN)
            .stderr(log);
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        let url = loop {
            line.clear();
            assert_ne!(
                stdout.read_line(&mut line).expect("it prints text"),
                0,
                "it ended early"
            );
            if let Some((_, url)) = line.split_once("  open     ") {
                break url.trim().trim_end_matches('/').to_owned();
            }
        };
        Self { child, url }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it logs, if that was piped.
    pub(crate) fn stderr(&mut self) -> Option<std::process::ChildStderr> {
        self.child.stderr.take()
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(sent.success());
        self.child.wait().expect("the server ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
