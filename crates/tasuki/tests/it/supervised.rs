//! What a service manager is told of a server that it has started.

use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command};
use std::time::Duration;

use crate::tasuki::Folder;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);

/// The server's end of a manager that waits for signs of life.
struct Manager {
    socket: UnixDatagram,
    child: Child,
}

impl Manager {
    fn start(folder: &Folder, watchdog_ms: u64, ops: &str) -> Self {
        let path = folder.path("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        socket.set_read_timeout(Some(PATIENCE)).expect("a patience");
        let mut command =
            folder.command(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", ops]);
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", (watchdog_ms * 1_000).to_string());
        let child = command.spawn().expect("the program starts");
        Self { socket, child }
    }

    /// What is said next.
    fn hear(&self) -> String {
        let mut said = [0; 4_096];
        let length = self.socket.recv(&mut said).expect("something is said");
        String::from_utf8_lossy(&said[..length]).into_owned()
    }

    /// Listens until that is said; how often it lived meanwhile.
    fn until(&self, wanted: &str) -> usize {
        let mut signs = 0;
        loop {
            let said = self.hear();
            if said.lines().any(|line| line == wanted) {
                return signs;
            }
            signs += usize::from(said.contains("WATCHDOG=1"));
        }
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_manager_hears_that_it_serves_lives_reloads_and_stops() {
    for ops in ["127.0.0.1:0", "off"] {
        let folder = Folder::new();
        let mut manager = Manager::start(&folder, 300, ops);
        assert_eq!(
            manager.until("READY=1"),
            0,
            "no sign of life before it serves"
        );
        for _ in 0..3 {
            manager.until("WATCHDOG=1");
        }
        manager.signal("-HUP");
        manager.until("RELOADING=1");
        manager.until("READY=1");
        manager.until("WATCHDOG=1");
        manager.signal("-TERM");
        manager.until("STOPPING=1");
        assert_eq!(manager.child.wait().expect("it ends").code(), Some(0));
    }
}

#[test]
fn a_process_that_stands_still_gives_no_sign_of_life() {
    let folder = Folder::new();
    let manager = Manager::start(&folder, 300, "127.0.0.1:0");
    manager.until("WATCHDOG=1");
    manager.signal("-STOP");
    // What was said before that is still to be heard; then nothing is.
    let short = Some(Duration::from_secs(2));
    manager.socket.set_read_timeout(short).expect("a patience");
    let mut said = [0; 4_096];
    while manager.socket.recv(&mut said).is_ok() {}
    manager
        .socket
        .set_read_timeout(Some(PATIENCE))
        .expect("a patience");
    manager.signal("-CONT");
    manager.until("WATCHDOG=1");
}
