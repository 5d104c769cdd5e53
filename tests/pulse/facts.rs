//! What tests know of Pulse, apart from the client's own tables.

use crate::vendors::{Described, VendorFacts};

/// As its sandbox keeps it.
pub const FACTS: VendorFacts = VendorFacts {
    provider: "pulse",
    workspaces: &[("account", "4731740365629714")],
    profiles: "/roles",
    owner: Some("accountId"),
    serves: &["/roles"],
    writes: &[("POST", "/roles/*"), ("PATCH", "/roles/*")],
    signs: &[("POST", "/auth/login")],
    change: Described {
        profile: "agent",
        file: "profile: agent\nsettings: {permissions: {readCRM: true}}\n",
    },
    without_floor: &[("role", "it is who the role is, and gives nothing")],
    state: |live| live.clone(),
};
