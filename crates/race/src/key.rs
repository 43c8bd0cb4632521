//! By what a ranking is ordered.

use std::cmp::Ordering;
use std::fmt;

/// A place in an order; smaller is better.
///
/// Checkpoints still to go (0 within one checkpoint), official time, the same
/// unrounded, the instant of the passage; and whose it is, which is no part of
/// the ranking and only tells equals apart. All of it is packed into words in
/// that order, so that a search compares two numbers, without a branch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Two words each, as what stands beside a key is small: a number of 128
    /// bits would begin at every sixteenth byte only.
    high: [u64; 2],
    low: [u64; 2],
}

/// A number in the order of its size, as bits.
fn ordered(number: i64) -> u128 {
    u128::from(number.cast_unsigned() ^ (1 << 63))
}

fn number(bits: u64) -> i64 {
    (bits ^ (1 << 63)).cast_signed()
}

#[expect(clippy::cast_possible_truncation, reason = "the lower bits are meant")]
fn low_64(bits: u128) -> u64 {
    bits as u64
}

#[expect(clippy::cast_possible_truncation, reason = "the lower bits are meant")]
fn low_32(bits: u128) -> u32 {
    bits as u32
}

fn words(bits: u128) -> [u64; 2] {
    [low_64(bits >> 64), low_64(bits)]
}

fn bits([upper, lower]: [u64; 2]) -> u128 {
    u128::from(upper) << 64 | u128::from(lower)
}

impl Key {
    pub(crate) fn new(to_go: u32, official: i64, raw: i64, instant: i64, runner: u32) -> Self {
        let raw = ordered(raw);
        let high = u128::from(to_go) << 96 | ordered(official) << 32 | raw >> 32;
        let low = (raw & 0xffff_ffff) << 96 | ordered(instant) << 32 | u128::from(runner);
        Self {
            high: words(high),
            low: words(low),
        }
    }

    /// To go, official, upper half of unrounded.
    fn high(self) -> u128 {
        bits(self.high)
    }

    /// Lower half of unrounded, instant, runner.
    fn low(self) -> u128 {
        bits(self.low)
    }

    pub(crate) fn to_go(self) -> u32 {
        low_32(self.high() >> 96)
    }

    pub(crate) fn official(self) -> i64 {
        number(low_64(self.high() >> 32))
    }

    pub(crate) fn raw(self) -> i64 {
        number(u64::from(low_32(self.high())) << 32 | u64::from(low_32(self.low() >> 96)))
    }

    pub(crate) fn instant(self) -> i64 {
        number(low_64(self.low() >> 32))
    }

    pub(crate) fn runner(self) -> u32 {
        low_32(self.low())
    }

    /// The same with so many checkpoints to go.
    pub(crate) fn with_to_go(self, to_go: u32) -> Self {
        Self {
            high: words(self.high() << 32 >> 32 | u128::from(to_go) << 96),
            ..self
        }
    }

    /// Strictly less. All words are always looked at: a search would guess
    /// wrong half of the time.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        let (high, others) = (self.high(), other.high());
        (high < others) | ((high == others) & (self.low() < other.low()))
    }

    /// Equal in everything that time can tell.
    pub(crate) fn same_time(&self, other: &Self) -> bool {
        self.high == other.high && self.low() >> 32 == other.low() >> 32
    }

    /// Equal in what is published.
    pub(crate) fn same_official(&self, other: &Self) -> bool {
        self.high() >> 32 == other.high() >> 32
    }

    /// The least key with this official time.
    pub(crate) fn official_floor(self) -> Self {
        Self {
            high: words(self.high() >> 32 << 32),
            low: [0, 0],
        }
    }

    /// The least key with these times.
    pub(crate) fn time_floor(self) -> Self {
        Self {
            low: words(self.low() >> 32 << 32),
            ..self
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    /// What sorting asks for.
    fn lt(&self, other: &Self) -> bool {
        self.is_before(other)
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.high, self.low).cmp(&(other.high, other.low))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("to_go", &self.to_go())
            .field("official", &self.official())
            .field("raw", &self.raw())
            .field("instant", &self.instant())
            .field("runner", &self.runner())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Parts = (u32, i64, i64, i64, u32);

    fn key((to_go, official, raw, instant, runner): Parts) -> Key {
        Key::new(to_go, official, raw, instant, runner)
    }

    /// Small and extreme numbers, so that parts are often equal.
    fn parts() -> impl Strategy<Value = Parts> {
        let number = || prop_oneof![-2..3_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        (0..3_u32, number(), number(), number(), any::<u32>())
    }

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_their_parts(a in parts(), b in parts()) {
            prop_assert_eq!(key(a).cmp(&key(b)), a.cmp(&b));
            prop_assert_eq!(key(a).is_before(&key(b)), a < b);
            prop_assert_eq!(key(a).same_official(&key(b)), (a.0, a.1) == (b.0, b.1));
            prop_assert_eq!(key(a).same_time(&key(b)), (a.0, a.1, a.2, a.3) == (b.0, b.1, b.2, b.3));
        }

        #[test]
        fn a_key_gives_its_parts_back(a in parts()) {
            let it = key(a);
            prop_assert_eq!((it.to_go(), it.official(), it.raw(), it.instant(), it.runner()), a);
            prop_assert_eq!(it.with_to_go(7), key((7, a.1, a.2, a.3, a.4)));
            prop_assert_eq!(it.time_floor(), key((a.0, a.1, a.2, a.3, 0)));
            prop_assert_eq!(it.official_floor(), key((a.0, a.1, i64::MIN, i64::MIN, 0)));
        }
    }
}
