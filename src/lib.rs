//! permctl keeps the permission profiles of SaaS systems in git.
//!
//! # The flow
//!
//! Data goes one way, and a stage never imports a later one (`tests/documents/layers.rs`):
//!
//! ```text
//! YAML ─► desired ┐
//!                 ├─► plan (one workspace at a time) ─► whole plan ─► report
//! API  ─► live  ──┘                                        └──► apply ─► live again ─► report
//! ```
//!
//! 1. [`model`] has the nouns that every stage shares: settings, their catalogue, the vendor's
//!    documents, changes, live profiles, requests.
//! 2. [`yaml`] reads the users' files into trees with positions, and [`desired`] turns them into the
//!    profiles that each workspace should have; [`schema`] describes them to editors. A mistake becomes a [`finding`], never an early end.
//! 3. [`live`] reads what the vendor has, through a [`provider`]'s reader: whole, or not at all.
//! 4. [`plan`] compares the two, bundle by bundle, by the facts of the provider's catalogue. It is
//!    pure: no files, no clock, no network. Its result is a value: it can be saved, reviewed, and
//!    read back.
//! 5. [`apply`] does a plan's changes and can only do less: it checks the files and live again before
//!    each write, and reads back each write.
//! 6. [`report`] turns values into text.
//!
//! Below all of them, [`text`] quotes and escapes what is written.
//!
//! [`app`] wires these stages into commands, and [`cli`] declares their arguments. A crate of its own,
//! [`permctl_sandbox`], is the other side: the vendors' APIs, simulated over real HTTP.
//!
//! # What keeps it safe
//!
//! There is no delete in the types. A reader takes requests of read routes only, and the one place
//! that builds a writer is `app/apply`. A [`model::Document`] keeps every member that no catalogue
//! knows, so writing a whole document back revokes nothing by accident.

// In the order of the flow.
pub mod error;
pub mod finding;
pub mod model;
pub mod secret;
pub mod text;
pub mod yaml;

pub mod provider;

pub mod desired;
pub mod schema;

pub mod live;

pub mod plan;

pub mod apply;

pub mod report;

pub mod app;
pub mod cli;
