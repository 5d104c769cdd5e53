//! The one integration test binary.

mod cases;
mod harness;
mod properties;
