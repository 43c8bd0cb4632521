//! Names of timing points, numbered once: a course may be redefined.

use crate::ids::Slug;
use crate::numbers::Numbers;

/// Numbers for names, and names for numbers.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: Numbers<Slug>,
    names: Vec<Slug>,
}

impl Names {
    /// The number of a name, given at its first mention.
    pub(crate) fn number(&mut self, name: &Slug) -> u32 {
        let number = self.numbers.number(name, self.names.len());
        if number as usize == self.names.len() {
            self.names.push(name.clone());
        }
        number
    }

    /// The number of a name that has been mentioned.
    pub(crate) fn find(&self, name: &Slug) -> Option<u32> {
        self.numbers.find(name.as_str())
    }

    pub(crate) fn name(&self, number: u32) -> &Slug {
        &self.names[number as usize]
    }
}
