//! What Pulse would refuse about a role, beyond what its table says.

use crate::model::{SettingPath, Settings, Value};
use crate::provider::Refusal;
use crate::provider::pulse::catalogue::ROLE;

/// The role that belongs to the vendor; its pages write it in two ways.
const SUPER_ADMIN: &str = "superadmin";

/// Tells whether a role is the vendor's own whatever its account says.
pub fn is_super_admin(role: &str) -> bool {
    // A server that trims names would take both for one.
    role.trim().to_lowercase() == SUPER_ADMIN
}

/// Finds names that no request can be made for.
///
/// Nothing is documented about the letters or the length of a name. A name stands in the path of a
/// request, and dots alone would lead to another path.
pub fn rules(settings: &Settings) -> Vec<Refusal> {
    let name = SettingPath::new([ROLE]);
    let Some(Value::Text(role)) = settings.get(&name) else { return Vec::new() };
    let refusal = |message: String, hint: &str| {
        vec![Refusal { setting: name.clone(), message, hint: hint.to_owned() }]
    };
    if is_super_admin(role) {
        return refusal(
            format!("\"{role}\" is the vendor's role and is never touched"),
            "take it out; a role of your own needs another name",
        );
    }
    if role == "." || role == ".." {
        return refusal(
            format!("\"{role}\" can't be the name of a role: it would be another path"),
            "choose a name with letters in it",
        );
    }
    Vec::new()
}
