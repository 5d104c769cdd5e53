//! The rules, of `permctl.yaml` and `rules/`, that a branch makes less strict. Pure.

use crate::desired::guards::{Exception, Guards};
use crate::desired::{Desired, Ignore, Tenant};
use crate::model::SettingPath;
use crate::model::catalogue::OwnTier;
use crate::text::in_quotes;

/// Says which rules are less strict after a branch than before it.
pub fn loosened(before: &Desired, after: &Desired) -> Vec<String> {
    let (was, is) = (&before.guards, &after.guards);
    let share = |guards: &Guards| guards.changed_share.map(usize::from);
    let mut all: Vec<String> = [
        ("maxChanged (share)", share(was), share(is)),
        ("maxChanged (profiles)", was.changed, is.changed),
        ("maxBroadened (profiles)", was.broadened_profiles, is.broadened_profiles),
        ("maxBroadened (holders)", was.broadened_holders, is.broadened_holders),
    ]
    .into_iter()
    .filter_map(|(guard, was, is)| limit(guard, was?, is))
    .collect();
    let gone = was.protected.iter().filter(|name| !is.protected.contains(name));
    all.extend(gone.map(|name| format!("{name} is protected no more")));
    for exception in &after.exceptions {
        let is_same = |was: &&Exception| {
            (was.guard, &was.workspace) == (exception.guard, &exception.workspace)
                && was.until >= exception.until
        };
        if !before.exceptions.iter().any(|was| is_same(&was)) {
            let (guard, until) = (exception.guard.word(), exception.until);
            let workspace = &exception.workspace;
            all.push(format!(
                "{guard} does not refuse in {workspace} until {until}: {}",
                exception.reason
            ));
        }
    }
    for workspace in &after.workspaces {
        let was = before.workspace(&workspace.name).map(|was| &was.ignore);
        let is_new =
            |it: &&Ignore| was.is_some_and(|was| !was.iter().any(|was| was.profile == it.profile));
        let ignored = workspace.ignore.iter().filter(is_new);
        all.extend(ignored.map(|it| {
            let place = &workspace.name;
            format!("{place}/{} is ignored, so drift says nothing of it: {}", it.profile, it.reason)
        }));
    }
    // Rules, approvals and shared files are of groups.
    for was in &before.workspaces {
        let Some(is) = after.workspace(&was.name) else { continue };
        let left = was.groups.iter().filter(|group| !is.groups.contains(group));
        all.extend(left.map(|group| format!("{} is in the group {group} no more", was.name)));
    }
    for rule in &before.rules {
        let name = in_quotes(&rule.name);
        match after.rules.iter().find(|it| it.name == rule.name) {
            None => all.push(format!("the rule {name} is taken out")),
            Some(it) if it.document != rule.document => {
                all.push(format!("the rule {name} is changed, which may loosen it"));
            }
            Some(_) => {}
        }
    }
    for approval in &before.approvals {
        let name = in_quotes(&approval.name);
        match after.approvals.iter().find(|it| it.name == approval.name) {
            None => all.push(format!("the approval {name} is taken out")),
            Some(it) if it.said() != approval.said() => {
                all.push(format!("the approval {name} is changed, which may loosen it"));
            }
            Some(_) => {}
        }
    }
    let days = |desired: &Desired| desired.freeze.as_ref().map(|freeze| (freeze.from, freeze.to));
    if let (Some((from, to)), is) = (days(before), days(after))
        && is.is_none_or(|(first, last)| first > from || last < to)
    {
        all.push(format!("the freeze from {from} to {to} is shortened or taken out"));
    }
    for tenant in &after.tenants {
        all.extend(before.tenant(&tenant.name).into_iter().flat_map(|was| tiers(was, tenant)));
    }
    all
}

fn limit(guard: &str, was: usize, is: Option<usize>) -> Option<String> {
    match is {
        None => Some(format!("{guard} was {was}, and is taken out")),
        Some(is) if is > was => Some(format!("{guard} was {was}, and is {is}")),
        Some(_) => None,
    }
}

/// Lists the settings that a tenant judges as less dangerous than before.
fn tiers(was: &Tenant, is: &Tenant) -> Vec<String> {
    let (before, after) = (was.provider.catalogue(), is.provider.catalogue());
    let lower = |(name, own): (&String, &OwnTier)| {
        let path = SettingPath::new(name.split('.'));
        let (was, is) = (before.risk(&path).tier(), after.risk(&path).tier());
        (is < was)
            .then(|| format!("{name} was {}, and is {}: {}", was.word(), is.word(), own.reason))
    };
    is.tiers.iter().filter_map(lower).collect()
}
