//! Why a profile is as it should be, as text.

use crate::finding::Place;
use crate::model::{Origin, OriginKind, Overridden, Value};
use crate::plan::why::{HolderOrigin, HoldersOrigin, ProfileOrigins, SettingOrigin};
use crate::report::text::style::{Style, styled};
use crate::report::text::{changes, findings};
use crate::text::{counted, quoted, some_of, visible};

/// The most other profiles that are named of one line.
const MOST_OTHERS: usize = 10;

/// Writes each setting with where it comes from.
pub fn text(why: &ProfileOrigins) -> String {
    let ProfileOrigins {
        address, declared_at, live, settings, holders, unwatched, findings, ..
    } = why;
    let state = if *live { "" } else { " (not live)" };
    let mut text =
        format!("{}{state}  {}\n\n", styled(Style::Strong, visible(address)), place(declared_at));
    settings.iter().for_each(|setting| one(&mut text, setting, why));
    if let Some(holders) = holders {
        text.push_str(&of_holders(holders));
    }
    if !unwatched.is_empty() {
        let count = counted(unwatched.len(), "setting");
        text.push_str(&format!("{count} not decided by any file (unlisted: keep):\n"));
        for (setting, value) in unwatched {
            text.push_str(&format!("  {}  {} live\n", visible(setting), changes::value(value)));
        }
        text.push('\n');
    }
    if !findings.is_empty() {
        text.push_str(&findings::render(findings, true));
    }
    text
}

/// Writes who should have the profile, with the lines that name them.
fn of_holders(holders: &HoldersOrigin) -> String {
    let HoldersOrigin { place: list, users, expired, not_in_list } = holders;
    let count = counted(users.len(), "holder");
    let mut text =
        format!("  {}  {count}\n      {}\n", styled(Style::Strong, "holders"), place(list));
    let alarm = |words: &str| styled(Style::Alarm, format!(" (live: {words})"));
    for holder in users {
        let live = if holder.live { String::new() } else { alarm("does not have it") };
        text.push_str(&of_holder(holder, &live, ""));
    }
    for holder in expired {
        text.push_str(&of_holder(holder, &alarm("has it"), "expired: "));
    }
    for user in not_in_list {
        let (user, live) = (visible(user), alarm("has it"));
        text.push_str(&format!("    {user}{live}\n      not in the list at {}\n", place(list)));
    }
    text
}

fn of_holder(holder: &HolderOrigin, live: &str, state: &str) -> String {
    let HolderOrigin { user, place: at, until, reason, .. } = holder;
    let until = until.iter().map(|day| format!(", until {}", visible(day))).collect::<String>();
    let reason = reason.iter().map(|reason| format!("      reason: {}\n", visible(reason)));
    format!(
        "    {}{live}\n      {state}{}{until}\n{}",
        visible(user),
        place(at),
        reason.collect::<String>()
    )
}

fn one(text: &mut String, setting: &SettingOrigin, why: &ProfileOrigins) {
    let SettingOrigin { setting, value, live, origin, members_from, also } = setting;
    let is_same = live.as_ref() == Some(value);
    let live = match live {
        Some(_) if is_same => String::new(),
        Some(live) => styled(Style::Alarm, format!(" (live: {})", shown(live, why))),
        None if why.live => " (live: not applicable)".to_owned(),
        None => String::new(),
    };
    let name = styled(Style::Strong, visible(&setting.to_string()));
    text.push_str(&format!("  {name}  {}{live}\n", shown(value, why)));
    text.push_str(&format!("      {}\n", asked(origin)));
    if let Some(reason) = &origin.reason {
        text.push_str(&format!("      reason: {}\n", visible(reason)));
    }
    if !members_from.is_empty() {
        let mut places: Vec<String> = members_from.iter().map(place).collect();
        places.dedup();
        text.push_str(&format!("      members from {}\n", places.join(", ")));
    }
    let mut below = &origin.overrides;
    while let Some(overridden) = below {
        let Overridden { value, origin } = &**overridden;
        text.push_str(&format!(
            "      instead of {}: {}\n",
            shown(value, why),
            place(&origin.place)
        ));
        below = &origin.overrides;
    }
    if !also.is_empty() {
        let others = some_of(also, MOST_OTHERS);
        let count = counted(also.len(), "other profile");
        text.push_str(&format!("      the same line decides {count}: {}\n", visible(&others)));
    }
}

/// Says how the files ask for a value.
fn asked(origin: &Origin) -> String {
    let at = place(&origin.place);
    let words = match origin.kind {
        OriginKind::Named => at,
        OriginKind::BundleRest => {
            format!("not given at {at}, which decides the settings around it")
        }
        OriginKind::NotInList => format!("not in the list at {at}"),
        OriginKind::UnlistedDeny => format!("not listed, and unlisted is deny: {at}"),
        OriginKind::NewProfile => format!("not given, so a new profile has the narrowest: {at}"),
        OriginKind::Expired => format!("expired: {at}"),
        OriginKind::Retired => format!("retired: {at}"),
    };
    match &origin.until {
        Some(day) => format!("{words}, until {}", visible(day)),
        None => words,
    }
}

fn place(place: &Place) -> String {
    styled(Style::Faint, format!("{}:{}", visible(&place.file), place.line))
}

/// Writes a value, with names for ids that are known.
fn shown(value: &Value, why: &ProfileOrigins) -> String {
    match value {
        Value::Set(members) if !members.is_empty() => {
            let named = |id: &String| match why.labels.get(id) {
                Some(name) => quoted(name),
                None => visible(id),
            };
            members.iter().map(named).collect::<Vec<_>>().join(", ")
        }
        value => changes::value(value),
    }
}
