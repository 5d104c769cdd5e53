//! The cells of the table of changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalogue::Tier;
use crate::model::{Direction, Value};
use crate::plan::review::{ChangeRow, People, RowChange, Side};
use crate::report::text::changes::value;
use crate::text::{code, counted, first_of};

/// How many members of a set, or settings of a new profile, are named.
const MOST: usize = 3;

/// The longest text that is shown, in characters.
const LONGEST: usize = 60;

/// The heading of the table.
pub const HEADING: &str =
    "| workspace | profile | change | people | from |\n|---|---|---|---|---|\n";

/// Writes one row.
pub fn row(row: &ChangeRow<'_>) -> String {
    let workspaces: BTreeSet<&str> = row.profiles.iter().map(|(workspace, _)| *workspace).collect();
    let (workspace, profile) = row.profiles.first().copied().unwrap_or_default();
    let workspace = match workspaces.len() {
        1 => code(workspace),
        number => counted(number, "workspace"),
    };
    let profile = match (row.count(), workspaces.len()) {
        (1, _) => code(profile),
        // Each with its workspace, where these differ.
        (_, of) => {
            let name = |(workspace, profile): &(&str, &str)| match of {
                1 => code(profile),
                _ => code(&format!("{workspace}/{profile}")),
            };
            first_of(row.profiles.iter().map(name), MOST)
        }
    };
    let from = row.place.map(|place| {
        let more = row.count() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", code(&format!("{}:{}", place.file, place.line)))
    });
    let (change, people) = (change(row), people(&row.people));
    format!("| {workspace} | {profile} | {change} | {people} | {} |\n", from.unwrap_or_default())
}

fn people(people: &People<'_>) -> String {
    let counted = people.count();
    let beside = [(people.new, "new"), (people.uncounted, "not counted")].into_iter();
    let beside: Vec<String> = beside
        .filter(|(number, _)| *number > 0)
        .map(
            |(number, word)| if number == 1 { word.to_owned() } else { format!("{number} {word}") },
        )
        .collect();
    match (counted, beside.is_empty()) {
        (0, false) => beside.join(", "),
        (counted, true) => counted.to_string(),
        (counted, false) => format!("{counted}, {}", beside.join(", ")),
    }
}

fn change(row: &ChangeRow<'_>) -> String {
    let tier = match row.tier {
        Some(tier @ (Tier::Critical | Tier::Sensitive)) => format!("**{}** ", tier.word()),
        _ => String::new(),
    };
    let direction = match row.direction {
        Direction::Neutral => String::new(),
        Direction::Broadens if row.side == Side::Drift => " (broader live)".to_owned(),
        Direction::Narrows if row.side == Side::Drift => " (narrower live)".to_owned(),
        direction => format!(" ({})", direction.word()),
    };
    let words = match &row.change {
        RowChange::Missing => "described, and not live".to_owned(),
        RowChange::Unmanaged => "live, and described by no file".to_owned(),
        RowChange::Holders { .. } if row.side == Side::Drift => {
            "other people have it than the files say".to_owned()
        }
        RowChange::Holders { gain: true } => "people get the profile".to_owned(),
        RowChange::Holders { gain: false } => "people lose the profile".to_owned(),
        RowChange::New(settings) => {
            let named = settings.iter().map(|(path, _)| code(&path.to_string()));
            match settings.is_empty() {
                true => "new profile".to_owned(),
                false => format!("new profile: {}", first_of(named, MOST)),
            }
        }
        RowChange::Setting { setting, before, after } => {
            format!(
                "{} {}",
                code(&setting.to_string()),
                sides(row.side, before.value, after.value, row.labels)
            )
        }
    };
    format!("{tier}{words}{direction}")
}

/// Writes what a setting becomes; of a set, what comes and what goes.
fn sides(
    side: Side,
    before: Option<&Value>,
    after: Option<&Value>,
    labels: &BTreeMap<String, String>,
) -> String {
    let empty = BTreeSet::new();
    let members = |value: Option<&Value>| match value {
        Some(Value::Set(members)) => Some(members.clone()),
        None => Some(empty.clone()),
        Some(_) => None,
    };
    let is_set = [before, after].iter().any(|value| matches!(value, Some(Value::Set(_))));
    if let (true, Some(before), Some(after)) = (is_set, members(before), members(after)) {
        let signed = |sign: &str, of: Vec<&String>| {
            let named = of.iter().map(|id| name(id, labels));
            (!of.is_empty()).then(|| format!("{sign} {}", first_of(named, MOST)))
        };
        let (plus, minus) = match side {
            Side::Drift => ("live lacks", "live has"),
            Side::Plan | Side::Accepted => ("+", "−"),
        };
        let comes = signed(plus, after.difference(&before).collect());
        let goes = signed(minus, before.difference(&after).collect());
        return comes.into_iter().chain(goes).collect::<Vec<_>>().join(" ");
    }
    let value = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
    match side {
        Side::Drift => format!("{} live, {} in the files", value(before), value(after)),
        Side::Plan | Side::Accepted => format!("{} → {}", value(before), value(after)),
    }
}

fn name(id: &String, labels: &BTreeMap<String, String>) -> String {
    code(labels.get(id).unwrap_or(id))
}

/// Writes a value as code, the beginning of a long one.
fn short(of: &Value) -> String {
    let whole = value(of);
    match whole.char_indices().nth(LONGEST) {
        None => code(&whole),
        Some((end, _)) => format!("{} …", code(&whole[..end])),
    }
}
