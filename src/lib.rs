//! permctl
pub mod catalogue;
pub mod finding;
pub mod live;
pub mod plan;
pub mod profile;
pub mod provider;
pub mod sandbox;
