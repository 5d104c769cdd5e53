//! Webex's table against an independent list. The laws of all tables are in `properties/every.rs`.

use permctl::model::catalogue::{EntryNames, Owner, Wire};
use permctl::model::{SettingPath, Settings, Value};
use permctl::provider::webex::Webex;
use permctl::provider::webex::catalogue::{COLLECTION, catalogue};
use permctl::provider::{Provider as _, Rules as _};

/// The members of a profile in the order of the wire, with who decides each.
const MEMBERS: [(&str, Owner); 20] = [
    ("organizationId", Owner::Server),
    ("id", Owner::Server),
    ("version", Owner::Server),
    ("name", Owner::Profile),
    ("description", Owner::Profile),
    ("profileType", Owner::Files),
    ("active", Owner::Files),
    ("permissionAccessLevel", Owner::Files),
    ("resourceAccessLevel", Owner::Files),
    // The pattern of its entries.
    ("permissions", Owner::Files),
    ("editableFolderIds", Owner::Files),
    ("viewableFolderIds", Owner::Files),
    ("nonViewableFolderIds", Owner::Files),
    ("systemDefault", Owner::Server),
    ("defaultResourceCollectionId", Owner::Files),
    ("resourceCollections", Owner::Files),
    ("createdTime", Owner::Server),
    ("lastUpdatedTime", Owner::Server),
    // Of live records, not of the description.
    ("links", Owner::Server),
    ("_links", Owner::Server),
];

#[test]
fn the_members_are_those_of_the_wire() {
    let map = &catalogue().maps()[0];
    let rows = catalogue().rows().iter();
    let found: Vec<(String, Owner)> = rows.map(|row| (row.path.to_string(), row.owner)).collect();
    let expected: Vec<(String, Owner)> =
        MEMBERS.iter().map(|(name, owner)| ((*name).to_owned(), *owner)).collect();
    assert_eq!(found, expected);
    assert_eq!(catalogue().row(&map.path).expect("a pattern").equal_to_floor, ["DISABLED"]);
    assert_eq!(
        (map.names, map.bundle.clone()),
        (EntryNames::Documented, "permissionAccessLevel".parse().ok())
    );
}

#[test]
fn facts_that_decide_what_is_sent() {
    let rows = catalogue().rows();
    let named = |pick: fn(&permctl::model::catalogue::Row) -> bool| -> Vec<String> {
        rows.iter().filter(|row| pick(row)).map(|row| row.path.to_string()).collect()
    };
    assert_eq!(named(|row| row.immutable), ["profileType"]);
    assert_eq!(
        named(|row| row.on_create.is_none()),
        ["name", "profileType", "active", "permissionAccessLevel", "resourceAccessLevel"]
    );
    assert_eq!(named(|row| row.references == Some(COLLECTION)), ["resourceCollections"]);
    assert_eq!(named(|row| row.wire == Wire::Objects("id")), ["resourceCollections"]);
    assert_eq!(
        named(|row| row.wire == Wire::Numbers),
        ["editableFolderIds", "viewableFolderIds", "nonViewableFolderIds"]
    );
}

#[test]
fn a_name_of_a_collection_is_never_taken_for_an_id() {
    for (text, is_id) in [
        ("c0000000-0000-4000-8000-000000000001", true),
        ("C0000000-0000-4000-8000-00000000000A", true),
        ("EMEA", false),
        ("12345678", false),
        ("c0000000-0000-4000-8000-00000000000", false),
        ("c0000000-0000-4000-8000-00000000000g", false),
        ("c0000000_0000_4000_8000_000000000001", false),
        ("", false),
    ] {
        assert_eq!(COLLECTION.is_id(text), is_id, "{text}");
    }
}

#[test]
fn every_data_center_that_cisco_names_is_a_host_of_the_api() {
    let hosts = Webex.capabilities().hosts;
    for center in ["us1", "eu1", "eu2", "anz1", "ca1", "jp1", "sg1", "in1"] {
        assert!(hosts.contains(&format!("api.wxcc-{center}.cisco.com").as_str()), "{center}");
    }
}

#[test]
fn who_may_change_users_or_profiles_administers() {
    let administers = |profile_type: &'static str, permission: &str, access| {
        let settings = Settings::from_iter([
            (SettingPath::new(["profileType"]), Value::Level(profile_type)),
            (SettingPath::new(["active"]), Value::Flag(true)),
            (SettingPath::new(["permissionAccessLevel"]), Value::Level("SPECIFIC")),
            (SettingPath::new(["permissions", permission]), Value::Level(access)),
        ]);
        Webex.administers(&settings)
    };
    for kind in ["ADMINISTRATOR", "ADMINISTRATOR_ONLY", "SUPERVISOR", "ANALYZER_ADMINISTRATOR"] {
        assert!(administers(kind, "user", "EDIT") && administers(kind, "user-profile", "EDIT"));
        assert!(!administers(kind, "user", "VIEW") && !administers(kind, "team", "EDIT"));
    }
    for kind in ["STANDARD_AGENT", "PREMIUM_AGENT", "ANALYZER_USER"] {
        assert!(!administers(kind, "user", "EDIT"), "{kind}");
    }
}
