//! The laws of an apply, checked on the vendor's side: from the requests that it received, the
//! documents that it served and the states that it was in.
//!
//! S1 every write is `calls(change, document)` for a change of the plan and the document served last
//! S2 a step is received twice only if a read in between showed it undone
//! S3 members outside a change are as they were served
//! S4 every touched bundle is at before, at after, or as somebody else left it
//! S6 a name belongs to one profile, unless another client gave it between a read and the write
//! S7 the exit code is the table's, and true
//! S8 nothing is deleted, and nothing is sent outside the table of writes
//! S9 every write was noted on the disk before, and an answer that is noted came
//!
//! Beside these promise 3: what a write replaces is what the plan saw, or what it asks for.
//!
//! S5, what becomes of it in the end, is in [`super`].

use std::collections::{BTreeMap, BTreeSet};

use permctl::apply::{Applied, Status};
use permctl::error::Exit;
use permctl::model::catalogue::Catalogue;
use permctl::model::{
    Action, Change, Document, SettingPath, Settings, Transition, difference, document,
};
use permctl::plan::{Plan, WorkspacePlan};
use permctl::provider::Provider;
use permctl_sandbox::{Exchange, Fate};

use super::disk::Journaled;
use super::witness::Seen;
use crate::vendors::{VendorFacts, plain};

mod noted;
mod states;
mod writes;

/// What is broken, in words.
pub type Broken = String;

/// One process that ran this plan, as the vendor saw it.
pub struct Ran {
    /// What it sent and was answered.
    pub exchanges: Vec<Exchange>,
    /// How it ended; `None` when it was killed.
    pub ended: Option<(Exit, Applied)>,
    /// What it noted, as far as that outlived the process or the machine.
    pub journal: Journaled,
    /// The states of the vendor, the last before it and then those during it.
    pub states: Vec<Seen>,
}

impl Ran {
    /// Tells whether the vendor answered a create that it did not do.
    pub fn pretends_a_create(&self) -> bool {
        let pretends = |it: &Exchange| it.fate == Fate::Pretended && it.request.method == "POST";
        self.exchanges.iter().any(pretends)
    }
}

/// A plan under test.
pub struct Case<'a> {
    /// The client's side of the vendor.
    pub provider: &'static dyn Provider,
    /// The other side.
    pub facts: &'a VendorFacts,
    /// The plan.
    pub plan: &'a Plan,
    /// Whether the vendor may leave bundles in between: it ignores a part of what is sent.
    pub takes_parts: bool,
    /// The names that another client gave as well, between a read and a write of a run.
    pub twice: &'a BTreeSet<String>,
}

/// A change with where it is.
#[derive(Clone, Copy)]
struct Step<'a> {
    workspace: &'a WorkspacePlan,
    change: &'a Change,
}

/// A write that was received, and the change that it is of.
struct Write<'a> {
    step: usize,
    exchange: &'a Exchange,
}

impl<'a> Case<'a> {
    fn steps(&self) -> Vec<Step<'a>> {
        let changes = self.plan.changes();
        changes.map(|(workspace, planned)| Step { workspace, change: &planned.change }).collect()
    }

    /// Checks all runs of this plan, in their order.
    pub fn check(&self, runs: &[Ran]) -> Result<(), Broken> {
        let mut sent: Vec<Write<'_>> = Vec::new();
        for (number, run) in runs.iter().enumerate() {
            let within = |broken: Broken| format!("run {}: {broken}", number + 1);
            let first = sent.len();
            self.writes(run, &mut sent).map_err(within)?;
            self.noted(run).map_err(within)?;
            self.truth(run, &sent[first..]).map_err(within)?;
        }
        self.states(runs)
    }

    /// S7: the code, and whether what was reported of each change is what the vendor has.
    fn truth(&self, run: &Ran, sent: &[Write<'_>]) -> Result<(), Broken> {
        let Some((exit, applied)) = &run.ended else { return Ok(()) };
        let took_effect = |write: &&Write<'_>| worked(write.exchange);
        let effects = sent.iter().filter(took_effect).count();
        let silent = matches!(exit, Exit::Api | Exit::Interrupted | Exit::Files);
        if silent && effects > 0 {
            return Err(format!("S7: exit {} after {effects} writes took effect", exit.code()));
        }
        // What is on its way on a slow connection when the run gives up is received later or never.
        let unknown = |it: &Status| matches!(it, Status::Unknown { .. });
        if *exit == Exit::Partial && sent.is_empty() && !applied.statuses().any(unknown) {
            return Err(format!("S7: exit 7 with {applied:?}, and nothing was sent"));
        }
        let steps = self.steps();
        let outcomes: Vec<_> = applied.outcomes().collect();
        if *exit != self.table_says(applied) {
            return Err(format!("S7: exit {} is not the table's for {outcomes:?}", exit.code()));
        }
        for (at, (step, (_, outcome))) in steps.iter().zip(&outcomes).enumerate() {
            assert_eq!(step.change.name, outcome.target.name(), "outcomes are in the plan's order");
            let mut writes = sent.iter().filter(|write| write.step == at);
            let unsent = matches!(
                outcome.status,
                Status::AlreadyDone
                    | Status::Stale { .. }
                    | Status::Dropped { .. }
                    | Status::HeldBack
                    | Status::Skipped { .. }
            );
            if unsent && writes.any(|write| worked(write.exchange)) {
                return Err(format!("S7: {outcome:?}, and a write of it took effect"));
            }
        }
        Ok(())
    }

    fn table_says(&self, applied: &Applied) -> Exit {
        let has =
            |wanted: fn(&Status) -> bool| applied.outcomes().any(|(_, it)| wanted(&it.status));
        let sent = has(|it| {
            matches!(
                it,
                Status::Done
                    | Status::Unknown { .. }
                    | Status::NotPersisted { .. }
                    | Status::Doubled { .. }
                    | Status::Failed { partly: true, .. }
            )
        });
        let failed = has(|it| matches!(it, Status::Failed { .. }));
        // What takes the last administration waits for what gives it to others: a rule of ours.
        let held_back = has(|it| *it == Status::HeldBack);
        let open = has(|it| {
            matches!(
                it,
                Status::Unknown { .. }
                    | Status::NotPersisted { .. }
                    | Status::Doubled { .. }
                    | Status::Skipped { .. }
            )
        });
        let stale = has(|it| matches!(it, Status::Stale { .. } | Status::Dropped { .. }));
        let nothing = applied.outcomes().next().is_none();
        match (sent, failed || open, stale) {
            _ if nothing && self.plan.is_empty() => Exit::Done,
            _ if nothing => Exit::Api,
            (true, true, _) => Exit::Partial,
            (true, false, _) if held_back => Exit::Partial,
            (true, false, true) => Exit::Stale,
            (false, _, _) if applied.interrupted => Exit::Interrupted,
            (false, true, _) => Exit::Api,
            (false, false, _) if held_back => Exit::Guard,
            (_, false, false) => Exit::Done,
            (false, false, true) => Exit::Stale,
        }
    }

    /// Lists the two sides of a transition, and what a profile that was just made begins with.
    fn ends(
        &self,
        catalogue: &Catalogue,
        change: &Change,
        transition: &Transition,
    ) -> Vec<Settings> {
        let mut ends = vec![side(catalogue, transition, &transition.after)];
        if change.action == Action::Create {
            let bundle = catalogue.bundle_over(&transition.bundle, &[&transition.after]);
            let bundle = bundle.expect("the table has it");
            let on_create =
                |path: &SettingPath| Some((path.clone(), catalogue.row(path)?.on_create.clone()?));
            let fresh: Settings = bundle.members.iter().filter_map(on_create).collect();
            ends.push(catalogue.effective(&bundle, &fresh));
        } else {
            ends.push(side(catalogue, transition, &transition.before));
        }
        ends
    }

    fn id(&self, document: &Document) -> String {
        document.get(self.provider.catalogue().identity().id).map(plain).unwrap_or_default()
    }

    fn name(&self, document: &Document) -> String {
        document.get(self.provider.catalogue().name().leaf()).map(plain).unwrap_or_default()
    }

    fn is(&self, document: &Document, change: &Change) -> bool {
        match change.updates() {
            None => self.name(document) == change.name,
            Some((id, _)) => self.id(document) == id.0,
        }
    }

    fn find(&self, step: &Step<'_>, served: &BTreeMap<String, Document>) -> Option<Document> {
        let fills = self.provider.catalogue().identity().two_step_create;
        if step.change.creates() && !fills {
            return None;
        }
        served.values().find(|document| self.is(document, step.change)).cloned()
    }
}

/// Tells whether a write took effect at the vendor, or will.
fn worked(exchange: &Exchange) -> bool {
    let accepted = (200..300).contains(&exchange.reply.status);
    match exchange.fate {
        Fate::Answered | Fate::Damaged | Fate::Lost => accepted,
        Fate::Postponed => true,
        Fate::Pretended | Fate::Replaced | Fate::Unseen => false,
    }
}

fn meaning(catalogue: &Catalogue, transition: &Transition, document: &Document) -> Settings {
    side(catalogue, transition, &document::settings(catalogue, document))
}

fn side(catalogue: &Catalogue, transition: &Transition, settings: &Settings) -> Settings {
    let bundle = catalogue.bundle_over(&transition.bundle, &[&transition.after, settings]);
    catalogue.effective(&bundle.expect("the table has it"), settings)
}

/// Compares as the catalogue does: an entry that is missing is an empty one.
fn same(catalogue: &Catalogue, transition: &Transition, one: &Settings, other: &Settings) -> bool {
    let bundle = catalogue.bundle_over(&transition.bundle, &[one, other]);
    difference::is_at(catalogue, &bundle.expect("the table has it"), one, other)
}

/// Says what of a bundle is not as in any of some values.
fn apart(now: &Settings, values: &[Settings]) -> String {
    let differ = |value: &Settings| {
        let paths = now.keys().chain(value.keys().filter(|path| !now.contains_key(*path)));
        let differ = paths.filter(|path| now.get(*path) != value.get(*path));
        differ
            .map(|path| format!("{path}: {:?} not {:?}", now.get(path), value.get(path)))
            .collect()
    };
    let each: Vec<Vec<String>> = values.iter().map(differ).collect();
    each.iter().map(|differ| differ.join(", ")).collect::<Vec<_>>().join(" | ")
}
