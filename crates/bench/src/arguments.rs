//! A command line, and values on it.

use std::env;
use std::str::FromStr;

/// Its words; none where help was asked for, which is given.
#[must_use]
pub fn words(help: &str) -> Option<impl Iterator<Item = String>> {
    let words: Vec<String> = env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{help}");
        return None;
    }
    Some(words.into_iter())
}

/// A whole number from 1.
#[must_use]
pub fn number<N>(text: &str) -> Option<N>
where
    N: FromStr + PartialOrd + From<u8>,
{
    text.parse().ok().filter(|number| *number > N::from(0))
}

/// Such numbers, with commas between them.
#[must_use]
pub fn numbers(text: &str) -> Option<Vec<u32>> {
    text.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_number_and_no_list() {
        assert_eq!(numbers("5,7"), Some(vec![5, 7]));
        for text in ["", "0", "5,", "5;7", "-1"] {
            assert_eq!(numbers(text), None, "{text}");
        }
    }
}
