//! Gong against the schemas of its published document: every setting, created and updated.

use std::collections::BTreeSet;

use permctl::model::catalogue::{Kind, Owner, Row};
use permctl::provider::gong::catalogue::catalogue;
use serde_json::{Value as Json, json};

use crate::harness::{World, contract};
use crate::promises::{AMER, BY_ID, EMEA};

fn schema() -> Json {
    serde_json::from_str(include_str!("contracts/schema.json")).expect("the fixture is JSON")
}

/// Writes the YAML of each value of a setting that can stand alone.
fn values(row: &Row, world: &World) -> Vec<String> {
    let state = world.sandbox().state();
    let user = state["users"][0]["id"].as_str().expect("there is a user").to_owned();
    let nested = |value: String| {
        let open: String = row.path.segments().iter().map(|it| format!("{{{it}: ")).collect();
        format!("{open}{value}{}", "}".repeat(row.path.segments().len()))
    };
    let parent = &row.path.segments()[..row.path.segments().len() - 1];
    let beside = |level: &str| match (level, parent.join(".").as_str()) {
        ("specific-folders", _) => format!("{level}, libraryFolderIds: [FOLDER]"),
        ("managers-team" | "report-to-them", _) => format!("{level}, teamLeadIds: [\"{user}\"]"),
        _ => level.to_owned(),
    };
    match row.kind {
        Kind::Flag if parent.is_empty() => vec![nested("true".to_owned())],
        // Beside the level `none` the vendor keeps no other setting of the library.
        Kind::Flag => vec![nested("true, permissionLevel: all".to_owned())],
        Kind::Level(levels) => levels.iter().map(|level| nested(beside(level))).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_setting_that_is_created_and_updated_fits_the_document() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let rows = catalogue().rows().iter().filter(|row| row.owner == Owner::Files);
    let settings: Vec<String> = rows.flat_map(|row| values(row, &world)).collect();
    assert!(settings.len() > 60, "{settings:?}");
    let mut state = world.sandbox().state();
    let folders = state["folders"].as_array().expect("a list").clone();
    let folder = |workspace: &str| {
        let id = if workspace == "emea" { EMEA } else { AMER };
        let found = folders.iter().find(|folder| folder["workspaceId"] == id);
        found.expect("the workspace has a folder")["id"].as_str().expect("a text").to_owned()
    };
    let mut live = state["profiles"][EMEA][0].clone();
    let profiles = state["profiles"][EMEA].as_array_mut().expect("a list");
    for (number, settings) in settings.iter().enumerate() {
        live["id"] = json!(format!("5000000000000{number:06}"));
        live["name"] = json!(format!("Live {number:03}"));
        profiles.push(live.clone());
        for (workspace, name, new) in [("emea", "Live", ""), ("amer", "Brand new", "new: true\n")] {
            let file = format!("profiles/{workspace}/p{number}.yaml");
            let deny = if number % 2 == 0 { "unlisted: deny\n" } else { "" };
            let settings = settings.replace("FOLDER", &format!("\"{}\"", folder(workspace)));
            let text = format!(
                "profile: {name} {number:03}\ndescription: Number {number}\n{new}{deny}settings: {settings}\n"
            );
            world.write(&file, &text);
        }
    }
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("it is a state");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let seen = contract::all_fit(&schema(), &world);
    let path = "/v2/permission-profile 200";
    let expected = [format!("POST {path}"), format!("PUT {path}")];
    assert!(BTreeSet::from(expected).is_subset(&seen), "{seen:?}");
    assert_eq!(world.writes().len(), settings.len() * 2);
}
