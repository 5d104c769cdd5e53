//! What a seed stands for: a tenant in some state, files that want something else of it, and values
//! that somebody may set by hand.

use crate::properties::generate::leaves;
use permctl::desired::Desired;
use permctl::finding::{Code, Finding};
use permctl::live::describe::{Described, file};
use permctl::model::catalogue::{Access, Bundle, Catalogue, Kind, Owner, Row, Wire};
use permctl::model::names::Names;
use permctl::model::{LiveProfile, LiveWorkspace, SettingPath, Settings, Value, document};
use permctl::plan::{Plan, bundles};
use permctl::provider::System;
use permctl_sandbox::{Dice, Vendor};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

use super::run::{Text, load};
use crate::vendors::VendorFacts;

/// Words that end up in descriptions.
const WORDS: [&str; 5] =
    ["", "Sees calls", "Vertrieb – Österreich 🇦🇹", "x: [y] # \"z\"", "  spaced "];

/// Sets one value by hand, as the vendor's web pages would: workspace, profile, setting, value.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// The workspace's id.
    pub workspace: String,
    /// The profile's id.
    pub profile: String,
    /// A dotted path in the document.
    pub setting: String,
    /// The new value.
    pub value: Json,
}

impl ByHand {
    /// Does it; what a vendor's pages do not offer is not done.
    pub fn act(&self, vendor: &mut dyn Vendor) {
        let Self { workspace, profile, setting, value } = self;
        let _ = vendor.edit(workspace, profile, setting, value.clone());
    }

    /// Draws one for a workspace.
    pub fn draw(
        dice: &mut Dice,
        catalogue: &Catalogue,
        entries: &BTreeSet<SettingPath>,
        live: &LiveWorkspace,
    ) -> Option<Self> {
        if live.profiles.is_empty() {
            return None;
        }
        let profile = dice.pick(&live.profiles);
        let mut leaves = leaves(catalogue, entries);
        leaves.retain(|(_, row)| is_drawn(catalogue, row));
        let (path, row) = dice.pick(&leaves);
        let value = value(dice, row, &pool(row, catalogue, live));
        Some(Self {
            workspace: live.id.0.clone(),
            profile: profile.id.0.clone(),
            setting: path.segments().join("."),
            value: wire(row, &value),
        })
    }
}

/// Lists the entries that are live, with some documented ones more.
pub fn entries(
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    dice: &mut Dice,
) -> BTreeSet<SettingPath> {
    let mut entries: BTreeSet<_> = live
        .profiles
        .iter()
        .flat_map(|profile| document::entries(catalogue, &profile.document))
        .collect();
    for map in catalogue.maps() {
        let listed = live.vocabulary.get(&map.path);
        let names: Vec<String> = match listed {
            Some(names) => names.iter().cloned().collect(),
            None => map.known.iter().map(|(name, _)| (*name).to_owned()).collect(),
        };
        for _ in 0..names.len().min(6) {
            entries.insert(map.path.join(dice.pick::<String>(&names)));
        }
    }
    entries
}

/// Tells whether values of this row are drawn: names and types of profiles stay what they are, and
/// of texts only descriptions can be any.
fn is_drawn(catalogue: &Catalogue, row: &Row) -> bool {
    row.owner != Owner::Server
        && !row.immutable
        && row.path != *catalogue.name()
        && (row.kind != Kind::Text || row.owner == Owner::Profile)
}

/// Collects the ids that this row has anywhere: others would be refused.
fn pool(row: &Row, catalogue: &Catalogue, live: &LiveWorkspace) -> Vec<String> {
    let mut ids = std::collections::BTreeSet::new();
    for LiveProfile { document, .. } in &live.profiles {
        for (path, value) in document::settings(catalogue, document) {
            let same = catalogue.row(&path).is_some_and(|other| other.references == row.references);
            if let (true, Value::Set(set)) = (same, value) {
                ids.extend(set);
            }
        }
    }
    ids.into_iter().collect()
}

fn value(dice: &mut Dice, row: &Row, pool: &[String]) -> Value {
    match &row.kind {
        Kind::Flag => Value::Flag(dice.percent(50)),
        Kind::Level(levels) => Value::Level(dice.pick::<&str>(levels)),
        Kind::Text => Value::text(*dice.pick(&WORDS)),
        Kind::Set => Value::set(pool.iter().filter(|_| dice.percent(30)).cloned()),
    }
}

fn wire(row: &Row, value: &Value) -> Json {
    match value {
        Value::Flag(on) => json!(on),
        Value::Level(level) => json!(level),
        Value::Text(text) => json!(text),
        Value::Set(ids) => match row.wire {
            Wire::Numbers => {
                ids.iter().filter_map(|id| serde_json::from_str::<Json>(id).ok()).collect()
            }
            _ => json!(ids),
        },
        Value::Opaque(_) => unreachable!("none is drawn"),
    }
}

/// Gives a bundle other values.
fn change(
    dice: &mut Dice,
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    bundle: &Bundle,
    settings: &mut Settings,
) {
    for path in &bundle.members {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        settings.insert(path.clone(), value(dice, row, &pool(row, catalogue, live)));
    }
    let level = settings.get(bundle.lead()).cloned();
    if let Some(Value::Level(level)) = level
        && bundle.ambiguous_levels.contains(&level)
    {
        for path in &bundle.members[1..] {
            if matches!(settings.get(path), Some(Value::Set(_))) {
                settings.insert(path.clone(), Value::set::<_, String>([]));
            }
        }
    }
}

/// Writes files for a workspace: some profiles as they are, some changed, renamed or new.
fn files(
    dice: &mut Dice,
    system: &System,
    folder: &'static str,
    live: &LiveWorkspace,
) -> Vec<Text> {
    let catalogue = system.provider.catalogue();
    let bundles = catalogue.bundles_with(&entries(catalogue, live, dice));
    let bundles: Vec<&Bundle> = bundles
        .iter()
        .filter(|bundle| {
            let row = catalogue.row(bundle.lead()).expect("it has a row");
            is_drawn(catalogue, row) && (row.access != Access::Neutral || row.floor.is_none())
        })
        .collect();
    let mut texts = Vec::new();
    for profile in &live.profiles {
        if !dice.percent(80) {
            continue;
        }
        let mut settings = document::settings(catalogue, &profile.document);
        let mut touched = Settings::default();
        for _ in 0..dice.below(4) {
            let bundle = dice.pick(&bundles);
            change(dice, catalogue, live, bundle, &mut settings);
            touched.extend(catalogue.effective(bundle, &settings));
        }
        let mut name = profile.name.clone();
        let mut more = String::new();
        if catalogue.identity().renames && dice.percent(15) {
            more = format!("formerly: [{}]\n", json!(name));
            name = format!("Simulated {}", texts.len());
        }
        let partial = dice.percent(30);
        let said = if partial { &touched } else { &settings };
        let described = Described { name: &name, pin: None, settings: said, holders: None };
        let mut text = file(&described, catalogue, &Names::default());
        if partial {
            text = text.replace("unlisted: deny", "unlisted: keep");
        }
        texts.push(Text { folder, text: text + &more });
    }
    for number in 0..dice.below(3) {
        let Some(model) = (!live.profiles.is_empty()).then(|| dice.pick(&live.profiles)) else {
            break;
        };
        let mut settings = document::settings(catalogue, &model.document);
        for _ in 0..3 {
            let bundle = dice.pick::<&Bundle>(&bundles);
            change(dice, catalogue, live, bundle, &mut settings);
        }
        let name = format!("Brand new {number}");
        let described = Described { name: &name, pin: None, settings: &settings, holders: None };
        let text = file(&described, catalogue, &Names::default());
        texts.push(Text { folder, text: text + "new: true\n" });
    }
    texts
}

/// Writes files for all workspaces.
pub fn texts(
    dice: &mut Dice,
    system: &System,
    facts: &'static VendorFacts,
    live: &[LiveWorkspace],
) -> Vec<Text> {
    let mut texts = Vec::new();
    for (folder, id) in &facts.workspaces {
        if let Some(live) = live.iter().find(|live| live.id.0 == *id) {
            texts.extend(files(dice, system, folder, live));
        }
    }
    texts
}

/// Leaves out the files that are wrong in themselves. Returns what the others say.
pub fn without_mistakes(
    system: &System,
    facts: &'static VendorFacts,
    texts: &mut Vec<Text>,
) -> Desired {
    loop {
        let desired = load(system, facts, texts);
        let wrong: Vec<usize> = desired
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .map(|finding| file_of(finding).unwrap_or_else(|| panic!("{finding:?}")))
            .collect();
        if wrong.is_empty() {
            return desired;
        }
        leave_out(texts, &wrong);
    }
}

/// Leaves out the files that do not fit what is live. Tells whether there were some.
pub fn leave_out_misfits(plan: &Plan, texts: &mut Vec<Text>) -> bool {
    // What breaks a vendor's rule already is refused with every write, whatever changes.
    let misfits = |it: &&Finding| it.is_error() || it.code == Code::RefusedAndLive;
    let errors = plan.findings().filter(misfits);
    let wrong: Vec<usize> = errors.filter_map(file_of).collect();
    let any = !wrong.is_empty();
    leave_out(texts, &wrong);
    any
}

fn leave_out(texts: &mut Vec<Text>, wrong: &[usize]) {
    let mut at = 0;
    texts.retain(|_| {
        at += 1;
        !wrong.contains(&(at - 1))
    });
}

fn file_of(finding: &Finding) -> Option<usize> {
    finding.spots.first().and_then(|spot| spot.place.file.parse().ok())
}

/// Draws what somebody changes while plans are made and applied: half of it where it hurts.
pub fn meddling(
    dice: &mut Dice,
    system: &System,
    live: &[LiveWorkspace],
    desired: &Desired,
    plan: &Plan,
) -> Option<ByHand> {
    let live = dice.pick(live);
    let planned = plan.workspaces.iter().find(|planned| planned.id == live.id)?;
    let workspace = desired.workspaces.iter().find(|it| it.name == planned.workspace)?;
    let catalogue = system.provider.catalogue();
    if !planned.changes.is_empty() && dice.percent(50) {
        let change = &dice.pick(&planned.changes).change;
        let permctl::model::Action::Update { id, .. } = &change.action else { return None };
        let transition = dice.pick(&change.transitions);
        let states = [&transition.before, &transition.after];
        let bundle = catalogue.bundle_over(&transition.bundle, &states)?;
        let path = dice.pick(&bundle.members);
        let row = catalogue.row(path)?;
        if !is_drawn(catalogue, row) {
            return None;
        }
        let value = value(dice, row, &pool(row, catalogue, live));
        return Some(ByHand {
            workspace: live.id.0.clone(),
            profile: id.0.clone(),
            setting: path.segments().join("."),
            value: wire(row, &value),
        });
    }
    let bundles = bundles(catalogue, workspace, live);
    let members = bundles.iter().flat_map(|bundle| &bundle.members);
    let entries = members.filter(|path| catalogue.map_of(path).is_some()).cloned().collect();
    ByHand::draw(dice, catalogue, &entries, live)
}
