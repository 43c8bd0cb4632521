//! The process, and what it may take of the machine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::{proc, set};

pub(super) struct Process {
    cpu_s: Counter<f64, AtomicU64>,
    resident: Gauge,
    threads: Gauge,
    descriptors: Gauge,
    descriptors_max: Gauge,
    started: Gauge,
    processors: Gauge,
    memory_used: Gauge,
    memory_max: Gauge,
}

/// The program.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

impl Process {
    /// One that starts now.
    pub(super) fn new() -> Self {
        let started = Gauge::default();
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        set(&started, since_epoch.unwrap_or_default().as_secs());
        Self {
            cpu_s: Counter::default(),
            resident: Gauge::default(),
            threads: Gauge::default(),
            descriptors: Gauge::default(),
            descriptors_max: Gauge::default(),
            started,
            processors: Gauge::default(),
            memory_used: Gauge::default(),
            memory_max: Gauge::default(),
        }
    }

    pub(super) fn register_as_others_do(&self, registry: &mut Registry) {
        let what = "Processor time, user and system";
        registry.register_with_unit("process_cpu", what, Unit::Seconds, self.cpu_s.clone());
        let what = "Memory that is resident";
        let resident = self.resident.clone();
        registry.register_with_unit("process_resident_memory", what, Unit::Bytes, resident);
        registry.register("process_threads", "Threads", self.threads.clone());
        let what = "Descriptors that are open";
        registry.register("process_open_fds", what, self.descriptors.clone());
        let what = "Descriptors that may be open";
        registry.register("process_max_fds", what, self.descriptors_max.clone());
        let what = "When the server was started, since 1970";
        let started = self.started.clone();
        registry.register_with_unit("process_start_time", what, Unit::Seconds, started);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let version = env!("CARGO_PKG_VERSION");
        registry.register("build", "The program", Info::new(Build { version }));
        let what = "Processors that the process may use";
        registry.register("processors", what, self.processors.clone());
        let what = "Memory in use, by all, where the process stands: its control group if that \
                    has a limit, else the machine";
        let used = self.memory_used.clone();
        registry.register_with_unit("memory_used", what, Unit::Bytes, used);
        let what = "Memory that there is where the process stands";
        let max = self.memory_max.clone();
        registry.register_with_unit("memory_max", what, Unit::Bytes, max);
    }

    /// What the system does not tell stays as it was.
    pub(super) fn look(&self) {
        let processors = std::thread::available_parallelism();
        set(&self.processors, processors.map_or(1, |count| count.get()));
        if let Some(cpu_s) = proc::cpu_s() {
            // The counter keeps the bits of a floating-point number.
            self.cpu_s.inner().store(cpu_s.to_bits(), Ordering::Relaxed);
        }
        let known = [
            (&self.resident, proc::resident_bytes()),
            (&self.threads, proc::threads()),
            (&self.descriptors, proc::descriptors()),
            (&self.descriptors_max, proc::descriptors_max()),
        ];
        for (gauge, value) in known {
            if let Some(value) = value {
                set(gauge, value);
            }
        }
        if let Some(memory) = proc::memory() {
            set(&self.memory_used, memory.used_bytes);
            set(&self.memory_max, memory.max_bytes);
        }
    }
}
