//! `groups` and `lists` of `permctl.yaml`: what several workspaces share.

use std::collections::{BTreeMap, HashMap};

use super::{Reading, WorkspaceConfig};
use jiff::civil::Date;

use crate::desired::fields::{id, list, wrong_kind};
use crate::desired::lists::{LIST, Lists, NamedList};
use crate::desired::members::Member;
use crate::finding::{Code, Finding, Span};
use crate::text::counted;
use crate::yaml::Node;

/// Workspaces that share a folder of profiles.
#[derive(Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub span: Span,
    /// The names of its workspaces, each once, in order.
    pub workspaces: Vec<String>,
}

/// Reads the groups. A group that can't be read is left out, and so is a workspace that can't be.
pub(super) fn groups(
    node: &Node,
    workspaces: &[WorkspaceConfig],
    reading: &mut Reading<'_>,
) -> Vec<Group> {
    let Some(entries) = node.as_map() else {
        let hint = "write `name: [workspace, workspace]` for each group";
        reading.findings.push(wrong_kind("`groups`", "a mapping", node, hint));
        reading.is_partial = true;
        return Vec::new();
    };
    let known: HashMap<&str, &WorkspaceConfig> =
        workspaces.iter().map(|workspace| (workspace.name.as_str(), workspace)).collect();
    let mut groups = Vec::new();
    for entry in entries {
        let (name, span) = (&entry.key, &entry.key_span);
        reading.names.push((name.clone(), span.clone()));
        let what = format!("group `{}`", span.quotable(name));
        let Some(items) = list(&what, &entry.value, reading.findings) else {
            reading.unread.push(name.clone());
            continue;
        };
        if items.is_empty() {
            let message = format!("{what} has no workspace and no effect");
            let hint = "list its workspaces, or take it out";
            reading.findings.push(Finding::new(Code::NoEffect, message).at(span).hint(hint));
        }
        let members: Vec<(&WorkspaceConfig, &Span)> =
            items.iter().filter_map(|item| member(&what, item, &known, reading)).collect();
        one_provider(&what, &members, reading);
        twice(&what, &members, reading.findings);
        let mut workspaces: Vec<String> =
            members.iter().map(|(workspace, _)| workspace.name.clone()).collect();
        workspaces.sort();
        workspaces.dedup();
        groups.push(Group { name: name.clone(), span: span.clone(), workspaces });
    }
    groups
}

/// Finds the workspace that a member of a group names.
fn member<'w, 'n>(
    what: &str,
    item: &'n Node,
    known: &HashMap<&str, &'w WorkspaceConfig>,
    reading: &mut Reading<'_>,
) -> Option<(&'w WorkspaceConfig, &'n Span)> {
    let name = id(format_args!("a workspace of {what}"), item, reading.findings)?;
    if let Some(found) = known.get(name.as_str()) {
        return Some((found, &item.span));
    }
    // A workspace with a mistake has a finding of its own.
    if !reading.is_partial && !reading.unread.contains(&name) {
        let mut names: Vec<&str> = known.keys().copied().collect();
        names.sort_unstable();
        let message =
            format!("{what} has `{}`, and there is no such workspace", item.span.quotable(&name));
        let hint = "list names of workspaces from `tenants`";
        let finding = Finding::new(Code::UnknownWorkspace, message).at(&item.span);
        reading.findings.push(finding.suggest(&name, &names, hint.to_owned()));
    }
    None
}

fn one_provider(what: &str, members: &[(&WorkspaceConfig, &Span)], reading: &mut Reading<'_>) {
    let Some(((first, place), rest)) = members.split_first() else { return };
    let other = rest.iter().find(|(it, _)| it.provider.id() != first.provider.id());
    let Some((other, span)) = other else {
        // A mistake in one of the tables has its finding.
        return if !reading.settings_unread {
            one_table(what, members, reading.findings)
        };
    };
    let message =
        format!("{what} has workspaces of {} and of {}", first.provider.id(), other.provider.id());
    reading.findings.push(
        Finding::new(Code::ImpossibleValue, message)
            .at_labelled(span, other.provider.title())
            .at_labelled(place, first.provider.title())
            .hint("make a group for each provider: their profiles have other settings"),
    );
}

/// Finds members whose tenants add different settings: a profile of the group would mean other things in each.
fn one_table(what: &str, members: &[(&WorkspaceConfig, &Span)], findings: &mut Vec<Finding>) {
    let Some(((first, place), rest)) = members.split_first() else { return };
    let is_other =
        |it: &WorkspaceConfig| !std::ptr::eq(it.provider.catalogue(), first.provider.catalogue());
    let Some((other, span)) = rest.iter().find(|(it, _)| is_other(it)) else { return };
    let message = format!("{what} has workspaces of tenants with different `settings`");
    findings.push(
        Finding::new(Code::ImpossibleValue, message)
            .at_labelled(span, format!("of tenant {}", other.tenant))
            .at_labelled(place, format!("of tenant {}", first.tenant))
            .hint("write the same `settings` in both tenants, or make a group for each"),
    );
}

fn twice(what: &str, members: &[(&WorkspaceConfig, &Span)], findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<&str, &Span> = BTreeMap::new();
    for (workspace, span) in members {
        if let Some(before) = first.insert(&workspace.name, span) {
            findings.push(
                Finding::new(Code::DuplicateName, format!("{what} has `{}` twice", workspace.name))
                    .at_labelled(span, "again here")
                    .at_labelled(before, "first here")
                    .hint("take one of them out"),
            );
        }
    }
}

/// Reads the lists.
pub(super) fn lists(node: &Node, today: Date, findings: &mut Vec<Finding>) -> Lists {
    let Some(entries) = node.as_map() else {
        let hint = "write `name: [one, two]` for each list";
        findings.push(wrong_kind("`lists`", "a mapping", node, hint));
        return Lists { is_partial: true, today, ..Lists::default() };
    };
    let mut lists = Lists { today, ..Lists::default() };
    for entry in entries {
        let what = format!("list `{}`", entry.key_span.quotable(&entry.key));
        lists.unread.push(entry.key.clone());
        let Some(items) = list(&what, &entry.value, findings) else { continue };
        let mut members: Vec<Member> = Vec::new();
        let mut first: HashMap<String, Span> = HashMap::new();
        for item in items {
            let named = format_args!("a member of {what}");
            let Some(member) = Member::read(named, item, today, findings) else { continue };
            let Member { name, span, .. } = &member;
            if name.starts_with(LIST) {
                let hint = "write its members out; a list holds no other list";
                let message = format!("{what} has `{}` in it", span.quotable(name));
                findings.push(Finding::new(Code::ImpossibleValue, message).at(span).hint(hint));
                continue;
            }
            if let Some(before) = first.insert(name.clone(), span.clone()) {
                findings.push(
                    Finding::new(Code::DuplicateKey, format!("{what} has `{name}` twice"))
                        .at_labelled(span, "again here")
                        .at_labelled(&before, "first here")
                        .hint("take one of them out"),
                );
                continue;
            }
            members.push(member);
        }
        if members.len() == items.len() {
            lists.unread.pop();
            lists.known.push(NamedList::new(entry.key.clone(), entry.key_span.clone(), members));
        }
    }
    lists
}

/// Warns of groups whose folder has no file.
pub fn without_files<'g>(groups: impl Iterator<Item = &'g Group>, findings: &mut Vec<Finding>) {
    for group in groups {
        let name = &group.name;
        let of = counted(group.workspaces.len(), "workspace");
        let message = format!("no file is in the folder of group `{name}` ({of})");
        let hint = format!("its profiles and bases lie in `profiles/{name}/`");
        findings.push(Finding::new(Code::NoEffect, message).at(&group.span).hint(hint));
    }
}
