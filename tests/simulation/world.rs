//! One simulated tenant under observation, and the processes that are let loose on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use permctl::apply::journal::{RunJournal, RunRecord, VERSION};
use permctl::desired::{Desired, Tenant};
use permctl::model::LiveWorkspace;
use permctl::plan::Plan;
use permctl::provider::System;
use permctl_sandbox::{Dice, Options, Sandbox, start};

use super::disk::Journaled;
use super::generate::{leave_out_misfits, without_mistakes};
use super::laws::{Case, Ran};
use super::run::{Process, Text};
use super::storm::{Signals, Storm};
use super::witness::{Log, Seen, Witness};
use crate::vendors::{VendorFacts, facts, plain};

/// Readings under which a vendor takes less than it was sent, so that an apply ends with 7 and says
/// which setting it is; all others end with 0. With each goes what the vendor does.
const TAKES_LESS: &[(&str, &str, &str)] = &[
    // It accepts the member and keeps what it had.
    ("*", "ignored-setting", "*"),
    // It adds to a list and takes nothing from it.
    ("pulse", "role-permissions", "merge"),
    ("pulse", "empty-permissions", "ignored"),
    ("pulse", "empty-permissions", "refused"),
    ("gong", "empty-list", "ignored"),
    // It refuses levels that its documentation has, for switches.
    ("webex", "toggle-access", "refused"),
    // It refuses `NONE` for a switch that neither a page nor a live profile shows to be one.
    ("webex", "switch-none", "refused"),
    // It takes no entries, or none at all, that the organization is not licensed for.
    ("webex", "foreign-permissions", "dropped"),
    ("webex", "foreign-permissions", "refused"),
    // It refuses a new reference to a collection without the rest of the collection.
    ("webex", "nested-collections", "whole"),
];

/// A tenant, observed, and everything that was decided about it.
pub struct World {
    pub system: &'static System,
    pub facts: &'static VendorFacts,
    pub sandbox: Sandbox,
    pub log: Log,
    /// How many states of the log were looked at.
    pub looked: usize,
    pub readings: Vec<(String, String)>,
    /// The names that another client gave as well, between a read of this one and its write.
    pub twice: BTreeSet<String>,
    /// What the runs so far noted.
    journals: Vec<Journaled>,
}

impl World {
    /// Starts a tenant with fewer profiles than a fresh one, somewhat changed by hand.
    pub async fn start(system: &'static System, dice: &mut Dice, plain: bool) -> Self {
        let facts = facts(system.provider.id());
        let mut vendor = (system.sandbox)();
        let mut state = vendor.save();
        let keep = dice.roll();
        facts.shrink(&mut state, |at| at < 2 || (at < 9 && keep >> at & 1 == 1));
        vendor.load(state).expect("a vendor takes less of its own state");
        let mut readings = Vec::new();
        for reading in vendor.readings().table() {
            if !plain && dice.percent(25) && !reading.values.is_empty() {
                readings.push((reading.name.to_owned(), (*dice.pick(reading.values)).to_owned()));
            }
        }
        // A vendor that ignored a whole map would create profiles without it.
        let rows = system.provider.catalogue().rows().iter().filter(|row| !row.is_entry());
        let rows: Vec<_> = rows.collect();
        let ignores = vendor.readings().table().iter().any(|it| it.name == "ignored-setting");
        if !plain && dice.percent(10) && ignores {
            readings
                .push(("ignored-setting".to_owned(), dice.pick(&rows).path.segments().join(".")));
        }
        for (name, value) in &readings {
            vendor.readings().choose(name, value).expect("a reading of the table");
        }
        let log = Log::default();
        let vendor = Witness::new(vendor, Arc::clone(&log));
        let sandbox = start(Box::new(vendor), Options::default()).await.expect("a free port");
        Self {
            system,
            facts,
            sandbox,
            log,
            looked: 0,
            readings,
            twice: BTreeSet::new(),
            journals: Vec::new(),
        }
    }

    /// Whether the vendor takes less than it is sent.
    pub fn takes_less(&self) -> bool {
        self.readings.iter().any(|(name, value)| {
            TAKES_LESS.iter().any(|(provider, reading, taken)| {
                (*provider == "*" || *provider == self.system.provider.id())
                    && reading == name
                    && (*taken == "*" || taken == value)
            })
        })
    }

    /// Lets one process do something; `None` when it was killed.
    pub async fn process<T>(
        &self,
        desired: &Desired,
        signals: &Signals,
        work: impl AsyncFnOnce(&Process<'_>) -> T,
    ) -> Option<T> {
        let run = Arc::clone(&signals.run);
        let process = Process::start(self.system, desired, self.sandbox.endpoint(), run);
        tokio::select! {
            biased;
            () = signals.killed.notified() => None,
            done = work(&process) => Some(done),
        }
    }

    pub async fn live(&self, desired: &Desired) -> Vec<LiveWorkspace> {
        let read = self.process(desired, &Signals::default(), async |it| it.live().await).await;
        read.expect("nobody kills it").expect("nothing goes wrong yet")
    }

    pub async fn plan(&self, desired: &Desired) -> Plan {
        let plan = self.process(desired, &Signals::default(), async |it| it.plan().await).await;
        plan.expect("nobody kills it").expect("nothing goes wrong yet")
    }

    /// Runs an apply of this plan in this weather.
    pub async fn apply(&mut self, desired: &Desired, plan: &Plan, storm: Option<Storm>) -> Ran {
        self.sandbox.clear_exchanges();
        let signals = Signals::default();
        let cut = storm.as_ref().is_some_and(|storm| storm.cuts_power);
        match storm {
            Some(storm) => {
                self.sandbox.slow_connections(storm.connecting);
                self.sandbox.script(storm.script(&signals));
            }
            None => self.sandbox.calm(),
        }
        let journal = Journaled::default();
        let work = async |it: &Process<'_>| {
            let noting = self.begin(desired, journal.clone());
            let (exit, applied) = it.apply(plan, &noting).await;
            noting.end(&applied, exit.code());
            (exit, applied)
        };
        let ended = self.process(desired, &signals, work).await;
        if ended.is_none() && cut {
            journal.lose_power();
        }
        self.journals.push(journal.clone());
        // The last request's effect shows in the state, and a closed door opens again.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let name = self.system.provider.catalogue().name().leaf();
        let twins = signals.twins.lock().expect("no holder of this lock can panic");
        self.twice.extend(twins.iter().filter_map(|body| body.get(name)).map(plain));
        let mut log = self.log.lock().expect("no holder of this lock can panic");
        let state = self.sandbox.state();
        if log.last().is_none_or(|last| last.state != state) {
            log.push(Seen { state, by_editor: false });
        }
        let states = log[self.looked..].to_vec();
        self.looked = log.len() - 1;
        Ran { exchanges: self.sandbox.exchanges(), ended, journal, states }
    }

    /// Begins the journal of a run; the journals of the runs before it are read.
    fn begin(&self, desired: &Desired, journal: Journaled) -> RunJournal<Journaled> {
        let endpoint = |it: &Tenant| (it.name.clone(), it.endpoint.to_string());
        let endpoints = desired.tenants.iter().map(endpoint).collect();
        let answered = self.journals.iter().flat_map(Journaled::answered).collect();
        let run = RunRecord { journal_version: VERSION, ..RunRecord::default() };
        RunJournal::begin(journal, Timestamp::now, endpoints, answered, run)
    }

    /// Lets so much time pass that creates that were answered are no longer remembered.
    pub fn later(&mut self) {
        self.journals.clear();
    }

    /// Counts the profiles of a name.
    pub fn twins(&self, name: &str) -> usize {
        let state = self.sandbox.state();
        let workspaces = self.facts.workspaces.iter();
        let profiles = workspaces.flat_map(|(_, id)| self.facts.profiles(&state, id));
        profiles.filter(|profile| profile.get("name").is_some_and(|it| *it == name)).count()
    }

    pub fn case<'a>(&'a self, plan: &'a Plan) -> Case<'a> {
        let (provider, facts) = (self.system.provider, self.facts);
        Case { provider, facts, plan, takes_parts: self.takes_less(), twice: &self.twice }
    }
}

/// Makes a plan, leaving out files that do not fit what is live.
pub async fn settle(world: &World, texts: &mut Vec<Text>) -> (Desired, Plan) {
    loop {
        let desired = without_mistakes(world.system, world.facts, texts);
        let plan = world.plan(&desired).await;
        if !leave_out_misfits(&plan, texts) {
            return (desired, plan);
        }
    }
}
