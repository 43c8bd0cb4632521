//! Figures side by side, on a page.

use std::fmt::Write as _;

use crate::figures::Figures;
use crate::numbers::number;

/// A table with a column for each of several runs. `rows` have a title and the
/// name of a figure; one that a run lacks stays empty.
#[must_use]
pub fn table(corner: &str, runs: &[(String, &Figures)], rows: &[(&str, &str)]) -> String {
    let mut table = format!("| {corner} |");
    for (name, _) in runs {
        let _ = write!(table, " {name} |");
    }
    table += "\n| --- |";
    runs.iter().for_each(|_| table += " --- |");
    for (title, name) in rows {
        let _ = write!(table, "\n| {title} |");
        for (_, figures) in runs {
            let figure = figures.get(name).map_or_else(String::new, number);
            let _ = write!(table, " {figure} |");
        }
    }
    table + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_stand_side_by_side_and_what_one_lacks_is_empty() {
        let [mut one, other] = [Figures::default(), Figures::default()];
        one.set("a_ms", 1_234.0);
        let runs = [("one".to_owned(), &one), ("other".to_owned(), &other)];
        let expected = "| of | one | other |\n| --- | --- | --- |\n| a, ms | 1,234 |  |\n";
        assert_eq!(table("of", &runs, &[("a, ms", "a_ms")]), expected);
    }
}
