//! Apply: does the reviewed changes, and can only do less. What to change is decided in the plan.
//!
//! [`execute`] does one change after the other, each from a read that `observe` keeps fresh. `settle` looks
//! for the effect of a write whose answer was lost, and `verify` reads back what was written. `outcome` says
//! what became of each change, [`journal`] has the lines that are kept of it, and [`next`] the command to
//! type next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use crate::apply::journal::Journal;
use crate::desired;
use crate::live::ReadAt;
use crate::model::{Change, LiveProfile, LiveWorkspace, ProfileId, WorkspaceId};
use crate::plan::confirm::Settled;
use crate::plan::saved::Rest;
use crate::plan::{Administrator, Planned};
use crate::provider::Provider;
use crate::provider::http::{Limit, Reader, Writer};

mod execute;
pub mod journal;
mod lock_out;
pub mod next;
mod observe;
mod outcome;
mod pace;
mod send;
mod settle;
mod unlisted;
mod verify;

pub use execute::execute;
pub use next::NextStep;
pub use outcome::{Applied, Outcome, Status, Target, WorkspaceOutcome};
pub use pace::Pace;

/// One workspace's reviewed changes and what is needed to do them.
pub struct Job<'a> {
    /// The vendor.
    pub provider: &'static dyn Provider,
    /// For fresh reads and for verification.
    pub reader: Reader<'a>,
    /// For the writes.
    pub writer: Writer<'a>,
    /// What the files say now.
    pub desired: &'a desired::Workspace,
    /// The vendor's id of the workspace.
    pub workspace: &'a WorkspaceId,
    /// The changes of profiles, in the order of writing.
    pub changes: &'a [Planned],
    /// The changes of users.
    pub users: &'a [Planned],
    /// What was reviewed and is not to be sent.
    pub rest: &'a Rest,
    /// The names of ids that the changes touch.
    pub labels: &'a BTreeMap<String, String>,
    /// The profiles that administer, where the plan takes administration away.
    pub administrators: &'a [Administrator],
    /// Whether the rule against a lock-out is lifted.
    pub lifted: bool,
    /// Whether the vendor accepted a write of the tenant after its last 403: the key can write then, and
    /// another 403 is about one profile.
    pub accepted: &'a AtomicBool,
    /// A read that was made already, if any.
    pub fresh: Option<ReadAt>,
    /// How long things may take.
    pub pace: &'a Pace,
    /// Where it is noted what is sent.
    pub journal: &'a dyn Journal,
    /// Is told of each outcome as it happens.
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Says why the run is to end, if so; then nothing more is written.
    pub closed: &'a (dyn Fn() -> Option<Limit> + Sync),
}

/// What is known about one change while it is worked on.
pub(super) struct Step<'a> {
    pub(super) planned: &'a Planned,
    pub(super) status: Option<Status>,
    pub(super) preserved: Vec<crate::plan::Mismatch>,
    /// Why nothing is to be sent, by what is known.
    pub(super) settled: Option<Settled>,
    /// Whether a first request of several was sent: the profile is made, or may be.
    pub(super) begun: bool,
    /// Whether a request of this change may have been done, though its answer was no success.
    pub(super) maybe_done: bool,
    /// The id of the profile that this run made, as its answer says it.
    pub(super) made: Option<ProfileId>,
    /// Whether that profile was read by its id, since no list shows it yet.
    pub(super) unlisted: bool,
    /// The whole list of profiles that a user was sent.
    pub(super) sent: Option<BTreeSet<String>>,
}

impl<'a> Step<'a> {
    fn new(planned: &'a Planned, settled: Option<Settled>) -> Self {
        let status = settled.map(Status::from);
        Self {
            planned,
            status,
            preserved: Vec::new(),
            settled: None,
            begun: false,
            maybe_done: false,
            made: None,
            unlisted: false,
            sent: None,
        }
    }
}

/// Why nothing more is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// What happened.
    pub why: String,
    /// Whether it holds for the whole tenant, not for this workspace alone.
    pub tenant: bool,
}

/// Finds the live profile that a change is about; that of a create only where a second request
/// fills what the first one made.
fn find<'a>(job: &Job<'_>, live: &'a LiveWorkspace, change: &Change) -> Option<&'a LiveProfile> {
    if !change.creates() {
        return live.target_of(change);
    }
    let fills = job.provider.catalogue().identity().two_step_create;
    let made = live.profiles.iter().find(|profile| profile.name == change.name);
    made.filter(|_| fills)
}
