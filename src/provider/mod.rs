//! The provider contract: what a vendor's API is to the rest of permctl.
//!
//! The contract is five small traits, and each vendor implements each in the file where the code
//! stands: [`Rules`] in `rules.rs`, [`Read`] in `read.rs`, [`Write`] in `calls.rs`, [`Errors`] in
//! `errors.rs`, and [`Provider`], which joins them, in `mod.rs`. A vendor whose profiles can be given
//! to people has [`Users`] too, in `people.rs`. A provider decides nothing: the plan says what
//! to change, and [`http`] sends.

use std::collections::BTreeMap;

use futures_util::future::{BoxFuture, FutureExt as _, ready};
use serde_json::Value as Json;

use crate::model::catalogue::{Catalogue, ReferenceKind};
use crate::model::request::{self, Request};
use crate::model::{
    Change, Directory, Document, Holders, LiveProfile, Parsed, ProfileId, SettingPath, Settings,
    VendorWorkspace, WorkspaceId,
};

pub mod gong;
pub mod gong_openapi;
#[cfg(feature = "made-up-vendor")]
mod helpdesk;
pub mod http;
pub mod lists;
pub mod pages;
pub mod pulse;
pub mod registry;
pub mod tailored;
mod users;
pub mod webex;

pub use http::auth;
pub use http::scheme::{Expiry, Form, Grant, Scheme};
pub use http::{Errors, Rate, VendorError};
pub use registry::{DEFAULT, SYSTEMS, System, find, systems};
pub use users::Users;

use http::{Answer, ApiError, Reader};

/// Whether names of a kind are listed once a tenant or once a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListScope {
    /// One list serves all workspaces.
    Tenant,
    /// Each workspace has its own.
    Workspace,
}

/// How many calls a vendor takes a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daily {
    /// The number of calls.
    pub calls: u32,
    /// What stands behind "a day" in a report: who shares it, and whether its use is known.
    pub note: &'static str,
}

/// Which workspaces credentials reach, and how one is told from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workspaces {
    /// Several; the vendor lists them with ids and names.
    ByIdOrName,
    /// Several, by their ids; the vendor does not list them.
    ById,
    /// One, so that files need not say which.
    Only,
}

/// Facts about a vendor's API that other stages need, as data.
#[derive(Debug)]
pub struct Capabilities {
    /// What `credentials` may hold: one of these sets of keys.
    pub schemes: &'static [Scheme],
    /// Hosts that credentials may be sent to: this name or any name below it.
    pub hosts: &'static [&'static str],
    /// The published rate, for the whole vendor account; `None` when none is published.
    pub rate: Option<Rate>,
    /// The published calls a day; `None` when none are.
    pub daily: Option<Daily>,
    /// Which workspaces credentials reach, and how one is told from another.
    pub workspaces: Workspaces,
    /// Whether the API creates profiles.
    pub create: bool,
    /// Whether the API updates profiles.
    pub update: bool,
    /// How many requests list a workspace's profiles, where one page holds them.
    pub requests_per_list: usize,
    /// Whether each profile of a workspace is fetched on its own, so that reading one is cheaper.
    pub reads_one_by_one: bool,
    /// Whether one profile can be fetched by its id.
    pub reads_by_id: bool,
    /// How the dotted names begin of settings that a tenant's files may add: what an update sends back even where this
    /// version does not know it.
    pub own_settings: &'static [&'static str],
    /// Which names exist, and how they are listed.
    pub names: &'static [(ReferenceKind, ListScope)],
}

/// Something that a vendor would refuse in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The setting at fault; its place in the files is pointed to.
    pub setting: SettingPath,
    /// What is wrong, as a fragment: "`name` is longer than 80 characters".
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What is fetched, whole; or why it could not be.
pub type Fetch<'a, T> = BoxFuture<'a, Result<T, ApiError>>;

/// A rule of a vendor: what it would refuse about a profile with these settings, the name among them.
pub type VendorRule = fn(&Settings) -> Option<Rejection>;

/// What a vendor's profiles are, and what it would refuse. Pure.
pub trait Rules: Send + Sync {
    /// Returns the table of settings.
    fn catalogue(&self) -> &'static Catalogue;

    /// Returns the rules of the vendor beside what the table says.
    ///
    /// They are asked twice: when the files are read, with what they say (ids may be names still, and
    /// a setting that is missing may be live), and when a workspace is planned, with everything that
    /// the profile would have.
    fn rules(&self) -> &'static [VendorRule] {
        &[]
    }

    /// Lists what the vendor would refuse about a profile with these settings, the name among them.
    fn rejections(&self, settings: &Settings) -> Vec<Rejection> {
        self.rules().iter().filter_map(|rule| rule(settings)).collect()
    }

    /// Says what makes a live profile one that can't be understood, so that it is neither compared nor
    /// changed: "it has no name". The other profiles go on.
    fn flaw(&self, profile: &LiveProfile) -> Option<String> {
        nameless(self.catalogue(), profile)
    }

    /// Says why a live profile is the vendor's own and can't be managed: "made by the vendor".
    fn built_in(&self, _workspace: &WorkspaceId, _profile: &LiveProfile) -> Option<&'static str> {
        None
    }

    /// Says why a profile that the vendor lists is not in this workspace at all, so that its name is
    /// free here: "it belongs to another account".
    fn foreign_to(&self, _workspace: &WorkspaceId, _profile: &LiveProfile) -> Option<&'static str> {
        None
    }

    /// Tells whether a profile with these settings lets its holders administer the system.
    fn administers(&self, settings: &Settings) -> bool {
        self.catalogue().administers(settings)
    }

    /// Lists the names in a document, outside its settings, that the vendor's documentation does not
    /// have, as a warning says it: "resource type `x`".
    fn unknown_names(&self, _document: &Document) -> Vec<String> {
        Vec::new()
    }
}

/// Says that a profile has no name: no file can describe it.
pub(crate) fn nameless(catalogue: &Catalogue, profile: &LiveProfile) -> Option<String> {
    let name = catalogue.name().leaf();
    let missing = !profile.document.get(name).is_some_and(Json::is_string);
    missing.then(|| "it has no name".to_owned())
}

/// Reading a vendor: each list whole, or an error.
pub trait Read: Send + Sync {
    /// Lists the workspaces; asked for where [`Capabilities::workspaces`] says [`Workspaces::ByIdOrName`].
    fn workspaces<'a>(&self, _reader: &'a Reader<'a>) -> Fetch<'a, Vec<VendorWorkspace>> {
        ready(Ok(Vec::new())).boxed()
    }

    /// Fetches all profiles of one workspace and what else is needed to plan it.
    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>>;

    /// Parses what [`Self::profiles`] fetched, in any order; pure.
    ///
    /// # Errors
    /// When it is not what the route gives; never a part of it.
    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError>;

    /// Fetches one profile by itself, `None` when it has gone; the answer is something for
    /// [`Self::parse`]. Asked for where [`Capabilities::reads_by_id`] is true.
    fn profile<'a>(
        &self,
        _reader: &'a Reader<'a>,
        _workspace: &'a WorkspaceId,
        _id: &'a ProfileId,
    ) -> Fetch<'a, Option<Answer>> {
        unreachable!("the capabilities say that no profile is read by its id")
    }

    /// Returns who has a profile, when its document says it; no request is made for it then. Pure.
    fn holders_in(&self, _profile: &LiveProfile) -> Option<Holders> {
        None
    }

    /// Finds out who has a profile; asked for where [`Self::holders_in`] says nothing.
    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders>;

    /// Reads everything that names of a kind can stand for; asked for the kinds of
    /// [`Capabilities::names`].
    fn directory<'a>(
        &self,
        _reader: &'a Reader<'a>,
        kind: ReferenceKind,
        _workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Directory> {
        ready(Ok(Directory { kind, entries: Vec::new() })).boxed()
    }
}

/// From a change to requests. Pure: the plan's preview and apply call the same function.
pub trait Write: Send + Sync {
    /// Turns a change into requests against the document just read.
    ///
    /// `catalogue` is the table that the change was planned by: that of the tenant. `document` is `None` for a create,
    /// unless a run died after the profile was made and before it was filled.
    fn requests(
        &self,
        catalogue: &Catalogue,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<request::WriteEffect>>;

    /// Returns the id of a new profile, as the answer to a create says it; `None` where it does not.
    fn created(&self, _answer: &Json) -> Option<ProfileId> {
        None
    }

    /// Adds names to the ids in a body, by id, where the vendor wants them beside new ids.
    fn name_references(&self, _body: &mut Json, _names: &BTreeMap<String, String>) {}

    /// Returns what an update's last body says about the whole profile, as a document; `None` when
    /// it says too little to compare a later state with. Most bodies are the document.
    fn document_of_update(&self, body: &Json) -> Option<Document> {
        body.as_object().cloned()
    }
}

/// One vendor API.
pub trait Provider: Rules + Read + Write + Errors {
    /// Returns the word for it in `permctl.yaml`.
    fn id(&self) -> &'static str;

    /// Returns the vendor's name for people.
    fn title(&self) -> &'static str;

    /// Returns the facts about the API.
    fn capabilities(&self) -> &'static Capabilities;

    /// Lists the first parts of the paths that permctl itself puts behind an endpoint: `/v2`.
    fn paths(&self) -> &'static [&'static str] {
        &[]
    }

    /// Checks the vendor's id of a workspace as files write it.
    ///
    /// # Errors
    /// What to write instead.
    fn check_workspace_id(&self, _id: &str) -> Result<(), String> {
        Ok(())
    }

    /// Returns how profiles are given to people; `None` where files can't say it (`holders:`).
    fn users(&self) -> Option<&dyn Users> {
        None
    }
}

impl std::fmt::Debug for dyn Provider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id())
    }
}
