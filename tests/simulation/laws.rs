//! The laws of an apply, checked on the vendor's side: from the requests that it received, the
//! documents that it served and the states that it was in.
//!
//! S1 every write is `calls(change, document)` for a change of the plan and the document served last
//! S2 a step is received twice only if a read in between showed it undone
//! S3 members outside a change are as they were served
//! S4 every touched bundle is at before, at after, or as somebody else left it
//! S6 a name belongs to one profile
//! S7 the exit code is the table's, and true
//! S8 nothing is deleted, and nothing is sent outside the table of writes
//!
//! Beside these promise 3: what a write replaces is what the plan saw, or what it asks for.
//!
//! S5, what becomes of it in the end, is in [`super`].

use std::collections::BTreeMap;

use permctl::apply::{Applied, Status};
use permctl::catalogue::Catalogue;
use permctl::desired::Desired;
use permctl::error::Exit;
use permctl::live::{LiveProfile, LiveWorkspace};
use permctl::plan::{Change, Existence, Plan, Transition, WorkspacePlan, table};
use permctl::profile::{Document, ProfileId, SettingPath, Settings};
use permctl::provider::{Provider, document};
use permctl::sandbox::{Exchange, Fate, Received};
use serde_json::Value as Json;

use super::vendors::{Facts, plain};
use super::witness::Seen;

/// What is broken, in words.
pub type Broken = String;

/// One process that ran this plan, as the vendor saw it.
pub struct Ran {
    /// What it sent and was answered.
    pub exchanges: Vec<Exchange>,
    /// How it ended; `None` when it was killed.
    pub ended: Option<(Exit, Applied)>,
    /// The states of the vendor, the last before it and then those during it.
    pub states: Vec<Seen>,
}

/// A plan under test.
pub struct Case<'a> {
    /// The client's side of the vendor.
    pub provider: &'static dyn Provider,
    /// The other side.
    pub facts: &'a Facts,
    /// What the files say.
    pub desired: &'a Desired,
    /// The plan.
    pub plan: &'a Plan,
    /// Whether the vendor may leave bundles in between: it ignores a part of what is sent.
    pub takes_parts: bool,
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
            self.truth(run, &sent[first..]).map_err(within)?;
        }
        self.states(runs)
    }

    /// S1, S2, S3 and S8 for one run; adds its writes.
    fn writes<'r>(&self, run: &'r Ran, sent: &mut Vec<Write<'r>>) -> Result<(), Broken> {
        // A process knows nothing of the documents that earlier ones were served.
        let mut served: BTreeMap<String, Document> = BTreeMap::new();
        // For each earlier write, whether a read since then showed it undone.
        let mut undone: Vec<bool> = vec![false; sent.len()];
        let steps = self.steps();
        for exchange in &run.exchanges {
            let Exchange { request, reply, fate } = exchange;
            if !self.facts.is_allowed(request) {
                return Err(format!("S8: {} {} was sent", request.method, request.path));
            }
            if !self.facts.is_write(request) {
                let heard = matches!(fate, Fate::Answered | Fate::Replaced) && reply.status == 200;
                for document in
                    self.facts.served(request, &reply.body).into_iter().filter(|_| heard)
                {
                    served.insert(self.id(&document), document);
                }
                if heard && self.reads_names(request) {
                    for (write, undone) in sent.iter().zip(&mut undone) {
                        *undone |= self.shows_undone(&steps[write.step], &served);
                    }
                }
                continue;
            }
            let (step, from) = self.source(&steps, request, &served)?;
            for (write, undone) in sent.iter().zip(&undone) {
                let same = write.step == step
                    && write.exchange.request.method == request.method
                    && write.exchange.request.path == request.path;
                if same && may_have_worked(write.exchange) && !undone {
                    return Err(format!(
                        "S2: {} {} for {:?} was sent again, and no read showed it undone",
                        request.method, request.path, steps[step].change.profile
                    ));
                }
            }
            if let Some(from) = &from {
                self.reviewed(&steps[step], from)?;
                self.outside(&steps[step], request, from)?;
            }
            sent.push(Write { step, exchange });
            undone.push(false);
        }
        Ok(())
    }

    /// Finds the change and the document that a write was made from.
    fn source(
        &self,
        steps: &[Step<'_>],
        request: &Received,
        served: &BTreeMap<String, Document>,
    ) -> Result<(usize, Option<Document>), Broken> {
        for (at, step) in steps.iter().enumerate() {
            let from = self.find(step, served);
            if from.is_none() && step.change.existence != Existence::Create {
                continue;
            }
            let catalogue = &*self.table(step, served);
            let calls =
                self.provider.calls(catalogue, &step.workspace.id, step.change, from.as_ref());
            let is_it = calls.iter().any(|call| {
                let query =
                    call.query.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
                call.route.method == request.method
                    && call.path() == request.path
                    && query.collect::<Vec<_>>() == request.query
                    && call.body == request.body
                    && call.headers.iter().all(|(name, value)| {
                        request.header(&name.to_lowercase()) == Some(value.as_str())
                    })
            });
            if is_it {
                return Ok((at, from));
            }
        }
        let Received { method, path, body, .. } = request;
        Err(format!("S1: {method} {path} with {body:?} is no change of the plan as last served"))
    }

    /// Promise 3 for one write: what it replaces is what was reviewed, or done already.
    fn reviewed(&self, step: &Step<'_>, from: &Document) -> Result<(), Broken> {
        let catalogue = &*self.table(step, &BTreeMap::from([(self.id(from), from.clone())]));
        for transition in &step.change.transitions {
            let now = meaning(catalogue, transition, from);
            let sides = self.ends(catalogue, step.change, transition);
            if !sides.iter().any(|side| same(catalogue, transition, side, &now)) {
                return Err(format!(
                    "promise 3: `{}` of {:?} had moved, and was written: {}",
                    transition.bundle,
                    step.change.profile,
                    apart(&now, &sides)
                ));
            }
        }
        Ok(())
    }

    /// S3 for one write.
    fn outside(&self, step: &Step<'_>, request: &Received, from: &Document) -> Result<(), Broken> {
        let Some(stated) = request.body.as_ref().and_then(|body| self.provider.stated(body)) else {
            return Ok(());
        };
        let catalogue = &*self.table(step, &BTreeMap::from([(self.id(from), from.clone())]));
        let (is, was) =
            (document::settings(catalogue, &stated), document::settings(catalogue, from));
        for bundle in catalogue.bundles() {
            let touched = step.change.transitions.iter().any(|it| it.bundle == bundle.path);
            // An update need not speak of all: a rename of Pulse's roles is no part of one.
            let said = stated.contains_key(&bundle.lead().segments()[0]);
            let same = catalogue.same(
                bundle,
                &catalogue.meaning(bundle, &is),
                &catalogue.meaning(bundle, &was),
            );
            if !touched && said && !same {
                return Err(format!(
                    "S3: a write of {:?} changes `{}`, which the plan does not",
                    step.change.profile, bundle.path
                ));
            }
        }
        let unknown = |document| document::unknown_members(catalogue, document);
        let lost = unknown(from).into_iter().find(|member| {
            let segments = member.path.segments();
            stated.contains_key(&segments[0]) && get(&stated, segments) != get(from, segments)
        });
        match lost {
            Some(member) => Err(format!(
                "S3: a write of {:?} does not give `{}` back as it was served",
                step.change.profile, member.path
            )),
            None => Ok(()),
        }
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
        if *exit == Exit::Partial && sent.is_empty() {
            return Err("S7: exit 7, and nothing was sent".to_owned());
        }
        let steps = self.steps();
        let outcomes: Vec<_> = applied.outcomes().collect();
        if *exit != self.table_says(applied) {
            return Err(format!("S7: exit {} is not the table's for {outcomes:?}", exit.code()));
        }
        for (at, (step, (_, outcome))) in steps.iter().zip(&outcomes).enumerate() {
            assert_eq!(step.change.profile, outcome.profile, "outcomes are in the plan's order");
            let mut writes = sent.iter().filter(|write| write.step == at);
            let unsent = matches!(
                outcome.status,
                Status::AlreadyDone
                    | Status::Stale { .. }
                    | Status::Dropped { .. }
                    | Status::NotTried { .. }
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
                    | Status::NotTaken { .. }
                    | Status::Failed { partly: true, .. }
            )
        });
        let failed = has(|it| matches!(it, Status::Failed { .. }));
        let open = has(|it| {
            matches!(it, Status::Unknown { .. } | Status::NotTaken { .. } | Status::NotTried { .. })
        });
        let stale = has(|it| matches!(it, Status::Stale { .. } | Status::Dropped { .. }));
        let nothing = applied.outcomes().next().is_none();
        match (sent, failed || open, stale) {
            _ if nothing && self.plan.is_empty() => Exit::Done,
            _ if nothing => Exit::Api,
            (true, true, _) => Exit::Partial,
            (true, false, true) => Exit::Stale,
            (_, false, false) => Exit::Done,
            (false, _, _) if applied.interrupted => Exit::Interrupted,
            (false, true, _) => Exit::Api,
            (false, false, true) => Exit::Stale,
        }
    }

    /// S4, S6 and the end of S7 over all states of all runs.
    fn states(&self, runs: &[Ran]) -> Result<(), Broken> {
        let steps = self.steps();
        let mut allowed: BTreeMap<(usize, SettingPath), Vec<Settings>> = BTreeMap::new();
        for run in runs {
            let mut last = None;
            for seen in &run.states {
                self.names(&seen.state)?;
                for (at, step) in steps.iter().enumerate() {
                    let profiles = self.facts.profiles(&seen.state, &step.workspace.id.0);
                    let Some(profile) = profiles.iter().find(|it| self.is(it, step.change)) else {
                        continue;
                    };
                    let catalogue = &*self.table(step, &BTreeMap::new());
                    for transition in &step.change.transitions {
                        let now = meaning(catalogue, transition, profile);
                        let values = allowed
                            .entry((at, transition.bundle.clone()))
                            .or_insert_with(|| self.ends(catalogue, step.change, transition));
                        if seen.by_editor {
                            values.push(now);
                        } else if !self.takes_parts
                            && !values.iter().any(|it| same(catalogue, transition, it, &now))
                        {
                            return Err(format!(
                                "S4: `{}` of {:?} is at no side of the plan, nor as somebody else made it: {}",
                                transition.bundle,
                                step.change.profile,
                                apart(&now, values)
                            ));
                        }
                    }
                }
                last = Some(&seen.state);
            }
            let done = matches!(&run.ended, Some((Exit::Done, _)));
            if let Some(last) = last.filter(|_| done) {
                self.all_done(last, &steps, &allowed)?;
            }
        }
        Ok(())
    }

    /// Exit 0 is the truth: all that was planned is there, unless somebody else was later.
    fn all_done(
        &self,
        state: &Json,
        steps: &[Step<'_>],
        allowed: &BTreeMap<(usize, SettingPath), Vec<Settings>>,
    ) -> Result<(), Broken> {
        for (at, step) in steps.iter().enumerate() {
            let profiles = self.facts.profiles(state, &step.workspace.id.0);
            let Some(profile) = profiles.iter().find(|it| self.is(it, step.change)) else {
                return Err(format!("S7: exit 0, and {:?} is not there", step.change.profile));
            };
            let catalogue = &*self.table(step, &BTreeMap::new());
            for transition in &step.change.transitions {
                let now = meaning(catalogue, transition, profile);
                let others = allowed.get(&(at, transition.bundle.clone()));
                let ends = self.ends(catalogue, step.change, transition).len();
                let edited = others.is_some_and(|all| {
                    all.iter().skip(ends).any(|it| same(catalogue, transition, it, &now))
                });
                if !edited && !same(catalogue, transition, &transition.after, &now) {
                    return Err(format!(
                        "S7: exit 0, and `{}` of {:?} is not as planned: {}",
                        transition.bundle,
                        step.change.profile,
                        apart(&now, &[side(catalogue, transition, &transition.after)])
                    ));
                }
            }
        }
        Ok(())
    }

    /// Lists the two sides of a transition, and what a profile that was just made begins with.
    fn ends(
        &self,
        catalogue: &Catalogue,
        change: &Change,
        transition: &Transition,
    ) -> Vec<Settings> {
        let mut ends = vec![side(catalogue, transition, &transition.after)];
        if change.existence == Existence::Create {
            let bundle = catalogue.bundle(&transition.bundle).expect("the table has it");
            let rows = bundle.members.iter().filter_map(|path| catalogue.row(path));
            let fresh: Settings =
                rows.filter_map(|row| Some((row.path.clone(), row.on_create.clone()?))).collect();
            ends.push(catalogue.meaning(bundle, &fresh));
        } else {
            ends.push(side(catalogue, transition, &transition.before));
        }
        ends
    }

    /// S6 for one state.
    fn names(&self, state: &Json) -> Result<(), Broken> {
        for (_, workspace) in self.facts.workspaces {
            let mut names: Vec<String> = self
                .facts
                .profiles(state, workspace)
                .iter()
                .filter_map(|profile| {
                    Some(plain(profile.get(self.provider.catalogue().name().leaf())?))
                })
                .collect();
            names.sort();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(format!("S6: two profiles are named {:?}", pair[0]));
            }
        }
        Ok(())
    }

    fn table(
        &self,
        step: &Step<'_>,
        served: &BTreeMap<String, Document>,
    ) -> std::borrow::Cow<'static, Catalogue> {
        let live = LiveWorkspace {
            id: step.workspace.id.clone(),
            vendor_name: None,
            profiles: served
                .iter()
                .map(|(id, document)| LiveProfile {
                    id: ProfileId(id.clone()),
                    name: self.name(document),
                    document: document.clone(),
                })
                .collect(),
            elsewhere: Vec::new(),
            vocabulary: BTreeMap::new(),
            roster: Default::default(),
        };
        let desired = self.desired.workspaces.iter().find(|it| it.name == step.workspace.workspace);
        let changes = step.workspace.changes.iter().map(|planned| &planned.change);
        table(desired.expect("a plan is of the files"), &live, self.provider, changes)
    }

    fn id(&self, document: &Document) -> String {
        document.get(self.provider.catalogue().identity().id).map(plain).unwrap_or_default()
    }

    fn name(&self, document: &Document) -> String {
        document.get(self.provider.catalogue().name().leaf()).map(plain).unwrap_or_default()
    }

    fn is(&self, document: &Document, change: &Change) -> bool {
        match &change.existence {
            Existence::Create => self.name(document) == change.profile,
            Existence::Update { id, .. } => self.id(document) == id.0,
        }
    }

    fn find(&self, step: &Step<'_>, served: &BTreeMap<String, Document>) -> Option<Document> {
        let fills = self.provider.catalogue().identity().empty_at_first;
        if step.change.existence == Existence::Create && !fills {
            return None;
        }
        served.values().find(|document| self.is(document, step.change)).cloned()
    }

    /// Tells whether a read says which profiles there are, or all that one profile has.
    fn reads_names(&self, request: &Received) -> bool {
        !self.facts.served(request, &Json::Object(Document::new())).is_empty()
    }

    fn shows_undone(&self, step: &Step<'_>, served: &BTreeMap<String, Document>) -> bool {
        let Some(document) = served.values().find(|document| self.is(document, step.change)) else {
            return true;
        };
        let catalogue = &*self.table(step, served);
        step.change.transitions.iter().any(|transition| {
            let now = meaning(catalogue, transition, document);
            !same(catalogue, transition, &transition.after, &now)
        })
    }
}

/// Tells whether a write took effect at the vendor, or will.
fn worked(exchange: &Exchange) -> bool {
    let accepted = (200..300).contains(&exchange.reply.status);
    match exchange.fate {
        Fate::Answered | Fate::Lost => accepted,
        Fate::Postponed => true,
        Fate::Pretended | Fate::Replaced | Fate::Unseen => false,
    }
}

/// Tells whether a write may have taken effect, for all that its sender can know.
fn may_have_worked(exchange: &Exchange) -> bool {
    let refused = (400..500).contains(&exchange.reply.status);
    !(refused && matches!(exchange.fate, Fate::Answered | Fate::Replaced))
}

fn meaning(catalogue: &Catalogue, transition: &Transition, document: &Document) -> Settings {
    side(catalogue, transition, &document::settings(catalogue, document))
}

fn side(catalogue: &Catalogue, transition: &Transition, settings: &Settings) -> Settings {
    let bundle = catalogue.bundle(&transition.bundle).expect("the table has it");
    catalogue.meaning(bundle, settings)
}

/// Compares as the catalogue does: an entry that is missing is an empty one.
fn same(catalogue: &Catalogue, transition: &Transition, one: &Settings, other: &Settings) -> bool {
    let bundle = catalogue.bundle(&transition.bundle).expect("the table has it");
    catalogue.same(bundle, one, other)
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

fn get<'d>(document: &'d Document, segments: &[String]) -> Option<&'d Json> {
    let (first, rest) = segments.split_first()?;
    rest.iter().try_fold(document.get(first)?, |value, member| value.get(member))
}
