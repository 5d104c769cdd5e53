//! One apply at a time: a lock in the state folder, beside the configuration.
//!
//! The system's lock on the file tells whether its holder lives, and is gone with it; the file's text
//! says who it is. Where the system's lock does not reach, on another machine that shares the folder,
//! the text alone counts, and it is never overruled unasked. Two runs at once would still send
//! nothing twice that a read shows; the lock keeps them from making each other's plans stale, and from
//! creating one profile each.

#![expect(clippy::disallowed_methods, reason = "a lock is a file with a time in it")]

use std::fs::{File, TryLockError};
use std::io::{IsTerminal as _, Read as _, Seek as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::app::state::actor::Actor;
use crate::app::{App, system};
use crate::error::{Exit, Stop};
use crate::text::visible;

/// Where the lock lies, below the configuration.
const LOCK: &str = ".permctl/lock";

/// The longest text that is read of a lock.
const LONGEST: u64 = 64 * 1024;

/// The text of a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    /// Who holds it.
    by: Actor,
    /// The digest of the plan.
    plan: String,
    /// Since when, UTC.
    since: String,
    /// When it was given back; absent while it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// What a lock's text says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Text {
    /// No run holds it.
    Free,
    /// This run holds it, or held it when it died.
    Held(Box<Held>),
    /// It was cut, or is not a lock of ours.
    Strange,
}

/// What a run may do that has found a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
enum HolderVerdict {
    /// Take it.
    Take,
    /// Take it, and say that its holder died.
    TakeOver,
    /// Leave it: its holder lives.
    Busy,
    /// Leave it: whether its holder lives can't be known from here.
    Unsure,
}

/// The lock as it looked before the run began to read.
pub struct LockProbe {
    text: String,
    /// Whether a living run of this machine held it.
    pub busy: bool,
}

/// The lock, held until it is dropped.
pub struct Lock {
    file: File,
    held: Held,
    /// Whether no other run held it since the probe, so that reads since then are still good.
    pub undisturbed: bool,
}

/// Refuses the flag that breaks a lock where no person is at a terminal.
pub fn may_break(asked: bool) -> Result<(), Stop> {
    if !asked || std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Stop::new(Exit::Usage, "--break-lock works at a terminal only; nothing was sent")
        .hint(format!("see that the run which {LOCK} names is over, then remove that file")))
}

/// Looks at the lock without taking it.
pub fn probe(root: &Path) -> LockProbe {
    let path = root.join(LOCK);
    let text = system::start_of(&path, LONGEST);
    // Tried only where another run seems to hold it: to try is to hold it for a moment.
    let busy = matches!(understand(&text), Text::Held(_))
        && system::open_regular(&path, false).is_ok_and(|file| file.try_lock_shared().is_err());
    LockProbe { text, busy }
}

/// Takes the lock, or says who has it. `probe` is from before the run began to read, if it did.
pub fn take(
    app: &App,
    root: &Path,
    plan: &str,
    probe: Option<&LockProbe>,
    break_it: bool,
) -> anyhow::Result<Lock> {
    let path = root.join(LOCK);
    let failed = |what: &str, error: std::io::Error| {
        Stop::new(Exit::Internal, format!("could not {what} the lock {}: {error}", path.display()))
            .hint("nothing was sent; an apply needs to write to the folder beside permctl.yaml")
    };
    let mut file = open(&path).map_err(|error| failed("open", error))?;
    let locked = match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(error)) => return Err(failed("take", error).into()),
    };
    // Some systems do not let others read what is locked; then the holder can't be named.
    let mut text = String::new();
    let _ = (&file).take(LONGEST).read_to_string(&mut text);
    let (me, found) = (Actor::here(), understand(&text));
    match judge(&found, &me, locked) {
        HolderVerdict::Take => {}
        HolderVerdict::TakeOver => app.talk(&format!(
            "an earlier apply did not come to its end: {}; its lock was taken over\n",
            who(&found)
        )),
        HolderVerdict::Unsure if break_it => {
            app.talk(&format!("the lock was broken that was held by {}\n", who(&found)));
        }
        verdict => return Err(refusal(&found, verdict).into()),
    }
    let held = Held { by: me, plan: plan.to_owned(), since: now(), until: None };
    let write = write(&mut file, &held);
    write.map_err(|error| failed("write", error))?;
    let same = |probe: &LockProbe| understand(&probe.text) == Text::Free && probe.text == text;
    let undisturbed = probe.is_none_or(same);
    Ok(Lock { file, held, undisturbed })
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    system::open_regular(path, true)
}

fn understand(text: &str) -> Text {
    if text.is_empty() {
        return Text::Free;
    }
    match serde_json::from_str::<Held>(text) {
        Ok(Held { until: Some(_), .. }) => Text::Free,
        Ok(held) => Text::Held(Box::new(held)),
        Err(_) => Text::Strange,
    }
}

/// Decides what to do with a lock; `locked` says whether the system gave it to us.
fn judge(found: &Text, me: &Actor, locked: bool) -> HolderVerdict {
    match found {
        _ if !locked => HolderVerdict::Busy,
        Text::Free => HolderVerdict::Take,
        // The system would not have given us what a living process of this machine holds.
        Text::Held(held) if held.by.is_neighbour(me) => HolderVerdict::TakeOver,
        Text::Held(_) | Text::Strange => HolderVerdict::Unsure,
    }
}

fn refusal(found: &Text, verdict: HolderVerdict) -> Stop {
    let message = format!("another apply holds the lock: {}", who(found));
    let hint = match verdict {
        HolderVerdict::Unsure => format!(
            "nothing was sent; if that run is over, remove {LOCK} or pass --break-lock at a terminal"
        ),
        _ => "nothing was sent; run the command again when it has ended".to_owned(),
    };
    Stop::new(Exit::Guard, message).hint(hint)
}

/// Writes who holds a lock, since when and what for.
fn who(found: &Text) -> String {
    let Text::Held(held) = found else { return "a run that it does not name".to_owned() };
    let Held { by: Actor { user, host, boot: _, pid, job }, plan, since, until: _ } = &**held;
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "an unnamed user".to_owned());
    let machine = host.clone().unwrap_or_else(|| "a machine without a name".to_owned());
    let job = job.as_ref().map(|job| format!(", {job}")).unwrap_or_default();
    visible(&format!(
        "{} on {machine} (process {pid}{job}), since {since}, plan {plan}",
        name(user)
    ))
}

fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

fn write(file: &mut File, held: &Held) -> std::io::Result<()> {
    let text = serde_json::to_string(held).map_err(std::io::Error::other)?;
    let written = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
    // Cut only now, and to nothing where the disk is full: half a text would name no run, and be
    // in the way of every run.
    file.set_len(if written.is_ok() { text.len() as u64 } else { 0 })?;
    written?;
    file.sync_data()
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.held.until = Some(now());
        // A text that stays only makes the next run say that this one died.
        let _ = write(&mut self.file, &self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(host: &str, boot: &str) -> Actor {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Actor { host: some(host), boot: some(boot), pid: 7, ..Actor::default() }
    }

    fn held(by: Actor) -> Text {
        let held = Held { by, plan: "sha256:0".to_owned(), since: now(), until: None };
        understand(&serde_json::to_string(&held).expect("a lock has text keys only"))
    }

    #[test]
    fn a_lock_of_this_machine_is_taken_over_when_its_holder_is_gone() {
        let me = actor("here", "b1");
        // The machine was started again; a container has another name.
        for other in [actor("here", "b1"), actor("here", "b0"), actor("container", "b1")] {
            assert_eq!(judge(&held(other.clone()), &me, true), HolderVerdict::TakeOver);
            assert_eq!(judge(&held(other), &me, false), HolderVerdict::Busy);
        }
    }

    #[test]
    fn a_lock_of_another_machine_and_one_that_can_not_be_read_are_left() {
        let me = actor("here", "b1");
        for other in [actor("there", "b2"), actor("there", ""), actor("", "")] {
            assert_eq!(judge(&held(other), &me, true), HolderVerdict::Unsure);
        }
        assert_eq!(judge(&held(actor("", "")), &actor("", ""), true), HolderVerdict::Unsure);
        assert_eq!(judge(&understand("{\"by\":"), &me, true), HolderVerdict::Unsure);
    }

    #[test]
    fn a_lock_that_was_given_back_is_free() {
        let Text::Held(mut held) = held(actor("there", "b2")) else { panic!("it is held") };
        held.until = Some(now());
        let text = serde_json::to_string(&held).expect("a lock has text keys only");
        assert_eq!(understand(&text), Text::Free);
        assert_eq!(understand(""), Text::Free);
    }
}
