//! A server with a certificate, from its start on: what is refused, what is warned of,
//! and what a hangup does.

use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair};

use crate::tasuki::Folder;

/// Nothing that is waited for takes so long, on however slow a machine.
const PATIENCE: Duration = Duration::from_secs(45);
const FLAGS: [&str; 5] = ["serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem"];

/// A certificate until the end of that year, and its key.
fn issue(until: i32) -> (String, String) {
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("names");
    params.not_after = rcgen::date_time_ymd(until, 12, 31);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

#[test]
fn a_pair_that_cannot_be_used_is_refused_in_one_line_before_anything_is_bound() {
    let (cert, key) = issue(2097);
    let (_, another_key) = issue(2097);
    let cut_off = &cert[..cert.len() / 2];
    let encrypted = key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    for (cert, key, wanted) in [
        ("", &key[..], "cert.pem holds no certificate"),
        (&key, &key, "cert.pem holds no certificate"),
        (cut_off, &key, "cert.pem cannot be understood"),
        (&cert, "", "key.pem holds no private key"),
        (&cert, &cert, "key.pem holds no private key"),
        (&cert, &encrypted, "not encrypted"),
        (
            &cert,
            &another_key,
            "does not belong to the first certificate",
        ),
    ] {
        let folder = Folder::new();
        folder.write("cert.pem", cert);
        folder.write("key.pem", key);
        let run = folder.run(&FLAGS);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.contains(wanted), "{wanted}: {run:?}");
        assert_eq!(folder.contents(), ["cert.pem", "key.pem"]);
    }
    let folder = Folder::new();
    let run = folder.run(&FLAGS);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("cannot read cert.pem: No such file"),
        "{run:?}"
    );
    for (alone, wanted) in [("--tls-cert", "--tls-key"), ("--tls-key", "--tls-cert")] {
        let run = folder.run(&["serve", alone, "x.pem"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(wanted), "{run:?}");
    }
}

fn pass_on(pipe: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    });
}

/// A server, and what it says.
struct Speaking {
    child: Child,
    lines: Receiver<String>,
}

impl Speaking {
    fn start(folder: &Folder) -> Self {
        let listen = ["--listen", "127.0.0.1:0", "--ops-listen", "off"];
        let flags: Vec<_> = FLAGS.into_iter().chain(listen).collect();
        let mut command = folder.command(&flags);
        let mut child = command.spawn().expect("it starts");
        let (sender, lines) = channel();
        pass_on(child.stdout.take().expect("a pipe"), sender.clone());
        pass_on(child.stderr.take().expect("a pipe"), sender);
        Self { child, lines }
    }

    fn until(&self, wanted: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("{wanted} was not said"));
            if line.contains(wanted) {
                return;
            }
        }
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_expired_certificate_and_a_key_for_everybody_are_warned_of() {
    let folder = Folder::new();
    let (cert, key) = issue(2020);
    folder.write("cert.pem", &cert);
    folder.write("key.pem", &key);
    let open = Permissions::from_mode(0o644);
    std::fs::set_permissions(folder.path("key.pem"), open).expect("is allowed");
    let server = Speaking::start(&folder);
    server.until("the certificate has expired");
    server.until("the key can be read by everybody");
}

#[test]
fn a_hangup_lets_a_new_certificate_in_and_ends_nothing() {
    let folder = Folder::new();
    let (cert, key) = issue(2096);
    folder.write("cert.pem", &cert);
    folder.write("key.pem", &key);
    let close = Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("key.pem"), close).expect("is allowed");
    let mut server = Speaking::start(&folder);
    // From here on hangups are heard.
    server.until("Ctrl-C stops it.");
    for until in [2097, 2098] {
        let (cert, key) = issue(until);
        folder.write("cert.pem", &cert);
        folder.write("key.pem", &key);
        let pid = server.child.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &pid]).status();
        assert!(sent.expect("kill runs").success());
        server.until("the certificate was renewed");
    }
    assert!(server.child.try_wait().expect("a child").is_none());
}
