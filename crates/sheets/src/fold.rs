//! Characters that look alike: what was typed with a Japanese keyboard and
//! meant as ASCII.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Full-width digits and letters as ASCII (`１２` → `12`), half-width kana as
/// full-width, blanks around it gone. Borrowed where nothing had to change.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() {
        return Cow::Borrowed(trimmed);
    }
    let folded: String = trimmed.nfkc().map(ascii_sign).collect();
    let folded = folded.trim();
    if folded == trimmed {
        Cow::Borrowed(trimmed)
    } else {
        Cow::Owned(folded.to_owned())
    }
}

/// Signs that NFKC leaves alone, and that are typed for `-`.
fn ascii_sign(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}

/// A name by which something is looked up: folded, lower case, without the
/// blanks and signs that people put in or leave out.
pub(crate) fn key(text: &str) -> String {
    let folded = folded(text);
    let plain = folded
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | ':' | '・' | '*' | '#'));
    plain.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_characters_become_ascii() {
        assert_eq!(folded(" １２Ａ "), "12A");
        assert_eq!(folded("９：０５：０１．５"), "9:05:01.5");
        assert_eq!(folded("12"), "12");
        assert!(matches!(folded("山田 太郎"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_key_ignores_case_blanks_and_signs() {
        assert_eq!(key("Bib No."), "bibno");
        assert_eq!(key("ｾﾞｯｹﾝ No"), "ゼッケンno");
        assert_eq!(key("team_name"), "teamname");
    }
}
