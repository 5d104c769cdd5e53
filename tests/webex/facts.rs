//! What tests know of Webex, apart from the client's own tables.

use super::live;
use crate::vendors::{Described, VendorFacts};

/// As its sandbox keeps it.
pub const FACTS: VendorFacts = VendorFacts {
    provider: "webex",
    workspaces: &[("center", "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10")],
    profiles: "/organizations/*/profiles",
    owner: None,
    serves: &["/organization/*/v3/user-profile/*"],
    writes: &[
        ("POST", "/organization/*/v3/user-profile"),
        ("PUT", "/organization/*/v3/user-profile/*"),
    ],
    signs: &[("POST", "/v1/access_token")],
    change: Described {
        profile: "Flow Designer",
        file: "profile: Flow Designer\ndescription: Builds flows\n",
    },
    without_floor: &[
        ("name", "it is who the profile is, and gives nothing"),
        ("description", "a note for administrators gives nothing"),
        ("profileType", "nothing changes it once the profile is there"),
        ("active", "off would lock every holder out because no file names it"),
        ("nonViewableFolderIds", "it restricts: the narrowest names folders nobody can list"),
        ("defaultResourceCollectionId", "it says where new things go"),
    ],
    state: live::state,
};
