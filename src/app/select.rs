//! Addresses: which tenants, workspaces and profiles a command is about.

use globset::{GlobBuilder, GlobMatcher};

use crate::desired::Desired;
use crate::error::{Exit, Stop};
use crate::plan::WorkspacePlan;

/// What was selected; nothing given selects everything.
#[derive(Debug, Default)]
pub struct Selection {
    addresses: Vec<Address>,
}

#[derive(Debug)]
struct Address {
    text: String,
    /// A tenant or a workspace.
    place: GlobMatcher,
    /// A profile of it; `None` for all.
    profile: Option<GlobMatcher>,
}

impl Selection {
    /// Reads addresses and checks that each names something in the files.
    pub fn new(addresses: &[String], desired: &Desired) -> Result<Self, Stop> {
        let mut selection = Self::default();
        for text in addresses {
            let (place, profile) = match text.split_once('/') {
                Some((place, profile)) => (place, Some(profile)),
                None => (text.as_str(), None),
            };
            let address = Address {
                text: text.clone(),
                place: glob(place)?,
                profile: profile.map(glob).transpose()?,
            };
            if !desired
                .workspaces
                .iter()
                .any(|workspace| address.covers(&workspace.tenant, &workspace.name))
            {
                let names: Vec<&str> =
                    desired.workspaces.iter().map(|workspace| workspace.name.as_str()).collect();
                let near = crate::finding::closest(place, names.iter().copied());
                return Err(Stop::new(
                    Exit::Usage,
                    format!("`{text}` selects no tenant and no workspace"),
                )
                .hint(match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the workspaces are {}", names.join(", ")),
                }));
            }
            selection.addresses.push(address);
        }
        Ok(selection)
    }

    /// Returns the addresses as they were given.
    pub fn texts(&self) -> Vec<String> {
        self.addresses.iter().map(|address| address.text.clone()).collect()
    }

    /// Tells whether a workspace, or a part of it, is selected.
    pub fn workspace(&self, tenant: &str, workspace: &str) -> bool {
        self.addresses.is_empty()
            || self.addresses.iter().any(|address| address.covers(tenant, workspace))
    }

    /// Tells whether a profile is selected.
    pub fn profile(&self, tenant: &str, workspace: &str, profile: &str) -> bool {
        self.addresses.is_empty()
            || self.addresses.iter().any(|address| {
                address.covers(tenant, workspace)
                    && address.profile.as_ref().is_none_or(|glob| glob.is_match(profile))
            })
    }

    /// Takes out of a plan what is about profiles that were not selected.
    pub fn narrow(&self, plan: &mut WorkspacePlan) {
        if self.addresses.iter().all(|address| address.profile.is_none()) {
            return;
        }
        let (tenant, workspace) = (plan.tenant.clone(), plan.workspace.clone());
        let selected = |profile: &str| self.profile(&tenant, &workspace, profile);
        plan.changes.retain(|planned| selected(&planned.change.profile));
        plan.unmanaged.retain(|profile| selected(&profile.name));
        plan.ignored.retain(|profile| selected(&profile.name));
        plan.blocked.retain(|profile| selected(profile));
        plan.findings.retain(|finding| {
            let profile = finding.address.as_deref().and_then(|address| address.split_once('/'));
            profile.is_none_or(|(_, profile)| selected(profile))
        });
    }
}

impl Address {
    fn covers(&self, tenant: &str, workspace: &str) -> bool {
        self.place.is_match(workspace) || (self.profile.is_none() && self.place.is_match(tenant))
    }
}

/// Only `*` is special: profile names hold brackets, braces and question marks.
fn glob(text: &str) -> Result<GlobMatcher, Stop> {
    let pattern: Vec<String> = text.split('*').map(globset::escape).collect();
    GlobBuilder::new(&pattern.join("*"))
        .literal_separator(false)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| Stop::new(Exit::Usage, format!("`{text}` is not an address: {error}")))
}
