//! The lines of one change: settings with their old and new value side by side.

use std::collections::{BTreeMap, BTreeSet};

use similar::{ChangeTag, TextDiff};

use crate::finding::Place;
use crate::model::{Change, Direction, Holders, SettingPath, Transition, Value, Why};
use crate::plan::Planned;
use crate::report::text::paint::{Ink, paint};
use crate::text::{in_quotes, quoted, visible};

/// The widest that setting names are aligned to; longer ones stand out to the right.
const WIDEST: usize = 40;

/// How wide a terminal is taken to be: output is the same whatever the terminal.
const COLUMNS: usize = 80;

/// The most holders that are named.
const MOST_NAMES: usize = 3;

/// The indentation of a setting line.
const INDENT: &str = "      ";

/// Which words a report uses for the two sides of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Before -> after.
    Plan,
    /// What the files say against what is live.
    Drift,
}

/// Writes the heading and the setting lines of one change.
pub fn change(planned: &Planned, labels: &BTreeMap<String, String>, voice: Voice) -> String {
    let Planned { change, direction: _, holders, preview: _ } = planned;
    let mut text = heading(planned, voice);
    if let Some(holders) = holders {
        text.push_str(&format!("{INDENT}{}\n", held(holders)));
    }
    let rows: Vec<Row<'_>> = change
        .transitions
        .iter()
        .filter(|transition| !says_name(transition, change))
        .flat_map(|transition| rows(transition, change))
        .collect();
    let width = rows.iter().map(|row| row.setting.len()).max().unwrap_or(0).min(WIDEST);
    for row in rows {
        row.write(&mut text, width, labels, voice);
    }
    text
}

/// Tells whether a transition is the profile's name, which the heading has.
fn says_name(transition: &Transition, change: &Change) -> bool {
    let mut after = transition.after.iter();
    after.next() == Some((&transition.bundle, &Value::text(&change.name))) && after.next().is_none()
}

/// Writes who has a profile, as far as it fits a line.
pub fn held(holders: &Holders) -> String {
    let Holders { count, names } = holders;
    let people = match count {
        0 => return "held by nobody".to_owned(),
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    };
    let few = names.len() == *count && *count <= MOST_NAMES;
    let names: Vec<String> = names.iter().map(|name| visible(name)).collect();
    if few {
        format!("held by {people}: {}", names.join(", "))
    } else {
        format!("held by {people}")
    }
}

/// Says what a change does to access; in drift, what live is beside the files.
fn direction(direction: Direction, voice: Voice) -> String {
    let words = match (direction, voice) {
        (Direction::Neutral, _) => return String::new(),
        (direction, Voice::Plan) => direction.word(),
        (Direction::Narrows, Voice::Drift) => "broader live",
        (Direction::Broadens, Voice::Drift) => "narrower live",
        (direction, Voice::Drift) => direction.word(),
    };
    let alarming = match voice {
        Voice::Plan => direction.may_broaden(),
        Voice::Drift => direction.reversed().may_broaden(),
    };
    let words = if alarming { paint(Ink::Alarm, words) } else { words.to_owned() };
    format!(" ({words})")
}

fn heading(planned: &Planned, voice: Voice) -> String {
    let change = &planned.change;
    let name = quoted(&change.name);
    let place =
        paint(Ink::Faint, format!("{}:{}", visible(&change.asked_by.file), change.asked_by.line));
    let sign = paint(Ink::Changed, "~");
    let line = match (change.updates(), voice) {
        (None, Voice::Plan) => format!("{} create {name}", paint(Ink::Added, "+")),
        (None, Voice::Drift) => format!("{} missing {name}", paint(Ink::Removed, "-")),
        (Some((_, live_name)), voice) if *live_name != change.name => {
            let old = quoted(live_name);
            match voice {
                Voice::Plan => format!("{sign} rename {old} -> {name}"),
                Voice::Drift => format!("{sign} changed {name}, named {old} live"),
            }
        }
        (Some(_), Voice::Plan) => format!("{sign} update {name}"),
        (Some(_), Voice::Drift) => format!("{sign} changed {name}"),
    };
    let line = format!("{line}{}", direction(planned.direction, voice));
    let width = |text: &str| anstream::adapter::strip_str(text).to_string().chars().count();
    if 2 + width(&line) + 2 + width(&place) > COLUMNS {
        return format!("  {line}\n{INDENT}{place}\n");
    }
    format!("  {line}  {place}\n")
}

/// One setting's line.
struct Row<'a> {
    setting: String,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    /// Where it is asked for, relative to the change's own place.
    note: String,
}

/// Makes the rows of the settings that differ. A new profile shows what it has, not what it lacks.
fn rows<'a>(transition: &'a Transition, change: &Change) -> Vec<Row<'a>> {
    let create = change.creates();
    let paths: Vec<&SettingPath> = {
        let mut paths: Vec<&SettingPath> = transition.after.keys().collect();
        paths.extend(transition.before.keys().filter(|path| !transition.after.contains_key(*path)));
        paths
    };
    paths
        .into_iter()
        .filter(|path| transition.before.get(*path) != transition.after.get(*path))
        .filter(|path| {
            let asked = transition.asked_by.iter().find(|asked| asked.setting == **path);
            let narrowest = transition
                .asked_by
                .iter()
                .any(|asked| matches!(asked.why, Why::NewProfile | Why::NotInList));
            !(create && (narrowest || asked.is_none_or(|asked| asked.why == Why::BundleRest)))
        })
        .map(|path| Row {
            setting: visible(&path.to_string()),
            before: transition.before.get(path),
            after: transition.after.get(path),
            note: note(transition, path, &change.asked_by),
        })
        .collect()
}

fn note(transition: &Transition, path: &SettingPath, profile: &Place) -> String {
    let asked = transition
        .asked_by
        .iter()
        .find(|asked| asked.setting == *path)
        .or(transition.asked_by.first());
    let Some(asked) = asked else { return String::new() };
    let place = if asked.place.file == profile.file {
        format!("line {}", asked.place.line)
    } else {
        format!("{}:{}", visible(&asked.place.file), asked.place.line)
    };
    match asked.why {
        Why::Named => place,
        Why::BundleRest => format!("not given at {place}"),
        Why::NotInList => format!("not in the list at {place}"),
        Why::UnlistedDeny => "not listed".to_owned(),
        Why::NewProfile => String::new(),
    }
}

impl Row<'_> {
    fn write(
        &self,
        text: &mut String,
        width: usize,
        labels: &BTreeMap<String, String>,
        voice: Voice,
    ) {
        let setting = &self.setting;
        let note = if self.note.is_empty() {
            String::new()
        } else {
            paint(Ink::Faint, format!("  # {}", self.note))
        };
        let empty = BTreeSet::new();
        let members = |value: Option<&Value>| match value {
            Some(Value::Set(members)) => Some(members.clone()),
            None => Some(empty.clone()),
            Some(_) => None,
        };
        let is_set =
            [self.before, self.after].iter().any(|value| matches!(value, Some(Value::Set(_))));
        if let (true, Some(before), Some(after)) =
            (is_set, members(self.before), members(self.after))
        {
            let mut first = true;
            for (ink, sign, member) in set_lines(&before, &after, labels, voice) {
                let (head, tail) = if first { (setting.as_str(), note.as_str()) } else { ("", "") };
                text.push_str(&format!(
                    "{INDENT}{head:width$}  {}{tail}\n",
                    paint(ink, format!("{sign} {member}"))
                ));
                first = false;
            }
            if first {
                text.push_str(&format!("{INDENT}{setting:width$}  none{note}\n"));
            }
            return;
        }
        if let (Some(Value::Text(before)), Some(Value::Text(after))) = (self.before, self.after)
            && (before.contains('\n') || after.contains('\n'))
            // Lines that differ only in where the text ends look alike; in one line it shows.
            && before.trim_end() != after.trim_end()
        {
            text.push_str(&format!("{INDENT}{setting:width$}{note}\n"));
            text_lines(text, before, after);
            return;
        }
        let words = match (self.before, self.after) {
            (None, Some(after)) => paint(Ink::Added, value(after)),
            (Some(before), None) => {
                format!("{} -> {}", paint(Ink::Removed, value(before)), "not applicable")
            }
            (Some(before), Some(after)) => match voice {
                Voice::Plan => format!(
                    "{} -> {}",
                    paint(Ink::Removed, value(before)),
                    paint(Ink::Added, value(after))
                ),
                Voice::Drift => format!(
                    "{} live, {} in the files",
                    paint(Ink::Removed, value(before)),
                    paint(Ink::Added, value(after))
                ),
            },
            (None, None) => return,
        };
        text.push_str(&format!("{INDENT}{setting:width$}  {words}{note}\n"));
    }
}

fn set_lines(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
    labels: &BTreeMap<String, String>,
    voice: Voice,
) -> Vec<(Ink, &'static str, String)> {
    let named = |id: &String| match labels.get(id) {
        Some(name) => quoted(name),
        None => visible(id),
    };
    let (goes, comes) = match voice {
        Voice::Plan => ("-", "+"),
        Voice::Drift => ("live has", "live lacks"),
    };
    let mut gone: Vec<_> =
        before.difference(after).map(|id| (Ink::Removed, goes, named(id))).collect();
    let mut new: Vec<_> =
        after.difference(before).map(|id| (Ink::Added, comes, named(id))).collect();
    // By the name that is shown, not by the id behind it.
    gone.sort_by(|a, b| a.2.cmp(&b.2));
    new.sort_by(|a, b| a.2.cmp(&b.2));
    gone.append(&mut new);
    gone
}

/// Writes the lines of a longer text that differ.
fn text_lines(text: &mut String, before: &str, after: &str) {
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let line = visible(change.value().trim_end_matches(['\r', '\n']));
        let line = match change.tag() {
            // A line of its own could be taken for a command of the CI system.
            ChangeTag::Equal => format!("| {line}"),
            ChangeTag::Delete => paint(Ink::Removed, format!("- {line}")),
            ChangeTag::Insert => paint(Ink::Added, format!("+ {line}")),
        };
        text.push_str(&format!("{INDENT}  {line}\n"));
    }
}

/// Writes one value: `on`, `off`, a level bare, a text in quotes.
pub fn value(value: &Value) -> String {
    match value {
        Value::Flag(true) => "on".to_owned(),
        Value::Flag(false) => "off".to_owned(),
        // Free texts are in quotes so that an empty one shows; levels are words of the vendor.
        Value::Level(level) => visible(level),
        Value::Text(text) => in_quotes(text),
        Value::Set(members) if members.is_empty() => "none".to_owned(),
        Value::Set(members) => {
            members.iter().map(|member| visible(member)).collect::<Vec<_>>().join(", ")
        }
        Value::Opaque(json) => {
            format!("{} (not known to this version)", visible(&json.to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::value;
    use crate::model::Value;

    #[test]
    fn a_text_is_in_quotes_and_a_level_is_not_whatever_the_setting_is_called() {
        assert_eq!(value(&Value::text("EDIT")), "\"EDIT\"");
        assert_eq!(value(&Value::text("")), "\"\"");
        assert_eq!(value(&Value::Level("EDIT")), "EDIT");
    }
}
