//! What a plan tells beside its changes: who has the profiles, and the names of ids. It is asked for as
//! soon as a workspace is planned, while others are still read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::join;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::desired;
use crate::finding::Span;
use crate::live::locate::failed;
use crate::live::names::NamesAside;
use crate::live::{Connected, ReadAt, holders};
use crate::model::catalogue::ReferenceKind;
use crate::model::{NotRead, Reads};
use crate::plan::holders::{Lookup, Unasked};
use crate::plan::rules::ProfileFacts;
use crate::plan::{Cost, WorkspacePlan};

/// One workspace on its way into a plan.
pub struct Draft {
    /// Its plan.
    pub plan: WorkspacePlan,
    /// How many requests reading it took.
    pub reads: Reads,
    /// How many requests applying its plan takes.
    pub apply: usize,
    /// What it was planned from, where an apply follows.
    pub held: Option<ReadAt>,
    /// Whose holders to look up; in the end, whose were not.
    pub lookups: Vec<Lookup>,
    /// The kinds of ids that the plan shows and whose names were not read.
    pub unnamed: BTreeSet<ReferenceKind>,
    /// The names of its live profiles.
    pub live: Vec<String>,
    /// The settings that its tenant adds and a live profile has, each with the tenant.
    pub own: Vec<(String, String)>,
    /// The lines of `allow` that its warnings have a use for.
    pub allowed: Vec<Span>,
    /// What rules need to know of its profiles.
    pub facts: Vec<ProfileFacts>,
}

/// One tenant's part of a plan, with all that is told of it.
#[derive(Default)]
pub struct Told {
    /// The plans of its workspaces.
    pub drafts: Vec<Draft>,
    /// The workspaces whose holders can't be had. They count as not read: a plan that shows no holders
    /// where they are unknown would be worse than none.
    pub not_read: Vec<NotRead>,
    /// How many lookups may be made unasked.
    pub budget: usize,
    /// Calls made.
    calls: usize,
    /// Of these, the calls that only tell more about the plan.
    asides: usize,
}

impl Told {
    /// Counts the lookups that were left out.
    pub fn cut(&self) -> usize {
        self.drafts.iter().map(|draft| draft.lookups.len()).sum()
    }

    /// Returns what reading took and what applying would take.
    pub fn cost(&self, tenant: &desired::Tenant) -> Cost {
        let Self { drafts, calls, asides, .. } = self;
        // Workspaces, names and sign-ins are read by an apply as well.
        let own: usize = drafts.iter().map(|draft| draft.reads.all()).sum();
        let apply = match drafts.iter().map(|draft| draft.apply).sum() {
            0 => 0,
            work => work + calls.saturating_sub(asides + own),
        };
        let (name, per_day) = (tenant.name.clone(), tenant.limits.per_day);
        Cost { tenant: name, read: *calls, apply, per_day, today: None }
    }
}

/// Takes the plans of a tenant's workspaces as they are made, and adds what is told beside them. The tenant had
/// made `calls_before` calls when the reading began.
///
/// The budget goes to the workspaces in the order in which they are listed, whichever is planned first,
/// so that the same files and the same live state give the same plan.
pub async fn tell(
    connected: &Connected,
    calls_before: usize,
    workspaces: &[&desired::Workspace],
    mut drafts: UnboundedReceiver<Draft>,
) -> Told {
    let mut told = Told::default();
    let asides_before = connected.http.asides();
    let names = NamesAside::new(connected);
    let mut budget = Unasked::new(&connected.config.limits);
    let mut planned = PlannedInOrder::new(workspaces);
    let mut asked = FuturesUnordered::new();
    let mut answered = Vec::new();
    while planned.more_to_come || !asked.is_empty() {
        tokio::select! {
            draft = drafts.recv(), if planned.more_to_come => {
                planned.take(draft);
                while let Some(mut draft) = planned.next() {
                    let lookups = budget.take(&mut draft.lookups);
                    asked.push(ask(connected, &names, draft, lookups));
                }
            }
            Some(one) = asked.next(), if !asked.is_empty() => answered.push(one),
        }
    }
    budget.all_read(answered.iter().map(|(draft, _)| draft.reads.profiles).sum());
    answered.sort_by(|(one, _), (other, _)| one.plan.workspace.cmp(&other.plan.workspace));
    let mut more = FuturesUnordered::new();
    for (mut draft, not_counted) in answered {
        if let Some(not_counted) = not_counted {
            told.not_read.push(not_counted);
            continue;
        }
        let lookups = budget.take(&mut draft.lookups);
        more.push(ask(connected, &names, draft, lookups));
    }
    while let Some((draft, not_counted)) = more.next().await {
        match not_counted {
            Some(not_counted) => told.not_read.push(not_counted),
            None => told.drafts.push(draft),
        }
    }
    told.budget = budget.most();
    connected.http.hang_up();
    told.calls = connected.http.calls() - calls_before;
    told.asides = connected.http.asides() - asides_before;
    told
}

/// The plans of a tenant's workspaces, which come in any order and go in the order in which the workspaces
/// are listed.
struct PlannedInOrder<'d> {
    places: HashMap<&'d str, usize>,
    waiting: BTreeMap<usize, Draft>,
    next: usize,
    more_to_come: bool,
}

impl<'d> PlannedInOrder<'d> {
    fn new(workspaces: &[&'d desired::Workspace]) -> Self {
        let names = workspaces.iter().map(|workspace| workspace.name.as_str());
        let places = names.enumerate().map(|(at, name)| (name, at)).collect();
        Self { places, waiting: BTreeMap::new(), next: 0, more_to_come: true }
    }

    /// Takes one that came; `None` when all are there.
    fn take(&mut self, draft: Option<Draft>) {
        match draft {
            Some(draft) => _ = self.waiting.insert(self.places[&*draft.plan.workspace], draft),
            None => self.more_to_come = false,
        }
    }

    /// Returns the next one. After a workspace that could not be read, the others wait until all is read.
    fn next(&mut self) -> Option<Draft> {
        let first = self.waiting.first_entry()?;
        if self.more_to_come && *first.key() != self.next {
            return None;
        }
        self.next = first.key() + 1;
        Some(first.remove())
    }
}

/// Takes the plans that are made from a snapshot, which does not tell more about holders than its
/// documents, whatever is asked for.
pub async fn of_snapshot(mut drafts: UnboundedReceiver<Draft>) -> Told {
    let mut told = Told::default();
    while let Some(draft) = drafts.recv().await {
        told.drafts.push(draft);
    }
    told
}

/// Asks for what is told of one workspace.
async fn ask(
    connected: &Connected,
    names: &NamesAside<'_>,
    mut draft: Draft,
    lookups: Vec<Lookup>,
) -> (Draft, Option<NotRead>) {
    let unnamed = std::mem::take(&mut draft.unnamed);
    let id = draft.plan.id.clone();
    let names = async {
        match unnamed.is_empty() {
            true => None,
            false => Some(names.read(&unnamed, &id).await),
        }
    };
    let (counted, names) = join(look_up(connected, &mut draft.plan, &lookups), names).await;
    if let Some(names) = names {
        draft.plan.name_ids(connected.provider.catalogue(), &names);
    }
    (draft, counted.err())
}

/// Looks holders up and writes them into a plan.
///
/// # Errors
/// When those of one can't be had.
pub async fn look_up(
    connected: &Connected,
    plan: &mut WorkspacePlan,
    lookups: &[Lookup],
) -> Result<(), NotRead> {
    let profiles = lookups.iter().map(|lookup| &lookup.profile);
    let found = holders::look_up(connected, &plan.id, profiles).await;
    let found = found.map_err(|error| {
        let not_read = failed(&plan.tenant, &plan.workspace, &error);
        let hint = match error.is_about_credentials() {
            true => format!("{}; without it, plan with `--holders none`", not_read.hint),
            false => not_read.hint,
        };
        NotRead { error: format!("who has which profile: {}", not_read.error), hint, ..not_read }
    })?;
    found.iter().for_each(|(id, holders)| plan.set_holders(id, holders));
    Ok(())
}
