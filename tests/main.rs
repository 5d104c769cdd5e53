//! The one integration test binary.

mod properties;
