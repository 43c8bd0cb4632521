//! Numbers for texts, in order of their first mention.

use std::borrow::Borrow;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Numerals up to this length have a place of their own: nearly all bibs are
/// such. Four bytes each, at most 400 KB.
const NUMERAL_DIGITS_MAX: usize = 5;
/// What stands there while the numeral was not mentioned.
const NOT_MENTIONED: u32 = u32::MAX;

/// Finds the number of a text.
#[derive(Debug)]
pub(crate) struct Numbers<T> {
    /// By numeral: one look, into little memory.
    numerals: Vec<u32>,
    others: FxHashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            numerals: Vec::new(),
            others: FxHashMap::default(),
        }
    }
}

/// The value of a numeral as it is commonly written: `07` is none.
fn numeral(text: &str) -> Option<usize> {
    let digits = text.as_bytes();
    if digits.len() > NUMERAL_DIGITS_MAX || digits.first().is_none_or(|first| *first == b'0') {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + usize::from(digit))
    })
}

impl<T: Clone + Eq + Hash + Borrow<str>> Numbers<T> {
    /// The number of a text, which is `next` if it is mentioned for the first
    /// time.
    pub(crate) fn number(&mut self, text: &T, next: usize) -> u32 {
        let next = || u32::try_from(next).unwrap_or(u32::MAX);
        if let Some(numeral) = numeral(text.borrow()) {
            if numeral >= self.numerals.len() {
                self.numerals.resize(numeral + 1, NOT_MENTIONED);
            }
            let number = &mut self.numerals[numeral];
            if *number == NOT_MENTIONED {
                *number = next();
            }
            return *number;
        }
        match self.others.get(text.borrow()) {
            Some(number) => *number,
            None => *self.others.entry(text.clone()).or_insert_with(next),
        }
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        if let Some(numeral) = numeral(text) {
            let number = self.numerals.get(numeral).copied();
            return number.filter(|number| *number != NOT_MENTIONED);
        }
        self.others.get(text).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Bib;

    #[test]
    fn a_text_keeps_its_number_whatever_its_length() {
        let texts = [
            "7",
            "07",
            "0",
            "99999",
            "100000",
            "-1",
            "1234567",
            "12345678",
            "123456789",
            "オープン1",
            "女3",
        ];
        let mut numbers = Numbers::<Bib>::default();
        for round in 0..2 {
            for (text, number) in texts.iter().zip(0..) {
                let next = if round == 0 { number as usize } else { 99 };
                let bib = text.parse().expect("a bib");
                assert_eq!(numbers.number(&bib, next), number, "{text}");
                assert_eq!(numbers.find(text), Some(number));
            }
        }
        assert_eq!(numbers.find("123456780"), None);
        assert_eq!(numbers.find("8"), None);
        assert_eq!(numbers.find("99998"), None);
        assert_eq!(numbers.find("00"), None);
    }
}
