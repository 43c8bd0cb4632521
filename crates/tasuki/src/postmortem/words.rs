//! How things are said, in Japanese and in English.

use tasuki_race::Instant;

use super::Lang;
use super::moment::Zone;

/// A language, and the clock that people read.
pub(super) struct Words {
    pub(super) lang: Lang,
    pub(super) zone: Zone,
}

impl Words {
    /// One of the two.
    pub(super) fn say(&self, ja: impl Into<String>, en: impl Into<String>) -> String {
        match self.lang {
            Lang::Ja => ja.into(),
            Lang::En => en.into(),
        }
    }

    pub(super) fn time(&self, moment: Instant) -> String {
        self.zone.time(moment)
    }

    pub(super) fn date(&self, moment: Instant) -> String {
        self.zone.date(moment)
    }

    /// A length of time, to the second.
    pub(super) fn length(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1_000;
        let (minutes, rest) = (seconds / 60, seconds % 60);
        match (minutes, rest) {
            (0, s) => self.say(format!("{s}秒"), format!("{s} s")),
            (m, 0) => self.say(format!("{m}分"), format!("{m} min")),
            (m, s) => self.say(format!("{m}分{s}秒"), format!("{m} min {s} s")),
        }
    }

    /// Milliseconds, where there are any.
    pub(super) fn ms(ms: u64) -> String {
        match ms {
            0 => "–".to_owned(),
            ms => format!("{} ms", count(ms)),
        }
    }
}

/// A number with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent, to a tenth.
pub(super) fn per_cent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0 %".to_owned();
    }
    let permille = (u128::from(part) * 2_000 / u128::from(whole)).div_ceil(2);
    format!("{}.{} %", permille / 10, permille % 10)
}

/// A text that somebody wrote, in a line and without any meaning for Markdown.
pub(super) fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::new();
    for char in line.chars().filter(|char| !char.is_control()) {
        if matches!(
            char,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#'
        ) {
            plain.push('\\');
        }
        plain.push(char);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        let texts = [0, 999, 1_000, 1_234_567].map(count);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567"]);
        let shares = [(0, 0), (1, 3), (1, 1_000), (5, 5)];
        let shares = shares.map(|(part, whole)| per_cent(part, whole));
        assert_eq!(shares, ["0 %", "33.3 %", "0.1 %", "100.0 %"]);
    }

    #[test]
    fn what_somebody_wrote_changes_nothing_around_it() {
        assert_eq!(plain("a\n# b | <c>"), "a \\# b \\| \\<c\\>");
    }
}
