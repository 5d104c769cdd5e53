//! Desired: the profiles that the files describe, resolved as far as files alone allow.
//!
//! [`load`] takes texts and gives values and findings; it reads no file, no environment and no
//! clock. Every value carries the place that asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::desired::allowed::Allowed;
use crate::desired::approvals::{Approval, Freeze};
use crate::desired::guards::{Exception, Guards};
use crate::desired::rules::Rule;
use crate::finding::{Finding, SourceText, Span};
use crate::model::catalogue::{OwnSettings, OwnTiers, ReferenceKind};
use crate::model::{ProfileId, SettingPath, WorkspaceId};
use crate::provider::{Provider, Rate, Scheme};

mod across;
pub mod address;
pub mod allowed;
pub mod approvals;
mod bases;
mod broader;
mod bundles;
mod compose;
pub mod config;
mod document;
mod expired;
mod fields;
mod folders;
pub mod guards;
pub mod holders;
mod idle;
pub mod keys;
mod lists;
mod load;
pub mod masked;
pub mod members;
mod reading;
pub mod rules;
mod set_changes;
mod stated;
pub mod terms;
mod unlisted;
mod values;

pub use document::Retired;
pub use folders::FolderScope;
pub use load::{errors_in, load};
pub use reading::{FilesReading, InFolders};
pub use stated::{
    Expired, FileValue, Stated, StatedBundle, StatedBundles, StatedMember, StatedValue, TermsOf,
};

/// The texts that describe everything, as `app` read them.
#[derive(Debug)]
pub struct Files {
    /// `permctl.yaml`.
    pub config: Arc<SourceText>,
    /// The profile files, in any order.
    pub profiles: Vec<ProfileFile>,
    /// The files of `rules/`, in order.
    pub rules: Vec<Arc<SourceText>>,
    /// Hosts that credentials may be sent to beside the vendors' own; the command line names them.
    pub allowed_hosts: Vec<String>,
    /// Today, UTC.
    pub day: Date,
}

/// One file below `profiles/`.
#[derive(Debug)]
pub struct ProfileFile {
    /// The first folder below `profiles/`; `None` for a file that lies in `profiles/` itself.
    pub folder: Option<String>,
    /// Its text.
    pub source: Arc<SourceText>,
}

/// Everything that the files say.
#[derive(Debug, Default)]
pub struct Desired {
    /// The tenants, ordered by name.
    pub tenants: Vec<Tenant>,
    /// The workspaces of all tenants, ordered by name.
    pub workspaces: Vec<Workspace>,
    /// Limits that can refuse a plan.
    pub guards: Guards,
    /// Places where a guard does not refuse.
    pub exceptions: Vec<Exception>,
    /// What needs approval.
    pub approvals: Vec<Approval>,
    /// When nothing is applied but what narrows.
    pub freeze: Option<Freeze>,
    /// The rules of the company, in the order of the files.
    pub rules: Vec<Rule>,
    /// The lines of `allow` of all documents.
    pub allowed: Vec<Allowed>,
    /// Mistakes in the files.
    pub findings: Vec<Finding>,
}

impl Desired {
    /// Returns the tenant of this name.
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        let found = self.tenants.binary_search_by(|tenant| tenant.name.as_str().cmp(name));
        found.ok().map(|at| &self.tenants[at])
    }

    /// Returns the workspace of this name.
    pub fn workspace(&self, name: &str) -> Option<&Workspace> {
        let found = self.workspaces.binary_search_by(|workspace| workspace.name.as_str().cmp(name));
        found.ok().map(|at| &self.workspaces[at])
    }
}

/// One vendor account.
#[derive(Clone)]
pub struct Tenant {
    /// Its name in the files.
    pub name: String,
    /// Its API.
    pub provider: &'static dyn Provider,
    /// The settings that its files add to those of the vendor; its API knows them.
    pub settings: OwnSettings,
    /// The tiers that its files give to settings.
    pub tiers: OwnTiers,
    /// Where the API is.
    pub endpoint: Endpoint,
    /// Its credentials, not yet resolved; `None` where the sandbox needs none.
    pub credentials: Option<CredentialSources>,
    /// Where tokens are asked for, when that is not the vendor's usual host.
    pub token_endpoint: Option<url::Url>,
    /// How fast the API may be called.
    pub limits: Limits,
}

impl std::fmt::Debug for Tenant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, provider, endpoint, limits, .. } = self;
        formatter
            .debug_struct("Tenant")
            .field("name", name)
            .field("provider", &provider.id())
            .field("endpoint", endpoint)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// Where an API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// The built-in simulator, started by the command itself.
    Sandbox,
    /// A URL.
    Url(url::Url),
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sandbox => formatter.write_str("sandbox"),
            Self::Url(url) => formatter.write_str(url.as_str().trim_end_matches('/')),
        }
    }
}

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSources {
    /// How they are sent.
    pub scheme: Scheme,
    /// One source a key of the scheme, in the scheme's order.
    pub sources: Vec<(&'static str, SecretSource, Span)>,
}

/// Where one secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// `${env:NAME}`.
    Environment(String),
    /// `${file:PATH}`, relative to the configuration.
    File(String),
}

/// How fast a tenant's API may be called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The rate for the whole vendor account; `None` for no limit of ours (the sandbox, a vendor
    /// that publishes none).
    pub rate: Option<Rate>,
    /// Calls a day for the whole vendor account, when there is a limit.
    pub per_day: Option<u32>,
    /// The share of both that is ours to use, in percent from 1 to 100.
    pub share: u8,
}

impl Limits {
    /// Returns the calls a day that are ours to use, when there is a limit.
    pub fn our_calls_a_day(&self) -> Option<u32> {
        let ours = u64::from(self.per_day?) * u64::from(self.share) / 100;
        Some(u32::try_from(ours).expect("a share is no more than the whole"))
    }
}

/// What to do with grants that no file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlisted {
    /// Leave them as they are live.
    Keep,
    /// Take them to their floor.
    Deny,
}

/// One container of profiles and what the files want in it.
#[derive(Debug)]
pub struct Workspace {
    /// Its name in the files.
    pub name: String,
    /// The name of its tenant.
    pub tenant: String,
    /// Its API.
    pub provider: &'static dyn Provider,
    /// How to find it at the vendor.
    pub locator: Locator,
    /// Where `permctl.yaml` names it.
    pub span: Span,
    /// Live profiles that permctl leaves alone.
    pub ignore: Vec<Ignore>,
    /// The groups that have it, ordered by name.
    pub groups: Vec<String>,
    /// The profiles, ordered by name and then place. Those of a group are shared by its workspaces.
    pub profiles: Vec<Arc<Profile>>,
    /// What other files about it need to know of it.
    pub beside: Beside,
}

/// What a read of a workspace is to tell beside what its files need.
#[derive(Debug, Default)]
pub struct Beside {
    /// Names of these kinds.
    pub names: BTreeSet<ReferenceKind>,
    /// Who has which profile.
    pub holders: bool,
}

impl Workspace {
    /// Tells whether a file of it says who has a profile.
    pub fn gives_profiles(&self) -> bool {
        self.beside.holders || self.profiles.iter().any(|profile| profile.holders.is_some())
    }

    /// Returns the kinds of names that its files use where the API wants ids, or that a write carries
    /// beside an id.
    pub fn names_used(&self) -> BTreeSet<ReferenceKind> {
        self.profiles
            .iter()
            .flat_map(|profile| {
                let before = profile.expired.iter().flat_map(|expired| &expired.members);
                profile.bundles.members().iter().chain(before)
            })
            .filter_map(|(_, member)| match &member.value {
                FileValue::References(kind, names) => {
                    let needed = |name: &str| !kind.is_id(name) || kind.is_written_with_name();
                    names.iter().any(|(name, _)| needed(name)).then_some(*kind)
                }
                FileValue::Value(_) => None,
            })
            .chain(self.beside.names.iter().copied())
            .collect()
    }
}

/// How a workspace is found at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Locator {
    /// By the vendor's name, byte for byte.
    Name(String),
    /// By the vendor's id.
    Id(WorkspaceId),
    /// It is the only one that the credentials reach.
    Only,
}

impl Locator {
    /// Returns the one spelling of all that lead to one workspace.
    pub fn folded(&self) -> Self {
        match self {
            Self::Id(id) => Self::Id(WorkspaceId(id.folded())),
            Self::Name(_) | Self::Only => self.clone(),
        }
    }
}

/// A live profile that permctl leaves alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// Its name, byte for byte.
    pub profile: String,
    /// Why.
    pub reason: String,
    /// The last day, UTC.
    pub until: Option<Date>,
    /// Where the files say so.
    pub span: Span,
}

/// One profile that the workspace should have.
#[derive(Debug)]
pub struct Profile {
    /// Its name, byte for byte.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The live profile that this is, even if that one has another name.
    pub pin: Option<(ProfileId, Span)>,
    /// Names it had before.
    pub formerly: Vec<(String, Span)>,
    /// Whether the file says `new: true`.
    pub is_new: bool,
    /// Who has it, when the file says so.
    pub holders: Option<holders::HolderList>,
    /// What happens to grants that it does not name, and where that is said.
    pub unlisted: (Unlisted, Span),
    /// The bundles that it states; `name` is not among them.
    pub bundles: StatedBundles,
    /// Maps that it gives as a list, which states the whole map, and where.
    pub whole_maps: Vec<(SettingPath, Span)>,
    /// Since when it grants nothing, where that day has come.
    pub retired: Option<Retired>,
    /// The last day on which it grants something, where that has not passed.
    pub retires: Option<Date>,
    /// Who answers for it (`owner`), and more notes for people, by name. No vendor gets them.
    pub notes: BTreeMap<String, String>,
    /// What the files say beside its values.
    pub terms: Vec<TermsOf>,
    /// The members of bundles of its bases that a nearer document overrides, the farthest base first.
    pub overridden: Vec<Vec<StatedMember>>,
    /// Its bundles that are otherwise than on last days that have passed, as they were then; of one bundle the latest
    /// day first.
    pub expired: Vec<Expired>,
}

impl Profile {
    /// Returns the line that states a setting, or else the one of the name.
    pub fn line_of(&self, setting: Option<&SettingPath>) -> &Span {
        let mut members = self.bundles.members().iter();
        let stated = members.find(|(path, _)| Some(path) == setting);
        stated.map_or(&self.span, |(_, stated)| &stated.span)
    }

    /// Returns the first of the last days that have not passed, if there is one.
    pub fn holds_through(&self) -> Option<Date> {
        let holders = self.holders.iter().flat_map(|holders| &holders.users);
        let holders = holders.filter_map(|member| member.until.as_ref());
        let settings = self.terms.iter().flat_map(|it| &it.terms.until);
        settings.chain(holders).map(|until| until.day).chain(self.retires).min()
    }
}
