//! Proxies of others, set up as `deploy` says, in front of a server.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::describing::tools::provided;
use crate::support::certificates::{Authority, Pair};
use crate::support::curl::ask;
use crate::support::secure::UNTIL;
use crate::support::server::Server;
use crate::support::until;

/// A proxy that runs, and the authority that issued its certificate.
pub(crate) struct Proxy {
    child: Child,
    port: u16,
    authority: PathBuf,
    _folder: TempDir,
    _pair: Option<Pair>,
}

fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(path)
}

/// Nobody listens there: for a moment, until the proxy does.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

impl Proxy {
    /// Caddy with the file as it is; what may differ are its variables.
    pub(crate) async fn caddy(server: &Server) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (port, http) = (free_port(), free_port());
        // It issues its own certificate for this machine, and tells nobody's store of it.
        let whole = format!(
            "{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {http}\n\tstorage file_system {}\n}}\nimport {}\n",
            folder.path().display(),
            deploy("caddy/Caddyfile").display()
        );
        let file = folder.path().join("Caddyfile");
        fs::write(&file, whole).expect("is written");
        let mut command = Command::new(provided("TASUKI_TEST_CADDY"));
        command
            .args(["run", "--adapter", "caddyfile", "--config"])
            .arg(&file)
            .env("HOME", folder.path())
            .env("TASUKI_SITE", format!("https://localhost:{port}"))
            .env("TASUKI_UPSTREAM", server.address().to_string());
        let authority = folder.path().join("pki/authorities/local/root.crt");
        Self::start(command, port, authority, folder, None).await
    }

    /// nginx with the file, in which addresses and certificate are this story's.
    pub(crate) async fn nginx(server: &Server) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = Authority::new();
        let pair = Pair::new(&issuer.issue(UNTIL));
        let authority = folder.path().join("ca.pem");
        fs::write(&authority, issuer.pem()).expect("is written");
        let port = free_port();
        let files = pair.files();
        let mut site = fs::read_to_string(deploy("nginx/tasuki.conf")).expect("the file");
        for (theirs, ours) in [
            (
                "server 127.0.0.1:8080",
                format!("server {}", server.address()),
            ),
            (
                "listen 443 ssl http2",
                format!("listen 127.0.0.1:{port} ssl http2"),
            ),
            ("listen [::]:443 ssl http2;", String::new()),
            ("listen 80;", format!("listen 127.0.0.1:{};", free_port())),
            ("listen [::]:80;", String::new()),
            (
                "server_name timing.example.org",
                "server_name localhost".to_owned(),
            ),
            (
                "/etc/letsencrypt/live/timing.example.org/fullchain.pem",
                files.cert.display().to_string(),
            ),
            (
                "/etc/letsencrypt/live/timing.example.org/privkey.pem",
                files.key.display().to_string(),
            ),
        ] {
            assert!(site.contains(theirs), "{theirs}");
            site = site.replace(theirs, &ours);
        }
        let here = folder.path().display();
        let paths: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {here}/{kind};\n"))
            .collect();
        let whole = format!(
            "daemon off;\nmaster_process off;\npid {here}/pid;\nerror_log {here}/error.log;\n\
             events {{}}\nhttp {{\naccess_log off;\n{paths}{site}}}\n"
        );
        let file = folder.path().join("nginx.conf");
        fs::write(&file, whole).expect("is written");
        let mut command = Command::new(provided("TASUKI_TEST_NGINX"));
        command.arg("-p").arg(folder.path()).arg("-c").arg(&file);
        let error_log = folder.path().join("error.log");
        command.arg("-e").arg(error_log);
        Self::start(command, port, authority, folder, Some(pair)).await
    }

    async fn start(
        mut command: Command,
        port: u16,
        authority: PathBuf,
        folder: TempDir,
        pair: Option<Pair>,
    ) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("the proxy starts");
        let proxy = Self {
            child,
            port,
            authority,
            _folder: folder,
            _pair: pair,
        };
        until("the proxy", || async {
            let authority = proxy.authority();
            let got = ask(["--cacert", &authority, &proxy.url("/health")]);
            (got.status == "200").then_some(())
        })
        .await;
        proxy
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    pub(crate) fn authority(&self) -> String {
        self.authority.display().to_string()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
