//! What the second dialect would refuse about a profile.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{LiveProfile, WorkspaceId};
use crate::provider;
use crate::provider::gong_openapi::{GongOpenapi, catalogue};

/// Nothing is checked beyond the table: the document has no rule about names or between switches.
/// `viewAllCalls` without `viewTeamCalls` looks odd, but nothing says that it is refused.
impl provider::Rules for GongOpenapi {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }

    fn foreign_to(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        // A write names the profile only, so one that is listed by mistake must not be written.
        let within = profile.document.get("workspaceId").and_then(Json::as_str);
        within.filter(|within| *within != workspace.0).map(|_| "it belongs to another workspace")
    }
}
