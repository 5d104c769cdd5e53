//! Addresses: which tenants, workspaces and profiles a command is about.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{GlobBuilder, GlobMatcher};

use crate::desired::{Desired, Workspace};
use crate::error::{Exit, Stop};
use crate::text::{closest, did_you_mean};

/// What was selected; nothing given selects everything.
#[derive(Debug, Default)]
pub struct Selection {
    addresses: Vec<Address>,
}

#[derive(Debug)]
struct Address {
    text: String,
    /// A tenant, a group or a workspace.
    place: GlobMatcher,
    /// A profile of it; `None` for all.
    profile: Option<GlobMatcher>,
    /// Whether a profile of that name was seen.
    matched: AtomicBool,
    /// The address of a profile that was probably meant.
    near: Mutex<Option<String>>,
}

impl Selection {
    /// Reads addresses.
    pub fn parse(addresses: &[String]) -> Result<Self, Stop> {
        let parse = |text: &String| {
            let (place, profile) = match text.split_once('/') {
                Some((place, profile)) => (place, Some(profile)),
                None => (text.as_str(), None),
            };
            Ok(Address {
                text: text.clone(),
                place: glob(place)?,
                profile: profile.map(glob).transpose()?,
                matched: AtomicBool::new(false),
                near: Mutex::new(None),
            })
        };
        Ok(Self { addresses: addresses.iter().map(parse).collect::<Result<_, Stop>>()? })
    }

    /// Reads addresses and checks that each names something in the files.
    pub fn new(addresses: &[String], desired: &Desired) -> Result<Self, Stop> {
        let selection = Self::parse(addresses)?;
        for address in &selection.addresses {
            let text = &address.text;
            let place = text.split_once('/').map_or(text.as_str(), |(place, _)| place);
            if !desired.workspaces.iter().any(|workspace| address.covers(workspace)) {
                let groups = desired.workspaces.iter().flat_map(|workspace| &workspace.groups);
                let groups: BTreeSet<&str> = groups.map(String::as_str).collect();
                let names = desired.workspaces.iter().map(|workspace| workspace.name.as_str());
                let names: Vec<&str> = names.chain(groups.iter().copied()).collect();
                let group = if groups.is_empty() { "" } else { ", no group" };
                return Err(Stop::new(
                    Exit::Usage,
                    format!("`{text}` selects no tenant{group} and no workspace"),
                )
                .hint(did_you_mean(place, &names).unwrap_or_else(|| {
                    match names.as_slice() {
                        [] => "permctl.yaml names no workspace".to_owned(),
                        names if groups.is_empty() => {
                            format!("the workspaces are {}", names.join(", "))
                        }
                        names => format!("the workspaces and groups are {}", names.join(", ")),
                    }
                })));
            }
        }
        Ok(selection)
    }

    /// Returns the addresses as they were given.
    pub fn texts(&self) -> Vec<String> {
        self.addresses.iter().map(|address| address.text.clone()).collect()
    }

    /// Tells whether a workspace, or a part of it, is selected.
    pub fn workspace(&self, workspace: &Workspace) -> bool {
        self.addresses.is_empty() || self.addresses.iter().any(|address| address.covers(workspace))
    }

    /// Tells whether a profile is selected.
    pub fn profile(&self, workspace: &Workspace, profile: &str) -> bool {
        self.addresses.is_empty()
            || self.addresses.iter().any(|address| {
                address.covers(workspace)
                    && address.profile.as_ref().is_none_or(|glob| glob.is_match(profile))
            })
    }

    /// Notes which profiles of a workspace there are, in the files or live, for [`Self::unmatched`].
    pub fn note<'a>(&self, workspace: &Workspace, profiles: impl Iterator<Item = &'a str> + Clone) {
        for address in &self.addresses {
            let Some(glob) = address.profile.as_ref().filter(|_| address.covers(workspace)) else {
                continue;
            };
            if profiles.clone().any(|profile| glob.is_match(profile)) {
                address.matched.store(true, Ordering::Relaxed);
            } else if let Some(wanted) = address.text.split_once('/').map(|(_, profile)| profile)
                && let Some(near) = closest(wanted, profiles.clone())
                && let Ok(mut note) = address.near.lock()
            {
                *note = Some(format!("{}/{near}", workspace.name));
            }
        }
    }

    /// Says which address names a profile that is nowhere; a typing error must not look like
    /// "no drift". Ask when every selected workspace was read and noted.
    pub fn unmatched(&self) -> Result<(), Stop> {
        for address in &self.addresses {
            if address.profile.is_some() && !address.matched.load(Ordering::Relaxed) {
                let near = address.near.lock().ok().and_then(|near| near.clone());
                return Err(Stop::new(
                    Exit::Usage,
                    format!("`{}` selects no profile, neither in the files nor live", address.text),
                )
                .hint(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "names are compared letter by letter; `*` stands for anything".to_owned()
                    }
                }));
            }
        }
        Ok(())
    }
}

impl Address {
    fn covers(&self, workspace: &Workspace) -> bool {
        self.place.is_match(&workspace.name)
            || workspace.groups.iter().any(|group| self.place.is_match(group))
            || (self.profile.is_none() && self.place.is_match(&workspace.tenant))
    }
}

/// Only `*` is special: profile names hold brackets, braces and question marks.
fn glob(text: &str) -> Result<GlobMatcher, Stop> {
    let pattern: Vec<String> = text.split('*').map(globset::escape).collect();
    GlobBuilder::new(&pattern.join("*"))
        .literal_separator(false)
        .backslash_escape(false)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| Stop::new(Exit::Usage, format!("`{text}` is not an address: {error}")))
}
