//! The table of Webex's settings: what each leaf of a user profile is, in our words.
//!
//! Facts only; nothing here reads or writes a document. The members are those of the schema
//! `UserProfileGranularAccessDTO` (version 3 of the API). `permissions` is a map by name whose
//! entries are settings of their own: the vendor adds names without notice.

use std::sync::LazyLock;

use crate::model::SettingPath;
use crate::model::catalogue::{
    Addressed, Bundle, Catalogue, EntryMap, EntryNames, Identity, Reference, ReferenceKind, Row,
    Wire,
};

use super::permissions::{PERMISSIONS, SWITCHES};
use super::risk::RISKS;

/// Levels of access to permissions and to resources, narrowest first. The schema has two more,
/// `NONE` and `PROVISIONED_VALUE`, which are described nowhere: they can be read and not written.
const ACCESS_LEVELS: &[&str] = &["SPECIFIC", "ALL"];

/// What a permission may be, narrowest first. The last of two kinds in one list: switches take
/// `DISABLED` and `ENABLED`, all others `NONE`, `VIEW` and `EDIT`.
const ENTRY_LEVELS: &[&str] = &["NONE", "DISABLED", "VIEW", "ENABLED", "EDIT"];

/// Types of profiles, narrowest first by the modules that the vendor lists for each of five. An older page
/// of Cisco's (g_general-settings-up, read 2026-08) gives the Analyzer administrator reporting and
/// provisioning, with users and user profiles; no page describes the other two for Analyzer alone.
const PROFILE_TYPES: &[&str] = &[
    "ANALYZER_USER",
    "ANALYZER_SUPERVISOR",
    "STANDARD_AGENT",
    "PREMIUM_AGENT",
    "ANALYZER_ADMINISTRATOR",
    "ADMINISTRATOR_ONLY",
    "SUPERVISOR",
    "ADMINISTRATOR",
];

/// A resource collection, named by its name.
pub const COLLECTION: ReferenceKind = ReferenceKind(&Reference {
    noun: "resource collection",
    plural: "resource-collections",
    expected: "the name of a resource collection or its id",
    is_id: is_uuid,
    could_be: |text| !text.trim().is_empty(),
    any_case: false,
    lists_all: true,
    // The schema `ResourceCollectionDTO` requires `name`.
    written_with_name: true,
    deactivated: None,
});

/// Ids are UUIDs, so a name can't be taken for one.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), bundles(), maps()).risks(RISKS));

/// Returns the table.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

fn identity() -> Identity {
    Identity {
        name: path("name"),
        id: "id",
        addressed: Addressed::ById,
        renames: true,
        // A second profile of a name is refused; whether names are compared in any case is unknown.
        any_case: true,
        two_step_create: false,
    }
}

fn rows() -> Vec<Row> {
    vec![
        server("organizationId", "The organization that the profile belongs to."),
        server("id", "The profile's own id. The server gives it."),
        server("version", "How often the profile was changed. It goes back as it was read."),
        Row::text("name").of_profile().to_be_stated().help(
            "The profile's name: letters without accents, digits, spaces, commas, hyphens and \
             underscores, at most 80.",
        ),
        Row::text("description")
            .of_profile()
            .help("What the profile is for; at most 255 characters."),
        // It can't be changed, so nothing can take it anywhere.
        Row::level("profileType", PROFILE_TYPES).immutable().no_floor().to_be_stated().help(
            "What kind of user the profile is for, which decides the modules that holders see and \
             the permissions that there can be.",
        ),
        // Says whether the profile is in use, not what it gives: taking it to `false` because no
        // file names it would lock every holder out.
        Row::switch("active").no_floor().to_be_stated().help("Whether the profile is in use."),
        // ALL includes changing user profiles, except for types of agents: what a type allows is
        // published for five of eight and not permission by permission.
        Row::level("permissionAccessLevel", ACCESS_LEVELS).to_be_stated().administers().help(
            "Whether holders have every permission that their type of profile can have, or those \
             under `permissions` only. Under `ALL` what `permissions` says means nothing.",
        ),
        Row::level("resourceAccessLevel", ACCESS_LEVELS).to_be_stated().help(
            "Whether holders reach every queue, team and the like, or those in \
             `resourceCollections` only. Under `ALL` the collections mean nothing.",
        ),
        permissions(),
        folders("editableFolderIds")
            .help("Folders of reports that holders may read and change, by number."),
        folders("viewableFolderIds").implied_by("editableFolderIds").help("Folders of reports that holders may read, by number."),
        // The narrowest would be a list of every folder, which no API gives.
        folders("nonViewableFolderIds")
            .restricts()
            .no_floor()
            .help("Folders of reports that are kept from holders, by number."),
        server("systemDefault", "Whether the vendor made the profile. Such a profile is fixed."),
        // Who reaches that collection reaches what holders make, so a change is unclear.
        Row::text("defaultResourceCollectionId").no_floor().help(
            "The id of the resource collection that what holders make belongs to, so it decides who \
             reaches that.",
        ),
        Row::ids("resourceCollections")
            .references(COLLECTION)
            .wire(Wire::Objects("id"))
            .inert_when("resourceAccessLevel", "ALL")
            .help(
                "The resource collections that holders reach, by name. What is in them is set \
                 elsewhere and never changed from here.",
            ),
        server("createdTime", "When the profile was made."),
        server("lastUpdatedTime", "When the profile was changed last."),
        // Live records may carry them; a write may not.
        server("links", "Links for browsing the API."),
        server("_links", "Links for browsing the API."),
    ]
}

fn bundles() -> Vec<Bundle> {
    let bundle = |level: &str, beside: &[&str]| Bundle {
        path: path(level),
        members: [level].iter().chain(beside).map(|member| path(member)).collect(),
        ambiguous_levels: &[],
    };
    vec![
        // The entries of `permissions` join it as they occur.
        bundle("permissionAccessLevel", &[]),
        bundle("resourceAccessLevel", &["resourceCollections"]),
    ]
}

fn maps() -> Vec<EntryMap> {
    vec![EntryMap {
        path: path("permissions"),
        bundle: Some(path("permissionAccessLevel")),
        known: PERMISSIONS,
        names: EntryNames::Documented,
        // Who may change users may give any of them any profile, also themselves.
        administers: &["user-profile", "user"],
        restricts: &["restricted-monitor-only"],
        switches: SWITCHES,
    }]
}

fn permissions() -> Row {
    Row::level("permissions", ENTRY_LEVELS)
        // Both mean no access: one of switches, the other of what can be looked at and changed.
        .equal_to_floor(&["DISABLED"])
        .switch_of("DISABLED", "ENABLED")
        .wire(Wire::Entry { name: "name", value: "access" })
        .inert_when("permissionAccessLevel", "ALL")
        .help(
            "One permission, by the vendor's name: nothing, looking at something (`VIEW`), changing it \
             (`EDIT`), or using it (`ENABLED`). A name takes either of these or is a switch; of some it \
             is published which.",
        )
}

fn folders(name: &str) -> Row {
    Row::ids(name).wire(Wire::Numbers)
}

fn server(name: &str, help: &'static str) -> Row {
    Row::text(name).server().help(help)
}

fn path(name: &str) -> SettingPath {
    SettingPath::new([name])
}
