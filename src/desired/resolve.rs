//! From the settings that a profile names to whole bundles, by the catalogue.
//!
//! A file that names one member of a bundle decides all of it; what it leaves out takes its
//! neutral value here, so that no later stage has to know.

use std::collections::{HashMap, HashSet};

use crate::desired::fields::{flag, not_yet, text, wrong_kind};
use crate::desired::keys::{LONG_FORM, ProfileFields};
use crate::desired::{Wanted, WantedBundle, WantedValue};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::{Bundle, Catalogue, Kind, Owner, Row, Wire};
use crate::model::{SettingPath, Value, Why};
use crate::text::{closest, listed};
use crate::yaml::{Content, Entry, Node};

mod maps;

/// What a profile names.
pub struct Resolved {
    /// Whole bundles, in catalogue order.
    pub bundles: Vec<WantedBundle>,
    /// Maps that are given as a list, and where.
    pub whole_maps: Vec<(SettingPath, Span)>,
}

/// Reads `description` and `settings` of a profile.
pub fn bundles(
    keys: &ProfileFields<'_>,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Resolved {
    let mut named = Named {
        catalogue,
        values: HashMap::new(),
        unread: HashSet::new(),
        whole_maps: Vec::new(),
        findings,
    };
    if let Some(node) = keys.description.node() {
        let path = SettingPath::new(["description"]);
        match catalogue.row(&path) {
            Some(row) => named.leaf_at(row, &path, &node.span, node),
            None => named.unknown(&path, &node.span),
        }
    }
    if let Some(settings) = keys.settings.node() {
        named.members(&SettingPath::new::<_, String>([]), settings);
    }
    let Named { mut values, unread, whole_maps, findings, .. } = named;
    let entries = values.keys().chain(&unread).filter(|path| catalogue.map_of(path).is_some());
    let entries = entries.cloned().collect();
    let bundles = catalogue
        .bundles_with(&entries)
        .iter()
        // What is wrong with a member was said; the rest of its bundle would only look incomplete.
        .filter(|bundle| !bundle.members.iter().any(|path| unread.contains(path)))
        .filter_map(|bundle| whole(bundle, catalogue, &mut values, findings))
        .collect();
    Resolved { bundles, whole_maps }
}

/// A value with the places of its key and of itself.
type WantedValueAt = (Wanted, Span, Span);

/// The leaves that a profile names, as they are met.
struct Named<'a> {
    catalogue: &'a Catalogue,
    values: HashMap<SettingPath, WantedValueAt>,
    /// Leaves whose values could not be read.
    unread: HashSet<SettingPath>,
    whole_maps: Vec<(SettingPath, Span)>,
    findings: &'a mut Vec<Finding>,
}

impl Named<'_> {
    /// Reads the members of a mapping below `prefix`.
    fn members(&mut self, prefix: &SettingPath, node: &Node) {
        let Content::Map(entries) = &node.content else {
            let what = if prefix.segments().is_empty() {
                "`settings`".to_owned()
            } else {
                format!("`{prefix}`")
            };
            self.findings.push(wrong_kind(&what, "a mapping", node).hint(self.members_of(prefix)));
            return;
        };
        for entry in entries {
            self.member(prefix, entry);
        }
    }

    fn member(&mut self, prefix: &SettingPath, entry: &Entry) {
        let path = prefix.join(&entry.key);
        match self.catalogue.row(&path) {
            Some(row) if row.is_entry() => self.map(row, entry),
            Some(row) if row.owner == Owner::Files => {
                self.leaf_at(row, &path, &entry.key_span, &entry.value)
            }
            Some(row) => {
                let hint = match row.owner {
                    Owner::Profile if entry.key == "name" => {
                        "the name stands beside `settings`, as `profile:`".to_owned()
                    }
                    Owner::Profile => format!("`{path}` stands beside `settings`, not in it"),
                    _ => "the vendor decides it; take it out".to_owned(),
                };
                self.findings.push(
                    Finding::new(Code::UnknownSetting, format!("`{path}` is not set here"))
                        .at(&entry.key_span)
                        .hint(hint),
                );
            }
            None if !self.children(&path).is_empty() => self.members(&path, &entry.value),
            None => self.unknown(&path, &entry.key_span),
        }
    }

    /// Lists the next segments below a path.
    fn children(&self, prefix: &SettingPath) -> Vec<String> {
        let depth = prefix.segments().len();
        let mut names: Vec<String> = Vec::new();
        for row in self.catalogue.rows().iter().filter(|row| row.owner == Owner::Files) {
            if row.path.starts_with(prefix)
                && let Some(segment) = row.path.segments().get(depth)
                && !names.contains(segment)
            {
                names.push(segment.clone());
            }
        }
        names
    }

    fn unknown(&mut self, path: &SettingPath, span: &Span) {
        let parent = SettingPath::new(&path.segments()[..path.segments().len() - 1]);
        let siblings = self.children(&parent);
        // The right name in the wrong place comes before a name that is merely near.
        let hint = match self.elsewhere(path.leaf()) {
            Some(place) => {
                format!("did you mean `{place}`? settings are nested as in the vendor's API")
            }
            None => match closest(path.leaf(), &siblings) {
                Some(near) => format!("did you mean `{}`?", parent.join(near)),
                None => self.members_of(&parent),
            },
        };
        self.findings.push(
            Finding::new(Code::UnknownSetting, format!("there is no setting `{path}`"))
                .at(span)
                .hint(hint),
        );
    }

    /// Says what there is below a path, as far as that fits a line.
    fn members_of(&self, prefix: &SettingPath) -> String {
        let members = self.children(prefix);
        if members.len() > 8 {
            return "names are the vendor's own, as in its API; see docs/settings.md".to_owned();
        }
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        format!("its members are {}", listed(&members))
    }

    /// Finds a setting or a group of settings of this name somewhere else, when there is just one.
    fn elsewhere(&self, name: &str) -> Option<SettingPath> {
        let rows = self.catalogue.rows().iter().filter(|row| row.owner == Owner::Files);
        let mut places: Vec<SettingPath> = rows
            .filter_map(|row| {
                let segments = row.path.segments();
                let at = segments.iter().position(|segment| segment == name)?;
                Some(SettingPath::new(&segments[..=at]))
            })
            .collect();
        // The members of one group are neighbours in the table.
        places.dedup();
        if places.len() == 1 { places.pop() } else { None }
    }

    fn leaf_at(&mut self, row: &Row, path: &SettingPath, key: &Span, node: &Node) {
        if let Some(entry) = node.as_map().and_then(|entries| {
            entries.iter().find(|entry| LONG_FORM.contains(&entry.key.as_str()))
        }) {
            self.findings.push(not_yet(&entry.key, &entry.key_span));
            self.unread.insert(path.clone());
            return;
        }
        match value(row, path, node, self.findings) {
            Some(wanted) => {
                self.values.insert(path.clone(), (wanted, key.clone(), node.span.clone()));
            }
            None => {
                self.unread.insert(path.clone());
            }
        }
    }
}

/// Reads a value of a row's kind.
fn value(
    row: &Row,
    path: &SettingPath,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Wanted> {
    let what = format!("`{path}`");
    if matches!(node.content, Content::Null) {
        findings.push(
            Finding::new(Code::WrongKind, format!("{what} has no value"))
                .at(&node.span)
                .hint("write a value, or take the line out"),
        );
        return None;
    }
    match &row.kind {
        Kind::Flag => flag(&what, node, findings).map(|on| Wanted::Value(Value::Flag(on))),
        Kind::Text => text(&what, node, findings).map(|text| Wanted::Value(Value::Text(text))),
        Kind::Level(levels) => {
            let level = text(&what, node, findings)?;
            if let Some(known) = levels.iter().find(|known| **known == level) {
                return Some(Wanted::Value(Value::Level(known)));
            }
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't be `{level}`"))
                    .at(&node.span)
                    .suggest(&level, *levels, format!("its values are {}", listed(*levels))),
            );
            None
        }
        Kind::Set => set(row, &what, node, findings),
    }
}

fn set(row: &Row, what: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<Wanted> {
    let items = crate::desired::fields::list(what, node, findings)?;
    let mut members = Vec::new();
    for item in items {
        let member = crate::desired::fields::id(&format!("a member of {what}"), item, findings);
        let Some(member) = member else { continue };
        if member.starts_with("list:") {
            findings.push(not_yet(&member, &item.span));
            continue;
        }
        if row.wire == Wire::Numbers
            && member.parse::<i32>().map(|it| it.to_string()) != Ok(member.clone())
        {
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't have `{member}`"))
                    .at(&item.span)
                    .hint("write a whole number: the vendor's id"),
            );
            continue;
        }
        if let Some(kind) = row.references
            && !kind.could_be(&member)
        {
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't have `{member}`"))
                    .at(&item.span)
                    .hint(format!("write {}", kind.expected())),
            );
            continue;
        }
        members.push((member, item.span.clone()));
    }
    // Every wrong member has its finding; a set without one of them is not what was asked for.
    (members.len() == items.len()).then(|| match row.references {
        Some(kind) => Wanted::References(kind, members),
        None => Wanted::Value(Value::set(members.into_iter().map(|(member, _)| member))),
    })
}

/// Completes a bundle of which at least one member is named.
fn whole(
    bundle: &Bundle,
    catalogue: &Catalogue,
    values: &mut HashMap<SettingPath, WantedValueAt>,
    findings: &mut Vec<Finding>,
) -> Option<WantedBundle> {
    let (first_key, _) = bundle
        .members
        .iter()
        .filter_map(|path| values.get(path).map(|(_, key, span)| (key.clone(), span.clone())))
        .min_by(|(a, _), (b, _)| a.place().cmp(&b.place()))?;
    let row_of = |path: &SettingPath| catalogue.row(path).expect("a bundle's members have rows");
    if !values.contains_key(bundle.lead()) {
        let row = row_of(bundle.lead());
        let levels = match &row.kind {
            Kind::Level(levels) => format!(": {}", listed(*levels)),
            _ => String::new(),
        };
        findings.push(
            Finding::new(
                Code::BundleWithoutLevel,
                format!(
                    "`{}` is decided as a whole, and `{}` is missing",
                    bundle.path,
                    bundle.lead()
                ),
            )
            .at(&first_key)
            .hint(format!("add `{}`{levels}", row.path.leaf())),
        );
        return None;
    }
    let mut members = Vec::with_capacity(bundle.members.len());
    for path in &bundle.members {
        let member = match values.remove(path) {
            Some((wanted, _, span)) => WantedValue { wanted, span, why: Why::Named },
            None => WantedValue {
                wanted: Wanted::Value(row_of(path).empty()),
                span: first_key.clone(),
                why: Why::BundleRest,
            },
        };
        members.push((path.clone(), member));
    }
    inert(bundle, catalogue, &members, findings);
    Some(WantedBundle { path: bundle.path.clone(), members })
}

/// Finds members that ask for something that their bundle's level makes meaningless.
fn inert(
    bundle: &Bundle,
    catalogue: &Catalogue,
    members: &[(SettingPath, WantedValue)],
    findings: &mut Vec<Finding>,
) {
    for (path, member) in members {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        let Some((decider, level)) = &row.inert_when else { continue };
        let level_of = members.iter().find(|(path, _)| path == decider);
        let Some((_, WantedValue { wanted: Wanted::Value(Value::Level(actual)), .. })) = level_of
        else {
            continue;
        };
        let asks = match &member.wanted {
            Wanted::Value(value) => *value != row.empty(),
            Wanted::References(_, names) => !names.is_empty(),
        };
        if actual == level && asks {
            findings.push(
                Finding::new(
                    Code::InertSetting,
                    format!("`{path}` means nothing while `{decider}` is `{level}`"),
                )
                .at(&member.span)
                .hint(format!("take it out, or choose another level for `{}`", bundle.path)),
            );
        }
    }
}
