//! What the source says in SQL.

use std::fs;
use std::path::{Path, PathBuf};

/// Where all of the product's SQL for Postgres stands: `deny.toml` keeps every other
/// crate from it.
const PLACES: [&str; 2] = ["src/postgres", "src/operations.rs"];

/// What a statement begins with that has a plan, or moves rows.
const VERBS: [&str; 7] = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH ", "COPY ", "MERGE ",
];

/// A statement, or how one begins that is put together.
pub(super) struct Said {
    pub(super) file: String,
    pub(super) text: String,
}

impl Said {
    /// Whether that is the statement that was sent.
    pub(super) fn is(&self, sent: &str) -> bool {
        match self.text.split_once('{') {
            Some((beginning, _)) => sent.starts_with(beginning),
            None => sent == self.text,
        }
    }
}

/// All of them.
pub(super) fn statements() -> Vec<Said> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = Vec::new();
    for place in PLACES {
        for file in files(&home.join(place)) {
            let source = fs::read_to_string(&file).expect("a source file");
            let texts = literals(&source).into_iter().map(|text| in_a_line(&text));
            let texts = texts.filter(|text| VERBS.iter().any(|verb| text.starts_with(verb)));
            said.extend(texts.map(|text| Said {
                file: file.display().to_string(),
                text,
            }));
        }
    }
    said
}

/// A text with single spaces.
pub(super) fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn files(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let entries = fs::read_dir(place).expect("a folder of sources");
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entry| files(&entry.expect("an entry").path()))
        .collect();
    files.sort();
    files
}

/// The texts in quotes, without comments and characters.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'']) {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let (text, behind) = literal(quoted);
            found.push(text);
            rest = behind;
        } else if rest.starts_with("'\"'") {
            rest = &rest[3..];
        } else {
            rest = &rest[1..];
        }
    }
    found
}

/// A text up to its closing quote, and what stands behind that.
fn literal(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (text, &quoted[at + 1..]),
            // A line that goes on, and what else is written with one of these: in
            // SQL either is a space.
            '\\' => match chars.next() {
                Some((_, '"')) => text.push('"'),
                _ => text.push(' '),
            },
            char => text.push(char),
        }
    }
    (text, "")
}

#[test]
fn statements_are_found_among_all_that_a_source_says() {
    let source = r#"
        // "SELECT a comment"
        const ONE: &str = "SELECT x \
            FROM y";
        let quote = '"';
        let name: &'static str = "not SQL, \"SELECT\"";
        f(&format!("UPDATE {table} SET x = 1"), 'a');
    "#;
    let texts: Vec<String> = literals(source).iter().map(|it| in_a_line(it)).collect();
    let expected = [
        "SELECT x FROM y",
        "not SQL, \"SELECT\"",
        "UPDATE {table} SET x = 1",
    ];
    assert_eq!(texts, expected);
}
