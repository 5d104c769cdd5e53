//! What is known of a workspace while it is written to, how old it is, and what it says about the
//! change that comes next.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use tokio::time::Instant;

use crate::apply::{Job, Status, Step, find};
use crate::live::{self, ReadAt};
use crate::model::{Change, LiveProfile, LiveWorkspace, ProfileId, Reads, document};
use crate::plan::confirm::{Settled, confirm, moved_elsewhere};
use crate::plan::diff;
use crate::plan::order::{self, Phase};
use crate::provider::http::ApiError;

/// How often a target is read for one write. Where a vendor takes longer than a read may be old, no
/// further read helps.
const MOST_LOOKS: usize = 5;

/// What is known of the workspace.
#[derive(Default)]
pub(super) struct Observed {
    live: Option<LiveWorkspace>,
    /// When all of its profiles were read; `None` once a write makes that worthless.
    read_at: Option<Instant>,
    /// When its users were read with them; `None` once a write makes that worthless.
    users_at: Option<Instant>,
    /// When all of it was read last, and how many changes had been written then.
    seen: Option<(Instant, usize)>,
    /// When profiles were read by themselves after that.
    newer: BTreeMap<ProfileId, Instant>,
    /// What a read of all of it takes.
    reads: Reads,
    /// How many changes of profiles were written.
    written: usize,
    /// How many users got profiles.
    given: usize,
    /// Whether all of it is to be read to see what was written.
    whole: bool,
}

impl Observed {
    pub(super) fn new(fresh: Option<ReadAt>) -> Self {
        match fresh {
            Some(ReadAt { live, read_at, singly, users_at, reads }) => Self {
                live: Some(live),
                read_at: Some(read_at),
                users_at,
                seen: Some((read_at, 0)),
                newer: singly,
                reads,
                ..Self::default()
            },
            None => Self::default(),
        }
    }

    /// Makes sure that what is known is new enough to write from, that the step is compared with it,
    /// and that the pace allows a write when it is to be written. `all` asks for a read of the whole
    /// workspace that shows what was written before.
    pub(super) async fn refresh(
        &mut self,
        job: &Job<'_>,
        step: &mut Step<'_>,
        all: bool,
    ) -> Result<(), ApiError> {
        let change = &step.planned.change;
        if all && !self.shows_all(job) {
            self.read_all(job, change.is_of_user()).await?;
        }
        // Reading all of a large workspace may use up the pace, and the wait for a turn then ages it
        // again, for ever. So names are looked at once, as late as the pace allows; a create is made
        // from no document, and the one of an update is read by itself where the vendor gives it.
        let mut looks = 0;
        loop {
            if !self.is_fresh(job, change) {
                if looks == MOST_LOOKS {
                    let why = format!(
                        "{looks} reads in a row were older than {} s when the write had its turn",
                        job.pace.fresh.as_secs()
                    );
                    step.status = Some(Status::skipped(why));
                    return Ok(());
                }
                match Self::alone(job, change).filter(|_| looks > 0 && self.live.is_some()) {
                    Some(id) => self.read_singly(job, vec![id]).await?,
                    None => self.reread(job, &[change]).await?,
                }
                looks += 1;
            }
            self.find_unlisted(job, step).await?;
            compare(job, self.live(), step);
            if step.settled.is_some() {
                return Ok(());
            }
            // Waiting for a turn ages what is known, so it is looked at once more after it.
            job.writer.turn(self.to_follow(job, step)).await?;
            if self.is_fresh(job, change) || looks > 0 && change.creates() {
                return Ok(());
            }
        }
    }

    /// Counts the requests that a write makes necessary: a second one that fills what it makes, and
    /// those that read back what was written.
    fn to_follow(&self, job: &Job<'_>, step: &Step<'_>) -> usize {
        let change = &step.planned.change;
        if change.is_of_user() {
            // Users are read again after the profiles change, and at the end.
            let before = order::phase(change, job.administrators) == Phase::Before;
            let again = usize::from(before && !job.changes.is_empty());
            return self.reads.all() * (1 + again);
        }
        let fills =
            change.creates() && !step.begun && job.provider.catalogue().identity().two_step_create;
        let whole = self.whole || Self::singly(job, &[change]).is_none();
        let users = if job.users.is_empty() { 0 } else { self.reads.all() };
        // Read one by one, the profiles that this run makes take a request more each.
        let singly = self.written + 1;
        let more = if job.provider.capabilities().reads_one_by_one { singly } else { 0 };
        usize::from(fills) + users + if whole { self.reads.profiles + more } else { singly }
    }

    /// Reads again what these changes are about: their profiles alone where the vendor gives them
    /// singly and no other change depends on their names, otherwise the workspace, with its users
    /// for a change of one.
    pub(super) async fn reread(
        &mut self,
        job: &Job<'_>,
        changes: &[&Change],
    ) -> Result<(), ApiError> {
        match Self::singly(job, changes).filter(|_| self.live.is_some()) {
            Some(ids) => self.read_singly(job, ids).await,
            None => self.read_all(job, changes.iter().any(|change| change.is_of_user())).await,
        }
    }

    /// Reads the profiles of the workspace, and its users beside them.
    async fn read_all(&mut self, job: &Job<'_>, with_users: bool) -> Result<(), ApiError> {
        let Job { provider, reader, workspace, .. } = job;
        let fetched = live::read::workspace(*provider, reader, workspace, with_users).await?;
        // An answer that can't be understood makes nothing that is known newer.
        let read = fetched.parse(*provider, workspace, None)?;
        let ReadAt { live, read_at, singly, users_at, reads } = read;
        self.reads.profiles = reads.profiles;
        if with_users {
            self.reads.users = reads.users;
        }
        self.newer = singly;
        self.live = Some(live);
        self.read_at = Some(read_at);
        self.users_at = users_at;
        self.seen = Some((read_at, self.written + self.given));
        Ok(())
    }

    /// Reads these profiles by themselves.
    async fn read_singly(&mut self, job: &Job<'_>, ids: Vec<&ProfileId>) -> Result<(), ApiError> {
        let asked_at = Instant::now();
        let reads = try_join_all(ids.iter().map(|id| profile(job, id)));
        let read: Vec<Option<(LiveProfile, Instant)>> = reads.await?;
        let live = self.live.as_mut().expect("the workspace was read before");
        for (id, read) in ids.into_iter().zip(read) {
            let (read, asked_at) = read.map_or((None, asked_at), |(read, at)| (Some(read), at));
            self.newer.insert(id.clone(), asked_at);
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

    /// Reads a new profile by its id where no list shows it yet and the vendor gives it.
    pub(super) async fn find_unlisted(
        &mut self,
        job: &Job<'_>,
        step: &mut Step<'_>,
    ) -> Result<(), ApiError> {
        let Some(id) = step.made.clone() else { return Ok(()) };
        let live = self.live.as_mut().expect("the workspace was read before");
        let is_listed = live.profiles.iter().any(|profile| profile.id == id);
        if is_listed || !job.provider.capabilities().reads_by_id {
            step.unlisted &= !is_listed;
            return Ok(());
        }
        match profile(job, &id).await? {
            Some((profile, _)) => {
                live.profiles.push(profile);
                step.unlisted = true;
            }
            // It was deleted in the vendor's settings since.
            None => step.made = None,
        }
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
        let (id, _) = change.updates()?;
        job.provider.capabilities().reads_one_by_one.then_some(id)
    }

    /// Tells whether a change is made from a read of its profile alone.
    pub(super) fn reads_singly(&self, job: &Job<'_>, change: &Change) -> bool {
        self.live.is_some() && Self::singly(job, &[change]).is_some()
    }

    fn is_fresh(&self, job: &Job<'_>, change: &Change) -> bool {
        let read_at = match change.is_of_user() {
            true => self.users_at.as_ref(),
            false => {
                let newer = change.updates().and_then(|(id, _)| self.newer.get(id));
                newer.or(self.read_at.as_ref())
            }
        };
        read_at.is_some_and(|read_at| read_at.elapsed() <= job.pace.fresh)
    }

    fn shows_all(&self, job: &Job<'_>) -> bool {
        let lately = |at: Instant| at.elapsed() <= job.pace.fresh;
        let all = self.written + self.given;
        self.seen.is_some_and(|(at, written)| written == all && lately(at))
    }

    /// Takes note that what is known does not show a write that was just made.
    pub(super) fn outdated(&mut self, change: &Change) {
        self.users_at = None;
        self.seen = None;
        if !change.is_of_user() {
            self.read_at = None;
            self.newer.clear();
        }
    }

    /// Takes note that what is known of users is from before the profiles changed.
    pub(super) fn forget_users(&mut self) {
        self.users_at = None;
    }

    pub(super) fn live(&self) -> &LiveWorkspace {
        self.live.as_ref().expect("it is looked at before it is used")
    }

    /// Takes note of a write, and takes over a rename: other steps go by who has which name. Documents
    /// stay as they were served, since each profile is written once.
    pub(super) fn note(&mut self, job: &Job<'_>, change: &Change) {
        if change.is_of_user() {
            self.given += usize::from(change.gained().next().is_some());
            return;
        }
        self.written += 1;
        self.whole |= Self::singly(job, &[change]).is_none();
        let renamed = change.updates().filter(|_| change.renames(job.provider.catalogue()));
        let (Some((id, _)), Some(live)) = (renamed, &mut self.live) else { return };
        let catalogue = job.provider.catalogue();
        if let Some(live) = live.profiles.iter_mut().find(|live| live.id == *id) {
            live.name.clone_from(&change.name);
            for transition in &change.transitions {
                document::edit(catalogue, &mut live.document, &transition.after);
            }
        }
    }
}

/// Reads one profile by itself; `None` when it has gone. With it comes when it was asked for.
async fn profile(
    job: &Job<'_>,
    id: &ProfileId,
) -> Result<Option<(LiveProfile, Instant)>, ApiError> {
    let read = job.provider.profile(&job.reader, job.workspace, id).await?;
    let Some(answer) = read else { return Ok(None) };
    let mut understood = job.provider.parse(std::slice::from_ref(&answer))?;
    let one = understood.profiles.pop().filter(|profile| profile.id == *id);
    match one {
        Some(profile) if understood.profiles.is_empty() => Ok(Some((profile, answer.asked_at()))),
        _ => Err(answer.invalid(format!("something else than profile {id}"))),
    }
}

/// Compares a change that is still to be done with what is known.
fn compare(job: &Job<'_>, live: &LiveWorkspace, step: &mut Step<'_>) {
    let catalogue = job.provider.catalogue();
    let change = &step.planned.change;
    step.settled = confirm(catalogue, live, change).err();
    step.preserved.clear();
    if step.settled.is_some() {
        return;
    }
    if let Some(person) = live.roster.find(&change.name).filter(|_| change.is_of_user()) {
        step.preserved = diff::profiles_beside(change, &person.profiles);
    } else if let Some(profile) = find(job, live, change) {
        if let Some(flaw) = job.provider.flaw(profile) {
            step.settled = Some(Settled::Dropped(format!("it can't be understood now: {flaw}")));
            return;
        }
        step.preserved = moved_elsewhere(job.provider, catalogue, step.planned, &profile.document);
    }
}
