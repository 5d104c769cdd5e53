//! What tests know of the second dialect of Gong, apart from the client's own tables.

use crate::vendors::{Described, VendorFacts};

/// As its sandbox keeps it.
pub const FACTS: VendorFacts = VendorFacts {
    provider: "gong-openapi",
    workspaces: &[("emea", "3517046198802156733"), ("amer", "5520841937764401298")],
    profiles: "/profiles/*",
    owner: None,
    serves: &["/workspaces/*/permission-profiles"],
    writes: &[("POST", "/permission-profiles"), ("PUT", "/permission-profiles/*")],
    signs: &[],
    change: Described {
        profile: "Sales Manager",
        file: "profile: Sales Manager\nsettings: {permissions: {shareExternally: true}}\n",
    },
    without_floor: &[
        ("name", "it is who the profile is, and gives nothing"),
        ("description", "a note for administrators gives nothing"),
    ],
    state: |live| live.clone(),
};
