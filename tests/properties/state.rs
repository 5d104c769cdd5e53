//! Any live workspace, any files over it, and what a vendor makes of a change: all without I/O.

use std::collections::BTreeMap;

use permctl::desired::{Desired, Files, ProfileFile, load};
use permctl::finding::{Code, SourceText};
use permctl::model::catalogue::{Kind, Owner};
use permctl::model::names::Names;
use permctl::model::{
    Document, LiveProfile, LiveWorkspace, ProfileId, SettingPath, Settings, Value, WorkspaceId,
};
use permctl::plan::assemble::{PlanParts, assemble};
use permctl::plan::{Binding, Input, Plan, WorkspacePlan, workspace};
use permctl::provider::gong::Gong;
use permctl::provider::gong::catalogue::catalogue;
use permctl::provider::{Rules as _, Write as _};
use permctl::yaml::{Emit, emit};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::generate;

/// The configuration of all pure plans.
const CONFIG: &str = "\
version: 1
tenants:
  acme:
    provider: gong
    endpoint: sandbox
    workspaces:
      emea: {id: \"7273476131570014205\"}
";

/// What a test's files say about one profile.
#[derive(Debug, Clone)]
pub struct Described {
    identity: Identity,
    deny: bool,
    settings: Settings,
}

#[derive(Debug, Clone, Copy)]
enum Identity {
    Name,
    Formerly,
    Pin,
}

/// The day of all pure plans.
pub fn day() -> jiff::civil::Date {
    jiff::civil::date(2026, 7, 1)
}

/// Makes a live workspace of profiles with different names and any documents.
pub fn live() -> impl Strategy<Value = LiveWorkspace> {
    vec((generate::name(), generate::document()), 0..4).prop_map(|profiles| {
        let named = profiles.into_iter().enumerate();
        of(named.map(|(at, (text, document))| (format!("{text} {at}"), document)))
    })
}

/// Makes a workspace of these documents; ids are made up and put in.
pub fn of(documents: impl IntoIterator<Item = (String, Document)>) -> LiveWorkspace {
    let mut profiles: Vec<LiveProfile> = documents
        .into_iter()
        .enumerate()
        .map(|(at, (name, mut document))| {
            let id = format!("9876543210987654321{at}");
            document.insert("id".to_owned(), Json::from(id.as_str()));
            document.insert("name".to_owned(), Json::from(name.as_str()));
            only_real_ids(&mut document);
            LiveProfile { id: ProfileId(id), name, document }
        })
        .collect();
    profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    LiveWorkspace {
        id: WorkspaceId("7273476131570014205".to_owned()),
        vendor_name: None,
        profiles,
        elsewhere: Vec::new(),
        vocabulary: Default::default(),
        roster: Default::default(),
        holders: Default::default(),
    }
}

/// Gong's ids are digits; the lens does not rely on it, but a file takes anything else for a name.
fn only_real_ids(document: &mut Document) {
    for (member, value) in document.iter_mut() {
        match value {
            Json::Array(ids) if matches!(member.as_str(), "teamLeadIds" | "libraryFolderIds") => {
                ids.retain(|id| id.as_str().is_none_or(is_digits));
            }
            Json::Object(inner) => only_real_ids(inner),
            _ => {}
        }
    }
}

fn is_digits(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Makes any description of some of four profiles, and of some new ones.
pub fn described() -> impl Strategy<Value = Vec<Option<Described>>> {
    let identity = prop_oneof![
        3 => Just(Identity::Name),
        1 => Just(Identity::Formerly),
        1 => Just(Identity::Pin)
    ];
    let one =
        (identity, any::<bool>(), generate::settings()).prop_map(|(identity, deny, settings)| {
            Described { identity, deny, settings: acceptable(settings) }
        });
    vec(proptest::option::weighted(0.7, one), 6)
}

/// Leaves out what a file may not say: levels beside lists without meaning, and what is inert.
fn acceptable(mut settings: Settings) -> Settings {
    for bundle in catalogue().bundles() {
        let level = match settings.get(bundle.lead()) {
            Some(Value::Level(level)) => *level,
            _ if bundle.members.len() == 1 => continue,
            // A bundle that is named without its level is a mistake in the file.
            _ => {
                bundle.members.iter().for_each(|path| drop(settings.shift_remove(path)));
                continue;
            }
        };
        let meaning = catalogue().effective(bundle, &settings);
        for path in &bundle.members {
            let ambiguous = bundle.ambiguous_levels.contains(&level);
            match settings.get_mut(path) {
                Some(Value::Set(ids)) if ambiguous => ids.clear(),
                Some(Value::Set(ids)) => ids.retain(|id| is_digits(id)),
                _ => {}
            }
            if !meaning.contains_key(path) {
                settings.shift_remove(path);
            }
        }
    }
    settings
}

/// Writes descriptions as the texts of files; the first ones are about the live profiles.
pub fn texts(live: &LiveWorkspace, described: &[Option<Described>]) -> Vec<String> {
    let mut texts = Vec::new();
    for (at, described) in described.iter().enumerate() {
        let Some(Described { identity, deny, settings }) = described else { continue };
        let text = |text: &str| Emit::Text(text.to_owned());
        let mut top = Vec::new();
        match (live.profiles.get(at), identity) {
            (None, _) => {
                top.push(("profile".to_owned(), Emit::Text(format!("New {at}"))));
                top.push(("new".to_owned(), Emit::Flag(true)));
            }
            (Some(live), Identity::Name) => top.push(("profile".to_owned(), text(&live.name))),
            (Some(live), Identity::Formerly) => {
                top.push(("profile".to_owned(), Emit::Text(format!("Renamed {at}"))));
                top.push(("formerly".to_owned(), Emit::List(vec![text(&live.name)])));
            }
            (Some(live), Identity::Pin) => {
                top.push(("profile".to_owned(), Emit::Text(format!("Pinned {at}"))));
                top.push(("id".to_owned(), text(&live.id.0)));
            }
        }
        top.push(("unlisted".to_owned(), text(if *deny { "deny" } else { "keep" })));
        let mut tree = Tree::default();
        for (path, value) in settings {
            match catalogue().row(path).map(|row| row.owner) {
                Some(Owner::Profile) if path.leaf() == "description" => {
                    top.push(("description".to_owned(), scalar(value)));
                }
                Some(Owner::Files) => tree.insert(path.segments(), scalar(value)),
                _ => {}
            }
        }
        if !tree.0.is_empty() {
            top.push(("settings".to_owned(), tree.emit()));
        }
        texts.push(emit(&Emit::Map(top)));
    }
    texts
}

#[derive(Default)]
struct Tree(BTreeMap<String, Branch>);

enum Branch {
    Leaf(Emit),
    Below(Tree),
}

impl Tree {
    fn insert(&mut self, path: &[String], value: Emit) {
        match path {
            [leaf] => drop(self.0.insert(leaf.clone(), Branch::Leaf(value))),
            [first, rest @ ..] => {
                let below =
                    self.0.entry(first.clone()).or_insert_with(|| Branch::Below(Tree::default()));
                if let Branch::Below(tree) = below {
                    tree.insert(rest, value);
                }
            }
            [] => {}
        }
    }

    fn emit(self) -> Emit {
        let entries = self.0.into_iter().map(|(key, branch)| match branch {
            Branch::Leaf(value) => (key, value),
            Branch::Below(tree) => (key, tree.emit()),
        });
        Emit::Map(entries.collect())
    }
}

fn scalar(value: &Value) -> Emit {
    match value {
        Value::Flag(on) => Emit::Flag(*on),
        Value::Level(level) => Emit::Text((*level).to_owned()),
        Value::Text(text) => Emit::Text(text.clone()),
        Value::Set(ids) => Emit::List(ids.iter().cloned().map(Emit::Text).collect()),
        Value::Opaque(json) => panic!("nobody writes {json}"),
    }
}

/// Loads texts as profile files of the workspace; they must be right.
pub fn loaded(texts: impl IntoIterator<Item = (usize, String)>) -> Desired {
    let profiles = texts.into_iter().map(|(at, text)| ProfileFile {
        folder: Some("emea".to_owned()),
        source: SourceText::new(format!("profiles/emea/{at}.yaml"), text),
    });
    let desired = load(&Files {
        config: SourceText::new("permctl.yaml", CONFIG),
        profiles: profiles.collect(),
        rules: Vec::new(),
        allowed_hosts: Vec::new(),
        day: day(),
    });
    // There may be no texts.
    let wrong = desired.findings.iter().any(|it| it.code != Code::WorkspaceWithoutFiles);
    assert!(!wrong, "{:#?}", desired.findings);
    desired
}

/// Plans the workspace.
pub fn planned(desired: &Desired, live: &LiveWorkspace, names: &Names) -> WorkspacePlan {
    let (desired, catalogue) = (&desired.workspaces[0], catalogue());
    workspace(&Input {
        desired,
        live,
        names,
        provider: &Gong,
        catalogue,
        bundles: catalogue.bundles(),
        day: day(),
        names_unwatched: false,
    })
}

/// Makes a whole plan of one workspace.
pub fn whole(plan: WorkspacePlan) -> Plan {
    let acme = Binding {
        provider: "gong".to_owned(),
        endpoint: "sandbox".to_owned(),
        catalogue: Gong.catalogue().fingerprint(),
        generation: None,
        settings: BTreeMap::new(),
        tiers: BTreeMap::new(),
    };
    let tenants = [("acme".to_owned(), acme)].into();
    assemble(PlanParts { day: day(), tenants, workspaces: vec![plan], ..PlanParts::default() })
}

/// How a vendor takes an update.
pub type Put = fn(&Document, &Document) -> Document;

/// The request is the new document.
pub fn replace(_: &Document, body: &Document) -> Document {
    body.clone()
}

/// What the request does not name stays, in objects too.
pub fn merge(stored: &Document, body: &Document) -> Document {
    let mut merged = stored.clone();
    for (member, value) in body {
        let value = match (merged.get(member), value) {
            (Some(Json::Object(stored)), Json::Object(body)) => Json::Object(merge(stored, body)),
            _ => value.clone(),
        };
        merged.insert(member.clone(), value);
    }
    merged
}

/// Does a plan's changes to a live workspace, as a vendor would.
pub fn applied(live: &LiveWorkspace, plan: &WorkspacePlan, put: Put) -> LiveWorkspace {
    let mut after = live.clone();
    for planned in &plan.changes {
        let found = planned
            .change
            .updates()
            .and_then(|(id, _)| after.profiles.iter().position(|profile| profile.id == *id));
        let document = found.map(|at| &after.profiles[at].document);
        let request = Gong
            .requests(Gong.catalogue(), &live.id, &planned.change, document)
            .pop()
            .expect("one request");
        let Some(Json::Object(body)) = request.body else { panic!("a write without a body") };
        match found {
            Some(at) => {
                let profile = &mut after.profiles[at];
                profile.document = put(&profile.document, &body);
                profile.name = name(&profile.document);
            }
            None => {
                let id = ProfileId(format!("5{:018}", after.profiles.len()));
                let mut document = body;
                document.insert("id".to_owned(), Json::from(id.0.as_str()));
                let name = name(&document);
                after.profiles.push(LiveProfile { id, name, document });
            }
        }
    }
    after.profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    after
}

fn name(document: &Document) -> String {
    document["name"].as_str().expect("a name is a text").to_owned()
}

/// A document that states a value for every row: off and narrow, or on and broad.
pub fn stated(on: bool) -> Document {
    let mut document = Document::new();
    for row in catalogue().rows().iter().filter(|row| row.owner == Owner::Files) {
        let value = match (&row.kind, on) {
            (Kind::Flag, on) => Json::from(on),
            // Levels beside which lists and switches mean something.
            (Kind::Level(levels), false) => Json::from(levels[1]),
            (Kind::Level(levels), true) => Json::from(levels[2]),
            (Kind::Set, false) => Json::Array(Vec::new()),
            (Kind::Set, true) => Json::from(vec!["12345678901234567890"]),
            (Kind::Text, _) => Json::from("text"),
        };
        put(&mut document, &row.path, value);
    }
    document
}

/// Puts a value into a document.
pub fn put(document: &mut Document, path: &SettingPath, value: Json) {
    let (leaf, above) = path.segments().split_last().expect("a path has segments");
    let mut object = document;
    for segment in above {
        let below = object.entry(segment.clone()).or_insert_with(|| Json::Object(Document::new()));
        object = below.as_object_mut().expect("scopes are objects");
    }
    object.insert(leaf.clone(), value);
}
