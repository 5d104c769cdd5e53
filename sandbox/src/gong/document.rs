//! The simulated Gong's permission profile: its members, their order, defaults and value rules.
//!
//! Nothing here knows about requests or about what is stored; see [`super::update`] for that.
//! The member list is Gong's API description of July 2026.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::members::Document;

/// The object that holds the three forecast scopes.
pub const FORECAST: &str = "forecastPermissions";
/// The library's object.
pub const LIBRARY: &str = "libraryFolderAccess";
/// The member that holds a scope's level.
pub const LEVEL: &str = "permissionLevel";
/// The member that holds a scope's list of people.
pub const LEADS: &str = "teamLeadIds";
/// The member that holds the library's list of folders.
pub const FOLDERS: &str = "libraryFolderIds";

/// The three scopes inside [`FORECAST`].
pub const FORECAST_SCOPES: [&str; 3] =
    ["forecastAccess", "forecastEditSubmissions", "forecastEditTargets"];

/// The four booleans inside [`LIBRARY`].
pub const LIBRARY_SWITCHES: [&str; 4] =
    ["managePublicFolder", "manageStreams", "manageFolderCalls", "shareFoldersAndStreams"];

const HEAD: [&str; 11] = [
    "id",
    "name",
    "description",
    "callsAccess",
    LIBRARY,
    "dealsAccess",
    FORECAST,
    "coachingAccess",
    "insightsAccess",
    "usageAccess",
    "emailsAccess",
];

const SCOPES: [&str; 6] = [
    "callsAccess",
    "dealsAccess",
    "coachingAccess",
    "insightsAccess",
    "usageAccess",
    "emailsAccess",
];

const LEVELS: [&str; 5] = ["all", "managers-team", "report-to-them", "own", "none"];
const LIBRARY_LEVELS: [&str; 3] = ["none", "all", "specific-folders"];

/// The newest switch: a tenant answers `null` for it until it is set.
pub const NULL_SWITCH: &str = "orchestrateCreateAndManagePlays";

/// The booleans at the top level, in wire order.
pub const SWITCHES: [&str; 44] = [
    "scoreCalls",
    "overrideScore",
    "downloadCallMedia",
    "shareCallsWithCustomers",
    "manuallyScheduleAndUploadCalls",
    "privateCalls",
    "deleteCalls",
    "trimCalls",
    "listenInCalls",
    "deleteEmails",
    "callsAndSearch",
    "library",
    "deals",
    "createEditAndDeleteDealsBoards",
    "dealsInlineEditing",
    "account",
    "coaching",
    "usage",
    "teamStats",
    "initiatives",
    "market",
    "activity",
    "forecast",
    "forecastManage",
    "engageManageCompanyTemplates",
    "engageManageCompanySequences",
    "engageCreateAndManageRulesets",
    "engageSnoozeFlowToDosForOthers",
    "engageAllowCrmFieldsViewChange",
    "viewEngageAnalyticsActivity",
    "viewEngageAnalyticsPerformance",
    "viewEngageAnalyticsFlows",
    "manageGeneralBusinessSettings",
    "manageScorecards",
    "exportCallsAndCoachingDataToCSV",
    "crmDataInlineEditing",
    "crmDataImport",
    "viewRevenueAnalytics",
    "manageRevenueAnalytics",
    "engageReassignFlowToDosToOthers",
    "engageAssignFlowToDosToOthers",
    "dealsDataExport",
    "aiBuilder",
    NULL_SWITCH,
];

/// What may stand at one place of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The profile's own id.
    Identifier,
    /// Free text.
    Text,
    /// An object with members of its own.
    Object,
    /// One of the five scope levels.
    Level,
    /// One of the three library levels.
    LibraryLevel,
    /// A list of user ids.
    Users,
    /// A list of library folder ids.
    Folders,
    /// A boolean, or `null`.
    Switch,
}

/// Returns what stands at this path, or nothing when Gong has no such member.
pub fn kind(path: &[&str]) -> Option<Kind> {
    match *path {
        ["id"] => Some(Kind::Identifier),
        ["name" | "description"] => Some(Kind::Text),
        [LIBRARY | FORECAST] => Some(Kind::Object),
        [LIBRARY, LEVEL] => Some(Kind::LibraryLevel),
        [LIBRARY, FOLDERS] => Some(Kind::Folders),
        [LIBRARY, switch] if LIBRARY_SWITCHES.contains(&switch) => Some(Kind::Switch),
        [FORECAST, scope, ref rest @ ..] if FORECAST_SCOPES.contains(&scope) => scope_kind(rest),
        [scope, ref rest @ ..] if SCOPES.contains(&scope) => scope_kind(rest),
        [switch] if SWITCHES.contains(&switch) => Some(Kind::Switch),
        _ => None,
    }
}

fn scope_kind(rest: &[&str]) -> Option<Kind> {
    match *rest {
        [] => Some(Kind::Object),
        [LEVEL] => Some(Kind::Level),
        [LEADS] => Some(Kind::Users),
        _ => None,
    }
}

/// Returns a member's place in the vendor's order; unknown members come last.
pub fn rank(member: &str) -> usize {
    HEAD.iter().chain(&SWITCHES).position(|known| *known == member).unwrap_or(usize::MAX)
}

/// Returns the profile that Gong makes of a request that sets nothing; the name is `null`.
pub fn defaults(id: &str) -> Document {
    let scope = || json!({LEVEL: "none", LEADS: null});
    HEAD.iter()
        .chain(&SWITCHES)
        .map(|&member| {
            let value = match member {
                "id" => json!(id),
                "name" | "description" | NULL_SWITCH => Json::Null,
                LIBRARY => {
                    let mut library = json!({LEVEL: "none", FOLDERS: null});
                    for switch in LIBRARY_SWITCHES {
                        library[switch] = json!(false);
                    }
                    library
                }
                FORECAST => FORECAST_SCOPES.iter().map(|name| (*name, scope())).collect(),
                scoped if SCOPES.contains(&scoped) => scope(),
                _ => json!(false),
            };
            (member.to_owned(), value)
        })
        .collect()
}

/// The ids that a profile may name.
#[derive(Debug, Default)]
pub struct References {
    /// Users of the company.
    pub users: BTreeSet<String>,
    /// Folders of the workspace.
    pub folders: BTreeSet<String>,
    /// Whatever the profile names already, so that sending it back is never an error.
    pub stored: BTreeSet<String>,
}

/// Checks one value against what may stand there; the error is a sentence for the client.
pub fn check(
    path: &[&str],
    kind: Kind,
    value: &Json,
    references: &References,
) -> Result<(), String> {
    let place = path.join(".");
    let fits = match (kind, value) {
        (_, Json::Null) | (Kind::Identifier, _) => true,
        (Kind::Text, value) => value.is_string(),
        (Kind::Object, value) => value.is_object(),
        (Kind::Switch, value) => value.is_boolean(),
        (Kind::Level, value) => one_of(&LEVELS, value),
        (Kind::LibraryLevel, value) => one_of(&LIBRARY_LEVELS, value),
        (Kind::Users, value) => {
            return known(&place, "user", value, &references.users, &references.stored);
        }
        (Kind::Folders, value) => {
            return known(&place, "library folder", value, &references.folders, &references.stored);
        }
    };
    if fits { Ok(()) } else { Err(format!("{place} can't be {value}")) }
}

fn one_of(levels: &[&str], value: &Json) -> bool {
    value.as_str().is_some_and(|level| levels.contains(&level))
}

fn known(
    place: &str,
    noun: &str,
    value: &Json,
    known: &BTreeSet<String>,
    stored: &BTreeSet<String>,
) -> Result<(), String> {
    let ids = value.as_array().ok_or_else(|| format!("{place} has to be a list of ids"))?;
    for id in ids {
        let id = id.as_str().ok_or_else(|| format!("{place} has to hold ids as text, not {id}"))?;
        if !known.contains(id) && !stored.contains(id) {
            return Err(format!("{place} names {id}, which is no {noun} here"));
        }
    }
    Ok(())
}
