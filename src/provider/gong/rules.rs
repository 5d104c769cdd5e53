//! What Gong would refuse about a profile, beyond what its table says.

use crate::model::Settings;
use crate::provider::Refusal;

/// Finds nothing: Gong documents no rule about names or between settings that its table lacks.
///
/// The library's rule is in the table (`inert_when`), and so is the open meaning of team leads.
pub fn rules(_: &Settings) -> Vec<Refusal> {
    Vec::new()
}
