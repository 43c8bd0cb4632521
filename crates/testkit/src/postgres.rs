//! A Postgres database of a test's own, on the server that `cargo xtask test`
//! starts. It is dropped when the test ends, whoever is still connected.

use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Error, NoTls};
use uuid::Uuid;

/// Where the server is: libpq's `key=value` pairs, or an address, of a superuser.
const SERVER_VARIABLE: &str = "TASUKI_TEST_POSTGRES";

/// An empty database.
#[derive(Debug)]
pub struct TestDatabase {
    server: Config,
    name: String,
}

impl TestDatabase {
    /// Creates the database.
    ///
    /// # Panics
    /// If there is no server to create it on: a test that is skipped proves nothing.
    pub async fn new() -> Self {
        let server = server();
        let name = format!("tasuki_test_{}", Uuid::new_v4().simple());
        let created = run(&server, format!("CREATE DATABASE {name}")).await;
        if let Err(error) = created {
            panic!("cannot create a database with {SERVER_VARIABLE}: {error:?}");
        }
        Self { server, name }
    }

    /// How to connect to the database by hand.
    #[must_use]
    pub fn config(&self) -> Config {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        config
    }

    /// A connection to the database.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn connect(&self) -> Client {
        match connect(&self.config()).await {
            Ok(client) => client,
            Err(error) => panic!("cannot connect to {}: {error:?}", self.name),
        }
    }

    /// The log's address, as `--log` takes it.
    #[must_use]
    pub fn url(&self) -> String {
        let mut url = "postgres:".to_owned();
        let mut push = |key: &str, value: &str| {
            let value = value.replace('\\', "\\\\").replace('\'', "\\'");
            url.push_str(&format!("{key}='{value}' "));
        };
        for host in self.server.get_hosts() {
            match host {
                Host::Tcp(host) => push("host", host),
                #[cfg(unix)]
                Host::Unix(folder) => push("host", &folder.display().to_string()),
            }
        }
        for port in self.server.get_ports() {
            push("port", &port.to_string());
        }
        if let Some(user) = self.server.get_user() {
            push("user", user);
        }
        if let Some(password) = self.server.get_password() {
            push("password", &String::from_utf8_lossy(password));
        }
        push("dbname", &self.name);
        url.truncate(url.trim_end().len());
        url
    }
}

impl Drop for TestDatabase {
    /// On a thread and a runtime of its own: the test's runtime may be ending.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime.map(|runtime| runtime.block_on(run(&server, drop)))
        });
        // A database too many on a server that is about to go is no failure.
        let _ = dropping.join();
    }
}

fn server() -> Config {
    let Ok(text) = std::env::var(SERVER_VARIABLE) else {
        panic!(
            "{SERVER_VARIABLE} is not set: run `cargo xtask test`, or start a server with \
             `cargo xtask postgres` and set the variable as it says"
        );
    };
    match text.parse() {
        Ok(config) => config,
        Err(error) => panic!("{SERVER_VARIABLE} does not say how to connect: {error:?}"),
    }
}

async fn connect(config: &Config) -> Result<Client, Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // Ends with the client; what went wrong the client is told too.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

async fn run(server: &Config, statement: String) -> Result<(), Error> {
    connect(server).await?.batch_execute(&statement).await
}
