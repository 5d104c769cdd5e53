//! One document of a profile file, parsed without knowing its workspace or vendor.
//!
//! A document is parsed once, however many workspaces its folder stands for. Its settings stay a tree
//! here: the names in it are the vendor's, and [`super::values`] reads them by its catalogue.

use crate::desired::fields::{self, flag, list, not_yet};
use crate::desired::keys::{BASE, ProfileFields};
use crate::desired::unlisted::{self, Said};
use crate::finding::{Code, Finding, Span};
use crate::model::ProfileId;
use crate::yaml::{MapEntry, Node};

/// The values of one document, each with its place.
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
    /// `holders`, unread: only some vendors have them.
    pub holders: Option<&'a MapEntry>,
    /// `description`, unread: its kind is the vendor's.
    pub description: Option<&'a MapEntry>,
    /// The tree of `settings`.
    pub settings: Option<&'a Node>,
}

/// Parses a document; `None` where it describes no profile, which is a finding then.
pub fn read<'a>(node: &'a Node, findings: &mut Vec<Finding>) -> Option<ProfileDocument<'a>> {
    let mut entries = node.as_map().into_iter().flatten();
    if let Some(base) = entries.find(|entry| entry.key == BASE) {
        findings.push(not_yet(BASE, &base.key_span));
        return None;
    }
    let keys = ProfileFields::read("a profile", node, findings)?;
    let name_node = keys.profile.take(findings)?;
    let name = fields::name(keys.profile.quoted(), name_node, findings)?;
    let pin = keys.id.node().and_then(|node| {
        let id = fields::id(keys.id.quoted(), node, findings)?;
        Some((ProfileId(id), node.span.clone()))
    });
    let formerly = keys.formerly.node().map(|node| former_names(node, &name, findings));
    let new = keys.new.node().and_then(|node| flag(keys.new.quoted(), node, findings));
    Some(ProfileDocument {
        span: name_node.span.clone(),
        pin,
        formerly: formerly.unwrap_or_default(),
        is_new: new == Some(true),
        unlisted: keys.unlisted.node().and_then(|node| unlisted::read(node, findings)),
        holders: keys.holders.entry,
        description: keys.description.entry,
        settings: keys.settings.node(),
        name,
    })
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
