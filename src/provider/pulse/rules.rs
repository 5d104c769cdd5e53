//! What Pulse would refuse about a role, beyond what its table says.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{LiveProfile, SettingPath, Settings, Value, WorkspaceId};
use crate::provider::pulse::catalogue::{ROLE, catalogue};
use crate::provider::pulse::{Pulse, read};
use crate::provider::{self, Rejection, VendorRule};

/// The role that belongs to the vendor; its pages write it in two ways.
const SUPER_ADMIN: &str = "superadmin";

/// Tells whether a role is the vendor's own whatever its account says.
pub fn is_super_admin(role: &str) -> bool {
    // A server that trims names would take both for one.
    role.trim().to_lowercase() == SUPER_ADMIN
}

impl provider::Rules for Pulse {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue()
    }

    fn rules(&self) -> &'static [VendorRule] {
        &[is_not_the_vendors, is_no_other_path]
    }

    fn flaw(&self, profile: &LiveProfile) -> Option<String> {
        provider::nameless(catalogue(), profile).or_else(|| read::flaw(&profile.document))
    }

    fn built_in(&self, _: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        built_in(profile)
    }

    /// A session of the vendor's own lists roles without an account, so roles of several accounts may
    /// come in one list. No answer like that is recorded.
    fn foreign_to(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        let other = account(profile).is_some_and(|account| account != workspace.0);
        other.then_some("it is a role of another account")
    }
}

fn is_not_the_vendors(settings: &Settings) -> Option<Rejection> {
    let role = role(settings).filter(|role| is_super_admin(role))?;
    let message = format!("\"{role}\" is the vendor's role and is never touched");
    Some(rejection(message, "take it out; a role of your own needs another name"))
}

/// Nothing is documented about the letters or the length of a name. A name stands in the path of a
/// request, and dots alone would lead to another path.
fn is_no_other_path(settings: &Settings) -> Option<Rejection> {
    let role = role(settings).filter(|role| [".", ".."].contains(role))?;
    let message = format!("\"{role}\" can't be the name of a role: it would be another path");
    Some(rejection(message, "choose a name with letters in it"))
}

fn role(settings: &Settings) -> Option<&str> {
    match settings.get(&SettingPath::new([ROLE])) {
        Some(Value::Text(role)) => Some(role),
        _ => None,
    }
}

fn rejection(message: String, hint: &str) -> Rejection {
    Rejection { setting: SettingPath::new([ROLE]), message, hint: hint.to_owned() }
}

/// Says why a role is not the account's own to manage.
pub fn built_in(profile: &LiveProfile) -> Option<&'static str> {
    if is_super_admin(&profile.name) {
        return Some("it is the vendor's role over all accounts");
    }
    let of_all = account(profile).is_none();
    of_all.then_some("it is a role of the whole system")
}

/// Returns the account of a role; `None` for a role of all accounts.
fn account(profile: &LiveProfile) -> Option<String> {
    match profile.document.get("accountId") {
        None | Some(Json::Null) => None,
        Some(Json::String(account)) => Some(account.clone()),
        // Documented as a text of digits.
        Some(other) => Some(other.to_string()),
    }
}
