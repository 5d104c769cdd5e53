//! What a vendor would not do for a described profile, found before anything is sent.
//!
//! Everything here comes from the catalogue or from the provider's own rules; no vendor is named.

use crate::desired::Profile;
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Addressed, Catalogue, EntryNames, Owner};
use crate::model::{LiveProfile, SettingPath, Settings, Value};
use crate::plan::expect::DesiredBundle;
use crate::plan::{Input, Match};
use crate::text::listed;

/// One described profile and what it comes to.
pub(in crate::plan) struct Described<'a> {
    pub(in crate::plan) profile: &'a Profile,
    pub(in crate::plan) address: &'a str,
    pub(in crate::plan) matched: Match,
    pub(in crate::plan) wanted: &'a [DesiredBundle<'a>],
    /// The settings of its live profile.
    pub(in crate::plan) current: Option<&'a Settings>,
}

/// Finds everything that the vendor would refuse about a profile; says whether there is any.
pub(in crate::plan) fn refuse(
    input: &Input<'_>,
    described: &Described<'_>,
    findings: &mut Vec<Finding>,
) -> bool {
    let mut found = Vec::new();
    let catalogue = input.catalogue;
    let changing: Vec<&DesiredBundle<'_>> =
        described.wanted.iter().filter(|wanted| !wanted.is_met).collect();
    let capabilities = input.provider.capabilities();
    if let Match::Live(at) = described.matched
        && let Some(flaw) = input.provider.flaw(&input.live.profiles[at])
    {
        findings.push(not_understood(described, &flaw).about(described.address));
        return true;
    }
    match described.matched {
        Match::Live(at) if !changing.is_empty() => {
            let live = &input.live.profiles[at];
            match input.provider.built_in(&input.live.id, live) {
                // What else it would refuse does not matter then.
                Some(why) => found.push(built_in(described, live, why)),
                None if !capabilities.update => found.push(no_update(described, live)),
                None => {
                    found.extend(renamed(described, live, catalogue));
                    found.extend(immutable(&changing, described, catalogue));
                }
            }
        }
        Match::New if !capabilities.create => found.push(no_create(described)),
        Match::New => found.extend(incomplete(described, catalogue)),
        _ => {}
    }
    if found.is_empty() {
        found.extend(not_in_workspace(input, described));
    }
    if found.is_empty() && !changing.is_empty() {
        found.extend(case_only(input, described));
        found.extend(namesakes(input, described));
        found.extend(rules(input, described));
    }
    let any = found.iter().any(Finding::is_error);
    findings.extend(found.into_iter().map(|finding| finding.about(described.address)));
    any
}

/// Leaves out of a retired profile what the vendor would refuse: that stays as it is live.
pub(in crate::plan) fn without_refused<'a>(
    input: &Input<'_>,
    mut asked: Vec<DesiredBundle<'a>>,
    current: &Settings,
) -> Vec<DesiredBundle<'a>> {
    if input.provider.rules().is_empty() {
        return asked;
    }
    let refusals = |asked: &[DesiredBundle<'_>], but: Option<usize>| {
        let mut settings = current.clone();
        let kept = asked.iter().enumerate().filter(|(at, _)| Some(*at) != but);
        for (_, wanted) in kept {
            settings.extend(wanted.after.iter().map(|(path, value)| (path.clone(), value.clone())));
        }
        input.provider.rejections(&settings).len()
    };
    loop {
        let all = refusals(&asked, None);
        let helps = |at: &usize| !asked[*at].is_met && refusals(&asked, Some(*at)) < all;
        match (0..asked.len()).filter(|_| all > 0).find(helps) {
            Some(at) => _ = asked.remove(at),
            None => return asked,
        }
    }
}

fn not_understood(described: &Described<'_>, flaw: &str) -> Finding {
    let name = &described.profile.name;
    let message = format!("what is live of \"{name}\" can't be understood: {flaw}");
    Finding::new(Code::NotUnderstood, message)
        .at(&described.profile.span)
        .hint("correct it in the vendor's settings, or take it out; the other profiles go on")
}

fn built_in(described: &Described<'_>, live: &LiveProfile, why: &str) -> Finding {
    Finding::new(Code::BuiltIn, format!("\"{}\" can't be changed: {why}", live.name))
        .at(&described.profile.span)
        .hint("describe it as it is live, or take it out; a profile of your own needs another name")
}

fn no_update(described: &Described<'_>, live: &LiveProfile) -> Finding {
    let message =
        format!("\"{}\" can't be changed: the vendor's API updates no profiles", live.name);
    Finding::new(Code::CannotUpdate, message)
        .at(&described.profile.span)
        .hint("change it in the vendor's settings, or describe it as it is live")
}

fn no_create(described: &Described<'_>) -> Finding {
    let name = &described.profile.name;
    let message = format!("\"{name}\" can't be created: the vendor's API creates no profiles");
    Finding::new(Code::CannotCreate, message)
        .at(&described.profile.span)
        .hint("create it in the vendor's settings under this name, and plan again; or take it out")
}

/// Where the vendor has no rename, another name is another profile.
fn renamed(
    described: &Described<'_>,
    live: &LiveProfile,
    catalogue: &Catalogue,
) -> Option<Finding> {
    let name = &described.profile.name;
    if catalogue.identity().renames || live.name == *name {
        return None;
    }
    let former = described.profile.formerly.iter().find(|(former, _)| *former == live.name);
    let span = former.map_or(&described.profile.span, |(_, span)| span);
    Some(
        Finding::new(
            Code::CannotRename,
            format!("\"{}\" can't become \"{name}\": this vendor does not rename", live.name),
        )
        .at(span)
        .hint(format!(
            "keep the name; or describe \"{name}\" as a new one, move its people over in the vendor's settings, and take \"{}\" away there",
            live.name
        )),
    )
}

fn immutable<'a>(
    changing: &'a [&DesiredBundle<'_>],
    described: &'a Described<'_>,
    catalogue: &'a Catalogue,
) -> impl Iterator<Item = Finding> + 'a {
    changing.iter().flat_map(move |wanted| {
        let moved = wanted.after.iter().filter_map(move |(path, value)| {
            let row = catalogue.row(path)?;
            let live = described.current?.get(path)?;
            (row.immutable && live != value).then_some((path, live, value))
        });
        moved.map(|(path, live, value)| {
            Finding::new(
                Code::Immutable,
                format!(
                    "`{path}` is {} live and can't become {}",
                    spelled(live),
                    spelled(value)
                ),
            )
            .at(wanted.span_of(path))
            .hint("the vendor sets it once, at the creation; describe a new profile of another name, or write what is live")
        })
    })
}

/// Finds settings that a new profile has to state and does not.
fn incomplete(described: &Described<'_>, catalogue: &Catalogue) -> Option<Finding> {
    let missing: Vec<String> = catalogue
        .rows()
        .iter()
        .filter(|row| row.owner == Owner::Files && row.on_create.is_none() && !row.is_entry())
        .filter(|row| !described.wanted.iter().any(|it| it.after.get(&row.path).is_some()))
        .map(|row| row.path.to_string())
        .collect();
    (!missing.is_empty()).then(|| {
        Finding::new(
            Code::NewIncomplete,
            format!("a new profile has to say what {} will be", listed(missing)),
        )
        .at(&described.profile.span)
        .hint("write them under `settings`; the vendor makes no profile without them")
    })
}

/// Finds another profile, described or live, whose name differs in case only.
fn case_only(input: &Input<'_>, described: &Described<'_>) -> Option<Finding> {
    if !input.catalogue.identity().any_case {
        return None;
    }
    let name = &described.profile.name;
    let alike = |other: &str| other != name && other.to_lowercase() == name.to_lowercase();
    let own = match described.matched {
        Match::Live(at) => Some(at),
        _ => None,
    };
    let live = input
        .live
        .profiles
        .iter()
        .enumerate()
        .find(|(at, live)| Some(*at) != own && alike(&live.name));
    let file = || input.desired.profiles.iter().find(|other| alike(&other.name));
    let (other, span) = match live {
        Some((_, live)) => (&live.name, None),
        None => file().map(|other| (&other.name, Some(&other.span)))?,
    };
    let mut finding = Finding::new(
        Code::CaseOnly,
        format!("\"{name}\" and \"{other}\" differ in case only, and may be one to the vendor"),
    )
    .at(&described.profile.span);
    if let Some(span) = span {
        finding = finding.at_labelled(span, "the other one");
    }
    Some(finding.hint("write the name exactly as it is live, or choose one that differs in more"))
}

/// Refuses to write to one of two live profiles of a name where requests go by the name.
fn namesakes(input: &Input<'_>, described: &Described<'_>) -> Option<Finding> {
    let Match::Live(at) = described.matched else { return None };
    let live = &input.live.profiles[at];
    let same = input.live.profiles.iter().filter(|other| other.name == live.name).count();
    (same > 1 && input.catalogue.identity().addressed == Addressed::ByName).then(|| {
        Finding::new(
            Code::LiveNameTwice,
            format!("{same} live profiles are named \"{}\", and this vendor goes by names", live.name),
        )
        .at(&described.profile.span)
        .hint("the API goes by names, so a change could meet either of them; rename or delete one in the vendor's settings")
    })
}

/// Finds entries that the workspace does not have at all: those that are asked for, and those that
/// the file names whatever their value, since a misspelled `false` takes nothing away.
fn not_in_workspace<'a>(
    input: &'a Input<'_>,
    described: &'a Described<'_>,
) -> impl Iterator<Item = Finding> + 'a {
    described.wanted.iter().flat_map(move |wanted| {
        let named = |path: &SettingPath| {
            described.profile.bundles.members().iter().any(|(member, _)| member == path)
        };
        wanted.after.iter().filter_map(move |(path, _)| {
            let map = input.catalogue.map_of(path)?;
            let allowed = input.live.vocabulary.get(&map.path)?;
            let live = described.current.and_then(|current| current.get(path));
            let row = input.catalogue.row(path)?;
            let held = live.is_some_and(|live| *live != row.empty());
            let known = held || allowed.contains(path.leaf());
            if map.names != EntryNames::Workspace || known || !named(path) {
                return None;
            }
            Some(
                Finding::new(
                    Code::NotInWorkspace,
                    format!("`{path}` does not exist in workspace `{}`", input.desired.name),
                )
                .at(wanted.span_of(path))
                .suggest(
                    path.leaf(),
                    allowed,
                    "take it out, or have the vendor add it to the account",
                ),
            )
        })
    })
}

/// Asks the provider about the profile as it would be.
fn rules(input: &Input<'_>, described: &Described<'_>) -> Vec<Finding> {
    if input.provider.rules().is_empty() {
        return Vec::new();
    }
    let mut settings = described.current.cloned().unwrap_or_default();
    for wanted in described.wanted {
        settings.extend(wanted.after.iter().map(|(path, value)| (path.clone(), value.clone())));
    }
    // A rule judges changes: what is live already is the vendor's to take.
    let already = described.current.map(|live| input.provider.rejections(live));
    let already = already.unwrap_or_default();
    let rejections = input.provider.rejections(&settings).into_iter();
    rejections
        .map(|rejection| {
            let code = match already.contains(&rejection) {
                true => Code::RefusedAndLive,
                false => Code::VendorRefuses,
            };
            let path = &rejection.setting;
            let asking = described.wanted.iter().find(|it| it.after.get(path).is_some());
            let place = asking.map_or(&described.profile.span, |wanted| wanted.span_of(path));
            Finding::new(code, rejection.message.clone()).at(place).hint(rejection.hint)
        })
        .collect()
}

fn spelled(value: &Value) -> String {
    match value {
        Value::Flag(flag) => format!("`{flag}`"),
        Value::Level(level) => format!("`{level}`"),
        Value::Text(text) => format!("`{text}`"),
        other => serde_json::to_string(other).expect("a value is JSON"),
    }
}
