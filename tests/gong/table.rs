//! Gong's table of settings against a list written by hand from the facts page.

use permctl::model::Value;
use permctl::model::catalogue::{Access, Kind, Owner};
use permctl::provider::gong::catalogue::{FOLDER, USER, catalogue};

use super::members::TOP_LEVEL;

/// The leaves of the members that are objects, in the order of the wire.
const NESTED: [&str; 24] = [
    "callsAccess.permissionLevel",
    "callsAccess.teamLeadIds",
    "libraryFolderAccess.permissionLevel",
    "libraryFolderAccess.libraryFolderIds",
    "libraryFolderAccess.managePublicFolder",
    "libraryFolderAccess.manageStreams",
    "libraryFolderAccess.manageFolderCalls",
    "libraryFolderAccess.shareFoldersAndStreams",
    "dealsAccess.permissionLevel",
    "dealsAccess.teamLeadIds",
    "forecastPermissions.forecastAccess.permissionLevel",
    "forecastPermissions.forecastAccess.teamLeadIds",
    "forecastPermissions.forecastEditSubmissions.permissionLevel",
    "forecastPermissions.forecastEditSubmissions.teamLeadIds",
    "forecastPermissions.forecastEditTargets.permissionLevel",
    "forecastPermissions.forecastEditTargets.teamLeadIds",
    "coachingAccess.permissionLevel",
    "coachingAccess.teamLeadIds",
    "insightsAccess.permissionLevel",
    "insightsAccess.teamLeadIds",
    "usageAccess.permissionLevel",
    "usageAccess.teamLeadIds",
    "emailsAccess.permissionLevel",
    "emailsAccess.teamLeadIds",
];

fn paths() -> Vec<String> {
    catalogue().rows().iter().map(|row| row.path.to_string()).collect()
}

#[test]
fn the_rows_are_gongs_members_in_gongs_order() {
    let (texts, rest) = TOP_LEVEL.split_at(3);
    let (objects, switches) = rest.split_at(8);
    let expected: Vec<&str> = texts.iter().chain(&NESTED).chain(switches).copied().collect();
    assert_eq!(paths(), expected);
    // 3 texts, 9 scopes of 2, a library of 6 and 44 switches.
    assert_eq!(expected.len(), 3 + 9 * 2 + 6 + 44);
    let mut first: Vec<_> =
        catalogue().rows().iter().map(|row| row.path.segments()[0].as_str()).collect();
    first.dedup();
    assert_eq!(first, TOP_LEVEL);
    assert!(NESTED.iter().all(|path| objects.contains(&path.split('.').next().unwrap())));
}

#[test]
fn every_row_has_help_of_its_own_words() {
    for row in catalogue().rows() {
        assert!(!row.help.contains("User can"), "{}: the vendor's words", row.path);
    }
}

#[test]
fn every_granting_row_has_its_empty_value_as_floor_and_the_others_have_none() {
    for row in catalogue().rows() {
        let granting = row.access == Access::Grants;
        assert_eq!(row.floor, granting.then(|| row.empty()), "{}", row.path);
        assert_eq!(row.on_create, Some(row.empty()), "{}", row.path);
        if let Kind::Level(levels) = row.kind {
            assert_eq!(row.floor, Some(Value::Level(levels[0])), "{}", row.path);
            assert_eq!((levels[0], levels[levels.len() - 1]), ("none", "all"), "{}", row.path);
        }
    }
}

#[test]
fn only_the_three_texts_say_nothing_about_access() {
    for row in catalogue().rows() {
        let text = ["id", "name", "description"].contains(&row.path.leaf());
        assert_eq!(row.access == Access::Neutral, text, "{}", row.path);
        assert_eq!(row.owner == Owner::Files, !text, "{}", row.path);
    }
}

#[test]
fn id_sets_say_what_they_point_to() {
    for row in catalogue().rows() {
        let expected = match row.path.leaf() {
            "teamLeadIds" => Some(USER),
            "libraryFolderIds" => Some(FOLDER),
            _ => None,
        };
        assert_eq!(row.references, expected, "{}", row.path);
        assert_eq!(row.kind == Kind::Set, expected.is_some(), "{}", row.path);
    }
}

#[test]
fn one_switch_administers() {
    let rows = catalogue().rows().iter().filter(|row| row.administers);
    let paths: Vec<_> = rows.map(|row| row.path.to_string()).collect();
    assert_eq!(paths, ["manageGeneralBusinessSettings"]);
}

#[test]
fn ten_bundles_have_several_members_with_the_level_first() {
    let shared: Vec<_> =
        catalogue().bundles().iter().filter(|bundle| bundle.members.len() > 1).collect();
    assert_eq!(shared.len(), 10);
    for bundle in &shared {
        assert_eq!(bundle.lead(), &bundle.path.join("permissionLevel"));
        let library = bundle.path.leaf() == "libraryFolderAccess";
        assert_eq!(bundle.members.len(), if library { 6 } else { 2 }, "{}", bundle.path);
        let ambiguous: &[&str] = if library { &[] } else { &["none", "all"] };
        assert_eq!(bundle.ambiguous_levels, ambiguous, "{}", bundle.path);
    }
    let members = shared.iter().flat_map(|bundle| &bundle.members).map(ToString::to_string);
    assert_eq!(members.collect::<Vec<_>>(), NESTED);
}

#[test]
fn five_library_members_mean_nothing_under_none() {
    let rows = catalogue().rows().iter();
    let inert: Vec<_> =
        rows.filter_map(|row| Some((row.path.to_string(), row.inert_when.clone()?))).collect();
    assert_eq!(inert.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>(), NESTED[3..8]);
    for (_, (decider, level)) in inert {
        assert_eq!((decider.to_string().as_str(), level), (NESTED[2], "none"));
    }
}
