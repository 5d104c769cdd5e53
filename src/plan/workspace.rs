//! The planner: one workspace, what the files say against what is live. Pure.

use std::collections::{BTreeMap, HashSet};

use crate::desired::Unlisted;
use crate::finding::Finding;
use crate::model::catalogue::Catalogue;
use crate::model::{
    Action, Change, Direction, LiveProfile, Settings, Transition, direction, document,
};
use crate::plan::bind::{self, Deactivated};
use crate::plan::checks::twins::Twins;
use crate::plan::checks::vendor::{self, Described};
use crate::plan::checks::{Looked, OF_WORKSPACE, hidden, own, settings};
use crate::plan::expect::{DesiredBundle, as_before, desired_bundles, switches};
use crate::plan::matching::matched;
use crate::plan::origins::{expired_on, origins};
use crate::plan::since::Aside;
use crate::plan::{
    Call, Coverage, Input, Match, Planned, ResolvedProfile, Unwatched, WorkspacePlan,
    administrators, labels, order, requests, unmanaged, users,
};

/// Plans one workspace.
#[must_use = "a plan changes nothing by itself"]
pub fn workspace(input: &Input<'_>) -> WorkspacePlan {
    part(input, &|_| true)
}

/// Plans those profiles of a workspace whose names are selected.
///
/// All are resolved, since what one is depends on what the others are.
#[must_use = "a plan changes nothing by itself"]
pub fn part(input: &Input<'_>, selected: &dyn Fn(&str) -> bool) -> WorkspacePlan {
    let mut findings = Vec::new();
    let resolved = resolve(input, &mut findings);
    let catalogue = input.catalogue;
    let mut plan = WorkspacePlan {
        workspace: input.desired.name.clone(),
        tenant: input.desired.tenant.clone(),
        id: input.live.id.clone(),
        vendor_name: input.live.vendor_name.clone(),
        changes: Vec::new(),
        users: users::changes(input, &resolved, selected),
        already: Aside::default(),
        accepted: Aside::default(),
        released: Vec::new(),
        unchanged: 0,
        blocked: Vec::new(),
        unmanaged: Vec::new(),
        built_in: Vec::new(),
        administrators: Vec::new(),
        ignored: Vec::new(),
        coverage: Coverage::default(),
        unknown: unmanaged::unknown_members(input, selected),
        labels: BTreeMap::new(),
        findings: Vec::new(),
    };
    let moved = plan.users.iter().flat_map(|it| it.change.gained().chain(it.change.lost()));
    let moved: HashSet<String> = moved.cloned().collect();
    for resolved in resolved.iter().filter(|resolved| selected(&resolved.profile.name)) {
        if resolved.matched == Match::Blocked {
            plan.blocked.push(resolved.profile.name.clone());
            continue;
        }
        // Under `deny` only values that this version does not know are unwatched; they have a warning.
        if let Some(current) = &resolved.current
            && resolved.profile.unlisted.0 == Unlisted::Keep
        {
            cover(&mut plan.coverage, input, &resolved.wanted, current, &resolved.profile.name);
        }
        match change(input, resolved, &mut findings) {
            None if moved.contains(&resolved.profile.name) => {}
            None => plan.unchanged += 1,
            Some(change) => {
                let live = match resolved.matched {
                    Match::Live(at) => Some(&input.live.profiles[at]),
                    Match::New | Match::Blocked => None,
                };
                let notes = resolved.profile.notes.clone();
                plan.changes.push(Planned { notes, ..preview(input, change, live) });
            }
        }
    }
    let mut known = vec![None; input.live.profiles.len()];
    for resolved in &resolved {
        if let Match::Live(at) = resolved.matched {
            known[at] = resolved.current.as_ref();
        }
    }
    plan.administrators =
        administrators(input.provider, input.live, &plan.changes, &plan.users, &known);
    order::sort(&mut plan.changes, catalogue, &plan.administrators);
    unmanaged::unclaimed(input, &resolved, selected, &mut plan);
    unmanaged::elsewhere(input, selected, &mut plan);
    let looked = Looked { input, plan: &plan, selected };
    OF_WORKSPACE.iter().for_each(|rule| rule(&looked, &mut findings));
    crate::plan::gains::judge(input, &mut plan.changes, &mut plan.users);
    plan.labels = plan.changes.iter().flat_map(|it| labels(input, &it.change)).collect();
    findings.retain(|finding| {
        let address = finding.address.as_deref().and_then(|address| address.split_once('/'));
        address.is_none_or(|(_, profile)| selected(profile))
    });
    crate::finding::sort(&mut findings);
    plan.findings = findings;
    plan
}

/// Finds out what each described profile is and asks for.
pub(super) fn resolve<'a>(
    input: &Input<'a>,
    findings: &mut Vec<Finding>,
) -> Vec<ResolvedProfile<'a>> {
    let Input { desired, live, names, catalogue, .. } = *input;
    let matches = matched(desired, live, findings);
    let twins = Twins::new(input, &matches);
    let switches = switches(input);
    let mut deactivated = Deactivated::new();
    let mut resolved = Vec::with_capacity(matches.len());
    for (profile, mut matched) in desired.profiles.iter().zip(matches) {
        let address = format!("{}/{}", desired.name, profile.name);
        let current = match matched {
            Match::Live(at) => Some(document::settings(catalogue, &live.profiles[at].document)),
            _ => None,
        };
        let bound =
            bind::bind(profile, &address, names, current.as_ref(), &mut deactivated, findings);
        let complete = bound.is_some();
        let asked = match bound {
            Some(bound) => {
                let asked = desired_bundles(input, profile, bound, current.as_ref(), &switches);
                match (&profile.retired, &current) {
                    (Some(_), Some(current)) => vendor::without_refused(input, asked, current),
                    _ => asked,
                }
            }
            None => Vec::new(),
        };
        let mut held = Ok(None);
        if profile.retired.is_some() && matched == Match::New {
            findings.push(settings::retired_and_gone(profile, &address));
        } else if matched != Match::Blocked {
            let current = current.as_ref();
            // Every doubt is told at once, not one a run.
            let ambiguous = settings::refuse_ambiguous(&address, &asked, catalogue, findings);
            let misdescribed =
                own::refuse(&desired.tenant, &address, &asked, current, catalogue, findings);
            let twin = matched == Match::New
                && !profile.is_new
                && twins.refuse(input, profile, &address, &asked, findings);
            let hidden = hidden::refuse(input, profile, matched, &address, findings);
            let described =
                Described { profile, address: &address, matched, wanted: &asked, current };
            let refused = vendor::refuse(input, &described, findings);
            held = users::bind(input, profile, matched, &address, findings);
            if !complete || ambiguous || misdescribed || twin || hidden || refused || held.is_err()
            {
                matched = Match::Blocked;
            }
        }
        let holders = held.unwrap_or_default();
        let expired = match &current {
            Some(current) => as_before(input, profile, current, &switches),
            None => BTreeMap::new(),
        };
        let wanted = asked;
        resolved.push(ResolvedProfile { profile, matched, wanted, current, holders, expired });
    }
    findings.extend(bind::deactivated_warnings(deactivated, &desired.name));
    resolved
}

/// Returns the names of ids that a change touches, so that a reader need not look them up.
fn labels(input: &Input<'_>, change: &Change) -> BTreeMap<String, String> {
    labels::of_change(input.catalogue, input.names, change)
}

fn change(
    input: &Input<'_>,
    resolved: &ResolvedProfile<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Change> {
    let catalogue = input.catalogue;
    let address = format!("{}/{}", input.desired.name, resolved.profile.name);
    let action = match resolved.matched {
        Match::New if resolved.profile.retired.is_some() => return None,
        Match::New => Action::Create,
        Match::Live(at) => Action::Update {
            id: input.live.profiles[at].id.clone(),
            live_name: input.live.profiles[at].name.clone(),
        },
        Match::Blocked => return None,
    };
    if let Some(current) = &resolved.current {
        settings::warn_opaque(input, &address, resolved, current, findings);
    }
    let mut transitions = Vec::new();
    for wanted in &resolved.wanted {
        let before = match &resolved.current {
            Some(_) if wanted.is_met => continue,
            Some(current) => before(catalogue, wanted, current),
            None => Settings::default(),
        };
        settings::warn_drops(&address, wanted, &before, catalogue, findings);
        let after = wanted.after.settings().into_owned();
        let origins = origins(catalogue, resolved, wanted, &before);
        transitions.push(Transition {
            bundle: wanted.bundle.path.clone(),
            before,
            after,
            direction: Direction::Neutral,
            origins,
            expired: expired_on(resolved, wanted).map(|day| day.to_string()),
            cause: None,
        });
    }
    direction::of_all(catalogue, &mut transitions);
    (!transitions.is_empty()).then(|| Change {
        name: resolved.profile.name.clone(),
        action,
        declared_at: resolved.profile.span.place(),
        transitions,
    })
}

/// Returns a bundle as it is live, with the entries of a map that the profile has or gets.
fn before(catalogue: &Catalogue, wanted: &DesiredBundle<'_>, current: &Settings) -> Settings {
    let mut before = catalogue.effective(wanted.bundle, current);
    before.retain(|path, _| {
        catalogue.map_of(path).is_none()
            || current.contains_key(path)
            || wanted.after.get(path).is_some()
    });
    before
}

/// How many unwatched settings that are on a plan names of each profile.
const SOME: usize = 3;

/// Counts the settings with a floor that no file decides.
fn cover(
    coverage: &mut Coverage,
    input: &Input<'_>,
    asked: &[DesiredBundle<'_>],
    current: &Settings,
    profile: &str,
) {
    let Input { catalogue, bundles, .. } = *input;
    let (mut settings, mut on, mut some_on) = (0, 0, Vec::new());
    let mut named = Settings::default();
    let mut asked = asked.iter().peekable();
    for bundle in bundles {
        // Both are in catalogue order.
        if asked.next_if(|wanted| wanted.bundle.path == bundle.path).is_some() {
            continue;
        }
        for (path, value) in catalogue.effective(bundle, current) {
            if let Some(row) = catalogue.row(&path)
                && row.floor.is_some()
                && !catalogue.is_restriction(&path)
            {
                settings += 1;
                if !row.at_floor(&value) {
                    on += 1;
                    if on <= SOME {
                        some_on.push(path.clone());
                    }
                }
                if input.names_unwatched {
                    named.insert(path, value);
                }
            }
        }
    }
    if settings > 0 {
        coverage.profiles += 1;
        coverage.settings += settings;
        coverage.on += on;
        let profile = profile.to_owned();
        coverage.of.push(Unwatched { profile, settings, on, some_on, named });
    }
}

/// Adds to a change what a reader wants to know of it: the requests, who has the profile, the
/// direction. `live` is the profile that it updates.
pub(super) fn preview(input: &Input<'_>, change: Change, live: Option<&LiveProfile>) -> Planned {
    let document = live.map(|live| &live.document);
    let holders = live.and_then(|live| input.provider.holders_in(live));
    let requests = requests(input.provider, input.live, &change, document, &labels(input, &change));
    let preview = requests.into_iter().map(Call::from).collect();
    let direction = change.transitions.iter().map(|transition| transition.direction).collect();
    let (notes, covered, takes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    Planned { change, direction, holders, gains: Vec::new(), covered, takes, notes, preview }
}
