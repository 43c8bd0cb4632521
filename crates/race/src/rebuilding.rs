//! Many changes at once: merged into a board in one pass.

use crate::block::{Block, Carried, Change, Gone, What};
use crate::key::Key;
use crate::ledger::Place;

/// Keys in a block that is built anew: room for some more.
const BLOCK_KEYS_BUILT: usize = 96;

/// Merges changes, in log order, into blocks; `gone` is told what goes.
pub(crate) fn merge<C: Carried>(
    blocks: &[Block<C>],
    mut changes: Vec<Change<C>>,
    gone: &mut Vec<Gone<C>>,
) -> Vec<Block<C>> {
    // Stable: the changes of one key stay in log order.
    changes.sort_by_key(|change| change.key);
    let mut built = Built(Vec::new());
    let mut old = blocks.iter().flat_map(Block::iter).peekable();
    for of_key in changes.chunk_by(|a, b| a.key == b.key) {
        let key = of_key[0].key;
        while let Some((before, since, carried)) = old.next_if(|(k, ..)| k.is_before(&key)) {
            built.append(before, since, carried);
        }
        let stood = old.next_if(|(k, ..)| *k == key);
        let stood = stood.map(|(_, since, carried)| (since, carried));
        let stands = of_key
            .iter()
            .fold(stood, |state, change| changed(state, *change, gone));
        if let Some((since, carried)) = stands {
            built.append(key, since, carried);
        }
    }
    for (key, since, carried) in old {
        built.append(key, since, carried);
    }
    built.0
}

/// What a change makes of a key: since when it stands there and what it
/// carries, if it does.
fn changed<C: Copy>(
    state: Option<(Place, C)>,
    change: Change<C>,
    gone: &mut Vec<Gone<C>>,
) -> Option<(Place, C)> {
    let Change { key, place, what } = change;
    match (what, state) {
        (What::Comes(carried), None) => Some((place, carried)),
        (What::Carries(carried), Some((since, _))) => Some((since, carried)),
        (What::Goes, Some((since, carried))) => {
            let went = Gone {
                key,
                carried,
                since,
                until: place,
            };
            gone.extend(Some(went).filter(Gone::was_seen));
            None
        }
        (_, state) => state,
    }
}

/// Blocks that are built from the first key to the last.
struct Built<C>(Vec<Block<C>>);

impl<C> Built<C> {
    fn append(&mut self, key: Key, since: Place, carried: C) {
        let full = |block: &Block<C>| block.keys.len() >= BLOCK_KEYS_BUILT;
        if self.0.last().is_none_or(full) {
            self.0.push(Block::new());
        }
        if let Some(block) = self.0.last_mut() {
            block.insert(block.keys.len(), key, since, carried);
        }
    }
}
