//! Nchan: nginx with Debian's module, configured in a folder of its own.

use std::fs::{self, Permissions};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tasuki_bench::process::{Process, pinned};
use tempfile::TempDir;

/// Where viewers connect.
pub(crate) const WATCH: &str = "/live";
/// Where messages go.
pub(crate) const PUBLISH: &str = "/publish";

/// Where Debian puts the module.
const MODULE: &str = "/usr/lib/nginx/modules/ngx_nchan_module.so";
/// Debian's nginx; often not in the `PATH` of who is not root.
const NGINX: &str = "/usr/sbin/nginx";
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Whether both are installed.
pub(crate) fn is_there() -> bool {
    [NGINX, MODULE].iter().all(|path| Path::new(path).is_file())
}

/// Its version, as it tells it.
pub(crate) fn version() -> Option<String> {
    let output = Command::new(NGINX).arg("-v").output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let nginx = text.trim().rsplit('/').next()?.to_owned();
    let package = "dpkg-query -W -f ${Version} libnginx-mod-nchan";
    let mut words = package.split(' ');
    let output = Command::new(words.next()?).args(words).output();
    let nchan = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    Some(format!(
        "nginx {nginx}, nchan {}",
        nchan.unwrap_or_default()
    ))
}

/// Starts it for so many viewers; gives its address and its folder, too.
pub(crate) fn start(viewers: u32, processor: Option<usize>) -> Result<(Process, String, TempDir)> {
    let folder = tempfile::tempdir()?;
    // Its worker runs under another name and looks for its files here.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
    let address = free_address()?;
    let path = folder.path().join("nginx.conf");
    fs::write(&path, configuration(folder.path(), &address, viewers))?;
    let mut command = pinned(processor, &PathBuf::from(NGINX));
    command
        .arg("-e")
        .arg(folder.path().join("error.log"))
        .arg("-c")
        .arg(path);
    // It warns of more places than descriptors; what matters is in its log.
    command.stderr(Stdio::null());
    let process = Process::spawn(&mut command)?;
    let begun = Instant::now();
    while TcpStream::connect(&address).is_err() {
        if begun.elapsed() > PATIENCE {
            let log = fs::read_to_string(folder.path().join("error.log"));
            bail!("nginx does not listen: {}", log.unwrap_or_default());
        }
        sleep(LOOK_AGAIN);
    }
    Ok((process, address, folder))
}

/// An address on which nobody listens; somebody might before nginx does, and
/// then it says so.
fn free_address() -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr().context("its address")?.to_string())
}

fn configuration(folder: &Path, address: &str, viewers: u32) -> String {
    let folder = folder.display();
    // When most places are taken, nginx hangs up on whoever has just connected
    // and not asked yet: there are enough.
    let connections = 2 * viewers + 1_000;
    format!(
        "load_module {MODULE};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections {connections}; multi_accept on; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000;
  keepalive_timeout 1h;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  nchan_shared_memory_size 256m;
  server {{
    listen {address} backlog=4096;
    location = {PUBLISH} {{
      nchan_publisher http;
      nchan_channel_id fanout;
      nchan_message_buffer_length 4096;
      nchan_message_timeout 10m;
    }}
    location = {WATCH} {{
      nchan_subscriber eventsource;
      nchan_channel_id fanout;
      nchan_subscriber_first_message newest;
    }}
  }}
}}
"
    )
}
