//! The dozen lines with which anybody can check an exported log.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// Checks an exported log from its first fact on; gives its lines.
pub(crate) fn verified(export: &str) -> Vec<Value> {
    verified_after(export, 0, &"0".repeat(64))
}

/// Checks a part of a log that follows on the line `seq` with that hash.
pub(crate) fn verified_after(export: &str, mut seq: u64, prev: &str) -> Vec<Value> {
    assert!(
        export.is_empty() || export.ends_with('\n'),
        "cut off: {export}"
    );
    let mut prev = prev.to_owned();
    let mut lines = Vec::new();
    for line in export.lines() {
        let mut json: Map<String, Value> = serde_json::from_str(line).expect("a JSON object");
        seq += 1;
        assert_eq!(json["seq"], seq, "{line}");
        assert_eq!(json["prev"], prev, "{line}");
        assert_eq!(canonical(&Value::Object(json.clone())), line);
        let claimed = json.remove("hash").expect("a hash");
        let digest = Sha256::digest(canonical(&Value::Object(json.clone())));
        prev = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(claimed, prev, "{line}");
        json.insert("hash".to_owned(), claimed);
        lines.push(Value::Object(json));
    }
    lines
}

/// RFC 8785, as far as a log without fractions needs it.
pub(crate) fn canonical(json: &Value) -> String {
    match json {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            let member = |(name, value): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), canonical(value))
            };
            let members: Vec<_> = members.into_iter().map(member).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        plain => plain.to_string(),
    }
}
