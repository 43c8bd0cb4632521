//! A running system under load, which a drill breaks and mends.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tasuki_testkit::cluster::Cluster;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::audit;
use crate::crowd;
use crate::drills::{Drill, Engine};
use crate::load::Load;
use crate::prometheus::Prometheus;
use crate::runbook::Runbook;
use crate::shell::{Environment, execute};
use crate::site::Site;
use crate::story::{Outcome, Story, between, rounded};
use crate::units::Units;

/// Before something breaks, so that rules have something to look back on.
const CALM: Duration = Duration::from_secs(12);
/// An alert that has not fired by then does not.
const ALERT_WITHIN: Duration = Duration::from_secs(75);
/// Later is too late.
pub(crate) const DETECTED_WITHIN_S: f64 = 30.0;
/// Everything must work again within this.
const RECOVERED_WITHIN: Duration = Duration::from_secs(60);
/// Who does not answer by then is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The system, and what happens to it.
pub(crate) struct Stage {
    // Dropped in this order: who uses the server before the server.
    pub(crate) load: Load,
    prometheus: Prometheus,
    pub(crate) units: Units,
    /// Dropped when the server has ended, and before its folder goes.
    last: Vec<Box<dyn Any>>,
    pub(crate) site: Site,
    environment: Environment,
    runbooks: Arc<BTreeMap<String, Runbook>>,
    drill: &'static Drill,
    story: Story,
    executed: BTreeSet<String>,
    runtime: Arc<Runtime>,
}

impl Stage {
    /// Installs and starts everything, and waits until all is calm.
    pub(crate) fn set(
        drill: &'static Drill,
        runbooks: Arc<BTreeMap<String, Runbook>>,
        runtime: Arc<Runtime>,
        viewers: usize,
    ) -> Result<Self> {
        let mut story = Story::begin();
        let cluster = match drill.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Arc::new(Cluster::start())),
        };
        let log = cluster.as_deref().map(address);
        let site = Site::new(log)?;
        if let Some(prepare) = drill.prepare {
            prepare(&site)?;
        }
        let units = Units::of(&site, cluster)?;
        units.act(&["start", "tasuki"])?;
        let load = runtime.block_on(Load::begin(&site, viewers))?;
        let prometheus = runtime.block_on(Prometheus::watch(&site))?;
        story.tell(&format!(
            "calm: {viewers} viewers, {} tablets, on {}",
            crate::tablets::TABLETS,
            drill.engine.name()
        ));
        thread::sleep(CALM);
        let environment = site.environment();
        let stage = Self {
            load,
            prometheus,
            units,
            site,
            environment,
            runbooks,
            drill,
            story,
            executed: BTreeSet::new(),
            runtime,
            last: Vec::new(),
        };
        let loud = stage.alerts()?;
        ensure!(loud.is_empty(), "alerts before anything broke: {loud:?}");
        Ok(stage)
    }

    /// Keeps something until everything has ended.
    pub(crate) fn at_the_end(&mut self, last: Box<dyn Any>) {
        self.last.push(last);
    }

    /// Where Prometheus answers.
    pub(crate) fn prometheus(&self) -> &str {
        self.prometheus.base()
    }

    /// Waits for something async.
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Tells what happens.
    pub(crate) fn tell(&mut self, line: &str) {
        self.story.tell(line);
    }

    /// Something breaks now.
    pub(crate) fn breaks(&mut self, what: &str) {
        let now = self.story.tell(what);
        self.story.broken = Some(now);
    }

    /// Waits for a symptom that the runbook names.
    pub(crate) fn sees(
        &mut self,
        what: &str,
        within: Duration,
        mut is_seen: impl FnMut(&mut Self) -> Result<bool>,
    ) -> Result<()> {
        let until = Instant::now() + within;
        while !is_seen(self)? {
            if Instant::now() >= until {
                let crowd = &self.load.crowd;
                let (there, refused) = (crowd.there(), crowd.refused());
                bail!("not seen: {what} ({there} watch, {refused} attempts were refused)");
            }
            thread::sleep(LOOK_AGAIN);
        }
        self.story.tell(&format!("seen: {what}"));
        Ok(())
    }

    /// Names of the alerts that fire.
    fn alerts(&self) -> Result<Vec<String>> {
        let alerts = self.wait(self.prometheus.alerts())?;
        let firing = alerts.into_iter().filter(|alert| alert.firing);
        Ok(firing.map(|alert| alert.name).collect())
    }

    /// Waits until the drill's alert fires.
    pub(crate) fn alerted(&mut self) -> Result<()> {
        let wanted = self.drill.alert.context("a drill with an alert")?;
        let until = Instant::now() + ALERT_WITHIN;
        loop {
            let alerts = self.wait(self.prometheus.alerts())?;
            let alert = alerts.iter().find(|alert| alert.name == wanted);
            if let Some(alert) = alert {
                if self.story.pending.is_none() {
                    let now = self.story.tell(&format!("{wanted} is pending"));
                    self.story.pending = Some(now);
                }
                if alert.firing {
                    let now = self.story.tell(&format!("{wanted} fires"));
                    self.story.firing = Some(now);
                    return Ok(());
                }
            }
            ensure!(Instant::now() < until, "{wanted} does not fire: {alerts:?}");
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Executes a block of a runbook, as `RUNBOOK/BLOCK`; what it prints.
    pub(crate) fn follow(&mut self, step: &str) -> Result<String> {
        let (runbook, block) = step.split_once('/').context("RUNBOOK/BLOCK")?;
        let runbook = self.runbooks.get(runbook);
        let runbook = runbook.with_context(|| format!("there is no runbook for {step}"))?;
        let block = runbook.block(block)?;
        self.story.tell(&format!("runbook: {step}"));
        let said = execute(block, &self.environment, self.site.path());
        let said = said.with_context(|| format!("{}.md, line {}", runbook.name, block.line))?;
        self.executed.insert(step.to_owned());
        Ok(said)
    }

    /// The same, which must print each of these.
    pub(crate) fn follow_to_see(&mut self, step: &str, told: &[&str]) -> Result<String> {
        let said = self.follow(step)?;
        for told in told {
            ensure!(said.contains(told), "{step} does not say `{told}`:\n{said}");
        }
        Ok(said)
    }

    /// Whoever follows the runbook knows something more from here on.
    pub(crate) fn knows(&mut self, name: &'static str, value: String) {
        self.environment.retain(|(known, _)| *known != name);
        self.environment.push((name, value));
    }

    /// The recovery begins now.
    pub(crate) fn recovers(&mut self) {
        self.story.recovering = Some(Instant::now());
    }

    /// Waits until passages are acknowledged, the server is ready, and everybody watches.
    pub(crate) fn recovered(&mut self) -> Result<()> {
        let since = self.story.recovering.unwrap_or_else(Instant::now);
        let until = Instant::now() + RECOVERED_WITHIN;
        while !self.is_ready() {
            ensure!(Instant::now() < until, "the server does not become ready");
            thread::sleep(LOOK_AGAIN);
        }
        self.wait(self.load.entry_works(since))?;
        self.wait(self.load.all_watch())?;
        let now = self.story.tell("everything works again");
        self.story.recovered = Some(now);
        Ok(())
    }

    /// Whether `/ready` says so.
    pub(crate) fn is_ready(&self) -> bool {
        let url = format!("http://{}/ready", self.site.ops);
        let asked = async { timeout(READY_WITHIN, reqwest::get(url)).await };
        let answer = self.wait(asked);
        matches!(answer, Ok(Ok(answer)) if answer.status().is_success())
    }

    /// Waits until the drill's alert is silent.
    pub(crate) fn cleared(&mut self, within: Duration) -> Result<()> {
        let wanted = self.drill.alert.context("a drill with an alert")?;
        let until = Instant::now() + within;
        while self.alerts()?.iter().any(|name| name == wanted) {
            ensure!(Instant::now() < until, "{wanted} does not clear");
            thread::sleep(LOOK_AGAIN);
        }
        let now = self.story.tell(&format!("{wanted} is silent"));
        self.story.cleared = Some(now);
        Ok(())
    }

    /// Ends the load, and holds log and viewers against what was acknowledged.
    pub(crate) fn finish(mut self) -> Result<Outcome> {
        let runtime = Arc::clone(&self.runtime);
        runtime.block_on(self.load.end_entry())?;
        let facts = audit::facts(&self.site, &self.environment, &self.load.ledger)?;
        let standings = self.wait(crowd::standings(&self.site.address))?;
        let expected = self.wait(audit::undisturbed(self.load.ledger.taken()))?;
        let account = self.load.ledger.account();
        let viewers = self.load.crowd.size();
        let last = standings["seq"].as_u64().context("seq")?;
        let states = self.runtime.block_on(self.load.end(last));
        let equal = tasuki_bench::standings::equal(&states, &standings)?;
        let story = self.story;
        let mut outcome = Outcome {
            drill: self.drill.name,
            what: self.drill.what,
            engine: self.drill.engine.name(),
            alert: self.drill.alert,
            pending_s: between(story.broken, story.pending),
            detected_s: between(story.broken, story.firing),
            recovery_s: between(story.recovering, story.recovered),
            outage_s: between(story.broken, story.recovered),
            cleared_s: between(story.recovered, story.cleared),
            facts,
            refused: account.refused,
            silent_s: rounded(account.longest),
            viewers,
            viewers_equal: equal,
            standings_equal: standings["entries"] == expected,
            executed: self.executed.into_iter().collect(),
            took_s: story.took(),
            story: story.lines(),
            faults: Vec::new(),
        };
        outcome.faults = faults(&outcome, self.drill);
        Ok(outcome)
    }
}

/// What is not as it must be after any drill.
fn faults(outcome: &Outcome, drill: &Drill) -> Vec<String> {
    let Outcome { facts, .. } = outcome;
    let mut faults = Vec::new();
    let mut check = |is_good: bool, fault: String| {
        if !is_good {
            faults.push(fault);
        }
    };
    check(
        facts.acknowledged > 0,
        "nothing was acknowledged".to_owned(),
    );
    check(facts.lost == 0, format!("{} facts are lost", facts.lost));
    check(
        facts.doubled == 0,
        format!("{} facts are doubled", facts.doubled),
    );
    let (equal, viewers) = (outcome.viewers_equal, outcome.viewers);
    let told = format!("{equal} of {viewers} viewers show what the standings say");
    check(equal == viewers, told);
    let told = "the standings are not those of a race in which nothing went wrong";
    check(outcome.standings_equal, told.to_owned());
    if let Some(alert) = drill.alert {
        let is_early = outcome.detected_s.is_some_and(|it| it <= DETECTED_WITHIN_S);
        check(
            is_early,
            format!("{alert} fired later than {DETECTED_WITHIN_S} s"),
        );
    }
    for step in drill.follows {
        let is_executed = outcome.executed.iter().any(|it| it == step);
        check(is_executed, format!("{step} was not executed"));
    }
    faults
}

/// The log's address in a form that psql takes as well.
fn address(cluster: &Cluster) -> String {
    let folder = cluster.socket().display().to_string();
    format!(
        "postgres://postgres@{}/postgres",
        folder.replace('/', "%2F")
    )
}

/// Executes a drill from its beginning to its end.
pub(crate) fn perform(
    drill: &'static Drill,
    runbooks: &Arc<BTreeMap<String, Runbook>>,
    runtime: &Arc<Runtime>,
    viewers: usize,
) -> Result<Outcome> {
    println!("\n── {}: {} ──", drill.name, drill.what);
    let viewers = drill.viewers.unwrap_or(viewers);
    let (runbooks, runtime) = (Arc::clone(runbooks), Arc::clone(runtime));
    let mut stage = Stage::set(drill, runbooks, runtime, viewers)?;
    if let Err(error) = (drill.run)(&mut stage) {
        let said = std::fs::read_to_string(stage.site.journal("tasuki")).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(8).collect();
        bail!("{error:#}\nthe server said last:\n{}", last.join("\n"));
    }
    stage.finish()
}
