//! What Gong would refuse about a profile.

use crate::model::catalogue::Catalogue;
use crate::provider;
use crate::provider::gong::{Gong, catalogue};

/// Nothing is checked beyond the table: Gong documents no rule about names or between settings that
/// its table lacks. The library's rule is in the table (`inert_when`), and so is the open meaning of
/// team leads.
impl provider::Rules for Gong {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }
}
