//! The tests of whole commands, of promises and of laws; those of case folders are `cases.rs`.

#![expect(clippy::disallowed_methods, reason = "tests read and write files and the environment")]

mod documents;
mod fuzz;
mod gong;
mod gong_openapi;
mod harness;
mod promises;
mod properties;
mod pulse;
mod rules;
mod simulation;
mod vendors;
mod webex;
