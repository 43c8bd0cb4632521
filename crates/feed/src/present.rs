//! Where a tick looks at a race.

use tasuki_race::Projector;

/// A race that goes on while it is shown. Whoever looks holds up whoever
/// records, so a tick looks often and briefly.
pub trait Present {
    /// Looks at the present, settled state, which stands still meanwhile.
    fn look<T>(&self, at: impl FnOnce(&Projector) -> T) -> T;
}

/// A race that stands still.
impl Present for Projector {
    fn look<T>(&self, at: impl FnOnce(&Projector) -> T) -> T {
        at(self)
    }
}
