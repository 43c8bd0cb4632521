//! What everybody should be shown, and whether it is.

use anyhow::Result;
use serde_json::Value;

use crate::relay;

/// The standings of the relay as they are sent; `query` selects.
///
/// # Errors
/// When the server does not give them.
pub async fn body(address: &str, query: &str) -> Result<Vec<u8>> {
    let path = format!("api/races/{}/standings{query}", relay::RACE);
    let answer = reqwest::get(format!("http://{address}/{path}")).await?;
    Ok(answer.bytes().await?.into())
}

/// The same, as what they say.
///
/// # Errors
/// When the server does not give them.
pub async fn standings(address: &str, query: &str) -> Result<Value> {
    Ok(serde_json::from_slice(&body(address, query).await?)?)
}

/// How many states are what the standings say, byte for byte after canonical JSON.
///
/// # Errors
/// When one of them has no canonical form.
pub fn equal<'a>(states: impl IntoIterator<Item = &'a Value>, standings: &Value) -> Result<usize> {
    let canonical = serde_json_canonicalizer::to_vec(standings)?;
    let mut equal = 0;
    for state in states {
        equal += usize::from(serde_json_canonicalizer::to_vec(state)? == canonical);
    }
    Ok(equal)
}
