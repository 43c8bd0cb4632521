//! What fuzzing has found interesting is tried again.

use std::fs;
use std::path::Path;

/// Runs `check` on every file of a corpus; there are some.
fn replay(corpus: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut count = 0;
    for file in fs::read_dir(folder.join(corpus)).expect("a corpus") {
        let path = file.expect("a file").path();
        let bytes = fs::read(&path).expect("bytes");
        // The name is printed with the failure.
        println!("{}", path.display());
        check(&bytes);
        count += 1;
    }
    assert!(count > 0, "the corpus of {corpus} is empty");
}

#[test]
fn facts_are_refused_with_words_or_written_as_they_were_read() {
    replay("fact", tasuki_fuzzing::fact);
}

#[test]
fn files_are_refused_with_words_or_told_row_by_row() {
    replay("sheet", tasuki_fuzzing::sheet);
}

#[test]
fn stories_agree_with_the_naive_model_and_their_past_is_kept() {
    replay("story", tasuki_fuzzing::story);
}
