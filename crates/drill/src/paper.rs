//! People who write bib and time on paper, and the file that is typed from it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use tasuki_bench::relay;

/// Writes down passages, as a spreadsheet saves them.
pub(crate) fn write(path: &Path, passages: impl IntoIterator<Item = u32>) -> Result<usize> {
    let mut sheet = "bib,checkpoint,time\n".to_owned();
    let mut rows = 0;
    for number in passages {
        let passage = relay::passage(number);
        let cell = |name: &str| passage[name].as_str().unwrap_or_default().to_owned();
        let _ = writeln!(
            sheet,
            "{},{},{}",
            cell("bib"),
            cell("checkpoint"),
            cell("time")
        );
        rows += 1;
    }
    std::fs::write(path, sheet)?;
    Ok(rows)
}
