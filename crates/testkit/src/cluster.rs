//! A Postgres server of a test's own, to be stopped and started at will.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// Where the server's programs are, and who may run them.
const PROGRAMS_VARIABLE: &str = "TASUKI_TEST_PG_BIN";
const USER_VARIABLE: &str = "TASUKI_TEST_PG_USER";

/// A running server in a folder that goes with it.
pub struct Cluster {
    programs: PathBuf,
    /// User and group to run as, where that is not who we are.
    account: Option<(u32, u32)>,
    folder: PathBuf,
}

impl Cluster {
    /// Makes a server and starts it.
    ///
    /// # Panics
    /// Where the variables that say how are not set, or it does not start.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with further lines in `postgresql.conf`.
    ///
    /// # Panics
    /// Where the variables that say how are not set, or it does not start.
    #[must_use]
    pub fn start_with(settings: &str) -> Self {
        let variable = |name: &str| match std::env::var(name) {
            Ok(value) => value,
            Err(_) => panic!("{name} is not set: run `cargo xtask test`"),
        };
        let user = variable(USER_VARIABLE);
        let account = (id(&["-un"]) != user).then(|| (number("-u", &user), number("-g", &user)));
        // Short: the path of a socket has 107 bytes at most.
        let name = Uuid::new_v4().simple().to_string();
        let cluster = Self {
            programs: variable(PROGRAMS_VARIABLE).into(),
            account,
            folder: std::env::temp_dir().join(format!("tasuki-away-{}", &name[..12])),
        };
        cluster.make(settings);
        cluster.launch();
        cluster
    }

    fn make(&self, further: &str) {
        fs::create_dir(&self.folder).expect("a folder");
        if let Some((user, group)) = self.account {
            chown(&self.folder, Some(user), Some(group)).expect("the folder is given away");
        }
        let how = ["--username=postgres", "--auth=trust", "--no-sync"];
        self.call("initdb", &how);
        let socket = self.folder.display();
        let settings = format!(
            "\nlisten_addresses = ''\nunix_socket_directories = '{socket}'\nport = 5432\n{further}\n"
        );
        let file = self.data().join("postgresql.conf");
        let given = fs::read_to_string(&file).expect("initdb writes it");
        fs::write(&file, given + &settings).expect("the configuration");
    }

    /// The log's address, as `--log` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The same in another database.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        let socket = self.folder.display();
        format!("postgres:host={socket} user=postgres dbname={database}")
    }

    /// A connection to a database by hand.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn connect(&self, database: &str) -> Client {
        let config = self.url_of(database);
        let config = config.strip_prefix("postgres:").unwrap_or(&config);
        let connecting = tokio_postgres::connect(config, NoTls).await;
        let (client, connection) = connecting.expect("a connection");
        // Ends with the client; what went wrong the client is told too.
        tokio::spawn(async move { drop(connection.await) });
        client
    }

    /// What the server has written about itself.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn log(&self) -> Vec<u8> {
        fs::read(self.folder.join("server.log")).expect("the server's log")
    }

    /// The folder that its socket is in.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// What it says about itself.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// The process that all its others descend from, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let id = file.lines().next()?.trim().parse().ok()?;
        // What has ended and was not taken notice of yet has no program any more.
        let program = fs::read_link(format!("/proc/{id}/exe"));
        program.is_ok().then_some(id)
    }

    /// Starts it again.
    ///
    /// # Panics
    /// Where it does not start.
    pub fn launch(&self) {
        let log = format!("--log={}", self.folder.join("server.log").display());
        self.call("pg_ctl", &["start", "--silent", "--wait", &log]);
    }

    /// Ends it as a crash or a lost network does.
    ///
    /// # Panics
    /// Where it does not run.
    pub fn kill(&self) {
        self.call("pg_ctl", &["stop", "--silent", "--mode=immediate"]);
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn call(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
            .current_dir(&self.folder)
            .args(arguments)
            .arg("--pgdata")
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        assert!(command.status().expect(program).success(), "{program}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(id) = self.pid() {
            // One that was stopped, as by SIGSTOP, could not end.
            let _ = Command::new("kill")
                .args(["-s", "CONT", &id.to_string()])
                .status();
            self.kill();
        }
        // What is left behind is in the system's folder for such things.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn number(which: &str, user: &str) -> u32 {
    id(&[which, user]).parse().expect("ids are numbers")
}

fn id(arguments: &[&str]) -> String {
    let output = Command::new("id").args(arguments).output().expect("id");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
