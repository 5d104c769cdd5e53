//! The one integration test binary.

#![expect(clippy::disallowed_methods, reason = "tests read and write files and the environment")]

mod cases;
mod contracts;
mod documents;
mod harness;
mod promises;
mod properties;
mod webex;
