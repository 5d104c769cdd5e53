//! What the help desk would refuse about a role, beyond what its table says.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{LiveProfile, WorkspaceId};
use crate::provider;
use crate::provider::helpdesk::Helpdesk;
use crate::provider::helpdesk::catalogue::CATALOGUE;

impl provider::Rules for Helpdesk {
    fn catalogue(&self) -> &'static Catalogue {
        &CATALOGUE
    }

    fn built_in(&self, _: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        let own = profile.document.get("builtIn") == Some(&Json::Bool(true));
        own.then_some("it came with the help desk")
    }
}
