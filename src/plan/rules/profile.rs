//! What one profile grants, judged by the rules.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Broken, Matcher};
use crate::desired::Workspace;
use crate::desired::address::Address;
use crate::desired::rules::{Ceiling, Expect, GrantName, NamedGrant, Rule, RuleAsks, Tested, Who};
use crate::model::catalogue::Catalogue;
use crate::model::{SettingPath, Settings, Value, direction};
use crate::text::in_quotes;

/// A profile as rules look at it.
pub struct JudgedProfile<'a> {
    /// Its workspace.
    pub workspace: &'a Workspace,
    /// Its name; of one that the plan renames, the old one and the new one.
    pub names: &'a [&'a str],
    /// What it grants, as [`crate::plan::grants::granted`] lists it.
    pub granted: &'a Settings,
    /// The settings that are known; `None` where all are.
    pub known: Option<&'a BTreeSet<SettingPath>>,
    /// Today, UTC.
    pub day: Date,
}

/// What rules come to for a profile.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// What it breaks.
    pub broken: Vec<Broken>,
    /// What the files leave open, by rule.
    pub open: Vec<(usize, String)>,
    /// The rules about people that do not count it, since an exception says so, and that it has a setting of.
    pub excepted: BTreeSet<usize>,
    /// What it has of the settings of which it matters which person has them: rule, and the setting's position there.
    pub has: BTreeSet<(usize, usize)>,
}

/// Judges a profile.
pub fn judge(rules: &[&Rule], looked: &JudgedProfile<'_>) -> Judgement {
    let mut judgement = Judgement::default();
    for (at, rule) in rules.iter().enumerate() {
        match &rule.asks {
            RuleAsks::Ceiling(asked) => ceiling(at, rule, asked, looked, &mut judgement),
            RuleAsks::Expect(asked) => expect(at, asked, looked, &mut judgement),
            RuleAsks::Apart(duties) => apart(at, rule, duties, looked, &mut judgement),
            RuleAsks::Who(asked) => who(at, rule, asked, looked, &mut judgement),
        }
        let (has, lacks): (Vec<_>, Vec<_>) =
            rule.of_people().enumerate().partition(|(_, grant)| looked.has(grant));
        let is_excepted =
            |name: &&str| rule.exception(looked.workspace, name, looked.day).is_some();
        if looked.names.iter().all(is_excepted) {
            judgement.excepted.extend((!has.is_empty()).then_some(at));
            // What a person can do is not less for it.
            let stays = has.iter().filter(|(nth, _)| rule.is_of_can(*nth));
            judgement.has.extend(stays.map(|(nth, _)| (at, *nth)));
            continue;
        }
        let open = lacks.iter().filter(|(_, grant)| looked.leaves_open(grant));
        judgement.open.extend(open.map(|(_, grant)| (at, grant.text.clone())));
        judgement.has.extend(has.iter().map(|(nth, _)| (at, *nth)));
    }
    judgement
}

impl JudgedProfile<'_> {
    fn catalogue(&self) -> &'static Catalogue {
        self.workspace.provider.catalogue()
    }

    fn is_one_of(&self, addresses: &[Address]) -> bool {
        let is_one = |name: &&str| addresses.iter().any(|it| it.has(self.workspace, name));
        self.names.iter().any(is_one)
    }

    /// Tells whether it is allowed something by all of its names.
    fn is_allowed(&self, addresses: &[Address]) -> bool {
        let is_one = |name: &&str| addresses.iter().any(|it| it.has(self.workspace, name));
        self.names.iter().all(is_one)
    }

    fn knows(&self, path: &SettingPath) -> bool {
        self.known.is_none_or(|known| known.contains(path))
    }

    /// Tells whether the profile has a grant.
    fn has(&self, grant: &NamedGrant) -> bool {
        self.found(grant).next().is_some()
    }

    /// Finds the settings by which the profile has a grant: several only where it is of a tier.
    fn found(&self, grant: &NamedGrant) -> impl Iterator<Item = (&SettingPath, &Value)> {
        let matcher = Matcher::new(grant, self.workspace.provider);
        self.granted.iter().filter(move |(path, value)| matcher.has(path, value))
    }

    /// Tells whether it is open what the profile has of a grant.
    fn leaves_open(&self, grant: &NamedGrant) -> bool {
        match &grant.what {
            GrantName::Setting(..) => {
                let matcher = Matcher::new(grant, self.workspace.provider);
                matcher.path().is_some_and(|path| !self.knows(path))
            }
            GrantName::Tier(_) => self.known.is_some(),
        }
    }
}

fn ceiling(
    at: usize,
    rule: &Rule,
    asked: &Ceiling,
    looked: &JudgedProfile<'_>,
    judgement: &mut Judgement,
) {
    if asked.provider.id() != looked.workspace.provider.id() || !looked.is_one_of(&asked.profiles) {
        return;
    }
    let catalogue = looked.catalogue();
    for (path, most, line) in &asked.most {
        match looked.granted.get(path) {
            Some(value) if direction::of_setting(catalogue, path, most, value).may_broaden() => {
                judgement.broken.push(Broken {
                    rule: at,
                    key: path.to_string(),
                    settings: vec![(path.clone(), value.clone())],
                    message: format!(
                        "has `{path}` {}, above the ceiling {}",
                        shown(value),
                        shown(most)
                    ),
                    line: line.clone(),
                });
            }
            None if !looked.knows(path) => judgement.open.push((at, path.to_string())),
            _ => {}
        }
    }
    if !asked.is_whole {
        return;
    }
    let is_listed = |path: &SettingPath| asked.most.iter().any(|(listed, ..)| listed == path);
    for (path, value) in looked.granted.iter().filter(|(path, _)| !is_listed(path)) {
        judgement.broken.push(Broken {
            rule: at,
            key: path.to_string(),
            settings: vec![(path.clone(), value.clone())],
            message: format!("has `{path}` {}, which the ceiling does not list", shown(value)),
            line: rule.span.clone(),
        });
    }
    if looked.known.is_some() {
        judgement.open.push((at, "what it does not list".to_owned()));
    }
}

fn expect(at: usize, asked: &Expect, looked: &JudgedProfile<'_>, judgement: &mut Judgement) {
    let Tested::Profiles(profiles) = &asked.of else { return };
    if !looked.is_one_of(profiles) {
        return;
    }
    // A vendor without such a setting is asked for nothing.
    let is_of_vendor =
        |grant: &&NamedGrant| Matcher::new(grant, looked.workspace.provider).names_something();
    for grant in asked.can.iter().filter(is_of_vendor) {
        if looked.has(grant) {
            continue;
        }
        if looked.leaves_open(grant) {
            judgement.open.push((at, grant.text.clone()));
            continue;
        }
        judgement.broken.push(Broken {
            rule: at,
            key: grant.text.clone(),
            settings: Vec::new(),
            message: format!("does not have `{}`", grant.text),
            line: grant.span.clone(),
        });
    }
    for grant in &asked.cannot {
        judgement.broken.extend(looked.found(grant).map(|found| broken(at, grant, found)));
        if !looked.has(grant) && looked.leaves_open(grant) {
            judgement.open.push((at, grant.text.clone()));
        }
    }
}

/// A duty that a profile has: its position, the first of its settings as the rule names it, and all of them.
type HadDuty<'a> = (usize, &'a NamedGrant, Vec<(SettingPath, Value)>);

fn apart(
    at: usize,
    rule: &Rule,
    duties: &[Vec<NamedGrant>],
    looked: &JudgedProfile<'_>,
    judgement: &mut Judgement,
) {
    let had: Vec<HadDuty<'_>> = duties
        .iter()
        .enumerate()
        .filter_map(|(nth, duty)| {
            let first = duty.iter().find(|grant| looked.has(grant))?;
            let all = duty.iter().flat_map(|grant| looked.found(grant));
            let all = all.map(|(path, value)| (path.clone(), value.clone())).collect();
            Some((nth, first, all))
        })
        .collect();
    for (at_first, (nth, one, settings)) in had.iter().enumerate() {
        for (other_nth, other, more) in &had[at_first + 1..] {
            judgement.broken.push(Broken {
                rule: at,
                key: format!("{nth}+{other_nth}"),
                settings: [&settings[..], more].concat(),
                message: format!("has `{}` and `{}`", one.text, other.text),
                line: rule.span.clone(),
            });
        }
    }
}

fn who(at: usize, rule: &Rule, asked: &Who, looked: &JudgedProfile<'_>, judgement: &mut Judgement) {
    let Some(profiles) = &asked.profiles else { return };
    if looked.is_allowed(profiles) {
        return;
    }
    for grant in &asked.settings {
        judgement.broken.extend(looked.found(grant).map(|found| {
            let has = broken(at, grant, found);
            let message = format!("{}, and is none of the profiles that may", has.message);
            Broken { message, line: rule.span.clone(), ..has }
        }));
        if !looked.has(grant) && looked.leaves_open(grant) {
            judgement.open.push((at, grant.text.clone()));
        }
    }
}

fn broken(at: usize, grant: &NamedGrant, found: (&SettingPath, &Value)) -> Broken {
    Broken {
        rule: at,
        key: format!("{} by {}", grant.text, found.0),
        settings: vec![(found.0.clone(), found.1.clone())],
        message: has_words(grant, found),
        line: grant.span.clone(),
    }
}

/// Says that a profile has a grant, and by which setting where the rule does not name it.
fn has_words(grant: &NamedGrant, (path, value): (&SettingPath, &Value)) -> String {
    match &grant.what {
        GrantName::Setting(_, None) => format!("has `{}`", grant.text),
        GrantName::Setting(_, Some(_)) => {
            format!("has `{}`: it is {}", grant.text, shown(value))
        }
        GrantName::Tier(_) => format!("has `{}`: `{path}` is {}", grant.text, shown(value)),
    }
}

/// Writes a value in a sentence.
fn shown(value: &Value) -> String {
    match value {
        Value::Flag(on) => if *on { "on" } else { "off" }.to_owned(),
        Value::Level(level) => format!("`{level}`"),
        Value::Text(text) => in_quotes(text),
        Value::Set(set) if set.is_empty() => "`[]`".to_owned(),
        Value::Set(set) => format!("a list of {}", set.len()),
        Value::Opaque(_) => "unknown".to_owned(),
    }
}
