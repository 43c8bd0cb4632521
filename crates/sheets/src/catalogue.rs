//! What a race calls its checkpoints, legs and categories, to find them by
//! any of their names.

use rustc_hash::FxHashMap;
use tasuki_race::{CheckpointKind, Definition, Name, Slug};

use crate::fault::{listed, shown};
use crate::fold::{folded, key};
use crate::row::Trouble;

/// The names of a race.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) checkpoints: Names,
    pub(crate) legs: Names,
    pub(crate) categories: Names,
}

/// Things of one kind, by id and by every name.
#[derive(Debug)]
pub(crate) struct Names {
    /// What one of them is called, for an answer.
    kind: &'static str,
    code: &'static str,
    /// In the order of the definition.
    pub(crate) ids: Vec<Slug>,
    /// `None` where several things have that name.
    by_name: FxHashMap<String, Option<Slug>>,
}

impl Catalogue {
    pub(crate) fn of(definition: &Definition) -> Self {
        Self {
            checkpoints: checkpoints(definition),
            legs: legs(definition),
            categories: categories(definition),
        }
    }
}

fn checkpoints(definition: &Definition) -> Names {
    let mut names = Names::new("checkpoint", "unknown_checkpoint");
    for checkpoint in &definition.checkpoints {
        names.add(&checkpoint.id, Some(&checkpoint.name));
    }
    // A timing point that is visited more than once takes passages as well.
    for place in definition
        .checkpoints
        .iter()
        .filter_map(|c| c.place.as_ref())
    {
        if !names.ids.contains(place) {
            names.add(place, None);
        }
    }
    for checkpoint in &definition.checkpoints {
        let others: &[&str] = match checkpoint.kind {
            CheckpointKind::Start => &["start", "スタート"],
            CheckpointKind::Finish => &["finish", "goal", "フィニッシュ", "ゴール"],
            CheckpointKind::Split | CheckpointKind::Exchange => &[],
        };
        others
            .iter()
            .for_each(|name| names.suggest(name, &checkpoint.id));
    }
    names
}

fn legs(definition: &Definition) -> Names {
    let mut names = Names::new("leg", "unknown_leg");
    for leg in &definition.legs {
        names.add(&leg.id, leg.name.as_ref());
    }
    for (leg, number) in definition.legs.iter().zip(1_u32..) {
        for called in [leg.id.to_string(), number.to_string()] {
            names.suggest(&called, &leg.id);
            names.suggest(&format!("{called}区"), &leg.id);
            names.suggest(&format!("第{called}区"), &leg.id);
            names.suggest(&format!("leg {called}"), &leg.id);
        }
    }
    names
}

fn categories(definition: &Definition) -> Names {
    let mut names = Names::new("category", "unknown_category");
    for category in &definition.categories {
        names.add(&category.id, Some(&category.name));
    }
    names
}

impl Names {
    fn new(kind: &'static str, code: &'static str) -> Self {
        Self {
            kind,
            code,
            ids: Vec::new(),
            by_name: FxHashMap::default(),
        }
    }

    fn add(&mut self, id: &Slug, name: Option<&Name>) {
        self.ids.push(id.clone());
        for text in name.into_iter().flat_map(texts) {
            self.by_name
                .entry(key(text))
                .and_modify(|known| {
                    if known.as_ref() != Some(id) {
                        *known = None;
                    }
                })
                .or_insert_with(|| Some(id.clone()));
        }
    }

    /// Another name, for what has no better claim to it.
    fn suggest(&mut self, name: &str, id: &Slug) {
        self.by_name
            .entry(key(name))
            .or_insert_with(|| Some(id.clone()));
    }

    /// What `text` names. An id wins over a name.
    pub(crate) fn find(&self, text: &str) -> Option<&Slug> {
        let plain = folded(text);
        if let Some(id) = self.ids.iter().find(|id| id.as_str() == plain) {
            return Some(id);
        }
        let lower = plain.to_lowercase();
        if let Some(id) = self.ids.iter().find(|id| id.as_str() == lower) {
            return Some(id);
        }
        self.by_name.get(&key(text))?.as_ref()
    }

    /// The same, or why there is none.
    pub(crate) fn get(&self, text: &str) -> Result<Slug, Trouble> {
        if let Some(id) = self.find(text) {
            return Ok(id.clone());
        }
        let (kind, text) = (self.kind, shown(text));
        let all = listed(self.ids.iter().map(Slug::as_str));
        let detail = if matches!(self.by_name.get(&key(&text)), Some(None)) {
            format!("{kind}: several are called `{text}`; write the id, one of {all}")
        } else {
            format!("{kind}: there is no `{text}`; the race has {all}")
        };
        Err(Trouble::new(self.code, detail))
    }

    /// Where it stands in the definition.
    pub(crate) fn position(&self, id: &Slug) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }
}

/// A name in each of its languages.
pub(crate) fn texts(name: &Name) -> Vec<&str> {
    match name {
        Name::Plain(text) => vec![text],
        Name::ByLanguage(texts) => texts.values().map(String::as_str).collect(),
    }
}

/// A name in that language, or else in the first that it has.
pub(crate) fn in_language<'n>(name: &'n Name, language: &str) -> &'n str {
    match name {
        Name::Plain(text) => text,
        Name::ByLanguage(texts) => texts
            .get(language)
            .or_else(|| texts.values().next())
            .map_or("", String::as_str),
    }
}
