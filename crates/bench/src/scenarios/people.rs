//! Those who enter passages, logged in as on a race day: each is a user with a
//! password and has a session of their own.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, Result, ensure};
use reqwest::header::{ORIGIN, SET_COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::json;
use tasuki_bench::relay;
use tasuki_bench::server::TOKEN;

/// Nobody's secret: the server lives as long as the scenario.
const PASSWORD: &str = "four exchanges before noon";
/// Requests that one user or caller may make in a minute, of those that change
/// something: so many are created, then the administrator waits.
const CREATED_A_MINUTE: u32 = 30;

/// Creates so many recorders and logs them in; gives their cookies.
pub(crate) async fn log_in(server: &str, count: u32) -> Result<Vec<String>> {
    ensure!(
        count < CREATED_A_MINUTE,
        "{count} people are more than an administrator may create in a minute"
    );
    let mut cookies = Vec::new();
    for place in 0..count {
        let name = format!("recorder-{place}");
        create(server, &name).await?;
        cookies.push(session(server, &name, place).await?);
    }
    Ok(cookies)
}

async fn create(server: &str, name: &str) -> Result<()> {
    let user = json!({
        "name": name, "password": PASSWORD, "role": "recorder", "race": relay::RACE,
    });
    let request = Client::new().post(format!("http://{server}/api/users"));
    let answer = request.bearer_auth(TOKEN).json(&user).send().await?;
    let status = answer.status();
    ensure!(
        status == StatusCode::CREATED,
        "{name} is not created: {status}"
    );
    Ok(())
}

/// Each from an address of their own, as tablets have: few may log in from one.
async fn session(server: &str, name: &str, place: u32) -> Result<String> {
    let first = u32::from(Ipv4Addr::new(127, 1, 0, 1));
    let from = IpAddr::from(Ipv4Addr::from(first + place));
    let client = Client::builder().local_address(from).build()?;
    let request = client.post(format!("http://{server}/api/login"));
    let request = request.header(ORIGIN, format!("http://{server}"));
    let login = json!({"name": name, "password": PASSWORD});
    let answer = request.json(&login).send().await?;
    let status = answer.status();
    ensure!(status == StatusCode::OK, "{name} is not let in: {status}");
    let cookie = answer.headers().get(SET_COOKIE).context("no cookie")?;
    let cookie = cookie.to_str()?.split(';').next().unwrap_or_default();
    Ok(cookie.to_owned())
}
