//! What tests know of Gong, apart from the client's own tables.

use super::live;
use crate::vendors::{Described, VendorFacts};

/// As its sandbox keeps it.
pub const FACTS: VendorFacts = VendorFacts {
    provider: "gong",
    workspaces: &[("emea", "7273476131570014205"), ("amer", "861402275930418857")],
    profiles: "/profiles/*",
    owner: None,
    serves: &["/v2/all-permission-profiles"],
    writes: &[("POST", "/v2/permission-profile"), ("PUT", "/v2/permission-profile")],
    signs: &[],
    change: Described {
        profile: "Collaborator",
        file: "profile: Collaborator\nsettings: {aiBuilder: true}\n",
    },
    without_floor: &[
        ("name", "it is who the profile is, and gives nothing"),
        ("description", "a note for administrators gives nothing"),
    ],
    state: live::state,
};
