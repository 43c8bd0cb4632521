//! Names of timing points, numbered once: a course may be redefined.

use rustc_hash::FxHashMap;

use crate::ids::Slug;

/// Numbers for names, and names for numbers.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: FxHashMap<Slug, u32>,
    names: Vec<Slug>,
}

impl Names {
    /// The number of a name, given at its first mention.
    pub(crate) fn number(&mut self, name: &Slug) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.clone(), number);
        self.names.push(name.clone());
        number
    }

    /// The number of a name that has been mentioned.
    pub(crate) fn find(&self, name: &Slug) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(crate) fn name(&self, number: u32) -> &Slug {
        &self.names[number as usize]
    }
}
