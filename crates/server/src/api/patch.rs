//! Schemas of merge patches, made from those of what they patch.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const PLACE: &str = "#/components/schemas/";

/// Adds the schema of an RFC 7396 merge patch of `root`, and of what is in it:
/// any member may be left out, or be null where it goes.
pub(super) fn add(components: &mut BTreeMap<String, Value>, root: &str) {
    let Some(schema) = components.get(root).cloned() else {
        return;
    };
    let name = format!("{root}Patch");
    if components.contains_key(&name) {
        return;
    }
    // Stands there before its members are looked at: types may be recursive.
    components.insert(name.clone(), Value::Null);
    let mut patch = patched(components, &schema);
    let text =
        format!("A merge patch (RFC 7396) of `{root}`: what is absent stays, what is null goes.");
    patch["description"] = Value::from(text);
    components.insert(name, patch);
}

/// The patch of a member, which may go as a whole.
fn member(components: &mut BTreeMap<String, Value>, schema: &Value) -> Value {
    json!({"anyOf": [patched(components, schema), {"type": "null"}]})
}

fn patched(components: &mut BTreeMap<String, Value>, schema: &Value) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.trim_start_matches(PLACE).to_owned();
        let is_object = components
            .get(&name)
            .is_some_and(|target| target["type"] == "object");
        if !is_object {
            return json!({"$ref": target});
        }
        add(components, &name);
        return json!({"$ref": format!("{PLACE}{name}Patch")});
    }
    if schema["type"] != "object" {
        return schema.clone();
    }
    let mut patch = schema.as_object().cloned().unwrap_or_default();
    patch.remove("required");
    for keyword in ["properties", "patternProperties"] {
        if let Some(Value::Object(members)) = schema.get(keyword) {
            let members: Map<String, Value> = members
                .iter()
                .map(|(name, schema)| (name.clone(), member(components, schema)))
                .collect();
            patch.insert(keyword.to_owned(), Value::Object(members));
        }
    }
    if let Some(values @ Value::Object(_)) = schema.get("additionalProperties") {
        let values = member(components, values);
        patch.insert("additionalProperties".to_owned(), values);
    }
    Value::Object(patch)
}
