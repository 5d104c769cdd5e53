//! One document of a profile file, parsed without knowing its workspace or vendor.
//!
//! A document is parsed once, however many workspaces its folder stands for. Its settings stay a tree
//! here: the names in it are the vendor's, and [`super::values`] reads them by its catalogue.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::desired::allowed::{self, Allowed};
use crate::desired::bases::Extended;
use crate::desired::config::is_well_formed;
use crate::desired::fields::{self, flag, list, wrong_kind};
use crate::desired::keys::{BaseFields, IS_BASE, Optional, ProfileFields, RetiredFields};
use crate::desired::unlisted::{self, Said};
use crate::finding::{Code, Finding, Span};
use crate::model::ProfileId;
use crate::yaml::{MapEntry, Node};

/// The values of a document that describes a profile, each with its place.
#[derive(Debug)]
pub struct ProfileDocument<'a> {
    /// The profile's name, never empty.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The vendor's id of the live profile.
    pub pin: Option<(ProfileId, Span)>,
    /// Names that the profile had before.
    pub formerly: Vec<(String, Span)>,
    /// Whether it is new although an unmanaged profile looks like it.
    pub is_new: bool,
    /// What it does with grants that it does not list.
    pub unlisted: Option<Said>,
    /// From when on it grants nothing.
    pub retired: Option<Retired>,
    /// Who answers for it, and more notes for people, by name.
    pub notes: BTreeMap<String, String>,
    /// Warnings that it takes as they are.
    pub allow: Vec<Allowed>,
    /// The bases that it begins with.
    pub extends: Vec<Extended>,
    /// `holders`, unread: only some vendors have them.
    pub holders: Option<&'a MapEntry>,
    /// `description`, unread: its kind is the vendor's.
    pub description: Option<&'a MapEntry>,
    /// The tree of `settings`.
    pub settings: Option<&'a Node>,
}

/// From when on a profile grants nothing.
#[derive(Debug, Clone)]
pub struct Retired {
    /// The first day, UTC.
    pub since: Date,
    /// Where that is said.
    pub span: Span,
}

impl Retired {
    /// Returns the last day before it.
    pub fn last_day(&self) -> Date {
        self.since.yesterday().unwrap_or(self.since)
    }

    /// Tells whether it holds on a day.
    pub fn holds(&self, today: Date) -> bool {
        self.since <= today
    }
}

/// The values of a document that is a base.
#[derive(Debug)]
pub struct BaseDocument<'a> {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The vendor, unread.
    pub provider: Option<&'a Node>,
    /// Warnings that it takes as they are.
    pub allow: Vec<Allowed>,
    /// The bases that it begins with.
    pub extends: Vec<Extended>,
    /// `description`, unread: its kind is the vendor's.
    pub description: Option<&'a MapEntry>,
    /// The tree of `settings`.
    pub settings: &'a Node,
}

/// One document.
#[derive(Debug)]
pub enum FileDocument<'a> {
    /// It describes a profile.
    Profile(ProfileDocument<'a>),
    /// It is a base.
    Base(BaseDocument<'a>),
}

/// Parses a document; `None` where it is neither a profile nor a base, which is a finding then.
pub fn read<'a>(node: &'a Node, findings: &mut Vec<Finding>) -> Option<FileDocument<'a>> {
    match node.get(IS_BASE) {
        Some(_) => base(node, findings).map(FileDocument::Base),
        None => profile(node, findings).map(FileDocument::Profile),
    }
}

fn base<'a>(node: &'a Node, findings: &mut Vec<Finding>) -> Option<BaseDocument<'a>> {
    let keys = BaseFields::read("a base", node, findings)?;
    let name_node = keys.base.take(findings)?;
    let name = fields::name(keys.base.quoted(), name_node, findings)?;
    if !is_well_formed(&name) {
        let message = format!("`{}` can't be the name of a base", name_node.span.quotable(&name));
        let hint = "names of bases have a-z, 0-9 and `-`, and begin with a letter or digit";
        findings.push(Finding::new(Code::BadName, message).at(&name_node.span).hint(hint));
        return None;
    }
    let extends = extends(keys.extends, findings);
    let span = name_node.span.clone();
    let allow = allowed::read(keys.allow.node(), node, &span, false, findings);
    Some(BaseDocument {
        span,
        allow,
        provider: keys.provider.node(),
        extends,
        description: keys.description.entry,
        settings: keys.settings.take(findings)?,
        name,
    })
}

fn profile<'a>(node: &'a Node, findings: &mut Vec<Finding>) -> Option<ProfileDocument<'a>> {
    let keys = ProfileFields::read("a profile", node, findings)?;
    let name_node = keys.profile.take(findings)?;
    let name = fields::name(keys.profile.quoted(), name_node, findings)?;
    let pin = keys.id.node().and_then(|node| {
        let id = fields::id(keys.id.quoted(), node, findings)?;
        Some((ProfileId(id), node.span.clone()))
    });
    let formerly = keys.formerly.node().map(|node| former_names(node, &name, findings));
    let new = keys.new.node().and_then(|node| flag(keys.new.quoted(), node, findings));
    let span = name_node.span.clone();
    let allow = allowed::read(keys.allow.node(), node, &span, true, findings);
    Some(ProfileDocument {
        span,
        allow,
        pin,
        formerly: formerly.unwrap_or_default(),
        is_new: new == Some(true),
        unlisted: keys.unlisted.node().and_then(|node| unlisted::read(node, findings)),
        retired: keys.retired.node().and_then(|node| retired(node, findings)),
        notes: notes([keys.owner, keys.ticket, keys.reason], keys.labels, findings),
        extends: extends(keys.extends, findings),
        holders: keys.holders.entry,
        description: keys.description.entry,
        settings: keys.settings.node(),
        name,
    })
}

fn retired(node: &Node, findings: &mut Vec<Finding>) -> Option<Retired> {
    let keys = RetiredFields::read("`retired`", node, findings)?;
    let reason = keys.reason.take(findings)?;
    fields::reason(reason, findings)?;
    let since = keys.since.take(findings)?;
    let day = fields::day(keys.since.quoted(), since, findings)?;
    Some(Retired { since: day, span: since.span.clone() })
}

/// Reads the notes for people.
fn notes(
    own: [Optional<'_>; 3],
    labels: Optional<'_>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, String> {
    let mut notes = BTreeMap::new();
    for key in own {
        let Some(entry) = key.entry else { continue };
        let text = match key.name() {
            "reason" => fields::reason(&entry.value, findings),
            _ => fields::text(key.quoted(), &entry.value, findings),
        };
        notes.extend(text.map(|text| (key.name().to_owned(), text)));
    }
    let Some(node) = labels.node() else { return notes };
    let Some(entries) = node.as_map() else {
        let hint = "write `labels: {name: text}`";
        findings.push(wrong_kind(labels.quoted(), "a mapping", node, hint));
        return notes;
    };
    for MapEntry { key, key_span, value } in entries {
        if own.iter().any(|own| own.name() == key) {
            let message = format!("`{key}` stands beside `labels`, not in it");
            let hint = format!("write `{key}:` in the profile itself");
            findings.push(Finding::new(Code::UnknownKey, message).at(key_span).hint(hint));
            continue;
        }
        let text =
            fields::text(format_args!("label `{}`", key_span.quotable(key)), value, findings);
        notes.extend(text.map(|text| (key.clone(), text)));
    }
    notes
}

/// Reads the names of the bases that a document begins with: one, or a list.
fn extends(key: Optional<'_>, findings: &mut Vec<Finding>) -> Vec<Extended> {
    let Some(node) = key.node() else { return Vec::new() };
    let items = match node.as_list() {
        Some(items) => items,
        None => std::slice::from_ref(node),
    };
    let mut names: Vec<Extended> = Vec::new();
    for item in items {
        let Some(name) = fields::text(key.quoted(), item, findings) else { continue };
        if let Some((_, before)) = names.iter().find(|(known, _)| *known == name) {
            let message = format!("`extends` has `{}` twice", item.span.quotable(&name));
            findings.push(
                Finding::new(Code::DuplicateKey, message)
                    .at_labelled(&item.span, "again here")
                    .at_labelled(before, "first here")
                    .hint("take one of them out"),
            );
            continue;
        }
        names.push((name, item.span.clone()));
    }
    names
}

fn former_names(node: &Node, name: &str, findings: &mut Vec<Finding>) -> Vec<(String, Span)> {
    let mut names = Vec::new();
    for item in list("`formerly`", node, findings).unwrap_or_default() {
        let Some(former) = fields::name("a former name", item, findings) else { continue };
        if former == name {
            findings.push(
                Finding::new(Code::ImpossibleValue, "`formerly` has the profile's own name")
                    .at(&item.span)
                    .hint("`formerly` lists names that the profile had before"),
            );
            continue;
        }
        names.push((former, item.span.clone()));
    }
    names
}
