//! From the settings that a profile names to whole bundles, by the catalogue.
//!
//! A file that names one member of a bundle decides all of it; what it leaves out takes its
//! neutral value here, so that no later stage has to know.

use std::collections::HashMap;

use crate::catalogue::{Bundle, Catalogue, Kind, Owner, Row};
use crate::desired::fields::{flag, listed, not_yet, text, wrong_kind};
use crate::desired::{Wanted, WantedBundle, WantedValue};
use crate::finding::{Code, Finding, Span, closest};
use crate::plan::Why;
use crate::profile::{SettingPath, Value};
use crate::yaml::{Content, Entry, Node};

/// The keys of the long form of a value, which a later version reads.
const LONG_FORM: &[&str] = &["value", "until", "then", "reason"];

/// Reads `description` and `settings` of a profile into whole bundles, in catalogue order.
pub fn bundles(
    profile: &Node,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Vec<WantedBundle> {
    let mut named = Named { catalogue, values: HashMap::new(), findings };
    if let Some(node) = profile.get("description") {
        let path = SettingPath::new(["description"]);
        match catalogue.row(&path) {
            Some(row) => named.leaf(row, node),
            None => named.unknown(&path, &node.span),
        }
    }
    if let Some(settings) = profile.get("settings") {
        named.members(&SettingPath::new::<_, String>([]), settings);
    }
    let Named { mut values, findings, .. } = named;
    catalogue
        .bundles()
        .iter()
        .filter_map(|bundle| whole(bundle, catalogue, &mut values, findings))
        .collect()
}

/// The leaves that a profile names, as they are met.
struct Named<'a> {
    catalogue: &'a Catalogue,
    values: HashMap<SettingPath, (Wanted, Span, Span)>,
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
            self.findings.push(wrong_kind(&what, "a mapping", node).hint(format!(
                "its members are {}",
                {
                    let members = self.children(prefix);
                    listed(&members.iter().map(String::as_str).collect::<Vec<_>>())
                }
            )));
            return;
        };
        for entry in entries {
            self.member(prefix, entry);
        }
    }

    fn member(&mut self, prefix: &SettingPath, entry: &Entry) {
        let path = prefix.join(&entry.key);
        match self.catalogue.row(&path) {
            Some(row) if row.owner == Owner::Files => {
                self.leaf_at(row, &entry.key_span, &entry.value)
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
        let near = closest(path.leaf(), siblings.iter().map(String::as_str));
        let hint = match near {
            Some(near) => format!("did you mean `{}`?", parent.join(near)),
            None => match self.elsewhere(path.leaf()) {
                Some(place) => {
                    format!("did you mean `{place}`? settings are nested as in the vendor's API")
                }
                None if siblings.len() <= 8 => format!(
                    "its members are {}",
                    listed(&siblings.iter().map(String::as_str).collect::<Vec<_>>())
                ),
                None => {
                    "names are the vendor's own, as in its API; see docs/settings.md".to_owned()
                }
            },
        };
        self.findings.push(
            Finding::new(Code::UnknownSetting, format!("there is no setting `{path}`"))
                .at(span)
                .hint(hint),
        );
    }

    /// Finds a setting of this name somewhere else, when there is just one.
    fn elsewhere(&self, leaf: &str) -> Option<&SettingPath> {
        let mut rows = self.catalogue.rows().iter().filter(|row| {
            row.owner == Owner::Files && row.path.segments().iter().any(|segment| segment == leaf)
        });
        rows.next().filter(|_| rows.next().is_none()).map(|row| &row.path)
    }

    fn leaf(&mut self, row: &Row, node: &Node) {
        self.leaf_at(row, &node.span, node);
    }

    fn leaf_at(&mut self, row: &Row, key: &Span, node: &Node) {
        if let Some(entry) = node.as_map().and_then(|entries| {
            entries.iter().find(|entry| LONG_FORM.contains(&entry.key.as_str()))
        }) {
            self.findings.push(not_yet(&entry.key, &entry.key_span));
            return;
        }
        if let Some(wanted) = value(row, node, self.findings) {
            self.values.insert(row.path.clone(), (wanted, key.clone(), node.span.clone()));
        }
    }
}

/// Reads a value of a row's kind.
fn value(row: &Row, node: &Node, findings: &mut Vec<Finding>) -> Option<Wanted> {
    let what = format!("`{}`", row.path);
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
            if levels.contains(&level.as_str()) {
                return Some(Wanted::Value(Value::Text(level)));
            }
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't be `{level}`"))
                    .at(&node.span)
                    .hint(match closest(&level, levels.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("its values are {}", listed(levels)),
                    }),
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
        let member = crate::desired::fields::id(&format!("a member of {what}"), item, findings)?;
        if member.starts_with("list:") {
            findings.push(not_yet(&member, &item.span));
            return None;
        }
        if let Some(kind) = row.references
            && !kind.could_be(&member)
        {
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't have `{member}`"))
                    .at(&item.span)
                    .hint(format!("write {}", kind.expected())),
            );
            return None;
        }
        members.push((member, item.span.clone()));
    }
    Some(match row.references {
        Some(kind) => Wanted::References(kind, members),
        None => Wanted::Value(Value::set(members.into_iter().map(|(member, _)| member))),
    })
}

/// Completes a bundle of which at least one member is named.
fn whole(
    bundle: &Bundle,
    catalogue: &Catalogue,
    values: &mut HashMap<SettingPath, (Wanted, Span, Span)>,
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
            Kind::Level(levels) => format!(": {}", listed(levels)),
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
        let Some((_, WantedValue { wanted: Wanted::Value(Value::Text(actual)), .. })) = level_of
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
