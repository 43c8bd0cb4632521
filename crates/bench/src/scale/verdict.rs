//! Whether everybody has everything, in order, and shows it.

use tasuki_bench::figures::Figures;

/// What must be none.
const WRONGS: [&str; 4] = ["lost", "backwards", "closed", "behind"];

/// What is not as it must be.
pub(crate) fn faults(figures: &Figures) -> Vec<String> {
    let count = |name| figures.get(name).unwrap_or_default();
    let wrongs = WRONGS.iter().map(|name| (name, count(name)));
    let mut faults: Vec<String> = wrongs
        .filter(|(_, count)| *count != 0.0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let [states, equal] = ["states", "states_equal"].map(count);
    if states == 0.0 {
        faults.push("no viewer kept its state".to_owned());
    } else if equal < states {
        faults.push(format!(
            "{equal} of {states} states are what the standings say"
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(changes: &[(&str, f64)]) -> Vec<String> {
        let mut figures = Figures::default();
        WRONGS.iter().for_each(|name| figures.set(name, 0.0));
        figures.set("states", 10.0);
        figures.set("states_equal", 10.0);
        changes
            .iter()
            .for_each(|(name, count)| figures.set(name, *count));
        faults(&figures)
    }

    #[test]
    fn nothing_wrong_is_no_fault_and_anything_wrong_is() {
        assert_eq!(told(&[]), Vec::<String>::new());
        for name in WRONGS {
            assert_eq!(told(&[(name, 1.0)]), [format!("1 {name}")]);
        }
        assert_eq!(told(&[("lost", -1.0)]).len(), 1, "more than there was");
        assert_eq!(told(&[("states_equal", 9.0)]).len(), 1);
        assert_eq!(told(&[("states", 0.0)]), ["no viewer kept its state"]);
    }
}
