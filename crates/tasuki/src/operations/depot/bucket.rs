//! A bucket of an object storage that speaks as S3 does.
//!
//! It is told of by the variables that others use as well. One that does not answer is
//! not asked again: whoever gives the command gives it again, and it goes on.

use std::env;
use std::time::Duration;

use anyhow::{Context, anyhow};
use reqwest::{Client, StatusCode, Url};
use rusty_s3::{Credentials, S3Action, UrlStyle};

use super::FILE_BYTES_MAX;
use crate::failure::Failure;

/// Where the storage is, unless it is Amazon's.
const ENDPOINT_VARIABLE: &str = "AWS_ENDPOINT_URL";
const REGION_VARIABLE: &str = "AWS_REGION";
/// The region that storages without any take.
const REGION: &str = "us-east-1";
/// A signed address holds so long: as long as the largest file takes on a slow line.
const SIGNED_FOR: Duration = Duration::from_secs(60 * 60);
/// Until there is a connection, and between two parts of an answer.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(10);
const SILENT_TIME_MAX: Duration = Duration::from_secs(60);

/// A bucket, and where in it.
pub(in crate::operations) struct Bucket {
    client: Client,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    prefix: String,
    shown: String,
}

impl Bucket {
    /// The one at `s3://BUCKET/PREFIX`, of which `rest` is behind the slashes.
    pub(super) fn open(address: &str, rest: &str) -> Result<Self, Failure> {
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() {
            return Err(Failure::configuration(format!(
                "`{address}` names no bucket, write it like s3://BUCKET/PREFIX"
            )));
        }
        let credentials = Credentials::from_env().ok_or_else(|| {
            Failure::configuration(format!(
                "`{address}`: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ))
        })?;
        let region = env::var(REGION_VARIABLE).unwrap_or_else(|_| REGION.to_owned());
        let client = Client::builder()
            .connect_timeout(CONNECT_TIME_MAX)
            .read_timeout(SILENT_TIME_MAX)
            .build()
            .context("cannot prepare to ask the storage")?;
        let prefix = prefix.trim_matches('/');
        Ok(Self {
            client,
            bucket: bucket(name, region)?,
            credentials,
            prefix: match prefix {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
            shown: address.trim_end_matches('/').to_owned(),
        })
    }

    pub(super) fn place(&self) -> &str {
        &self.shown
    }

    pub(super) async fn put(&self, name: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
        let object = format!("{}{name}", self.prefix);
        let action = self.bucket.put_object(Some(&self.credentials), &object);
        let request = self.client.put(action.sign(SIGNED_FOR)).body(bytes);
        // Its address is signed: whoever reads it in a message could use it.
        let put = request
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        put.map(drop)
            .map_err(reqwest::Error::without_url)
            .with_context(|| format!("cannot write {name} to {}", self.shown))
    }

    pub(super) async fn get(&self, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let object = format!("{}{name}", self.prefix);
        let action = self.bucket.get_object(Some(&self.credentials), &object);
        let reading = || format!("cannot read {name} from {}", self.shown);
        let request = self.client.get(action.sign(SIGNED_FOR));
        let answer = request.send().await.map_err(reqwest::Error::without_url);
        let answer = answer.with_context(reading)?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = answer
            .error_for_status()
            .map_err(reqwest::Error::without_url);
        let mut answer = answer.with_context(reading)?;
        let mut bytes = Vec::new();
        loop {
            let part = answer.chunk().await.map_err(reqwest::Error::without_url);
            let Some(part) = part.with_context(reading)? else {
                return Ok(Some(bytes));
            };
            bytes.extend_from_slice(&part);
            if bytes.len() as u64 > FILE_BYTES_MAX {
                return Err(anyhow!("{name} is larger than any archive"));
            }
        }
    }
}

/// Amazon's has a name for each bucket; others have a path.
fn bucket(name: &str, region: String) -> Result<rusty_s3::Bucket, Failure> {
    let (endpoint, style) = match env::var(ENDPOINT_VARIABLE) {
        Ok(endpoint) => (endpoint, UrlStyle::Path),
        Err(_) => (
            format!("https://s3.{region}.amazonaws.com"),
            UrlStyle::VirtualHost,
        ),
    };
    let endpoint: Url = endpoint
        .parse()
        .map_err(|error| Failure::configuration(format!("{ENDPOINT_VARIABLE}: {error}")))?;
    rusty_s3::Bucket::new(endpoint, style, name.to_owned(), region)
        .map_err(|error| Failure::configuration(format!("s3://{name}: {error}")))
}
