//! Sums over the beginning of a list of counts that change.

/// A Fenwick tree: a count changes and a sum is taken in logarithmic time.
#[derive(Debug, Default)]
pub(crate) struct Fenwick {
    /// At `i`: the sum of as many counts up to `i` as its lowest bits say.
    sums: Vec<u32>,
}

/// The lowest bit of a position that counts from 1.
fn low_bit(at: usize) -> usize {
    at & at.wrapping_neg()
}

impl Fenwick {
    pub(crate) fn of(counts: impl Iterator<Item = u32>) -> Self {
        let mut sums: Vec<u32> = counts.collect();
        for at in 1..=sums.len() {
            let next = at + low_bit(at);
            if next <= sums.len() {
                sums[next - 1] += sums[at - 1];
            }
        }
        Self { sums }
    }

    /// Adds a count at the end.
    pub(crate) fn push(&mut self, count: u32) {
        let at = self.sums.len() + 1;
        let from = at - low_bit(at);
        let within = self.sum_before(at - 1) - self.sum_before(from);
        self.sums.push(within + count);
    }

    pub(crate) fn add(&mut self, place: usize, more: u32) {
        let mut at = place + 1;
        while at <= self.sums.len() {
            self.sums[at - 1] += more;
            at += low_bit(at);
        }
    }

    pub(crate) fn subtract(&mut self, place: usize, less: u32) {
        let mut at = place + 1;
        while at <= self.sums.len() {
            self.sums[at - 1] -= less;
            at += low_bit(at);
        }
    }

    /// The sum of all counts before `place`.
    pub(crate) fn sum_before(&self, place: usize) -> u32 {
        let (mut sum, mut at) = (0, place.min(self.sums.len()));
        while at > 0 {
            sum += self.sums[at - 1];
            at -= low_bit(at);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_are_those_of_the_list(
            counts in prop::collection::vec(0..9_u32, 0..200),
            more in prop::collection::vec((0..200_usize, 0..9_u32), 0..50),
            pushed in prop::collection::vec(0..9_u32, 0..50),
        ) {
            let mut list = counts.clone();
            let mut tree = Fenwick::of(counts.into_iter());
            for (place, count) in more.into_iter().filter(|(place, _)| *place < list.len()).collect::<Vec<_>>() {
                tree.add(place, count);
                list[place] += count;
            }
            for count in pushed {
                tree.push(count);
                list.push(count);
            }
            for place in 0..=list.len() {
                prop_assert_eq!(tree.sum_before(place), list[..place].iter().sum::<u32>());
            }
        }
    }
}
