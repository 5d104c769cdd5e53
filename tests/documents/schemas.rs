//! The schemas for editors say of files what the program says.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use permctl::schema::Subject;
use serde::Deserialize as _;
use serde_json::Value as Json;

use super::root;
use crate::harness::World;

fn validator(subject: Subject) -> Validator {
    let schema: Json = serde_json::from_str(&subject.text()).expect("a schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
    jsonschema::validator_for(&schema).expect("it is a schema")
}

/// Lists the YAML files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        match path.extension().and_then(|it| it.to_str()) {
            None if path.is_dir() => files(&path, found),
            Some("yaml" | "yml") => found.push(path),
            _ => {}
        }
    }
}

/// Says what a schema refuses of a text.
fn refused(validator: &Validator, text: &str) -> Vec<String> {
    let documents = serde_yaml::Deserializer::from_str(text);
    let documents = documents.map(|document| Json::deserialize(document).expect("it is YAML"));
    let documents: Vec<Json> = documents.filter(|document| !document.is_null()).collect();
    let errors = documents.iter().flat_map(|document| validator.iter_errors(document));
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_file_that_the_program_takes_fits_its_schema() {
    let mut count = 0;
    for (provider, folder) in
        [("gong", "gong"), ("gong-openapi", "gong_openapi"), ("webex", "webex"), ("pulse", "pulse")]
    {
        let subject = Subject::find(provider).expect("each provider has one");
        let (profiles, bases) = (validator(subject), validator(Subject::Bases));
        let mut found = Vec::new();
        files(&root().join("tests").join(folder).join("cases"), &mut found);
        for path in found {
            let Some(place) = path.to_str().and_then(|path| path.split_once("/profiles/")) else {
                continue;
            };
            let validator = if place.1.starts_with("bases/") { &bases } else { &profiles };
            let text = std::fs::read_to_string(&path).expect("it is a text");
            assert_eq!(refused(validator, &text), Vec::<String>::new(), "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 100, "{count} files");
    let config = validator(Subject::Config);
    let mut examples = Vec::new();
    files(&root().join("examples"), &mut examples);
    examples.push(root().join("permctl.yaml"));
    for path in examples.iter().filter(|path| path.ends_with("permctl.yaml")) {
        let text = std::fs::read_to_string(path).expect("it is a text");
        assert_eq!(refused(&config, &text), Vec::<String>::new(), "{}", path.display());
    }
}

#[test]
fn mistakes_do_not_fit() {
    let gong = validator(Subject::find("gong").expect("there is one"));
    for text in [
        "profile: A\nsettings: {dealz: true}\n",
        "profile: A\nsettings: {deals: maybe}\n",
        "profile: A\nsetings: {}\n",
        "profile: A\nsettings: {callsAccess: {permissionLevel: everything}}\n",
        "profile: A\nsettings: {deals: {value: true, untill: 2027-03-31}}\n",
        "base: a\n",
        "settings: {deals: true}\n",
        "profile: A\nretired: {since: 2027-01-01}\n",
    ] {
        assert_ne!(refused(&gong, text), Vec::<String>::new(), "{text}");
    }
    let config = validator(Subject::Config);
    let text = "version: 1\ntenants: {a: {provider: gong, endpoint: sandbox, workspaces: {e: {name: E}}}}\n";
    assert_eq!(refused(&config, text), Vec::<String>::new());
    for (right, wrong) in [("gong", "gnog"), ("version: 1", "version: 2"), ("name: E", "nam: E")] {
        assert_ne!(refused(&config, &text.replace(right, wrong)), Vec::<String>::new(), "{wrong}");
    }
}

#[test]
fn schemas_are_written_and_an_old_one_is_named() {
    let world = World::fresh();
    world.write("profiles/emea/a.yaml", "profile: Collaborator\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    let mine = "{\"editor.tabSize\": 2, \"yaml.schemas\": {\"./mine.json\": \"x.yaml\"}}";
    world.write(".vscode/settings.json", mine);
    let ran = world.run(&["schema", "--write"]).exits(0);
    let files = "schemas/permctl.json schemas/bases.json schemas/rules.json schemas/gong.json .vscode/settings.json .vscode/extensions.json";
    let said: Vec<&str> =
        ran.stdout.lines().map(|line| line.trim_start_matches("wrote ")).collect();
    assert_eq!(said, files.split(' ').collect::<Vec<_>>());
    let settings: Json = serde_json::from_str(&world.read(".vscode/settings.json")).expect("JSON");
    assert_eq!(settings["editor.tabSize"], 2);
    assert_eq!(settings["yaml.schemas"]["./mine.json"], "x.yaml");
    assert_eq!(settings["yaml.schemas"]["./schemas/permctl.json"][0], "permctl.yaml");
    let ran = world.run(&["schema", "--write"]).exits(0);
    assert_eq!(ran.stdout, "the schemas are as they should be\n");
    let _ = world.run(&["schema", "gong"]).exits(0);
    assert_eq!(world.run(&["schema", "gong"]).stdout, world.read("schemas/gong.json"));

    assert!(!world.run(&["validate"]).exits(0).stdout.contains("schema"));
    // Laid out otherwise it says the same, and stays as it is.
    let otherwise = serde_json::to_string(&settings).expect("JSON");
    world.write(".vscode/settings.json", &otherwise);
    assert!(!world.run(&["validate"]).exits(0).stdout.contains("schema"));
    let _ = world.run(&["schema", "--write"]).exits(0);
    assert_eq!(world.read(".vscode/settings.json"), otherwise);
    world.write(".vscode/settings.json", mine);
    let ran = world.run(&["validate"]).exits(0);
    assert!(
        ran.stdout.contains(".vscode/settings.json is not what this version"),
        "{}",
        ran.stdout
    );
    world.write(".vscode/settings.json", &otherwise);
    let old = world.read("schemas/gong.json").replace("permctl 0.", "permctl 0.0.");
    world.write("schemas/gong.json", &old);
    let ran = world.run(&["validate"]).exits(0);
    assert!(ran.stdout.contains("schemas/gong.json is not what this version of permctl writes"));
    world.write(".vscode/settings.json", "{\n  // a comment\n}");
    let ran = world.run(&["schema", "--write"]).exits(1);
    assert!(ran.stderr.contains("could not add to .vscode/settings.json"), "{}", ran.stderr);
    assert!(world.read(".vscode/settings.json").contains("a comment"));
}
