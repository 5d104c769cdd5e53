//! Live: reads what the APIs have, whole or not at all.
//!
//! [`Source`] is where live comes from: the APIs of a [`Session`], or a [`snapshot`] of them. One
//! tenant is read in [`tenant`], with the parts of [`read`]. Nothing here compares or judges.

use tokio::time::Instant;

use crate::model::{LiveWorkspace, Reads};

pub mod describe;
mod from_snapshot;
pub mod holders;
pub mod locate;
pub mod read;
mod session;
pub mod snapshot;
mod source;
pub mod tenant;

pub use session::{Connected, Session};
pub use source::{Selected, Source};
pub use tenant::{ReadScope, TenantRead, Turned, WorkspaceRead};

/// A read of a whole workspace and when it was made.
#[derive(Debug, Clone)]
pub struct ReadAt {
    /// What was read.
    pub live: LiveWorkspace,
    /// When the answer had arrived.
    pub read_at: Instant,
    /// How many requests it took.
    pub reads: Reads,
}
