//! What is known of a workspace while it is written to, how old it is, and what it says about the
//! change that comes next.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::Instant;

use crate::apply::{Job, Step, find};
use crate::live;
use crate::model::{Change, Existence, LiveProfile, LiveWorkspace, ProfileId, Reads, document};
use crate::plan::confirm::{confirm, moved_elsewhere};
use crate::provider::http::ApiError;

/// How many profiles are read at once where each is read by itself.
const AT_ONCE: usize = 8;

/// A read of a whole workspace and when it was made.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What was read.
    pub live: LiveWorkspace,
    /// When the answer had arrived.
    pub read_at: Instant,
    /// What it took.
    pub reads: Reads,
}

/// What is known of the workspace.
#[derive(Default)]
pub(super) struct Sight {
    live: Option<LiveWorkspace>,
    /// When all of it was read; `None` once a write makes that worthless.
    read_at: Option<Instant>,
    /// When all of it was read last, and how many changes had been written then.
    seen: Option<(Instant, usize)>,
    /// When profiles were read by themselves after that.
    newer: BTreeMap<ProfileId, Instant>,
    /// What a read of all of it takes.
    reads: Reads,
    /// How many changes were written.
    written: usize,
    /// Whether all of it is to be read to see what was written.
    whole: bool,
}

impl Sight {
    pub(super) fn new(fresh: Option<Fresh>) -> Self {
        match fresh {
            Some(Fresh { live, read_at, reads }) => {
                let (read_at, seen) = (Some(read_at), Some((read_at, 0)));
                Self { live: Some(live), read_at, seen, reads, ..Self::default() }
            }
            None => Self::default(),
        }
    }

    /// Makes sure that what is known is new enough to write from, that the step is compared with it,
    /// and that the pace allows a write when it is to be written. `all` asks for a read of the whole
    /// workspace that shows what was written before.
    pub(super) async fn look(
        &mut self,
        job: &Job<'_>,
        step: &mut Step<'_>,
        all: bool,
    ) -> Result<(), ApiError> {
        if all && !self.shows_all(job) {
            self.read(job, None).await?;
        }
        let change = &step.planned.change;
        // Reading all of a large workspace may use up the pace, and the wait for a turn then ages it
        // again, for ever. So names are looked at once, as late as the pace allows; a create is made
        // from no document, and the one of an update is read by itself where the vendor gives it.
        let mut looked = false;
        loop {
            if !self.is_fresh(job, change) {
                match Self::alone(job, change).filter(|_| looked) {
                    Some(id) => self.read(job, Some(vec![id])).await?,
                    None => self.reread(job, &[change]).await?,
                }
                looked = true;
            }
            compare(job, self.live(), step);
            if step.settled.is_some() {
                return Ok(());
            }
            // Waiting for a turn ages what is known, so it is looked at once more after it.
            job.writer.turn(self.to_follow(job, step)).await?;
            if self.is_fresh(job, change) || looked && change.existence == Existence::Create {
                return Ok(());
            }
        }
    }

    /// Counts the requests that a write makes necessary: a second one that fills what it makes, and
    /// those that read back what was written.
    fn to_follow(&self, job: &Job<'_>, step: &Step<'_>) -> usize {
        let change = &step.planned.change;
        let create = change.existence == Existence::Create;
        let fills = create && !step.begun && job.provider.catalogue().identity().two_step_create;
        let whole = self.whole || Self::singly(job, &[change]).is_none();
        let users = if job.memberships.is_empty() { 0 } else { self.reads.all() };
        usize::from(fills) + users + if whole { self.reads.profiles } else { self.written + 1 }
    }

    /// Reads again what these changes are about: their profiles alone where the vendor gives them
    /// singly and their names are nobody else's business, otherwise the workspace.
    pub(super) async fn reread(
        &mut self,
        job: &Job<'_>,
        changes: &[&Change],
    ) -> Result<(), ApiError> {
        self.read(job, Self::singly(job, changes)).await
    }

    /// Reads these profiles by themselves, or the workspace.
    async fn read(
        &mut self,
        job: &Job<'_>,
        singly: Option<Vec<&ProfileId>>,
    ) -> Result<(), ApiError> {
        let (Some(ids), Some(live)) = (singly, &mut self.live) else {
            let answers = job.provider.profiles(&job.reader, job.workspace).await?;
            let read_at = Instant::now();
            // An answer that can't be understood makes nothing that is known newer.
            let live = live::read::understand(job.provider, &answers, job.workspace, None)?;
            self.reads =
                Reads { users: self.reads.users, ..live::read::taken(job.provider, &answers, &[]) };
            self.newer.clear();
            self.live = Some(live);
            self.read_at = Some(read_at);
            self.seen = Some((read_at, self.written));
            return Ok(());
        };
        let reads = stream::iter(ids.clone()).map(|id| async move { profile(job, id).await });
        let read: Vec<Option<LiveProfile>> = reads.buffered(AT_ONCE).try_collect().await?;
        for (id, read) in ids.into_iter().zip(read) {
            self.newer.insert(id.clone(), Instant::now());
            match (live.profiles.iter_mut().find(|live| live.id == *id), read) {
                (Some(live), Some(read)) => *live = read,
                (Some(_), None) => live.profiles.retain(|live| live.id != *id),
                (None, Some(read)) => live.profiles.push(read),
                (None, None) => {}
            }
        }
        live.profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(())
    }

    /// Lists the profiles to be read by themselves, if that is the cheapest way.
    fn singly<'c>(job: &Job<'_>, changes: &[&'c Change]) -> Option<Vec<&'c ProfileId>> {
        let catalogue = job.provider.catalogue();
        let ids = changes
            .iter()
            .map(|change| Self::alone(job, change).filter(|_| !change.renames(catalogue)));
        ids.collect::<Option<Vec<_>>>().filter(|ids| !ids.is_empty())
    }

    /// Returns the profile that an update is about, where the vendor gives it by itself.
    fn alone<'c>(job: &Job<'_>, change: &'c Change) -> Option<&'c ProfileId> {
        match &change.existence {
            Existence::Update { id, .. } if job.provider.capabilities().reads_one_by_one => {
                Some(id)
            }
            _ => None,
        }
    }

    /// Tells whether a change is made from a read of its profile alone.
    pub(super) fn reads_singly(&self, job: &Job<'_>, change: &Change) -> bool {
        self.live.is_some() && Self::singly(job, &[change]).is_some()
    }

    fn is_fresh(&self, job: &Job<'_>, change: &Change) -> bool {
        let newer = match &change.existence {
            Existence::Update { id, .. } => self.newer.get(id),
            Existence::Create => None,
        };
        newer.or(self.read_at.as_ref()).is_some_and(|read_at| read_at.elapsed() <= job.pace.fresh)
    }

    fn shows_all(&self, job: &Job<'_>) -> bool {
        let lately = |at: Instant| at.elapsed() <= job.pace.fresh;
        self.seen.is_some_and(|(at, written)| written == self.written && lately(at))
    }

    /// Takes note that what is known does not show a write that was just made.
    pub(super) fn outdated(&mut self) {
        self.read_at = None;
        self.seen = None;
        self.newer.clear();
    }

    pub(super) fn live(&self) -> &LiveWorkspace {
        self.live.as_ref().expect("it is looked at before it is used")
    }

    /// Takes note of a write, and takes over a rename: other steps go by who has which name. Documents
    /// stay as they were served, since each profile is written once.
    pub(super) fn note(&mut self, job: &Job<'_>, change: &Change) {
        self.written += 1;
        self.whole |= Self::singly(job, &[change]).is_none();
        let (true, Existence::Update { id, .. }, Some(live)) =
            (change.renames(job.provider.catalogue()), &change.existence, &mut self.live)
        else {
            return;
        };
        let catalogue = job.provider.catalogue();
        if let Some(live) = live.profiles.iter_mut().find(|live| live.id == *id) {
            live.name.clone_from(&change.profile);
            for transition in &change.transitions {
                document::edit(catalogue, &mut live.document, &transition.after);
            }
        }
    }
}

/// Reads one profile by itself; `None` when it has gone.
async fn profile(job: &Job<'_>, id: &ProfileId) -> Result<Option<LiveProfile>, ApiError> {
    let read = job.provider.profile(&job.reader, job.workspace, id).await?;
    let Some(answer) = read else { return Ok(None) };
    let mut understood = job.provider.parse(std::slice::from_ref(&answer))?;
    let one = understood.profiles.pop().filter(|profile| profile.id == *id);
    match one {
        Some(profile) if understood.profiles.is_empty() => Ok(Some(profile)),
        _ => Err(answer.invalid(format!("something else than profile {id}"))),
    }
}

/// Compares a change that is still to be done with what is known.
fn compare(job: &Job<'_>, live: &LiveWorkspace, step: &mut Step<'_>) {
    let catalogue = job.provider.catalogue();
    let change = &step.planned.change;
    step.settled = confirm(catalogue, live, change).err();
    step.kept = match find(job, live, change) {
        Some(profile) if step.settled.is_none() => {
            moved_elsewhere(job.provider, catalogue, step.planned, &profile.document)
        }
        _ => Vec::new(),
    };
}
