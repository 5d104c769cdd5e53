//! The planner: one workspace, what the files say against what is live. Pure.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::desired;
use crate::finding::{Code, Finding};
use crate::live::{LiveProfile, LiveWorkspace};
use crate::plan::bind::{self, Asking, Bound, Deactivated, Names};
use crate::plan::claim::{self, Claim};
use crate::plan::wanted::{Wanted, name_path, wanted};
use crate::plan::{
    Call, Change, Coverage, Existence, Ignored, Planned, Transition, Unknown, Unmanaged, Why,
    WorkspacePlan, order,
};
use crate::profile::{SettingPath, Settings, Value};
use crate::provider::Dialect;

/// Everything that one workspace is planned from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What the files say.
    pub desired: &'a desired::Workspace,
    /// What is live.
    pub live: &'a LiveWorkspace,
    /// What names stand for.
    pub names: &'a Names,
    /// The pure half of the provider.
    pub dialect: &'a dyn Dialect,
    /// Today, UTC.
    pub day: jiff::civil::Date,
}

/// What one described profile comes to.
pub struct Resolved<'a> {
    /// The profile in the files.
    pub profile: &'a desired::Profile,
    /// What it is live.
    pub claim: Claim,
    /// What it asks for; empty when it is blocked.
    pub wanted: Vec<Wanted<'a>>,
    /// The settings of its live profile.
    pub current: Option<Settings>,
}

/// Plans one workspace.
#[must_use = "a plan that nobody looks at changes nothing"]
pub fn workspace(input: &Input<'_>) -> WorkspacePlan {
    let mut findings = Vec::new();
    let resolved = resolve(input, &mut findings);
    let catalogue = input.dialect.catalogue();
    let mut plan = WorkspacePlan {
        workspace: input.desired.name.clone(),
        tenant: input.desired.tenant.clone(),
        id: input.live.id.clone(),
        vendor_name: input.live.vendor_name.clone(),
        changes: Vec::new(),
        unchanged: 0,
        blocked: Vec::new(),
        unmanaged: Vec::new(),
        ignored: Vec::new(),
        coverage: Coverage::default(),
        unknown: unknown_members(input),
        labels: BTreeMap::new(),
        findings: Vec::new(),
    };
    for resolved in &resolved {
        if resolved.claim == Claim::Blocked {
            plan.blocked.push(resolved.profile.name.clone());
            continue;
        }
        if let Some(current) = &resolved.current {
            cover(&mut plan.coverage, catalogue, &resolved.wanted, current);
        }
        match change(input, resolved, &mut findings) {
            None => plan.unchanged += 1,
            Some(change) => plan.changes.push(preview(input, change)),
        }
    }
    order::sort(&mut plan.changes, catalogue);
    unclaimed(input, &resolved, &mut plan);
    warn_unknown(&plan.unknown, &plan.workspace, &mut findings);
    labels(input, &mut plan);
    crate::finding::sort(&mut findings);
    plan.findings = findings;
    plan
}

/// Finds out what each described profile is and asks for.
pub fn resolve<'a>(input: &Input<'a>, findings: &mut Vec<Finding>) -> Vec<Resolved<'a>> {
    let Input { desired, live, names, dialect, .. } = input;
    let catalogue = dialect.catalogue();
    let claims = claim::claim(desired, live, findings);
    let managed: Vec<usize> = claims
        .iter()
        .filter_map(|claim| if let Claim::Live(at) = claim { Some(*at) } else { None })
        .collect();
    let mut deactivated = Deactivated::new();
    let mut resolved = Vec::with_capacity(claims.len());
    for (profile, mut claim) in desired.profiles.iter().zip(claims) {
        let address = format!("{}/{}", desired.name, profile.name);
        let bound = bind::bind(profile, &address, catalogue, names, &mut deactivated, findings);
        let current = match claim {
            Claim::Live(at) => Some(dialect.settings(&live.profiles[at].document)),
            _ => None,
        };
        let mut asked = Vec::new();
        match bound.filter(|_| claim != Claim::Blocked) {
            None => claim = Claim::Blocked,
            Some(bound) => {
                asked = wanted(profile, &bound, catalogue, current.as_ref());
                let refused =
                    refuse_ambiguous(&address, &asked, catalogue, current.as_ref(), findings)
                        || (claim == Claim::New
                            && !profile.is_new
                            && refuse_twin(
                                input, profile, &address, &bound, &asked, &managed, findings,
                            ));
                if refused {
                    claim = Claim::Blocked;
                }
            }
        }
        resolved.push(Resolved { profile, claim, wanted: asked, current });
    }
    findings.extend(bind::deactivated_warning(deactivated, &desired.name));
    resolved
}

/// Refuses to newly write a level with ids whose meaning the vendor leaves open.
fn refuse_ambiguous(
    address: &str,
    asked: &[Wanted<'_>],
    catalogue: &Catalogue,
    current: Option<&Settings>,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
    for wanted in asked {
        let level = match wanted.after.get(wanted.bundle.lead()) {
            Some(Value::Text(level))
                if wanted.bundle.ambiguous_levels.contains(&level.as_str()) =>
            {
                level
            }
            _ => continue,
        };
        let named =
            wanted.after.values().any(|value| matches!(value, Value::Set(ids) if !ids.is_empty()));
        let already =
            current.is_some_and(|current| catalogue.means(wanted.bundle, current, &wanted.after));
        if named && !already {
            findings.push(
                Finding::new(
                    Code::AmbiguousLevel,
                    format!("`{}` can't newly be `{level}` together with a list of people", wanted.bundle.path),
                )
                .about(address)
                .at(&wanted.span)
                .hint("the vendor does not say what the two mean together; take the list out, or choose another level"),
            );
        }
    }
    findings.len() > before
}

/// Asks about a new profile that looks like an unmanaged live one: it can't be deleted afterwards.
fn refuse_twin(
    input: &Input<'_>,
    profile: &desired::Profile,
    address: &str,
    bound: &[Bound],
    asked: &[Wanted<'_>],
    managed: &[usize],
    findings: &mut Vec<Finding>,
) -> bool {
    let catalogue = input.dialect.catalogue();
    let unmanaged = input.live.profiles.iter().enumerate().filter_map(|(at, live)| {
        let hidden = managed.contains(&at) || ignored(input, live).is_some();
        (!hidden).then_some(live)
    });
    let grants = bound.iter().any(|bound| {
        catalogue
            .bundle(&bound.path)
            .and_then(|bundle| catalogue.floor(bundle))
            .is_some_and(|floor| *floor != bound.values)
    });
    let alike = |live: &LiveProfile| {
        let settings = input.dialect.settings(&live.document);
        let differing = asked
            .iter()
            .filter(|wanted| catalogue.floor(wanted.bundle).is_some())
            .filter(|wanted| !catalogue.means(wanted.bundle, &settings, &wanted.after));
        grants && differing.count() <= 2
    };
    let Some((twin, why)) = claim::twin(profile, unmanaged, alike) else { return false };
    findings.push(
        Finding::new(
            Code::Twin,
            format!(
                "\"{}\" would be created beside \"{}\" ({}), which no file names and which has {why}",
                profile.name, twin.name, twin.id
            ),
        )
        .about(address)
        .at(&profile.span)
        .hint(format!(
            "a typing error: correct the name; a rename: add `formerly: [\"{}\"]`; really new: add `new: true` (what is created can't be deleted)",
            twin.name
        )),
    );
    true
}

fn change(
    input: &Input<'_>,
    resolved: &Resolved<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Change> {
    let catalogue = input.dialect.catalogue();
    let address = format!("{}/{}", input.desired.name, resolved.profile.name);
    let existence = match resolved.claim {
        Claim::New => Existence::Create,
        Claim::Live(at) => Existence::Update {
            id: input.live.profiles[at].id.clone(),
            live_name: input.live.profiles[at].name.clone(),
        },
        Claim::Blocked => return None,
    };
    if let Some(current) = &resolved.current {
        warn_opaque(catalogue, &address, resolved, current, findings);
    }
    let mut transitions = Vec::new();
    for wanted in &resolved.wanted {
        let before = match &resolved.current {
            Some(current) if catalogue.means(wanted.bundle, current, &wanted.after) => continue,
            Some(current) => catalogue.meaning(wanted.bundle, current),
            None => Settings::new(),
        };
        warn_drops(&address, wanted, &before, catalogue, findings);
        transitions.push(Transition {
            bundle: wanted.bundle.path.clone(),
            before,
            after: wanted.after.clone(),
            asked_by: wanted.asked_by.iter().map(Asking::asked).collect(),
        });
    }
    (!transitions.is_empty()).then(|| Change {
        profile: resolved.profile.name.clone(),
        existence,
        asked_by: resolved.profile.span.place(),
        transitions,
    })
}

/// Warns where naming a part of a bundle drops what live has in the rest.
fn warn_drops(
    address: &str,
    wanted: &Wanted<'_>,
    before: &Settings,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let dropped: Vec<String> = wanted
        .asked_by
        .iter()
        .filter(|asked| asked.why == Why::BundleRest)
        .filter(|asked| {
            let row = catalogue.row(&asked.setting);
            row.zip(before.get(&asked.setting)).is_some_and(|(row, value)| *value != row.empty())
        })
        .map(|asked| format!("`{}`", asked.setting))
        .collect();
    if !dropped.is_empty() {
        findings.push(
            Finding::new(
                Code::BundleDrops,
                format!(
                    "naming a part of `{}` decides all of it, which empties {}",
                    wanted.bundle.path,
                    dropped.join(", ")
                ),
            )
            .about(address)
            .at(&wanted.span)
            .hint("name them too if they should stay"),
        );
    }
}

fn warn_opaque(
    catalogue: &Catalogue,
    address: &str,
    resolved: &Resolved<'_>,
    current: &Settings,
    findings: &mut Vec<Finding>,
) {
    for (path, value) in current {
        let Value::Opaque(json) = value else { continue };
        let watched = catalogue.bundle_of(path).is_some_and(|bundle| {
            resolved.wanted.iter().any(|wanted| wanted.bundle.path == bundle.path)
        });
        if !watched {
            findings.push(
                Finding::new(
                    Code::UnknownValue,
                    format!("`{path}` is {json} live, which this version does not know"),
                )
                .about(address)
                .at(&resolved.profile.span)
                .hint("it is left as it is; name the setting in the file to decide it"),
            );
        }
    }
}

/// Counts the settings with a floor that nobody decides.
fn cover(coverage: &mut Coverage, catalogue: &Catalogue, asked: &[Wanted<'_>], current: &Settings) {
    let mut unwatched = 0;
    let mut on = 0;
    let mut asked = asked.iter().peekable();
    for bundle in catalogue.bundles() {
        // Both are in catalogue order.
        if asked.next_if(|wanted| wanted.bundle.path == bundle.path).is_some() {
            continue;
        }
        for (path, value) in catalogue.meaning(bundle, current) {
            if let Some(floor) = catalogue.row(&path).and_then(|row| row.floor.as_ref()) {
                unwatched += 1;
                on += usize::from(value != *floor);
            }
        }
    }
    if unwatched > 0 {
        coverage.profiles += 1;
        coverage.settings += unwatched;
        coverage.on += on;
    }
}

fn ignored<'a>(input: &Input<'a>, live: &LiveProfile) -> Option<&'a desired::Ignore> {
    input.desired.ignore.iter().find(|ignore| {
        ignore.profile == live.name && ignore.until.is_none_or(|until| until >= input.day)
    })
}

fn unclaimed(input: &Input<'_>, resolved: &[Resolved<'_>], plan: &mut WorkspacePlan) {
    let blocked = |live: &LiveProfile| {
        resolved.iter().any(|resolved| {
            resolved.claim == Claim::Blocked
                && (resolved.profile.name == live.name
                    || resolved.profile.formerly.iter().any(|(name, _)| *name == live.name)
                    || resolved.profile.pin.as_ref().is_some_and(|(pin, _)| *pin == live.id))
        })
    };
    let mut claimed = vec![false; input.live.profiles.len()];
    for resolved in resolved {
        if let Claim::Live(at) = resolved.claim {
            claimed[at] = true;
        }
    }
    for (live, claimed) in input.live.profiles.iter().zip(claimed) {
        if claimed || blocked(live) {
            continue;
        }
        let (name, id) = (live.name.clone(), live.id.clone());
        match ignored(input, live) {
            Some(ignore) => plan.ignored.push(Ignored { name, id, reason: ignore.reason.clone() }),
            None => plan.unmanaged.push(Unmanaged { name, id }),
        }
    }
}

/// Gathers the members that no catalogue knows, with the profiles in which they are on.
fn unknown_members(input: &Input<'_>) -> Vec<Unknown> {
    let mut found: BTreeMap<SettingPath, Vec<String>> = BTreeMap::new();
    for live in &input.live.profiles {
        if ignored(input, live).is_some() {
            continue;
        }
        for member in input.dialect.unknown_members(&live.document) {
            let on_in = found.entry(member.path).or_default();
            if member.on {
                on_in.push(live.name.clone());
            }
        }
    }
    found.into_iter().map(|(setting, on_in)| Unknown { setting, on_in }).collect()
}

fn warn_unknown(unknown: &[Unknown], workspace: &str, findings: &mut Vec<Finding>) {
    for Unknown { setting, on_in } in unknown.iter().filter(|unknown| !unknown.on_in.is_empty()) {
        findings.push(
            Finding::new(
                Code::UnknownMemberOn,
                format!(
                    "`{setting}` is not known to this version and is on in {}",
                    crate::plan::some_of(on_in)
                ),
            )
            .about(workspace)
            .hint("permctl leaves it as it is; review it in the vendor's settings"),
        );
    }
}

/// Notes the names of ids that the changes touch, so that a reader need not look them up.
fn labels(input: &Input<'_>, plan: &mut WorkspacePlan) {
    let catalogue = input.dialect.catalogue();
    let transitions = plan.changes.iter().flat_map(|planned| &planned.change.transitions);
    for transition in transitions {
        for (path, value) in transition.before.iter().chain(&transition.after) {
            let Some(kind) = catalogue.row(path).and_then(|row| row.references) else { continue };
            let Value::Set(ids) = value else { continue };
            for id in ids {
                if let Some(entry) = input.names.entry(kind, id) {
                    plan.labels.insert(id.clone(), entry.name.clone());
                }
            }
        }
    }
}

fn preview(input: &Input<'_>, change: Change) -> Planned {
    let document = match &change.existence {
        Existence::Create => None,
        Existence::Update { id, .. } => {
            input.live.profiles.iter().find(|live| live.id == *id).map(|live| &live.document)
        }
    };
    let preview = input
        .dialect
        .calls(&input.live.id, &change, document)
        .into_iter()
        .map(|request| Call {
            method: request.route.method.to_owned(),
            target: request.target(),
            body: request.body.unwrap_or_default(),
        })
        .collect();
    Planned { change, preview }
}

/// Tells whether a change renames.
pub fn renames(change: &Change) -> bool {
    let name = name_path();
    change.existence != Existence::Create
        && change.transitions.iter().any(|transition| transition.bundle == name)
}
