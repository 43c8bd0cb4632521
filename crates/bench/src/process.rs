//! A child process: what it and its own children take from the machine, as
//! Linux tells in `/proc`.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// Ticks of a processor per second in `/proc`, on every Linux there is.
const CLOCK_TICKS: u32 = 100;

/// A child that ends when this is dropped.
#[derive(Debug)]
pub struct Process(Child);

/// Memory, kB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// In use now.
    pub rss_kb: u64,
    /// The most that was in use so far.
    pub peak_kb: u64,
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// Says what could not be started.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let name = command.get_program().display().to_string();
        let child = command.spawn();
        child.map(Self).with_context(|| format!("starting {name}"))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The child itself, for its input and output.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Processor time that it and its children have used, user and system.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn cpu(&self) -> Result<Duration> {
        let mut ticks = 0;
        for id in family(self.id())? {
            ticks += stat(id)?.ticks;
        }
        Ok(Duration::from_secs(1) * ticks / CLOCK_TICKS)
    }

    /// Descriptors that it has open.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn descriptors(&self) -> Result<usize> {
        let open = fs::read_dir(format!("/proc/{}/fd", self.id()));
        Ok(open.context("the process is gone")?.count())
    }

    /// Threads that it has.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn threads(&self) -> Result<usize> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.id()));
        Ok(threads.context("the process is gone")?.count())
    }

    /// Memory of it and its children.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn memory(&self) -> Result<Memory> {
        let mut sum = Memory::default();
        for id in family(self.id())? {
            let one = memory(&read(id, "status")?).context("the shape of `status`")?;
            sum.rss_kb += one.rss_kb;
            sum.peak_kb += one.peak_kb;
        }
        Ok(sum)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its children first: a master that is gone can no longer end them.
        for id in family(self.id()).unwrap_or_default().into_iter().skip(1) {
            let _ = Command::new("kill")
                .args(["-KILL", &id.to_string()])
                .status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command that runs on one processor only, where one is given. From its very
/// start: a runtime counts the processors once and makes as many threads.
///
/// It is asked to end when we end, however that comes about: a server that goes
/// on by itself would spoil the next measurement.
#[must_use]
pub fn pinned(processor: Option<usize>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]);
    if let Some(processor) = processor {
        command.args(["taskset", "-c", &processor.to_string()]);
    }
    command.arg(program);
    command
}

/// Lets the first thread of a process that runs already, and what it starts from
/// now on, go on on some processors only, such as `1` or `0-1`.
///
/// # Errors
/// When `taskset` is not there, or there is no such processor.
pub fn confine(id: u32, processors: &str) -> Result<()> {
    let mut taskset = Command::new("taskset");
    taskset.args(["-c", "-p", processors, &id.to_string()]);
    let output = taskset.output().context("taskset")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "taskset: {}", said.trim());
    Ok(())
}

/// Time that all processors of the machine together were busy since it started,
/// or kept from us by the machine that it runs on.
///
/// # Errors
/// When there is no `/proc`.
pub fn busy() -> Result<Duration> {
    busy_of("cpu")
}

/// The same, of one processor.
///
/// # Errors
/// When there is no such processor.
pub fn processor_busy(processor: usize) -> Result<Duration> {
    busy_of(&format!("cpu{processor}"))
}

fn busy_of(name: &str) -> Result<Duration> {
    let stat = fs::read_to_string("/proc/stat")?;
    let ticks = busy_ticks(&stat, name).context("the shape of `stat`")?;
    Ok(Duration::from_millis(
        ticks * 1_000 / u64::from(CLOCK_TICKS),
    ))
}

fn busy_ticks(stat: &str, name: &str) -> Option<u64> {
    let mut lines = stat.lines().map(str::split_whitespace);
    let fields = lines.find_map(|mut words| (words.next()? == name).then_some(words))?;
    let fields: Vec<u64> = fields.flat_map(str::parse).collect();
    let [user, nice, system, _idle, _io, hard, soft, stolen, ..] = fields[..] else {
        return None;
    };
    Some(user + nice + system + hard + soft + stolen)
}

/// A process and all that descend from it.
///
/// # Errors
/// When the process is gone.
pub fn family(id: u32) -> Result<Vec<u32>> {
    let mut family = vec![id];
    let mut at = 0;
    while let Some(parent) = family.get(at) {
        let children = read(*parent, &format!("task/{parent}/children"))?;
        family.extend(children.split_whitespace().flat_map(str::parse::<u32>));
        at += 1;
    }
    Ok(family)
}

/// What is of interest in `/proc/ID/stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    /// User and system time of all its threads.
    ticks: u32,
}

fn stat(id: u32) -> Result<Stat> {
    parse_stat(&read(id, "stat")?).context("the shape of `stat`")
}

fn parse_stat(text: &str) -> Option<Stat> {
    // After the name, which may hold anything, in brackets.
    let (_, fields) = text.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(Stat {
        ticks: ticks()? + ticks()?,
    })
}

fn memory(status: &str) -> Option<Memory> {
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
    };
    Some(Memory {
        rss_kb: field("VmRSS:")?,
        peak_kb: field("VmHWM:")?,
    })
}

fn read(id: u32, name: &str) -> Result<String> {
    fs::read_to_string(format!("/proc/{id}/{name}")).context("the process is gone")
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_shifts_no_field() {
        let text = "7 (a ) b) S 1 7 7 0 -1 4194304 99 0 0 0 120 34 0 0 20 0 3 0 100 1 2";
        assert_eq!(parse_stat(text), Some(Stat { ticks: 154 }));
        assert_eq!(parse_stat("7 (a) S 1"), None);
    }

    #[test]
    fn waiting_is_not_being_busy() {
        let stat = "cpu  1 2 3 400 500 6 7 8 0 0\ncpu1 1 2 3 4 5 6 7 9 0 0\n";
        assert_eq!(busy_ticks(stat, "cpu"), Some(27));
        assert_eq!(busy_ticks(stat, "cpu1"), Some(28));
        assert_eq!(busy_ticks(stat, "cpu0"), None);
        assert_eq!(busy_ticks("cpu 1", "cpu"), None);
    }

    #[test]
    fn memory_is_found_among_other_lines() {
        let status = "Name:\tx\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\nThreads:\t1\n";
        let expected = Memory {
            rss_kb: 1_024,
            peak_kb: 2_048,
        };
        assert_eq!(memory(status), Some(expected));
        assert_eq!(memory("Name:\tx\n"), None, "a zombie has none");
    }

    #[test]
    fn children_count_and_end_with_their_parent() {
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 60 & echo; wait"])
            .stdout(Stdio::piped());
        let mut process = Process::spawn(&mut command).expect("a shell");
        let mut output = process.child().stdout.take().expect("its output");
        std::io::Read::read_exact(&mut output, &mut [0]).expect("it has started a child");
        let family = family(process.id()).expect("a family");
        assert_eq!(family.len(), 2);
        assert!(process.memory().expect("memory").rss_kb > 0);
        drop(process);
        assert!(read(family[0], "stat").is_err(), "the parent is gone");
    }
}
