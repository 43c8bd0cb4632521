//! What values a switch may have.

use std::fmt;

use serde::Serialize;

/// The value of a switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Value {
    /// One of two words.
    Word(&'static str),
    Number(u64),
    Text(String),
}

/// What values there are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bounds {
    /// One word for on, and one for off.
    Words([&'static str; 2]),
    /// From the first to the last.
    Number(u64, u64),
    /// Of so many characters at most; whoever uses it knows what else.
    Text(usize),
}

impl Bounds {
    /// The value that was written as `json`.
    pub(crate) fn read(self, json: &serde_json::Value) -> Option<Value> {
        match self {
            Self::Words(words) => {
                let given = json.as_str()?;
                let word = words.into_iter().find(|word| *word == given)?;
                Some(Value::Word(word))
            }
            Self::Number(min, max) => {
                let number = json.as_u64()?;
                (min..=max)
                    .contains(&number)
                    .then_some(Value::Number(number))
            }
            Self::Text(chars_max) => {
                let text = json.as_str()?;
                let fits = (1..=chars_max).contains(&text.chars().count());
                (fits && !text.contains(char::is_control)).then(|| Value::Text(text.to_owned()))
            }
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words([on, off]) => write!(f, "`{on}` or `{off}`"),
            Self::Number(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Text(chars_max) => write!(f, "a text of 1 to {chars_max} characters"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_read_only_within_its_bounds() {
        let words = Bounds::Words(["on", "off"]);
        assert_eq!(words.read(&json!("off")), Some(Value::Word("off")));
        let number = Bounds::Number(1, 10);
        assert_eq!(number.read(&json!(1)), Some(Value::Number(1)));
        assert_eq!(number.read(&json!(10)), Some(Value::Number(10)));
        let text = Bounds::Text(4);
        assert_eq!(
            text.read(&json!("info")),
            Some(Value::Text("info".to_owned()))
        );
        for bad in [
            json!(true),
            json!("louder"),
            json!(0),
            json!(11),
            json!(1.0),
            json!(-1),
            json!("debug"),
            json!(""),
            json!("a\n"),
            json!(null),
            json!([]),
        ] {
            for bounds in [words, number, text] {
                assert_eq!(bounds.read(&bad), None, "{bounds} {bad}");
            }
        }
    }
}
