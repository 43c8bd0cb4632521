//! Values on a command line.

/// A whole number from 1.
#[must_use]
pub fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number > 0)
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
