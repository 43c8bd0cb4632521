//! What is set now.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tasuki_race::Instant;

use crate::options::Options;
use crate::problem::Problem;
use crate::switches::bounds::{Bounds, Value};
use crate::switches::levers::Levers;
use crate::switches::table::{Name, TABLE};

/// The values of all switches.
pub(crate) struct Switchboard {
    /// Those that are on or off, in the order of the table: read by everyone,
    /// without a lock.
    flags: Vec<AtomicBool>,
    /// All, in the order of the table; none where this process has no such
    /// thing. Nothing awaits while it is held.
    settings: Mutex<Vec<Option<Setting>>>,
    levers: Levers,
    /// Up to which operation the database was read.
    adopted: AtomicU64,
}

/// How a switch is set.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: Name,
    pub(crate) value: Value,
    pub(crate) default: Value,
    /// Who set it last, if anybody did.
    pub(crate) change: Option<Change>,
}

/// Who set a switch, when and why.
#[derive(Clone)]
pub(crate) struct Change {
    /// The operation that tells of it.
    pub(crate) number: u64,
    pub(crate) at: Instant,
    pub(crate) by: String,
    pub(crate) why: Option<String>,
}

impl Switchboard {
    /// Everything as the process was started.
    pub(crate) fn new(options: &Options, levers: Levers) -> Self {
        let setting = |name: Name| {
            let default = levers.default_of(name, options)?;
            Some(Setting {
                name,
                value: default.clone(),
                default,
                change: None,
            })
        };
        let settings: Vec<_> = TABLE.iter().map(|switch| setting(switch.name)).collect();
        let flag = |setting: &Option<Setting>| setting.as_ref().is_some_and(Setting::is_on);
        Self {
            flags: settings
                .iter()
                .map(|setting| AtomicBool::new(flag(setting)))
                .collect(),
            settings: Mutex::new(settings),
            levers,
            adopted: AtomicU64::new(0),
        }
    }

    /// Whether a switch is on, or open.
    pub(crate) fn is_on(&self, name: Name) -> bool {
        self.flags[name as usize].load(Ordering::Relaxed)
    }

    /// Refuses where a switch is off, or closed.
    pub(crate) fn require(
        &self,
        name: Name,
        code: &'static str,
        detail: &'static str,
    ) -> Result<(), Problem> {
        if self.is_on(name) {
            return Ok(());
        }
        Err(Problem::unavailable(code, detail))
    }

    pub(crate) fn levers(&self) -> &Levers {
        &self.levers
    }

    /// How all switches are set that this process has.
    pub(crate) fn all(&self) -> Vec<Setting> {
        self.lock().iter().flatten().cloned().collect()
    }

    /// How one is set.
    pub(super) fn setting(&self, name: Name) -> Option<Setting> {
        self.lock()[name as usize].clone()
    }

    /// Reads a value for a switch; says what would be one.
    pub(super) fn read(&self, name: Name, json: &serde_json::Value) -> Result<Value, String> {
        let bounds = name.switch().bounds;
        let wanted = || format!("write {bounds}, or null for the default");
        let value = bounds.read(json).ok_or_else(wanted)?;
        self.levers.check(name, &value)?;
        Ok(value)
    }

    /// Sets a switch, without a value to its default, unless it was set by a
    /// later change meanwhile.
    pub(super) fn set(&self, name: Name, value: Option<Value>, change: Change) {
        let mut settings = self.lock();
        let Some(setting) = &mut settings[name as usize] else {
            return;
        };
        if setting
            .change
            .as_ref()
            .is_some_and(|last| last.number >= change.number)
        {
            return;
        }
        setting.value = value.unwrap_or_else(|| setting.default.clone());
        setting.change = Some(change);
        self.flags[name as usize].store(setting.is_on(), Ordering::Relaxed);
        self.levers.act(name, &setting.value);
        tracing::info!(
            setting = name.switch().slug,
            value = ?setting.value,
            "a switch was set"
        );
    }

    /// Sets what others have set since the last look at the database.
    pub(crate) fn adopt(&self, kept: Vec<tasuki_log::Switch>) {
        let adopted = self.adopted.load(Ordering::Relaxed);
        let news = kept.into_iter().filter(|kept| kept.number > adopted);
        let last = news.map(|kept| self.adopt_one(kept)).max();
        if let Some(last) = last {
            self.adopted.fetch_max(last, Ordering::Relaxed);
        }
    }

    /// Gives the number of the operation that tells of it.
    fn adopt_one(&self, kept: tasuki_log::Switch) -> u64 {
        let number = kept.number;
        let value = kept.value.as_deref().map(serde_json::from_str);
        let read = Name::of(&kept.name).and_then(|name| {
            let value = value.transpose().ok()?;
            let value = value.map(|json| self.read(name, &json)).transpose().ok()?;
            Some((name, value))
        });
        let Some((name, value)) = read else {
            // Another version of the program knew it, or allowed more.
            tracing::warn!(setting = kept.name, "a value that was set does not fit");
            return number;
        };
        let change = Change {
            number,
            at: kept.at,
            by: kept.by,
            why: kept.why,
        };
        self.set(name, value, change);
        number
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Setting>>> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Setting {
    fn is_on(&self) -> bool {
        match (self.name.switch().bounds, &self.value) {
            (Bounds::Words([on, _]), Value::Word(word)) => *word == on,
            _ => true,
        }
    }

    /// As a number, where it is one or has two sides.
    pub(crate) fn as_number(&self) -> Option<u64> {
        match self.value {
            Value::Word(_) => Some(u64::from(self.is_on())),
            Value::Number(number) => Some(number),
            Value::Text(_) => None,
        }
    }
}
