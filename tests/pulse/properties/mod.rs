//! Laws of Pulse's table, lens, requests and memberships, for any account and any files over it.

use permctl::provider::pulse::catalogue::catalogue;
use std::collections::{BTreeMap, BTreeSet};

use permctl::desired::{Desired, Files, ProfileFile, load};
use permctl::finding::{Code, SourceText};
use permctl::live::describe::{Described, file};
use permctl::model::names::Names;
use permctl::model::request::{Request, WriteEffect};
use permctl::model::roster::{Roster, User};
use permctl::model::{
    Document, LiveProfile, LiveWorkspace, ProfileId, SettingPath, WorkspaceId, document,
};
use permctl::plan::{self, Input, WorkspacePlan};
use permctl::provider::Write as _;
use permctl::provider::pulse::Pulse;
use permctl::yaml::{Emit, emit};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value as Json, json};

use crate::properties::{generate, state};

mod gains;
mod memberships;
mod roles;
mod table;

const CONFIG: &str = "\
version: 1
tenants:
  crm:
    provider: pulse
    endpoint: sandbox
    workspaces:
      acme: {id: \"4731740365629712\"}
";

/// What the account allows; names that YAML or a path could misread are among them.
const VOCABULARY: [&str; 6] = ["readCRM", "write.CRM", "null", "12", "export data", "é/€"];

const USERS: [&str; 4] = ["ada@x.example", "b+c@x.example", "Carl@X.example", "d@x.example"];

/// One role of the account: its name, permissions, what else the vendor says of it, and its users.
type Role = (String, Vec<&'static str>, Document, BTreeSet<&'static str>);

/// Makes any account: roles whose names differ in more than case.
fn account() -> impl Strategy<Value = LiveWorkspace> {
    let users = btree_set(select(&USERS[..]), 0..=USERS.len());
    let permissions = subsequence(&VOCABULARY[..], 0..=VOCABULARY.len()).prop_shuffle();
    let extra = vec(("[a-c]", any::<bool>()), 0..3).prop_map(|members| {
        members.into_iter().map(|(name, on)| (format!("new-{name}"), Json::from(on))).collect()
    });
    let role = (generate::name(), permissions, extra, users);
    vec(role, 0..5).prop_map(|roles| {
        let named = roles.into_iter().enumerate();
        live(named.map(|(at, (text, permissions, extra, users))| {
            (format!("{text} {at}"), permissions, extra, users)
        }))
    })
}

fn live(roles: impl IntoIterator<Item = Role>) -> LiveWorkspace {
    let mut has: BTreeMap<&str, BTreeSet<String>> =
        USERS.iter().map(|user| (*user, BTreeSet::new())).collect();
    let mut profiles = Vec::new();
    for (at, (name, permissions, extra, users)) in roles.into_iter().enumerate() {
        for user in &users {
            has.entry(user).or_default().insert(name.clone());
        }
        let mut document = object(
            json!({"id": at, "role": name, "accountId": "4731740365629712", "users": users, "permissions": permissions}),
        );
        document.extend(extra);
        profiles.push(LiveProfile { id: ProfileId(at.to_string()), name, document });
    }
    profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let permissions = SettingPath::new(["permissions"]);
    let people = has.into_iter().map(|(user, profiles)| User {
        user: user.to_owned(),
        profiles,
        direct: BTreeSet::new(),
        read_only: None,
    });
    LiveWorkspace {
        id: WorkspaceId("4731740365629712".to_owned()),
        vendor_name: None,
        profiles,
        elsewhere: Vec::new(),
        vocabulary: [(permissions, VOCABULARY.map(str::to_owned).into())].into(),
        roster: Roster::of(people),
        holders: Default::default(),
    }
}

fn object(json: Json) -> Document {
    match json {
        Json::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

fn loaded(texts: impl IntoIterator<Item = String>) -> Desired {
    let texts = texts.into_iter().enumerate();
    let profiles = texts.map(|(at, text)| ProfileFile {
        folder: Some("acme".to_owned()),
        source: SourceText::new(format!("profiles/acme/{at}.yaml"), text),
    });
    let desired = load(&Files {
        config: SourceText::new("permctl.yaml", CONFIG),
        profiles: profiles.collect(),
        rules: Vec::new(),
        allowed_hosts: Vec::new(),
        day: state::day(),
    });
    // There may be no texts.
    let wrong = desired.findings.iter().any(|it| it.code != Code::WorkspaceWithoutFiles);
    assert!(!wrong, "{:#?}", desired.findings);
    desired
}

fn planned(desired: &Desired, live: &LiveWorkspace) -> WorkspacePlan {
    let desired = &desired.workspaces[0];
    let catalogue = catalogue();
    let bundles = &*plan::bundles(catalogue, desired, live);
    let (names, day) = (&Names::default(), state::day());
    plan::workspace(&Input {
        desired,
        live,
        names,
        provider: &Pulse,
        catalogue,
        bundles,
        day,
        names_unwatched: false,
    })
}

/// Writes the file of a role with any of its permissions decided, as a map or as a list.
fn text(name: &str, permissions: &Decided, holders: Option<&BTreeSet<&str>>) -> String {
    let text = |text: &str| Emit::Text(text.to_owned());
    let mut top = vec![("profile".to_owned(), text(name)), ("new".to_owned(), Emit::Flag(true))];
    let permissions = match permissions {
        Decided::Map(flags) => Emit::Map(
            flags.iter().map(|(name, on)| ((*name).to_owned(), Emit::Flag(*on))).collect(),
        ),
        Decided::List(names) => Emit::List(names.iter().map(|name| text(name)).collect()),
    };
    top.push(("settings".to_owned(), Emit::Map(vec![("permissions".to_owned(), permissions)])));
    if let Some(holders) = holders {
        let holders = holders.iter().map(|user| text(user)).collect();
        top.push(("holders".to_owned(), Emit::List(holders)));
    }
    emit(&Emit::Map(top))
}

/// What a file says about permissions.
#[derive(Debug, Clone)]
enum Decided {
    Map(BTreeMap<&'static str, bool>),
    List(BTreeSet<&'static str>),
}

fn decided() -> impl Strategy<Value = Decided> {
    let map = proptest::collection::btree_map(select(&VOCABULARY[..]), any::<bool>(), 0..5);
    let list = btree_set(select(&VOCABULARY[..]), 0..5);
    prop_oneof![map.prop_map(Decided::Map), list.prop_map(Decided::List)]
}

/// Does a plan as a vendor would whose lists replace, and who understands every path.
fn applied(live: &LiveWorkspace, plan: &WorkspacePlan) -> LiveWorkspace {
    let mut after = live.clone();
    for planned in &plan.changes {
        let change = &planned.change;
        let found = change.updates().map(|(id, _)| {
            let found = after.profiles.iter().position(|profile| profile.id == *id);
            found.expect("an update is of a live role")
        });
        let read = found.map(|at| &after.profiles[at].document);
        for request in Pulse.requests(catalogue(), &live.id, change, read) {
            take(&mut after, &request);
        }
    }
    after.profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let moved = plan.users.iter().map(|planned| &planned.change);
    let moved: BTreeMap<&str, &BTreeSet<String>> =
        moved.map(|change| (change.name.as_str(), change.will_have())).collect();
    let people = live.roster.people().cloned().map(|mut person| {
        if let Some(after) = moved.get(person.user.as_str()) {
            person.profiles.clone_from(after);
        }
        person
    });
    after.roster = Roster::of(people);
    after
}

fn take(live: &mut LiveWorkspace, request: &Request<WriteEffect>) {
    let (_, role) = &request.segments[0];
    if request.route.method == "POST" {
        assert_eq!(request.body, None);
        let at = live.profiles.len();
        let document = object(
            json!({"id": at, "role": role, "accountId": "4731740365629712", "users": [], "permissions": []}),
        );
        let (id, name) = (ProfileId(format!("new-{at}")), role.clone());
        live.profiles.push(LiveProfile { id, name, document });
        return;
    }
    let body = request.body.as_ref().expect("a PATCH has a body");
    let profile = live.profiles.iter_mut().find(|profile| profile.name == *role);
    let document = &mut profile.expect("the role is there").document;
    document.insert("permissions".to_owned(), body["flatPermissionsList"].clone());
}
