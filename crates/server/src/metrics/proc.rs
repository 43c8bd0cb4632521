//! What the system tells of this process, in `/proc` and its control group. Where
//! there is neither, nothing is known.

use std::fs;
use std::path::Path;

/// Ticks of a processor per second in `/proc`, on every Linux there is.
const CLOCK_TICKS_PER_S: f64 = 100.0;
/// Fields of `stat` between the name and the user's time.
const FIELDS_BEFORE_TIMES: usize = 11;
/// Where control groups (version 2) are.
const GROUPS: &str = "/sys/fs/cgroup";

/// Memory that is used by all, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) used_bytes: u64,
    pub(super) max_bytes: u64,
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Processor time that the process has used, seconds.
pub(super) fn cpu_s() -> Option<f64> {
    ticks(&read("/proc/self/stat")?).map(|ticks| ticks as f64 / CLOCK_TICKS_PER_S)
}

fn ticks(stat: &str) -> Option<u64> {
    // After the name, which may hold anything, in brackets.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(FIELDS_BEFORE_TIMES);
    let mut time = || times.next()?.parse::<u64>().ok();
    Some(time()? + time()?)
}

/// Memory of the process that is not swapped out.
pub(super) fn resident_bytes() -> Option<u64> {
    kilobytes(&read("/proc/self/status")?, "VmRSS:")
}

pub(super) fn threads() -> Option<u64> {
    number(&read("/proc/self/status")?, "Threads:")
}

/// Descriptors that are open.
pub(super) fn descriptors() -> Option<u64> {
    let folder = "/proc/self/fd";
    // Since Linux 6.2 the folder's size is their number, which spares counting
    // tens of thousands.
    match fs::metadata(folder).ok()?.len() {
        0 => Some(fs::read_dir(folder).ok()?.count() as u64),
        count => Some(count),
    }
}

/// Descriptors that may be open; none where there is no limit.
pub(super) fn descriptors_max() -> Option<u64> {
    number(&read("/proc/self/limits")?, "Max open files")
}

/// That of the control group if it has a limit, else that of the machine.
pub(super) fn memory() -> Option<Memory> {
    group_memory().or_else(|| machine_memory(&read("/proc/meminfo")?))
}

fn group_memory() -> Option<Memory> {
    let groups = read("/proc/self/cgroup")?;
    let group = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let folder = Path::new(GROUPS).join(group);
    let bytes = |name| read(folder.join(name))?.trim().parse::<u64>().ok();
    // Files that are kept in memory and can be dropped are not in the way.
    let kept = number(&read(folder.join("memory.stat"))?, "inactive_file ")?;
    Some(Memory {
        used_bytes: bytes("memory.current")?.saturating_sub(kept),
        max_bytes: bytes("memory.max")?,
    })
}

fn machine_memory(meminfo: &str) -> Option<Memory> {
    let max_bytes = kilobytes(meminfo, "MemTotal:")?;
    let free_bytes = kilobytes(meminfo, "MemAvailable:")?;
    Some(Memory {
        used_bytes: max_bytes.saturating_sub(free_bytes),
        max_bytes,
    })
}

/// The number behind a name at the beginning of a line.
fn number(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// The same where it is in kilobytes; in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    Some(number(text, name)? * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 900 0 0 0 250 50 3 4 20 0 9 0 100 0 0";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("7 (a) S 1"), None);
    }

    #[test]
    fn what_is_available_is_not_in_use() {
        let meminfo = "MemTotal:  1000 kB\nMemFree:  100 kB\nMemAvailable:  400 kB\n";
        let memory = Memory {
            used_bytes: 600 * 1_024,
            max_bytes: 1_000 * 1_024,
        };
        assert_eq!(machine_memory(meminfo), Some(memory));
    }

    #[test]
    fn the_soft_limit_is_the_one_that_holds() {
        let limits = "Limit   Soft Limit   Hard Limit   Units\n\
                      Max open files            20000                30000                files\n";
        assert_eq!(number(limits, "Max open files"), Some(20_000));
        let unlimited = "Max open files            unlimited            unlimited            files";
        assert_eq!(number(unlimited, "Max open files"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_everything_of_this_process() {
        assert!(cpu_s().is_some_and(|cpu_s| cpu_s >= 0.0));
        assert!(resident_bytes().is_some_and(|bytes| bytes > 1_000_000));
        assert!(threads().is_some_and(|threads| threads >= 1));
        let before = descriptors().expect("a number");
        let _one_more = fs::File::open("/proc/self/stat").expect("a file");
        // Tests beside this one open files, too.
        assert!(descriptors().is_some_and(|count| count > 2 && before > 2));
        let memory = memory().expect("a machine");
        assert!(memory.used_bytes < memory.max_bytes);
    }
}
