//! Checking an exported file.

use std::io::Cursor;

use tasuki_log::{Broken, Hash, Lines, Reason, Record, Verifier};

use crate::facts::draft;

/// Three lines, made without a database.
fn small_export() -> Vec<u8> {
    let mut prev = Hash::ZERO;
    let mut file = String::new();
    for seq in 1..=3 {
        let record = Record::seal(draft("demo", seq), seq, prev);
        prev = record.hash;
        file += &(record.line() + "\n");
    }
    file.into_bytes()
}

fn verify(file: &[u8]) -> Result<u64, Broken> {
    Lines::new(Cursor::new(file)).try_fold(0, |lines, record| record.map(|_| lines + 1))
}

#[test]
fn an_export_is_as_it_was_written() {
    assert_eq!(verify(&small_export()).unwrap(), 3);
    assert_eq!(verify(b"").unwrap(), 0);
}

#[test]
fn every_changed_byte_is_found_and_its_line_named() {
    let good = small_export();
    for change in [0x01, 0x20, 0x80] {
        let mut line = 1;
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= change;
            let broken = verify(&bad).expect_err("a changed byte");
            assert_eq!(
                broken.line, line,
                "byte {at} changed by {change:#x}: {:?}",
                broken.reason
            );
            line += u64::from(good[at] == b'\n');
        }
    }
}

#[test]
fn a_file_cut_off_anywhere_inside_a_line_is_found() {
    let good = small_export();
    for length in 1..good.len() {
        let whole_lines = good[length - 1] == b'\n';
        assert_eq!(
            verify(&good[..length]).is_ok(),
            whole_lines,
            "{length} bytes"
        );
    }
}

#[test]
fn lines_out_of_place_are_found() {
    let file = String::from_utf8(small_export()).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    let broken = |order: &[usize]| {
        let mut verifier = Verifier::new();
        let result = order
            .iter()
            .try_for_each(|&at| verifier.line(lines[at]).map(drop));
        result.map_err(|broken| (broken.line, broken.reason))
    };
    assert!(matches!(
        broken(&[0, 2]),
        Err((2, Reason::Gap { said: 3, wanted: 2 }))
    ));
    assert!(matches!(
        broken(&[0, 0]),
        Err((2, Reason::Gap { said: 1, wanted: 2 }))
    ));
    assert!(matches!(
        broken(&[1]),
        Err((1, Reason::Gap { said: 2, wanted: 1 }))
    ));
    assert!(broken(&[0, 1, 2]).is_ok());
}

#[test]
fn a_line_of_another_history_or_race_is_found() {
    let first = Record::seal(draft("demo", 1), 1, Hash::ZERO);
    for (other, fits) in [
        (Record::seal(draft("demo", 2), 2, first.hash), true),
        (
            Record::seal(draft("demo", 2), 2, Hash::of(b"another")),
            false,
        ),
        (Record::seal(draft("else", 2), 2, first.hash), false),
    ] {
        let mut verifier = Verifier::new();
        verifier.line(&first.line()).unwrap();
        assert_eq!(
            verifier.line(&other.line()).is_ok(),
            fits,
            "{}",
            other.line()
        );
    }
}

#[test]
fn a_line_written_again_by_another_program_is_not_canonical() {
    let line = Record::seal(draft("demo", 1), 1, Hash::ZERO).line();
    let spaced = line.replace(",\"by\"", ", \"by\"");
    let escaped = line.replace('世', "\\u4e16");
    let with_cr = format!("{line}\r");
    for line in [spaced, escaped, with_cr] {
        let refusal = Record::from_line(&line).expect_err("other bytes");
        assert!(refusal.to_string().contains("canonical"), "{refusal}");
    }
}
