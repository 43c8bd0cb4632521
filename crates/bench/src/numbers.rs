//! Numbers as people read them.

/// Three digits, or whole with commas.
#[must_use]
pub fn number(value: f64) -> String {
    match value {
        value if value == value.round() && value < 1_000.0 => format!("{value:.0}"),
        value if value < 10.0 => format!("{value:.2}"),
        value if value < 100.0 => format!("{value:.1}"),
        _ => grouped(&format!("{value:.0}")),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_or_are_whole() {
        let shown = [0.0, 0.125, 7.0, 12.34, 123.4, 1_234.5, 1_234_567.0].map(number);
        assert_eq!(
            shown,
            ["0", "0.12", "7", "12.3", "123", "1,234", "1,234,567"]
        );
    }
}
