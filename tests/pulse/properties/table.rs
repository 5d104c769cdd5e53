//! Pulse's table against a list written by hand from the facts page.

use crate::properties::generate::leaves;
use permctl::model::Value;
use permctl::model::catalogue::{Access, EntryNames, Kind, Owner};
use permctl::provider::pulse::catalogue::catalogue;

use super::*;

#[test]
fn the_table_has_the_members_of_the_documented_role_in_its_order() {
    let members = catalogue().names_below(&SettingPath::new::<_, String>([]));
    assert_eq!(members, ["id", "role", "accountId", "users", "permissions"]);
    let owned = |owner: Owner| {
        let rows = catalogue().rows().iter().filter(move |row| row.owner == owner);
        rows.map(|row| row.path.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(owned(Owner::Server), ["id", "accountId", "users"]);
    assert_eq!(owned(Owner::Profile), ["role"]);
}

/// The settings without a floor, each with its reason.
const WITHOUT_FLOOR: &[(&str, &str)] = &[("role", "a name grants nothing")];

#[test]
fn every_permission_grants_and_has_a_floor() {
    let entries = VOCABULARY.map(|name| SettingPath::new(["permissions", name])).into();
    for (path, row) in leaves(catalogue(), &entries) {
        let path = path.to_string();
        if WITHOUT_FLOOR.iter().any(|(known, _)| *known == path) {
            assert_eq!(row.floor, None, "{path}");
            continue;
        }
        assert_eq!(row.kind, Kind::Flag, "{path}");
        assert_eq!(row.access, Access::Grants, "{path}");
        assert_eq!(row.floor, Some(Value::Flag(false)), "{path}");
        assert_eq!(row.on_create, Some(Value::Flag(false)), "{path}");
        assert!(!row.help.is_empty(), "{path}");
    }
}

#[test]
fn the_names_that_the_pages_show_have_a_help_text() {
    let [map] = catalogue().maps() else { panic!("one map") };
    assert_eq!(map.names, EntryNames::Workspace);
    let names: Vec<&str> = map.known.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "readSupport",
            "readCRM",
            "readApplications",
            "writeApplications",
            "readMerchants",
            "writeMerchants",
            "writeApiKeys",
        ]
    );
    let identity = catalogue().identity();
    assert!(!identity.renames && identity.any_case && identity.two_step_create);
}
