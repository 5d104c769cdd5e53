//! Memberships as text: who gets what and who loses what, and what became of it.

use crate::apply::Status;
use crate::apply::membership::MembershipOutcome;
use crate::model::{SettingPath, Value};
use crate::plan::Moved;
use crate::plan::membership::Membership;
use crate::report::applied::HELD_BACK;
use crate::report::changes::{Voice, value};
use crate::report::paint::{Ink, paint};
use crate::text::{quoted, visible};

/// Writes one user's transitions.
pub fn change(membership: &Membership, voice: Voice) -> String {
    let mut text = format!("  {} user {}\n", paint(Ink::Changed, "~"), visible(&membership.user));
    let (goes, comes) = match voice {
        Voice::Plan => ("loses", "gets"),
        Voice::Drift => ("has, and should not have", "should have, and lacks"),
    };
    let lost = membership.lost().map(|profile| (Ink::Removed, "-", goes, profile));
    let gained = membership.gained().map(|profile| (Ink::Added, "+", comes, profile));
    for (ink, sign, verb, profile) in lost.chain(gained) {
        let asked = membership.asked_by.iter().find(|asked| asked.profile == *profile);
        let place = asked.map_or_else(String::new, |asked| {
            let place = format!("  # {}:{}", visible(&asked.place.file), asked.place.line);
            paint(Ink::Faint, place)
        });
        let words = paint(ink, format!("{sign} {verb} {}", quoted(profile)));
        text.push_str(&format!("      {words}{place}\n"));
    }
    text
}

/// Writes what became of one user's transitions.
pub fn outcome(outcome: &MembershipOutcome) -> String {
    let user = visible(&outcome.user);
    let alarm = |word: &str| paint(Ink::Alarm, word);
    let mut text = match &outcome.status {
        Status::Done => {
            format!("  {} user {user}: {}\n", paint(Ink::Added, "updated"), transitions(outcome))
        }
        Status::AlreadyDone => format!("  same user {user}: already as planned, nothing sent\n"),
        Status::Stale { moved } => {
            let mut text = format!(
                "  {} user {user}: a profile changed since the plan, nothing sent\n",
                alarm("stale")
            );
            moved.iter().for_each(|moved| text.push_str(&moved_line(moved)));
            text
        }
        Status::Dropped { why } => {
            format!("  {} user {user}: {}, nothing sent\n", alarm("dropped"), visible(why))
        }
        Status::Failed { error, hint, partly: _ } => format!(
            "  {} user {user}: {}\n      help: {}\n",
            alarm("failed"),
            visible(error),
            visible(hint)
        ),
        Status::Unknown { error } => format!(
            "  {} user {user}: {}\n      help: it may or may not have been done; `permctl plan` shows which\n",
            alarm("unknown"),
            visible(error)
        ),
        Status::NotTaken { differences, .. } => {
            let mut text = format!(
                "  {} user {user}: the vendor accepted the change and did not keep all of it\n",
                alarm("not taken")
            );
            differences.iter().for_each(|moved| text.push_str(&not_taken(moved)));
            text
        }
        Status::HeldBack => {
            format!("  {} user {user}: {HELD_BACK}\n", alarm("held back"))
        }
        Status::NotTried { why } => {
            format!("  {} user {user}: {}\n", alarm("not tried"), visible(why))
        }
    };
    for moved in &outcome.kept {
        let verb = if has(moved) { "given" } else { "taken away" };
        let profile = quoted(moved.setting.leaf());
        text.push_str(&format!("      kept {profile}: {verb} by somebody since the plan\n"));
    }
    text
}

fn transitions(outcome: &MembershipOutcome) -> String {
    let names = |profiles: &[String]| {
        profiles.iter().map(|profile| quoted(profile)).collect::<Vec<_>>().join(", ")
    };
    let mut words = Vec::new();
    if !outcome.lost.is_empty() {
        words.push(format!("lost {}", names(&outcome.lost)));
    }
    if !outcome.gained.is_empty() {
        words.push(format!("got {}", names(&outcome.gained)));
    }
    words.join(", ")
}

/// Writes what a profile that the user was to get grants otherwise; its name begins the path.
fn moved_line(moved: &Moved) -> String {
    let Moved { setting, planned, live } = moved;
    let (profile, rest) = setting.segments().split_first().expect("the profile begins the path");
    let setting = SettingPath::new(rest);
    let side = |side: Option<&Value>| side.map_or_else(|| "not granted".to_owned(), value);
    format!(
        "      {} of {}: planned as {}, live it is {}\n",
        visible(&setting.to_string()),
        quoted(profile),
        side(planned.as_ref()),
        paint(Ink::Alarm, side(live.as_ref()))
    )
}

fn not_taken(moved: &Moved) -> String {
    let verb = if has(moved) { "still has" } else { "does not have" };
    format!("      {verb} {}\n", paint(Ink::Alarm, quoted(moved.setting.leaf())))
}

fn has(moved: &Moved) -> bool {
    moved.live == Some(Value::Flag(true))
}
