//! What a means costs the server.

use std::time::Duration;

use crate::means::Means;

/// Processor time for the whole race.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cost {
    /// However many watch, beside what the server needs anyway: compressing.
    pub(crate) once_ms: f64,
    /// For each who watches.
    pub(crate) each_ms: f64,
}

impl Cost {
    /// From what the server needed with nobody, with the fewest, and with all.
    pub(crate) fn of(means: Means, [nobody, least, most]: [Duration; 3]) -> Self {
        let ms = |cpu: Duration| cpu.as_secs_f64() * 1_000.0;
        let [few, many] = [means.least(), means].map(|it| it.viewers() as f64);
        let each_ms = ((ms(most) - ms(least)) / (many - few)).max(0.0);
        Self {
            once_ms: (ms(least) - ms(nobody) - few * each_ms).max(0.0),
            each_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_once_is_told_from_what_is_done_for_each() {
        let means = Means::Poll {
            coding: None,
            viewers: 11,
        };
        let cpu = [2_000, 2_150, 2_650].map(Duration::from_millis);
        let expected = Cost {
            once_ms: 100.0,
            each_ms: 50.0,
        };
        assert_eq!(Cost::of(means, cpu), expected);
    }
}
