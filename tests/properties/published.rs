//! Documents that fit a vendor's published schema: 300 of each vendor are live at once, each described
//! profile gets two changes, and nothing else of any document is lost or refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use permctl_sandbox::{Fault, Received, Reply};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};

use super::schema::document;
use crate::harness::{World, folder_of};
use crate::vendors::{VendorFacts, facts};

/// How many documents of each vendor.
const DOCUMENTS: usize = 300;

/// What of a vendor the schema does not say.
struct Published {
    provider: &'static str,
    /// The definition of a profile in the schema.
    definition: &'static str,
    /// The member with the id.
    id: &'static str,
    /// The members of a document that the vendor decides.
    own: &'static [&'static str],
    /// The setting that is changed beside the description: its way, its value as JSON and how a file says
    /// it.
    change: (&'static [&'static str], &'static str, &'static str),
    /// What the schema leaves open and the vendor does not: which workspace it is, and which names.
    settle: fn(&mut Map<String, Json>, &str),
    /// What the vendor's list shows of a document.
    listed: fn(&Json) -> Json,
    /// The answer to a write.
    answer: fn(Json) -> Json,
}

/// Makes documents, always the same ones.
fn documents(published: &Published, workspace: &str) -> Vec<Json> {
    let path = folder_of(published.provider).join("contracts/schema.json");
    let text = std::fs::read_to_string(path).expect("a vendor with a schema has it here");
    let schema: Json = serde_json::from_str(&text).expect("a schema is JSON");
    let whole =
        json!({"$ref": format!("#/$defs/{}", published.definition), "$defs": schema["$defs"]});
    let validator = jsonschema::validator_for(&whole).expect("it is a schema");
    let any = document(&schema, published.definition);
    let mut runner = TestRunner::deterministic();
    let documents = (0..DOCUMENTS).map(|number| {
        let mut document = any.new_tree(&mut runner).expect("any will do").current();
        document.insert(published.id.to_owned(), json!(id(number)));
        document.insert("name".to_owned(), json!(format!("Generated {number}")));
        (published.settle)(&mut document, workspace);
        let document = Json::Object(document);
        let flaws: Vec<_> = validator.iter_errors(&document).map(|it| it.to_string()).collect();
        assert_eq!(flaws, [""; 0], "{document}");
        document
    });
    documents.collect()
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// The documents of a vendor, as they are now.
type Live = Arc<Mutex<Vec<Json>>>;

/// Starts a vendor that has these documents and takes every write as it is: a document becomes what the
/// body says, beside what is the vendor's own.
fn serve(published: &'static Published, facts: &'static VendorFacts, live: &Live) -> World {
    let world = World::of(published.provider, None, &[]);
    let mut state = world.sandbox().state();
    for (_, workspace) in &facts.workspaces {
        let list = state.pointer_mut(&facts.profiles.replace('*', workspace));
        *list.expect("the vendor has such a list") = json!([]);
    }
    let list = facts.profiles.replace('*', &facts.workspaces[0].1);
    let live = Arc::clone(live);
    world.sandbox().script(Box::new(move |request: &Received| {
        let mut live = live.lock().expect("no test panics with it");
        let named = request.parameter("profileId").map(str::to_owned);
        let id = named.or_else(|| request.segments().pop()).expect("a path has segments");
        let one = live.iter_mut().find(|it| it[published.id] == *id);
        let reply = |body| Fault::Reply(Reply { status: 200, headers: Vec::new(), body });
        match one {
            Some(document) if facts.is_write(request) => {
                update(published, document, request.body.as_ref().expect("an update has a body"));
                reply((published.answer)(document.clone()))
            }
            Some(document) => reply(document.clone()),
            None => {
                let mut state = state.clone();
                // Where a profile is read alone, its list has no more than its name.
                let listed = live.iter().map(|it| (published.listed)(it)).collect::<Json>();
                *state.pointer_mut(&list).expect("the vendor has such a list") = listed;
                Fault::Edit(Box::new(move |vendor| vendor.load(state).expect("it is a state")))
            }
        }
    }));
    world
}

/// Puts a body in the place of a document, beside what is the vendor's own.
fn update(published: &Published, document: &mut Json, body: &Json) {
    let own = document.as_object().expect("a document").iter();
    let own = own.filter(|(member, _)| published.own.contains(&member.as_str()));
    let mut now: Map<String, Json> = own.map(|(key, it)| (key.clone(), it.clone())).collect();
    let body = body.as_object().expect("a body is an object").iter();
    now.extend(body.map(|(key, it)| (key.clone(), it.clone())));
    *document = Json::Object(now);
}

/// Lists the members of a document that a write changed and that its file does not name.
fn lost(published: &Published, before: &Json, after: &Json) -> Vec<String> {
    let mut expected = before.clone();
    let (way, value, _) = &published.change;
    let place = way.iter().fold(&mut expected, |at, member| &mut at[*member]);
    *place = serde_json::from_str(value).expect("a value is JSON");
    expected["description"] = json!("Looked after");
    let members: BTreeSet<&String> = [&expected, after]
        .into_iter()
        .flat_map(|it| it.as_object().expect("a document").keys())
        .collect();
    let differs = members.into_iter().filter(|member| expected.get(*member) != after.get(*member));
    // What means nothing beside the level `none` may stay behind.
    let inert = |member: &str| before[member]["permissionLevel"] == "none";
    differs
        .filter(|member| !inert(member))
        .map(|member| format!("{member}: {} became {}", expected[member], after[member]))
        .collect()
}

#[track_caller]
fn nothing_is_lost_or_refused(published: &'static Published) {
    let facts = facts(published.provider);
    let (folder, workspace) = &facts.workspaces[0];
    let before = documents(published, workspace);
    let live: Live = Arc::new(Mutex::new(before.clone()));
    let world = serve(published, facts, &live);
    let mut files = String::new();
    for number in 0..DOCUMENTS {
        write!(
            files,
            "---\nprofile: Generated {number}\ndescription: Looked after\nsettings: {}\n",
            published.change.2
        )
        .expect("a text takes all");
    }
    world.write(&format!("profiles/{folder}/all.yaml"), &files);
    let ran = world.run(&["apply", "--auto-approve", "--format", "json"]).exits(0);
    let said: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert!(!ran.stdout.contains("set-aside"), "{}", said["findings"]);
    let after = live.lock().expect("no test panics with it").clone();
    let pairs = before.iter().zip(&after);
    let lost: Vec<String> = pairs.flat_map(|(one, two)| lost(published, one, two)).collect();
    assert_eq!(lost, [""; 0]);
    assert_eq!(world.writes().len(), DOCUMENTS);
    let ran = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    assert!(ran.stdout.contains(&format!("{DOCUMENTS} unchanged")), "{}", ran.stdout);
}

#[test]
fn gong_loses_and_refuses_nothing_of_300_documents() {
    static GONG: Published = Published {
        provider: "gong",
        definition: "PermissionProfileDTO",
        id: "id",
        own: &["id"],
        change: (&["aiBuilder"], "true", "{aiBuilder: true}"),
        settle: |_, _| {},
        listed: Json::clone,
        answer: |document| json!({"requestId": "1", "profile": document}),
    };
    nothing_is_lost_or_refused(&GONG);
}

#[test]
fn the_dialect_loses_and_refuses_nothing_of_300_documents() {
    static DIALECT: Published = Published {
        provider: "gong-openapi",
        definition: "PermissionProfile",
        id: "profileId",
        own: &["profileId", "workspaceId", "userCount", "addedSince"],
        change: (&["permissions", "manageUsers"], "true", "{permissions: {manageUsers: true}}"),
        settle: |document, workspace| {
            if let Some(of) = document.get_mut("workspaceId") {
                *of = json!(workspace);
            }
            document.entry("permissions").or_insert_with(|| json!({}));
        },
        listed: Json::clone,
        answer: |document| json!({"permissionProfile": document}),
    };
    nothing_is_lost_or_refused(&DIALECT);
}

#[test]
fn webex_loses_and_refuses_nothing_of_300_documents() {
    static WEBEX: Published = Published {
        provider: "webex",
        definition: "whole",
        id: "id",
        own: &["id", "organizationId", "createdTime", "lastUpdatedTime", "systemDefault"],
        change: (&["editableFolderIds"], "[7]", "{editableFolderIds: [\"7\"]}"),
        settle: |document, workspace| {
            document.insert("organizationId".to_owned(), json!(workspace));
            // What came with the vendor can't be changed.
            document.insert("systemDefault".to_owned(), Json::Bool(false));
            // One entry a permission: the schema only forbids two that are the same in all.
            let mut names = BTreeSet::new();
            let entries = document.get_mut("permissions").and_then(Json::as_array_mut);
            for (number, entry) in entries.into_iter().flatten().enumerate() {
                entry["id"] = json!(id(1_000 + number));
                let name = entry["name"].to_string();
                if !names.insert(name) {
                    entry["name"] = json!(format!("another-{number}"));
                }
            }
        },
        listed: |document| json!({"id": document["id"], "name": document["name"]}),
        answer: |document| document,
    };
    nothing_is_lost_or_refused(&WEBEX);
}
