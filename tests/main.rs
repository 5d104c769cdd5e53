//! The one integration test binary.

mod documents;
mod harness;
mod properties;
