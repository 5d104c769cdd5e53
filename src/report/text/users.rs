//! The lines of a user's change: which profiles the user gets and loses, and what became of it.

use crate::apply::Target;
use crate::model::{Change, SettingPath, Value};
use crate::plan::Mismatch;
use crate::report::text::changes::{Perspective, asks, value};
use crate::report::text::style::{Style, styled};
use crate::text::{quoted, visible};

/// Writes the change of one user.
pub fn change(change: &Change, perspective: Perspective) -> String {
    let mut text = format!("  {} user {}\n", styled(Style::Changed, "~"), visible(&change.name));
    let (goes, comes) = match perspective {
        Perspective::Plan => ("loses", "gets"),
        Perspective::Drift if change.is_of_expiry() => {
            ("still has the expired", "should have, and lacks")
        }
        Perspective::Drift => ("has, and should not have", "should have, and lacks"),
    };
    let lost = change.lost().map(|profile| (Style::Removed, "-", goes, profile));
    let gained = change.gained().map(|profile| (Style::Added, "+", comes, profile));
    for (ink, sign, verb, profile) in lost.chain(gained) {
        let asked = change.asked_for(profile);
        let place = asked.map(|asked| {
            let line = format!("{}:{}", visible(&asked.place.file), asked.place.line);
            styled(Style::Faint, format!("  # {}", asks(line, asked)))
        });
        let place = place.unwrap_or_default();
        let words = styled(ink, format!("{sign} {verb} {}", quoted(profile)));
        text.push_str(&format!("      {words}{place}\n"));
    }
    text
}

/// Writes which profiles a user lost and got; nothing for a profile.
pub fn moved(target: &Target) -> String {
    let Target::User { gained, lost, .. } = target else { return String::new() };
    let names = |profiles: &[String]| {
        profiles.iter().map(|profile| quoted(profile)).collect::<Vec<_>>().join(", ")
    };
    let words = [(lost, "lost"), (gained, "got")];
    let words = words.into_iter().filter(|(profiles, _)| !profiles.is_empty());
    let words: Vec<String> =
        words.map(|(profiles, verb)| format!("{verb} {}", names(profiles))).collect();
    format!(": {}", words.join(", "))
}

/// Writes what a profile that the user was to get grants otherwise; its name begins the path.
pub fn grants_otherwise(moved: &Mismatch) -> String {
    let Mismatch { setting, planned, live } = moved;
    let (profile, rest) = setting.segments().split_first().expect("the profile begins the path");
    let setting = SettingPath::new(rest);
    let side = |side: Option<&Value>| side.map_or_else(|| "not granted".to_owned(), value);
    format!(
        "      {} of {}: planned as {}, live it is {}\n",
        visible(&setting.to_string()),
        quoted(profile),
        side(planned.as_ref()),
        styled(Style::Alarm, side(live.as_ref()))
    )
}

/// Writes a profile that the user should not have or lacks after the write.
pub fn not_taken(moved: &Mismatch) -> String {
    let verb = if has(moved) { "still has" } else { "does not have" };
    format!("      {verb} {}\n", styled(Style::Alarm, quoted(moved.setting.leaf())))
}

/// Writes a profile beside the change that came or went since the plan.
pub fn preserved(moved: &Mismatch) -> String {
    let verb = if has(moved) { "given" } else { "taken away" };
    let profile = quoted(moved.setting.leaf());
    format!("      kept {profile}: {verb} by another person since the plan\n")
}

fn has(moved: &Mismatch) -> bool {
    moved.live == Some(Value::Flag(true))
}
