//! What holds for the table of every provider in the registry.

use std::collections::BTreeSet;
use std::io::Cursor;

use permctl::live::snapshot::{self, OpenSnapshot, Snapshot};
use permctl::model::catalogue::{Access, Catalogue, Kind, OwnSettings, OwnTiers, Owner};
use permctl::model::{SettingPath, Settings};
use permctl::provider::tailored::tailored;
use permctl::provider::{Provider, systems};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use super::generate::{self, Case};
use crate::harness::World;
use crate::vendors::facts;

/// Shows a law to hold for the documents and settings of every provider.
pub fn everywhere(law: impl Fn(Case) -> Result<(), TestCaseError>) {
    for system in systems() {
        // Without a file of past failures, which belongs to one source file and one table.
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        let shown = TestRunner::new(config).run(&generate::case(system.provider.catalogue()), &law);
        if let Err(error) = shown {
            panic!("{}: {error}", system.provider.id());
        }
    }
}

fn providers() -> impl Iterator<Item = (&'static dyn Provider, &'static Catalogue)> {
    systems().map(|system| (system.provider, system.provider.catalogue()))
}

#[test]
fn no_name_occurs_twice() {
    for (provider, catalogue) in providers() {
        let paths: Vec<&SettingPath> = catalogue.rows().iter().map(|row| &row.path).collect();
        let distinct: BTreeSet<_> = paths.iter().collect();
        assert_eq!(distinct.len(), paths.len(), "{}", provider.id());
        for map in catalogue.maps() {
            let names: BTreeSet<&str> = map.known.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.len(), map.known.len(), "{}: {}", provider.id(), map.path);
        }
    }
    let ids: BTreeSet<&str> = systems().map(|system| system.provider.id()).collect();
    assert_eq!(ids.len(), systems().count());
}

#[test]
fn no_path_leads_through_another_setting() {
    for (provider, catalogue) in providers() {
        for (row, other) in catalogue
            .rows()
            .iter()
            .flat_map(|row| catalogue.rows().iter().map(move |other| (row, other)))
        {
            let through = row.path != other.path && other.path.starts_with(&row.path);
            assert!(!through, "{}: {} leads through {}", provider.id(), other.path, row.path);
        }
    }
}

#[test]
fn every_setting_has_help_in_whole_sentences() {
    for (provider, catalogue) in providers() {
        let entries = catalogue.maps().iter().flat_map(|map| map.known);
        // What an entry is may be said in three words; its row says the rest.
        let entries = entries.map(|(name, help)| ((*name).to_owned(), *help, 10));
        let helps = catalogue.rows().iter().map(|row| (row.path.to_string(), row.help, 20));
        for (path, help, shortest) in helps.chain(entries) {
            let whole = help.len() > shortest && help.ends_with('.') && !help.contains("  ");
            let begins = help.starts_with(|first: char| !first.is_lowercase());
            assert!(whole && begins, "{}: {path}: {help:?}", provider.id());
        }
    }
}

#[test]
fn a_floor_is_below_every_value_and_only_what_grants_has_one() {
    for (provider, catalogue) in providers() {
        for row in catalogue.rows() {
            let at = format!("{}: {}", provider.id(), row.path);
            if let Some(floor) = &row.floor {
                assert_eq!(row.access, Access::Grants, "{at}");
                assert_eq!(row.owner, Owner::Files, "{at}");
                // Off, no ids, or the first of the levels, which are listed narrowest first.
                assert_eq!(*floor, row.empty(), "{at}");
                assert!(row.kind != Kind::Text, "{at}: no text is narrower than another");
            }
            if let Kind::Level(levels) = row.kind {
                let distinct: BTreeSet<_> = levels.iter().collect();
                assert!(levels.len() > 1 && distinct.len() == levels.len(), "{at}");
                for level in row.equal_to_floor {
                    assert!(levels[1..].contains(level), "{at}: {level}");
                }
            } else {
                assert!(row.equal_to_floor.is_empty(), "{at}");
            }
        }
    }
}

#[test]
fn every_setting_without_a_floor_is_listed_with_its_reason() {
    for (provider, catalogue) in providers() {
        let without = catalogue.rows().iter().filter(|row| row.floor.is_none());
        let without = without.filter(|row| row.owner != Owner::Server);
        let without: BTreeSet<String> = without.map(|row| row.path.to_string()).collect();
        let listed = &facts(provider.id()).without_floor;
        let names: BTreeSet<String> = listed.keys().cloned().collect();
        assert_eq!(names, without, "{}", provider.id());
        assert!(listed.values().all(|reason| reason.len() > 10), "{}", provider.id());
    }
}

#[test]
fn what_decides_others_is_a_level_of_their_bundle() {
    for (provider, catalogue) in providers() {
        for bundle in catalogue.bundles() {
            let at = format!("{}: {}", provider.id(), bundle.path);
            for path in &bundle.members {
                let row = catalogue.row(path).expect("a member of a bundle is a row");
                assert_eq!(catalogue.bundle_path(path), Some(&bundle.path), "{at}");
                if let Some((decider, level)) = &row.inert_when {
                    assert_eq!(bundle.lead(), decider, "{at}: {path}");
                    let decider = catalogue.row(decider).map(|row| &row.kind);
                    let has = matches!(decider, Some(Kind::Level(all)) if all.contains(level));
                    assert!(has, "{at}: {path} means nothing beside {level}");
                }
            }
        }
    }
}

#[test]
fn ids_are_of_sets_and_of_kinds_that_can_be_listed() {
    for (provider, catalogue) in providers() {
        let listed = provider.capabilities().names;
        for row in catalogue.rows() {
            if let Some(kind) = row.references {
                let at = format!("{}: {}", provider.id(), row.path);
                assert_eq!(row.kind, Kind::Set, "{at}");
                assert!(listed.iter().any(|(listed, _)| *listed == kind), "{at}");
                assert!(!(kind.0.is_id)("") && !kind.noun().is_empty(), "{at}");
            }
        }
    }
}

#[test]
fn a_profile_has_its_name_from_the_files_and_its_id_from_the_vendor() {
    for (provider, catalogue) in providers() {
        let name = catalogue.row(catalogue.name()).expect("the name is a row");
        assert_eq!((name.owner, &name.kind), (Owner::Profile, &Kind::Text), "{}", provider.id());
        let id = SettingPath::new([catalogue.identity().id]);
        let owner = catalogue.row(&id).map(|row| row.owner);
        assert_eq!(owner, Some(Owner::Server), "{}: {id}", provider.id());
    }
}

#[test]
fn the_fingerprint_of_a_table_is_the_same_in_another_process_and_another_for_each_provider() {
    let mut seen = BTreeSet::new();
    for (provider, _) in providers() {
        // The files say of no catalogue that they were written for it.
        let catalogue = tailored(provider, 1, &OwnSettings::new(), &OwnTiers::new()).catalogue();
        let world = World::of(provider.id(), None, &[]);
        let ran = world.run(&["plan", "--format", "json"]).exits(0);
        let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let tenants = plan["tenants"].as_object().expect("a plan binds its tenants");
        let bound: Vec<&Json> = tenants.values().map(|tenant| &tenant["catalogue"]).collect();
        assert_eq!(bound, [&Json::from(catalogue.fingerprint())], "{}", provider.id());
        assert!(seen.insert(catalogue.fingerprint()), "{}", provider.id());
    }
}

#[test]
fn settings_and_documents_read_back_from_json_as_they_were() {
    everywhere(|case| {
        let text = serde_json::to_string(&case.settings).expect("settings are JSON");
        let mut back: Settings = serde_json::from_str(&text).expect("it was just written");
        case.catalogue.retype(&mut back);
        prop_assert_eq!(&back, &case.settings);
        let profile = json!({"id": "25", "name": "A", "document": case.document});
        let given = json!({
            "snapshot_version": snapshot::VERSION,
            "permctl": "0",
            "tenants": {},
            "workspaces": {"emea": {
                "tenant": "acme", "id": "72", "vendor_name": null, "names": {}, "profiles": [profile],
            }},
        });
        let read = |text: String| {
            let open = OpenSnapshot::open(Cursor::new(text)).expect("it is a snapshot");
            open.workspace("emea").expect("it makes sense").expect("it is there")
        };
        let workspaces = [("emea".to_owned(), read(given.to_string()).text())].into();
        let taken = Snapshot { workspaces, ..Snapshot::default() };
        let back = read(taken.pieces().collect());
        let bytes = Json::Object(back.profiles[0].document.clone()).to_string();
        prop_assert_eq!(bytes, Json::Object(case.document).to_string());
        Ok(())
    });
}
