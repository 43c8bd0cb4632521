//! When a viewer is to be looked at: for whether it was sent nothing for long.

/// Seconds of one turn; one more than anybody waits.
const SLOTS: u32 = 16;

/// A timer wheel of whole seconds.
#[derive(Debug)]
pub(super) struct Wheel {
    slots: [Vec<Look>; SLOTS as usize],
    /// Everything up to this second is done.
    done_s: u32,
}

/// A viewer to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) viewer: u32,
    /// Tells it from others that had or will have its number.
    pub(super) generation: u32,
}

impl Wheel {
    /// The longest wait, seconds.
    pub(super) const WAIT_S_MAX: u32 = SLOTS - 1;

    pub(super) fn new() -> Self {
        Self {
            slots: [const { Vec::new() }; SLOTS as usize],
            done_s: 0,
        }
    }

    /// Puts a look at that second, or as near as the wheel turns.
    pub(super) fn put(&mut self, due_s: u32, look: Look) {
        let due_s = due_s.clamp(self.done_s + 1, self.done_s + Self::WAIT_S_MAX);
        self.slots[(due_s % SLOTS) as usize].push(look);
    }

    /// Takes what was due until then.
    pub(super) fn take(&mut self, now_s: u32) -> Vec<Look> {
        let mut due = Vec::new();
        let from = self.done_s + 1;
        for second in (from..=now_s).take(SLOTS as usize) {
            due.append(&mut self.slots[(second % SLOTS) as usize]);
        }
        self.done_s = self.done_s.max(now_s);
        due
    }

    /// The second at which something is due.
    pub(super) fn next_s(&self) -> Option<u32> {
        let from = self.done_s + 1;
        (from..from + SLOTS).find(|second| !self.slots[(second % SLOTS) as usize].is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(viewer: u32) -> Look {
        Look {
            viewer,
            generation: 0,
        }
    }

    #[test]
    fn a_look_is_due_at_its_second_whatever_was_put_before() {
        let mut wheel = Wheel::new();
        wheel.put(15, look(1));
        wheel.put(3, look(2));
        assert_eq!(wheel.next_s(), Some(3));
        assert_eq!(wheel.take(2), []);
        assert_eq!(wheel.take(3), [look(2)]);
        wheel.put(17, look(3));
        assert_eq!(wheel.next_s(), Some(15));
        assert_eq!(wheel.take(40), [look(1), look(3)]);
        assert_eq!(wheel.next_s(), None);
    }

    #[test]
    fn nothing_is_due_in_the_past_nor_further_than_a_turn() {
        let mut wheel = Wheel::new();
        wheel.take(100);
        wheel.put(7, look(1));
        wheel.put(999, look(2));
        assert_eq!(wheel.take(101), [look(1)]);
        assert_eq!(wheel.next_s(), Some(115));
        assert_eq!(wheel.take(115), [look(2)]);
    }
}
