//! Addresses: which tenants, workspaces and profiles a command is about.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::desired::address::Address;
use crate::desired::{Desired, Workspace};
use crate::error::{Exit, Stop};
use crate::text::{closest, did_you_mean};

/// What was selected; nothing given selects everything.
#[derive(Debug, Default)]
pub struct Selection {
    addresses: Vec<SelectedAddress>,
}

#[derive(Debug)]
struct SelectedAddress {
    address: Address,
    /// Whether a profile of that name was seen.
    matched: AtomicBool,
    /// The address of a profile that was probably meant.
    near: Mutex<Option<String>>,
}

impl Selection {
    /// Reads addresses.
    pub fn parse(addresses: &[String]) -> Result<Self, Stop> {
        let parse = |text: &String| {
            let address = Address::parse(text).map_err(|error| {
                Stop::new(Exit::Usage, format!("`{text}` is not an address: {error}"))
            })?;
            Ok(SelectedAddress { address, matched: AtomicBool::new(false), near: Mutex::new(None) })
        };
        Ok(Self { addresses: addresses.iter().map(parse).collect::<Result<_, Stop>>()? })
    }

    /// Reads addresses and checks that each names something in the files.
    pub fn new(addresses: &[String], desired: &Desired) -> Result<Self, Stop> {
        let selection = Self::parse(addresses)?;
        for SelectedAddress { address, .. } in &selection.addresses {
            let (text, (place, _)) = (address.text(), address.parts());
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
        self.addresses.iter().map(|it| it.address.text().to_owned()).collect()
    }

    /// Tells whether a workspace, or a part of it, is selected.
    pub fn workspace(&self, workspace: &Workspace) -> bool {
        self.addresses.is_empty() || self.addresses.iter().any(|it| it.address.covers(workspace))
    }

    /// Tells whether a profile is selected.
    pub fn profile(&self, workspace: &Workspace, profile: &str) -> bool {
        self.addresses.is_empty()
            || self.addresses.iter().any(|it| it.address.has(workspace, profile))
    }

    /// Notes which profiles of a workspace there are, in the files or live, for [`Self::unmatched`].
    pub fn note<'a>(&self, workspace: &Workspace, profiles: impl Iterator<Item = &'a str> + Clone) {
        for SelectedAddress { address, matched, near: note } in &self.addresses {
            let (_, Some(wanted)) = address.parts() else { continue };
            if !address.covers(workspace) {
                continue;
            }
            if profiles.clone().any(|profile| address.has_name(profile)) {
                matched.store(true, Ordering::Relaxed);
            } else if let Some(near) = closest(wanted, profiles.clone())
                && let Ok(mut note) = note.lock()
            {
                *note = Some(format!("{}/{near}", workspace.name));
            }
        }
    }

    /// Says which address names a profile that is nowhere; a typing error must not look like
    /// "no drift". Ask when every selected workspace was read and noted.
    pub fn unmatched(&self) -> Result<(), Stop> {
        for SelectedAddress { address, matched, near } in &self.addresses {
            if address.parts().1.is_some() && !matched.load(Ordering::Relaxed) {
                let near = near.lock().ok().and_then(|near| near.clone());
                return Err(Stop::new(
                    Exit::Usage,
                    format!(
                        "`{}` selects no profile, neither in the files nor live",
                        address.text()
                    ),
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
