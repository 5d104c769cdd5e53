//! Checks of a described profile against what is live: each refuses it or warns, with a finding.

pub(super) mod hidden;
pub(super) mod settings;
pub(super) mod twins;
pub(super) mod vendor;
