//! What is live beside the described profiles: unmanaged ones, the vendor's own, those out of sight,
//! and members that this version does not know.

use std::collections::{BTreeMap, HashSet};

use crate::desired;
use crate::finding::{Code, Finding};
use crate::model::{LiveProfile, SettingPath, document};
use crate::plan::checks::Looked;
use crate::plan::{
    BuiltIn, Ignored, Input, Match, ResolvedProfile, Unknown, Unmanaged, WorkspacePlan,
};
use crate::text::{did_you_mean_name, in_quotes};

/// Returns the entry of the configuration that leaves a live profile out of sight.
pub(super) fn ignored<'a>(input: &Input<'a>, live: &LiveProfile) -> Option<&'a desired::Ignore> {
    input.desired.ignore.iter().find(|ignore| {
        ignore.profile == live.name && ignore.until.is_none_or(|until| until >= input.day)
    })
}

/// Finds entries of `ignore` that fit no live profile.
pub(super) fn ignored_and_gone(looked: &Looked<'_>, findings: &mut Vec<Finding>) {
    let Looked { input, selected, .. } = looked;
    let live = &input.live;
    let names = || live.profiles.iter().chain(&live.elsewhere).map(|live| live.name.as_str());
    let fits = |ignore: &&desired::Ignore| names().any(|name| name == ignore.profile);
    let expired = |ignore: &&desired::Ignore| ignore.until.is_some_and(|until| until < input.day);
    let idle = input.desired.ignore.iter().filter(|it| !fits(it) && !expired(it));
    findings.extend(idle.filter(|ignore| selected(&ignore.profile)).map(|ignore| {
        let message = format!(
            "`ignore` names {}, and no live profile has that name",
            in_quotes(&ignore.profile)
        );
        let hint = did_you_mean_name(&ignore.profile, names()).unwrap_or_else(|| {
            "names are compared byte for byte, blanks at the end too; take the entry out if the profile has gone"
                .to_owned()
        });
        Finding::new(Code::NoEffect, message)
            .at(&ignore.span)
            .about(&input.desired.name)
            .hint(hint)
    }));
}

/// Notes the live profiles that no file describes, each as what it is.
pub(super) fn unclaimed(
    input: &Input<'_>,
    resolved: &[ResolvedProfile<'_>],
    selected: &dyn Fn(&str) -> bool,
    plan: &mut WorkspacePlan,
) {
    let blocked = resolved.iter().filter(|resolved| resolved.matched == Match::Blocked);
    let (mut names, mut pins) = (HashSet::new(), HashSet::new());
    for ResolvedProfile { profile, .. } in blocked {
        names.insert(&profile.name);
        names.extend(profile.formerly.iter().map(|(name, _)| name));
        pins.extend(profile.pin.iter().map(|(pin, _)| pin));
    }
    let blocked = |live: &LiveProfile| names.contains(&live.name) || pins.contains(&live.id);
    let mut claimed = vec![false; input.live.profiles.len()];
    for resolved in resolved {
        if let Match::Live(at) = resolved.matched {
            claimed[at] = true;
        }
    }
    for (live, claimed) in input.live.profiles.iter().zip(claimed) {
        if claimed || blocked(live) || !selected(&live.name) {
            continue;
        }
        let (name, id) = (live.name.clone(), live.id.clone());
        match ignored(input, live) {
            Some(ignore) => plan.ignored.push(Ignored { name, id, reason: ignore.reason.clone() }),
            None => match input.provider.built_in(&input.live.id, live) {
                Some(reason) => {
                    let reason = reason.to_owned();
                    plan.built_in.push(BuiltIn { name, id, reason, elsewhere: false });
                }
                None => {
                    let holders = input.provider.holders_in(live);
                    let critical = crate::plan::grants::critical(input.catalogue, live);
                    plan.unmanaged.push(Unmanaged { name, id, holders, critical });
                }
            },
        }
    }
}

/// Warns of live profiles that can't be understood and that no file describes.
pub(super) fn set_aside(looked: &Looked<'_>, findings: &mut Vec<Finding>) {
    let Looked { input, plan, .. } = looked;
    for live in &input.live.profiles {
        let Some(flaw) = input.provider.flaw(live) else { continue };
        if !plan.unmanaged.iter().any(|it| it.id == live.id) {
            continue;
        }
        let message =
            format!("profile \"{}\" ({}) can't be understood: {flaw}", live.name, live.id);
        findings.push(
            Finding::new(Code::SetAside, message)
                .about(&input.desired.name)
                .hint("permctl leaves it alone; correct it in the vendor's settings"),
        );
    }
}

/// Lists what the vendor lists beside the workspace's profiles.
pub(super) fn elsewhere(
    input: &Input<'_>,
    selected: &dyn Fn(&str) -> bool,
    plan: &mut WorkspacePlan,
) {
    for live in input.live.elsewhere.iter().filter(|live| selected(&live.name)) {
        let reason = input.provider.foreign_to(&input.live.id, live).unwrap_or_default();
        plan.built_in.push(BuiltIn {
            name: live.name.clone(),
            id: live.id.clone(),
            reason: reason.to_owned(),
            elsewhere: true,
        });
    }
}

/// Gathers the members that no catalogue knows, with the profiles in which they are on.
pub(super) fn unknown_members(input: &Input<'_>, selected: &dyn Fn(&str) -> bool) -> Vec<Unknown> {
    let mut found: BTreeMap<SettingPath, Vec<String>> = BTreeMap::new();
    for live in &input.live.profiles {
        if ignored(input, live).is_some() || !selected(&live.name) {
            continue;
        }
        for member in document::unknown_members(input.catalogue, &live.document) {
            let on_in = found.entry(member.path).or_default();
            if member.on {
                on_in.push(live.name.clone());
            }
        }
    }
    found.into_iter().map(|(setting, on_in)| Unknown { setting, on_in }).collect()
}
