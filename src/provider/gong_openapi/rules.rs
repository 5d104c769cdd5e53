//! What the second dialect would refuse about a profile, beyond what its table says.

use crate::model::Settings;
use crate::provider::Refusal;

/// Finds nothing: the document has no rule about names or between switches.
///
/// `viewAllCalls` without `viewTeamCalls` looks odd, but nothing says that it is refused.
pub fn rules(_: &Settings) -> Vec<Refusal> {
    Vec::new()
}
