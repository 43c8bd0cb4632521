//! What the columns of a file hold, told by their headers.

use serde_json::{Map, Value};

use crate::fold::key;
pub(crate) use crate::synonyms::Field;
use crate::synonyms::{READINGS, SYNONYMS};

/// Where each field of a file stands.
#[derive(Debug)]
pub(crate) struct Columns<T> {
    headers: Vec<String>,
    fields: Vec<(Field, usize)>,
    /// Columns whose header names something of the race.
    pub(crate) wide: Vec<(usize, T)>,
}

impl<T> Columns<T> {
    /// Looks for `wanted` fields, and for columns that `named` knows.
    pub(crate) fn of(cells: &[&str], wanted: &[Field], named: impl Fn(&str) -> Option<T>) -> Self {
        let keys: Vec<String> = cells.iter().map(|cell| key(cell)).collect();
        let mut fields: Vec<(Field, usize)> = Vec::new();
        for field in wanted {
            if let Some(column) = column_of(*field, &keys) {
                fields.push((*field, column));
            }
        }
        let is_free = |column: &usize| fields.iter().all(|(_, taken)| taken != column);
        let wide = (0..cells.len())
            .filter(is_free)
            .filter(|column| !keys[*column].is_empty())
            .filter_map(|column| Some((column, named(cells[column])?)))
            .collect();
        Self {
            headers: cells.iter().map(|cell| cell.trim().to_owned()).collect(),
            fields,
            wide,
        }
    }

    pub(crate) fn get(&self, field: Field) -> Option<usize> {
        let found = self.fields.iter().find(|(known, _)| *known == field);
        found.map(|(_, column)| *column)
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.get(field).is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.headers.len()
    }

    pub(crate) fn header(&self, column: usize) -> &str {
        self.headers.get(column).map_or("", String::as_str)
    }

    /// A field that is not used after all.
    pub(crate) fn forget(&mut self, field: Field) {
        self.fields.retain(|(known, _)| *known != field);
    }

    /// The header of each field, by its name.
    pub(crate) fn shown(&self, wide: impl Fn(&T) -> String) -> Map<String, Value> {
        let fields = self.fields.iter().map(|(field, column)| {
            let name = SYNONYMS.iter().find(|(known, ..)| known == field);
            let name = name.map_or("", |(_, name, _)| name);
            (name.to_owned(), Value::from(self.header(*column)))
        });
        let wide = self
            .wide
            .iter()
            .map(|(column, named)| (wide(named), Value::from(self.header(*column))));
        fields.chain(wide).collect()
    }

    /// Headers of columns that are not used.
    pub(crate) fn ignored(&self) -> Vec<String> {
        let used = |column: usize| {
            self.fields.iter().any(|(_, known)| *known == column)
                || self.wide.iter().any(|(known, _)| *known == column)
        };
        let headers = self.headers.iter().enumerate();
        headers
            .filter(|(column, header)| !header.is_empty() && !used(*column))
            .map(|(_, header)| header.clone())
            .collect()
    }
}

fn column_of(field: Field, keys: &[String]) -> Option<usize> {
    let (_, _, names) = SYNONYMS.iter().find(|(known, ..)| *known == field)?;
    let exact = |name: &&str| keys.iter().position(|key| key == name);
    if let Some(column) = names.iter().find_map(exact) {
        return Some(column);
    }
    // `氏名（漢字）` or `Time (JST)`, unless that makes it another field.
    let bare: Vec<Option<&str>> = keys.iter().map(|key| without_brackets(key)).collect();
    let stripped = |name: &&str| bare.iter().position(|key| *key == Some(*name));
    names.iter().find_map(stripped)
}

fn without_brackets(key: &str) -> Option<&str> {
    let (bare, rest) = key.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    let other = READINGS.iter().any(|reading| inside.contains(reading))
        || SYNONYMS.iter().any(|(.., names)| names.contains(&key));
    (!other).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cells: &[&str], field: Field) -> Option<usize> {
        Columns::<()>::of(cells, &[field], |_| None).get(field)
    }

    #[test]
    fn headers_are_known_in_both_languages() {
        for header in [
            "Bib",
            "ゼッケン",
            "No.",
            "ナンバーカード",
            "番号",
            "ｾﾞｯｹﾝ No.",
            "BIB_NUMBER",
        ] {
            assert_eq!(found(&["x", header], Field::Bib), Some(1), "{header}");
        }
        for header in ["氏名", "Name", "氏名（漢字表記）", "選手名"] {
            assert_eq!(found(&[header], Field::Name), Some(0), "{header}");
        }
        assert_eq!(found(&["氏名（カナ）"], Field::Name), None);
        assert_eq!(found(&["氏名（ローマ字）"], Field::Name), None);
        assert_eq!(found(&["氏名（ローマ字）"], Field::NameEn), Some(0));
        assert_eq!(found(&["通過時刻"], Field::Clock), Some(0));
        assert_eq!(found(&["タイム"], Field::Elapsed), Some(0));
    }

    #[test]
    fn the_better_header_wins_and_the_rest_is_named() {
        let columns = Columns::<()>::of(&["No", "ゼッケン", "備考"], &[Field::Bib], |_| None);
        assert_eq!(columns.get(Field::Bib), Some(1));
        assert_eq!(columns.ignored(), ["No", "備考"]);
        assert_eq!(columns.shown(|()| String::new())["bib"], "ゼッケン");
    }
}
