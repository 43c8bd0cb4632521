//! Numbers for texts, in order of their first mention.

use std::borrow::Borrow;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// Finds the number of a text.
#[derive(Debug)]
pub(crate) struct Numbers<T> {
    /// Texts of at most eight bytes, as nearly all bibs and checkpoints are:
    /// compared in one step, without looking elsewhere.
    short: FxHashMap<u64, u32>,
    long: FxHashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            short: FxHashMap::default(),
            long: FxHashMap::default(),
        }
    }
}

/// The bytes of a short text. Ids hold no zero byte, so no two are the same.
fn short(text: &str) -> Option<u64> {
    let mut bytes = [0; 8];
    bytes
        .get_mut(..text.len())?
        .copy_from_slice(text.as_bytes());
    Some(u64::from_le_bytes(bytes))
}

impl<T: Clone + Eq + Hash + Borrow<str>> Numbers<T> {
    /// The number of a text, which is `next` if it is mentioned for the first
    /// time.
    pub(crate) fn number(&mut self, text: &T, next: usize) -> u32 {
        let next = || u32::try_from(next).unwrap_or(u32::MAX);
        match short(text.borrow()) {
            Some(short) => *self.short.entry(short).or_insert_with(next),
            None => match self.long.get(text.borrow()) {
                Some(number) => *number,
                None => *self.long.entry(text.clone()).or_insert_with(next),
            },
        }
    }

    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        match short(text) {
            Some(short) => self.short.get(&short).copied(),
            None => self.long.get(text).copied(),
        }
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
    }
}
