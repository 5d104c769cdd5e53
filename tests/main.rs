//! The one integration test binary.

mod harness;
mod promises;
mod properties;
