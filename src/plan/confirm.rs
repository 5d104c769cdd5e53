//! Confirming a reviewed change against files and live of this moment: it can only do less.

use crate::finding::Finding;
use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::{
    Change, Document, Existence, LiveProfile, SettingPath, Settings, Transition, Value, document,
};
use crate::plan::membership::{self, Decision, Membership};
use crate::plan::workspace::resolve;
use crate::plan::{Claim, Input, Moved, Planned, Resolved, renames};
use crate::provider::Dialect;

/// What is to be done about a reviewed change now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Live is as it was reviewed: send it.
    Do,
    /// Live is already as it should be.
    Done,
    /// Live moved behind the plan's back: send nothing.
    Stale(Vec<Moved>),
    /// The files no longer ask for it: send nothing. Says why.
    Dropped(String),
}

/// What the files ask for at this moment, worked out once for all changes of a workspace.
pub struct Confirmation<'a> {
    input: Input<'a>,
    resolved: Vec<Resolved<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Confirmation<'a> {
    /// Resolves the files against what is live now.
    pub fn new(input: Input<'a>) -> Self {
        let mut findings = Vec::new();
        let resolved = resolve(&input, &mut findings);
        Self { input, resolved, findings }
    }

    /// Judges one reviewed change.
    pub fn verdict(&self, change: &Change) -> Verdict {
        match &change.existence {
            Existence::Create => self.create(change),
            Existence::Update { id, live_name } => {
                match self.input.live.profiles.iter().find(|live| live.id == *id) {
                    Some(live) => self.update(change, live, live_name),
                    None => Verdict::Stale(vec![Moved {
                        setting: self.input.catalogue.name().clone(),
                        planned: Some(Value::text(live_name)),
                        live: None,
                    }]),
                }
            }
        }
    }

    /// Judges one reviewed membership.
    pub fn membership(&self, reviewed: &Membership) -> Decision {
        membership::decide(&self.input, &self.resolved, reviewed)
    }

    fn described(&self, change: &Change) -> Result<&Resolved<'a>, Verdict> {
        let dropped = |why: &str| Err(Verdict::Dropped(why.to_owned()));
        let mut named =
            self.resolved.iter().filter(|resolved| resolved.profile.name == change.profile);
        // Pinned profiles may share a name; then the claimed live profile tells them apart.
        let found = named.clone().find(|resolved| self.is_for(resolved, change)).or(named.next());
        match found {
            None => dropped("no file describes this profile any more"),
            Some(resolved) if resolved.claim == Claim::Blocked => {
                let address = format!("{}/{}", self.input.desired.name, change.profile);
                let why = self.findings.iter().find(|finding| {
                    finding.is_error() && finding.address.as_ref() == Some(&address)
                });
                dropped(
                    &why.map_or("the files are wrong about this profile".to_owned(), |finding| {
                        finding.message.clone()
                    }),
                )
            }
            Some(resolved) => Ok(resolved),
        }
    }

    fn is_for(&self, resolved: &Resolved<'_>, change: &Change) -> bool {
        match (&change.existence, resolved.claim) {
            (Existence::Create, Claim::New) => true,
            // Made already, and not filled: `create` has looked.
            (Existence::Create, Claim::Live(at)) => {
                self.input.live.profiles[at].name == change.profile
            }
            (Existence::Update { id, .. }, Claim::Live(at)) => {
                self.input.live.profiles[at].id == *id
            }
            _ => false,
        }
    }

    fn create(&self, change: &Change) -> Verdict {
        let mut bearers =
            self.input.live.profiles.iter().filter(|live| live.name == change.profile);
        let catalogue = self.input.catalogue;
        if let Some(live) = bearers.next() {
            let settings = document::settings(catalogue, &live.document);
            let moved = differences(catalogue, change, &settings, |transition| &transition.after);
            if moved.is_empty() {
                return Verdict::Done;
            }
            if !is_begun(catalogue, change, &settings) {
                return Verdict::Stale(moved);
            }
        }
        match self.described(change) {
            Err(verdict) => verdict,
            Ok(resolved) => self.still_asked(change, resolved).unwrap_or(Verdict::Do),
        }
    }

    fn update(&self, change: &Change, live: &LiveProfile, live_name: &str) -> Verdict {
        let catalogue = self.input.catalogue;
        let settings = document::settings(catalogue, &live.document);
        if differences(catalogue, change, &settings, |transition| &transition.after).is_empty() {
            return Verdict::Done;
        }
        let resolved = match self.described(change) {
            Ok(resolved) => resolved,
            Err(verdict) => return verdict,
        };
        let renaming = renames(change, catalogue);
        let renamed = renaming && live.name == change.profile;
        if live.name != live_name && !renamed {
            return Verdict::Stale(vec![Moved {
                setting: catalogue.name().clone(),
                planned: Some(Value::text(live_name)),
                live: Some(Value::text(&live.name)),
            }]);
        }
        if let Some(verdict) = self.still_asked(change, resolved) {
            return verdict;
        }
        // Whoever had the name should have given it up by now, and has not.
        let bearer = self
            .input
            .live
            .profiles
            .iter()
            .find(|other| renaming && other.name == change.profile && other.id != live.id);
        if let Some(bearer) = bearer {
            return Verdict::Dropped(format!(
                "its new name is still that of profile {}",
                bearer.id
            ));
        }
        let moved: Vec<Moved> = change
            .transitions
            .iter()
            .filter(|transition| {
                let at = |side| compare(catalogue, &transition.bundle, side, &settings).is_empty();
                !at(&transition.before) && !at(&transition.after)
            })
            .flat_map(|transition| {
                compare(catalogue, &transition.bundle, &transition.before, &settings)
            })
            .collect();
        if moved.is_empty() { Verdict::Do } else { Verdict::Stale(moved) }
    }

    /// Finds what the files ask of a new profile and its creation does not have; an entry that is off
    /// is as one that is not there.
    fn missing<'r>(&self, change: &Change, resolved: &'r Resolved<'_>) -> Option<&'r SettingPath> {
        if change.existence != Existence::Create {
            return None;
        }
        let catalogue = self.input.catalogue;
        let is_off = |(path, value): (&SettingPath, &Value)| {
            catalogue.row(path).is_some_and(|row| row.is_entry() && *value == row.empty())
        };
        let missing = resolved.wanted.iter().find(|wanted| {
            let has = |transition: &Transition| transition.bundle == wanted.bundle.path;
            !change.transitions.iter().any(has) && !wanted.after.iter().all(is_off)
        });
        missing.map(|wanted| &wanted.bundle.path)
    }

    /// Says what of a change the files no longer ask for, if anything.
    fn still_asked(&self, change: &Change, resolved: &Resolved<'_>) -> Option<Verdict> {
        if !self.is_for(resolved, change) {
            return Some(Verdict::Dropped(
                "the files now mean another live profile by this name".to_owned(),
            ));
        }
        // A new profile states all of its floors, which its file asks of no profile that is there.
        let is_floor = |transition: &Transition| {
            let catalogue = self.input.catalogue;
            let bundle = catalogue.bundle_over(&transition.bundle, &[&transition.after]);
            change.existence == Existence::Create
                && resolved.claim != Claim::New
                && bundle
                    .is_some_and(|it| catalogue.floor(&it).as_deref() == Some(&transition.after))
        };
        let gone: Vec<String> = change
            .transitions
            .iter()
            .filter(|transition| !is_floor(transition))
            .filter(|transition| {
                !resolved.wanted.iter().any(|wanted| {
                    wanted.bundle.path == transition.bundle
                        && compare(
                            self.input.catalogue,
                            &transition.bundle,
                            &wanted.after,
                            &transition.after,
                        )
                        .is_empty()
                })
            })
            .map(|transition| format!("`{}`", transition.bundle))
            .collect();
        if let Some(missing) = self.missing(change, resolved) {
            return Some(Verdict::Dropped(format!(
                "the files ask for `{missing}` too, and a new profile has all of it from the start"
            )));
        }
        (!gone.is_empty()).then(|| {
            Verdict::Dropped(format!(
                "the files no longer ask for this value of {}",
                gone.join(", ")
            ))
        })
    }
}

/// Lists the settings of a change's bundles that are not at one of its sides.
pub fn differences(
    catalogue: &Catalogue,
    change: &Change,
    settings: &Settings,
    side: impl Fn(&crate::model::Transition) -> &Settings,
) -> Vec<Moved> {
    change
        .transitions
        .iter()
        .flat_map(|transition| compare(catalogue, &transition.bundle, side(transition), settings))
        .collect()
}

/// Tells whether a profile is as its creation leaves it, or already filled in part: a run died
/// between the request that makes it and the one that fills it. Anything else in it is somebody's.
fn is_begun(catalogue: &Catalogue, change: &Change, settings: &Settings) -> bool {
    let is_begun = |bundle: &Bundle| {
        let now = catalogue.effective(bundle, settings);
        let on_create =
            |path: &SettingPath| Some((path.clone(), catalogue.row(path)?.on_create.clone()?));
        let fresh: Settings = bundle.members.iter().filter_map(on_create).collect();
        let asked = change.transitions.iter().find(|it| it.bundle == bundle.path);
        asked.is_some_and(|asked| catalogue.same(bundle, &now, &asked.after))
            || catalogue.same(bundle, &now, &fresh)
    };
    let known = |transition: &Transition| catalogue.bundle_over(&transition.bundle, &[]).is_some();
    let states = change.transitions.iter().map(|transition| &transition.after).chain([settings]);
    catalogue.identity().empty_at_first
        && change.transitions.iter().all(known)
        && catalogue.bundles_over(states).iter().all(is_begun)
}

fn compare(
    catalogue: &Catalogue,
    bundle: &SettingPath,
    planned: &Settings,
    settings: &Settings,
) -> Vec<Moved> {
    let Some(bundle) = catalogue.bundle_over(bundle, &[planned, settings]) else {
        return planned
            .iter()
            .map(|(setting, value)| Moved {
                setting: setting.clone(),
                planned: Some(value.clone()),
                live: None,
            })
            .collect();
    };
    let now = catalogue.effective(&bundle, settings);
    bundle
        .members
        .iter()
        .map(|path| Moved {
            setting: path.clone(),
            planned: catalogue.value(path, planned).cloned(),
            live: catalogue.value(path, &now).cloned(),
        })
        .filter(|moved| moved.planned != moved.live)
        .collect()
}

/// Lists what somebody changed since the plan outside the change; it is kept.
pub fn moved_elsewhere(
    dialect: &dyn Dialect,
    catalogue: &Catalogue,
    planned: &Planned,
    now: &Document,
) -> Vec<Moved> {
    let last = planned.preview.last().map(|call| call.body.json());
    let Some(then) = last.filter(|_| planned.change.existence != Existence::Create) else {
        return Vec::new();
    };
    let Some(then) = dialect.stated(&then) else { return Vec::new() };
    let then = document::settings(catalogue, &then);
    let now = document::settings(catalogue, now);
    let touched = |path: &SettingPath| {
        planned.change.transitions.iter().any(|transition| transition.bundle == *path)
    };
    catalogue
        .bundles_over([&then, &now])
        .iter()
        // A vendor that has the name in the path has none in the body.
        .filter(|bundle| !touched(&bundle.path) && catalogue.understands(bundle, &then))
        .flat_map(|bundle| {
            compare(catalogue, &bundle.path, &catalogue.effective(bundle, &then), &now)
        })
        .collect()
}
