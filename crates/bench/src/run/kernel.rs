//! Memory that the kernel keeps for connections, as far as it tells.
//!
//! It tells of the whole machine, and both ends of every connection are on it:
//! a server whose viewers are elsewhere has about half.

use std::fs;

use anyhow::{Context, Result};

/// What is in use now, of the whole machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kernel {
    /// What TCP has reserved for bytes that are on their way.
    pub(super) tcp_bytes: u64,
    /// Sockets, their files and all else that it keeps in small pieces.
    pub(super) slab_bytes: u64,
}

impl Kernel {
    /// Looks it up.
    pub(super) fn look() -> Result<Self> {
        let read = |name: &str| fs::read_to_string(format!("/proc/{name}"));
        let pages = tcp_pages(&read("net/sockstat")?).context("the shape of `sockstat`")?;
        let page_kb = kb(&read("self/smaps")?, "KernelPageSize:").context("the size of a page")?;
        let slab_kb = kb(&read("meminfo")?, "Slab:").context("the shape of `meminfo`")?;
        Ok(Self {
            tcp_bytes: pages * page_kb * 1_024,
            slab_bytes: slab_kb * 1_024,
        })
    }
}

fn tcp_pages(sockstat: &str) -> Option<u64> {
    let line = sockstat.lines().find_map(|it| it.strip_prefix("TCP:"))?;
    let mut words = line.split_whitespace();
    words.find(|word| *word == "mem")?;
    words.next()?.parse().ok()
}

/// The first figure of that name.
fn kb(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_among_others() {
        let sockstat = "sockets: used 9\nTCP: inuse 7 orphan 0 tw 1 alloc 8 mem 693\n\
            UDP: inuse 0 mem 5\n";
        assert_eq!(tcp_pages(sockstat), Some(693));
        let meminfo = "MemFree: 1 kB\nSlab:     214892 kB\nSReclaimable: 1 kB\n";
        assert_eq!(kb(meminfo, "Slab:"), Some(214_892));
    }

    #[test]
    fn this_kernel_tells() {
        let now = Kernel::look().expect("a kernel that tells");
        assert!(now.slab_bytes > 0, "{now:?}");
    }
}
