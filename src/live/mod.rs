//! Live: reads what the APIs have, whole or not at all.
//!
//! [`Source`] is where live comes from: the APIs of a [`Session`], or a [`snapshot`] of them. One
//! tenant is read in [`tenant`], with the parts of [`read`]. Nothing here compares or judges.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::model::{LiveWorkspace, ProfileId, Reads};

pub mod describe;
mod early;
mod from_snapshot;
pub mod holders;
pub mod locate;
pub mod names;
pub mod read;
mod session;
pub mod snapshot;
mod source;
pub mod tenant;

pub use session::{Connected, Session};
pub use source::{Selected, Source};
pub use tenant::{ReadScope, TenantRead, Turned, WorkspaceRead};

/// A read of a whole workspace, and how old each part of it is at most.
#[derive(Debug, Clone)]
pub struct ReadAt {
    /// What was read.
    pub live: LiveWorkspace,
    /// When the oldest of its answers was asked for, those about users left out.
    pub read_at: Instant,
    /// When each profile was asked for, where profiles are read one by one.
    pub singly: BTreeMap<ProfileId, Instant>,
    /// When the oldest answer about its users was asked for, where they were read.
    pub users_at: Option<Instant>,
    /// How many requests it took.
    pub reads: Reads,
}
