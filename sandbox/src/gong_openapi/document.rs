//! The simulated dialect's permission profile: its members, their order and its switches.
//!
//! Nothing here knows about requests or readings; see [`super::update`] for those.

/// The object that holds the switches.
pub const PERMISSIONS: &str = "permissions";

/// All members of a profile, in the order of the vendor's schema.
const MEMBERS: [&str; 6] =
    ["profileId", "name", "description", "workspaceId", PERMISSIONS, "userCount"];

/// What a create or an update may say; the rest is the server's.
pub const WRITABLE: [&str; 3] = ["name", "description", PERMISSIONS];

/// The switches, in the order of the vendor's schema.
pub const SWITCHES: [&str; 8] = [
    "viewOwnCalls",
    "viewTeamCalls",
    "viewAllCalls",
    "downloadRecordings",
    "shareExternally",
    "createScorecards",
    "manageUsers",
    "manageSettings",
];

/// Returns a member's place in the vendor's order; unknown members come last.
pub fn rank(member: &str) -> usize {
    MEMBERS.iter().chain(&SWITCHES).position(|known| *known == member).unwrap_or(usize::MAX)
}
