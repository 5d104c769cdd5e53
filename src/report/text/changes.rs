//! The lines of one change: settings with their old and new value side by side.

use std::collections::{BTreeMap, BTreeSet};

use similar::{ChangeTag, TextDiff};

use crate::finding::Place;
use crate::model::{
    Change, Direction, Holders, Origin, OriginKind, SettingPath, Transition, Value,
};
use crate::plan::Planned;
use crate::report::text::style::{Style, styled};
use crate::text::{in_quotes, quoted, visible};

/// The widest that setting names are aligned to, longer than any of today; longer ones stand out to the
/// right.
const WIDEST: usize = 64;

/// The most holders that are named.
const MOST_NAMES: usize = 3;

/// The indentation of a setting line.
const INDENT: &str = "      ";

/// Which words a report uses for the two sides of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Perspective {
    /// Before -> after.
    Plan,
    /// What the files say against what is live.
    Drift,
}

/// Writes the notes of a profile for people; nothing where there are none.
pub fn for_people(notes: &BTreeMap<String, String>) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let notes = notes.iter().map(|(name, note)| format!("{}: {}", visible(name), visible(note)));
    let notes = notes.collect::<Vec<_>>().join(", ");
    format!("{INDENT}{}\n", styled(Style::Faint, notes))
}

/// Writes the heading and the setting lines of one change.
pub fn change(
    planned: &Planned,
    labels: &BTreeMap<String, String>,
    perspective: Perspective,
) -> String {
    let Planned { change, holders, notes, .. } = planned;
    let mut text = heading(planned, perspective);
    text.push_str(&for_people(notes));
    if let Some(holders) = holders {
        text.push_str(&format!("{INDENT}{}\n", held(holders)));
    }
    let rows: Vec<SettingLine<'_>> = change
        .transitions
        .iter()
        .filter(|transition| !says_name(transition, change))
        .flat_map(|transition| rows(transition, change))
        .collect();
    let width = rows.iter().map(|row| row.setting.len()).max().unwrap_or(0).min(WIDEST);
    for row in rows {
        row.write(&mut text, width, labels, perspective);
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
    let Holders { count, names, unnamed: _ } = holders;
    let people = match count {
        0 => return "no holders".to_owned(),
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

/// Says what a change does to access; in drift, what live is beside the files and which side moved.
fn direction(planned: &Planned, perspective: Perspective) -> String {
    let direction = planned.direction;
    let words = match (direction, perspective) {
        (Direction::Neutral, _) => "",
        (direction, Perspective::Plan) => direction.word(),
        (Direction::Narrows, Perspective::Drift) => "broader live",
        (Direction::Broadens, Perspective::Drift) => "narrower live",
        (direction, Perspective::Drift) => direction.word(),
    };
    let alarming = match perspective {
        Perspective::Plan => direction.may_broaden(),
        Perspective::Drift => direction.reversed().may_broaden(),
    };
    let words = if alarming { styled(Style::Alarm, words) } else { words.to_owned() };
    let cause = planned.change.cause().map(|cause| cause.words().to_owned());
    let words: Vec<String> =
        [words].into_iter().filter(|words| !words.is_empty()).chain(cause).collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

fn heading(planned: &Planned, perspective: Perspective) -> String {
    let change = &planned.change;
    let name = quoted(&change.name);
    let place = styled(
        Style::Faint,
        format!("{}:{}", visible(&change.declared_at.file), change.declared_at.line),
    );
    let sign = styled(Style::Changed, "~");
    let line = match (change.updates(), perspective) {
        (None, Perspective::Plan) => format!("{} create {name}", styled(Style::Added, "+")),
        (None, Perspective::Drift) => format!("{} missing {name}", styled(Style::Removed, "-")),
        (Some((_, live_name)), perspective) if *live_name != change.name => {
            let old = quoted(live_name);
            match perspective {
                Perspective::Plan => format!("{sign} rename {old} -> {name}"),
                Perspective::Drift => format!("{sign} changed {name}, named {old} live"),
            }
        }
        (Some(_), Perspective::Plan) => format!("{sign} update {name}"),
        (Some(_), Perspective::Drift) if change.is_of_expiry() => format!("{sign} expired {name}"),
        (Some(_), Perspective::Drift) => format!("{sign} changed {name}"),
    };
    format!("  {line}{}  {place}\n", direction(planned, perspective))
}

/// One setting's line.
struct SettingLine<'a> {
    setting: String,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    /// Where it is asked for, relative to the change's own place.
    note: String,
}

/// Makes the rows of the settings that differ. A new profile shows what it has, not what it lacks.
fn rows<'a>(transition: &'a Transition, change: &Change) -> Vec<SettingLine<'a>> {
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
            let asked = transition.origins.iter().find(|asked| asked.setting == **path);
            let narrowest = transition
                .origins
                .iter()
                .any(|asked| matches!(asked.kind, OriginKind::NewProfile | OriginKind::NotInList));
            !(create
                && (narrowest || asked.is_none_or(|asked| asked.kind == OriginKind::BundleRest)))
        })
        .map(|path| SettingLine {
            setting: visible(&path.to_string()),
            before: transition.before.get(path),
            after: transition.after.get(path),
            note: note(transition, path, &change.declared_at),
        })
        .collect()
}

/// Says how a place asks, with the last day and the reason that stand there.
pub fn asks(place: String, asked: &Origin) -> String {
    let until = asked.until.iter().map(|day| format!(", until {}", visible(day)));
    let reason = asked.reason.iter().map(|reason| format!(": {}", visible(reason)));
    let place = until.chain(reason).fold(place, |place, more| place + &more);
    match asked.kind {
        OriginKind::Named => place,
        OriginKind::BundleRest => format!("not given at {place}"),
        OriginKind::NotInList => format!("not in the list at {place}"),
        OriginKind::UnlistedDeny => "not listed".to_owned(),
        OriginKind::NewProfile => String::new(),
        OriginKind::Expired => format!("expired, {place}"),
        OriginKind::Retired => format!("retired, {place}"),
    }
}

fn note(transition: &Transition, path: &SettingPath, profile: &Place) -> String {
    let asked = transition
        .origins
        .iter()
        .find(|asked| asked.setting == *path)
        .or(transition.origins.first());
    let Some(asked) = asked else { return String::new() };
    let place = if asked.place.file == profile.file {
        format!("line {}", asked.place.line)
    } else {
        format!("{}:{}", visible(&asked.place.file), asked.place.line)
    };
    asks(place, asked)
}

impl SettingLine<'_> {
    fn write(
        &self,
        text: &mut String,
        width: usize,
        labels: &BTreeMap<String, String>,
        perspective: Perspective,
    ) {
        let setting = &self.setting;
        let note = if self.note.is_empty() {
            String::new()
        } else {
            styled(Style::Faint, format!("  # {}", self.note))
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
            for (ink, sign, member) in set_lines(&before, &after, labels, perspective) {
                let (head, tail) = if first { (setting.as_str(), note.as_str()) } else { ("", "") };
                text.push_str(&format!(
                    "{INDENT}{head:width$}  {}{tail}\n",
                    styled(ink, format!("{sign} {member}"))
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
        if let Some(words) = self.sides(perspective) {
            text.push_str(&format!("{INDENT}{setting:width$}  {words}{note}\n"));
        }
    }

    /// Writes both values side by side; `None` where there is none.
    fn sides(&self, perspective: Perspective) -> Option<String> {
        let before = self.before.map(|before| styled(Style::Removed, value(before)));
        let after = self.after.map(|after| styled(Style::Added, value(after)));
        match (before, after, perspective) {
            (None, after, _) => after,
            (Some(before), None, _) => Some(format!("{before} -> not applicable")),
            (Some(before), Some(after), Perspective::Plan) => Some(format!("{before} -> {after}")),
            (Some(before), Some(after), Perspective::Drift) => {
                Some(format!("{before} live, {after} in the files"))
            }
        }
    }
}

fn set_lines(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
    labels: &BTreeMap<String, String>,
    perspective: Perspective,
) -> Vec<(Style, &'static str, String)> {
    let named = |id: &String| match labels.get(id) {
        Some(name) => quoted(name),
        None => visible(id),
    };
    let (goes, comes) = match perspective {
        Perspective::Plan => ("-", "+"),
        Perspective::Drift => ("live has", "live lacks"),
    };
    let mut gone: Vec<_> =
        before.difference(after).map(|id| (Style::Removed, goes, named(id))).collect();
    let mut new: Vec<_> =
        after.difference(before).map(|id| (Style::Added, comes, named(id))).collect();
    // By the name that is shown, not by the id behind it.
    gone.sort_by(|a, b| a.2.cmp(&b.2));
    new.sort_by(|a, b| a.2.cmp(&b.2));
    gone.append(&mut new);
    gone
}

/// Writes the lines of a longer text that differ. Those that differ show how they end.
fn text_lines(text: &mut String, before: &str, after: &str) {
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let line = change.value();
        let whole = line.strip_suffix('\n').unwrap_or(line);
        let is_last = |text: &str| text.ends_with(line) && line.ends_with('\n');
        let line = match change.tag() {
            // A line of its own could be taken for a command of the CI system.
            ChangeTag::Equal => format!("| {}", visible(whole.trim_end_matches('\r'))),
            ChangeTag::Delete => {
                styled(Style::Removed, format!("- {}", with_end(whole, is_last(before))))
            }
            ChangeTag::Insert => {
                styled(Style::Added, format!("+ {}", with_end(whole, is_last(after))))
            }
        };
        text.push_str(&format!("{INDENT}  {line}\n"));
    }
}

/// Writes a line with the blanks at its end, and the line end where the text ends with one: they are all
/// that differs, where a line stands here twice.
fn with_end(line: &str, ends_text: bool) -> String {
    let bare = line.trim_end_matches(' ');
    let blanks = "\\u{20}".repeat(line.len() - bare.len());
    let end = if ends_text { "\\u{a}" } else { "" };
    format!("{}{blanks}{end}", visible(bare))
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
