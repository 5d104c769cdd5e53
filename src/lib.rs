//! permctl keeps the permission profiles of SaaS systems in git.
//!
//! # The flow
//!
//! Data goes one way, and a stage never looks at a later one:
//!
//! ```text
//! YAML ─► desired ┐
//!                 ├─► plan (one workspace at a time) ─► whole plan ─► report
//! API  ─► live  ──┘                                        └──► apply ─► live again ─► report
//! ```
//!
//! 1. [`yaml`] reads the users' files into trees that know where everything stands, and
//!    [`desired`] turns them into what each workspace should have. A mistake becomes a
//!    [`finding`], never an early end.
//! 2. [`live`] reads what the vendor has, through a [`provider`]'s reader: whole, or not at all.
//! 3. [`plan`] compares the two, bundle by bundle, by the facts of the provider's [`catalogue`].
//!    It is pure: no files, no clock, no network. What comes out is a value: it can be saved,
//!    reviewed, and read back.
//! 4. [`apply`] does a plan's changes and can only do less: it asks the files and live once more
//!    before each write, and reads back what it wrote.
//! 5. [`report`] turns values into text.
//!
//! [`app`] wires these stages into commands, and [`cli`] is their words. [`sandbox`] is the other
//! side: the vendors' APIs, simulated over real HTTP.
//!
//! # What keeps it safe
//!
//! There is no delete in the types. A reader takes requests of read routes only, and the one place
//! that builds a writer is `app/apply`. [`profile`] documents keep every member that nobody knows,
//! so that writing a whole document back revokes nothing by accident.

pub mod app;
pub mod apply;
pub mod catalogue;
pub mod cli;
pub mod desired;
pub mod error;
pub mod finding;
pub mod live;
pub mod plan;
pub mod profile;
pub mod provider;
pub mod report;
pub mod sandbox;
pub mod secret;
pub mod yaml;
