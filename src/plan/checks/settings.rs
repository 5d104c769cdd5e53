//! Settings whose change or value needs a person: levels that the vendor leaves ambiguous, members
//! that are dropped, values and names that this version does not know.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::Profile;
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Catalogue, EntryNames, ReferenceKind};
use crate::model::{OriginKind, SettingPath, Settings, Value, document};
use crate::plan::checks::{Looked, own};
use crate::plan::expect::DesiredBundle;
use crate::plan::unmanaged::ignored;
use crate::plan::{Input, ResolvedProfile, Unknown, WorkspacePlan};
use crate::provider::tailored::sends;
use crate::text::{listed, some_of};

/// Says that a retired profile is not there, so that its document has no effect.
pub fn retired_and_gone(profile: &Profile, address: &str) -> Finding {
    let message = format!("\"{}\" is retired and not live", profile.name);
    Finding::new(Code::NoEffect, message)
        .at(&profile.span)
        .hint("take the document out; permctl does not create a retired profile")
        .about(address)
}

/// Refuses to newly write a level with ids whose meaning the vendor leaves open.
pub(in crate::plan) fn refuse_ambiguous(
    address: &str,
    asked: &[DesiredBundle<'_>],
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
    for wanted in asked {
        let level = match wanted.after.get(wanted.bundle.lead()) {
            Some(Value::Level(level)) if wanted.bundle.ambiguous_levels.contains(level) => level,
            _ => continue,
        };
        let ids = wanted
            .after
            .iter()
            .find(|(_, value)| matches!(value, Value::Set(ids) if !ids.is_empty()));
        if let Some((path, _)) = ids.filter(|_| !wanted.is_met) {
            let references = catalogue.row(path).and_then(|row| row.references);
            let plural = references.map_or("ids", ReferenceKind::plural);
            findings.push(
                Finding::new(
                    Code::AmbiguousLevel,
                    format!("`{}` can't newly be `{level}` together with a list of {plural}", wanted.bundle.path),
                )
                .about(address)
                .at(wanted.span())
                .hint("the vendor does not say what the two mean together; take the list out, or choose another level"),
            );
        }
    }
    findings.len() > before
}

/// Warns where naming a part of a bundle drops what live has in the rest.
pub(in crate::plan) fn warn_drops(
    address: &str,
    wanted: &DesiredBundle<'_>,
    before: &Settings,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let dropped: Vec<String> = wanted
        .origins()
        .iter()
        .filter(|asked| asked.kind == OriginKind::BundleRest)
        .filter(|asked| {
            let row = catalogue.row(&asked.setting);
            row.zip(before.get(&asked.setting)).is_some_and(|(row, value)| {
                *value != row.empty() && wanted.after.get(&asked.setting) != Some(value)
            })
        })
        .map(|asked| asked.setting.to_string())
        .collect();
    if !dropped.is_empty() {
        findings.push(
            Finding::new(
                Code::BundleDrops,
                format!(
                    "naming a part of `{}` decides all of it, which empties {}",
                    wanted.bundle.path,
                    listed(dropped)
                ),
            )
            .about(address)
            .at(wanted.span())
            .hint("name them too if they should stay"),
        );
    }
}

pub(in crate::plan) fn warn_opaque(
    input: &Input<'_>,
    address: &str,
    resolved: &ResolvedProfile<'_>,
    current: &Settings,
    findings: &mut Vec<Finding>,
) {
    let catalogue = input.catalogue;
    for (path, value) in current {
        let Value::Opaque(json) = value else { continue };
        let watched = catalogue.bundle_path(path).is_some_and(|bundle| {
            resolved.wanted.iter().any(|wanted| wanted.bundle.path == *bundle)
        });
        if watched {
            continue;
        }
        let (message, hint) = match catalogue.row(path).filter(|row| row.own) {
            Some(row) => own::misdescribed(row, json, &input.desired.tenant),
            None => (
                format!("`{path}` is {json} live, which this version does not know"),
                "it is left as it is; name the setting in the file to decide it".to_owned(),
            ),
        };
        let finding = Finding::new(Code::UnknownValue, message).about(address);
        findings.push(finding.at(&resolved.profile.span).hint(hint));
    }
}

/// Warns of live members that no table knows and that are on.
pub(super) fn unknown_members(looked: &Looked<'_>, findings: &mut Vec<Finding>) {
    let WorkspacePlan { workspace, unknown, .. } = looked.plan;
    let Input { provider, catalogue, .. } = looked.input;
    let hint = |setting: &SettingPath| {
        let name = setting.to_string();
        match sends(*provider, &name) && catalogue.no_room(&name).is_none() {
            true => {
                "permctl leaves it as it is; to decide it in files, add it to `settings` of the tenant in `permctl.yaml`"
            }
            false => "permctl leaves it as it is; review it in the vendor's settings",
        }
    };
    for Unknown { setting, on_in } in unknown.iter().filter(|unknown| !unknown.on_in.is_empty()) {
        findings.push(
            Finding::new(
                Code::UnknownMemberOn,
                format!(
                    "`{setting}` is not known to this version and is on in {}",
                    some_of(on_in, 5)
                ),
            )
            .about(workspace)
            .hint(hint(setting)),
        );
    }
}

/// Warns of live entries whose names the vendor's documentation does not have. They are compared and
/// written like the others; one that a file names has its warning there.
pub(super) fn undocumented_entries(looked: &Looked<'_>, findings: &mut Vec<Finding>) {
    let Looked { input, selected, .. } = *looked;
    let catalogue = input.catalogue;
    let members = input.desired.profiles.iter().flat_map(|profile| profile.bundles.members());
    let named = members.map(|(path, _)| path).filter(|path| catalogue.map_of(path).is_some());
    let named: BTreeSet<&SettingPath> = named.collect();
    let mut on_in: BTreeMap<SettingPath, Vec<String>> = BTreeMap::new();
    let mut beside: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for live in input.live.profiles.iter().filter(|live| selected(&live.name)) {
        if ignored(input, live).is_some() || input.provider.built_in(&input.live.id, live).is_some()
        {
            continue;
        }
        for name in
            input.provider.unknown_names(&live.document).into_iter().collect::<BTreeSet<_>>()
        {
            beside.entry(name).or_default().push(live.name.clone());
        }
        for path in document::entries(catalogue, &live.document) {
            let documented = catalogue.map_of(&path).is_some_and(|map| {
                map.names != EntryNames::Documented || map.known(path.leaf()).is_some()
            });
            let row = catalogue.row(&path);
            let value = document::value(catalogue, &live.document, &path);
            let on =
                row.zip(value).is_some_and(|(row, it)| it != row.empty() && !row.equals_floor(&it));
            if on && !documented && !named.contains(&path) {
                on_in.entry(path).or_default().push(live.name.clone());
            }
        }
    }
    findings.extend(beside.into_iter().map(|(name, profiles)| {
        let profiles = some_of(&profiles, 5);
        Finding::new(Code::UnknownEntry, format!("{name} is not documented and is in {profiles}"))
            .about(&input.desired.name)
            .hint("permctl leaves it as it is; review it in the vendor's settings")
    }));
    findings.extend(on_in.into_iter().map(|(path, profiles)| {
        let profiles = some_of(&profiles, 5);
        Finding::new(
            Code::UnknownEntry,
            format!("`{path}` is no documented name, and is on in {profiles}"),
        )
        .about(&input.desired.name)
        .hint(
            "it is compared and written like the others; see in the vendor's settings what it does",
        )
    }));
}
