//! The provider contract: what a vendor's API is to the rest of permctl.
//!
//! A provider is a catalogue, capabilities and routes as data, a lens over documents, a reader and
//! one pure function from a change to requests. It decides nothing: what to change is the plan's
//! business, sending is [`http`]'s. Every provider folder has the same file names.

use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use serde_json::Value as Json;

use crate::model::catalogue::{Catalogue, ReferenceKind};
use crate::model::request::{Auth, Request, Route, Write};
use crate::model::{
    Change, Directory, Document, Holders, LiveProfile, ProfileId, SettingPath, Settings,
    Understood, VendorWorkspace, WorkspaceId,
};

pub mod answers;
pub mod auth;

pub mod errors;
pub mod gong;
pub mod gong_openapi;
pub mod http;
pub mod limiter;
pub mod memberships;
pub mod pulse;
pub mod registry;
mod token;
pub mod webex;

use errors::ApiError;
use http::{Answer, Reader};
use memberships::Memberships;
pub use registry::{SYSTEMS, System, find};

/// How a provider's credentials are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic`, from these two keys under `credentials`.
    Basic(&'static str, &'static str),
    /// `Authorization: Bearer`, from this key under `credentials`.
    Bearer(&'static str),
    /// `Authorization: Bearer`, with a token that another request gives.
    Grant(&'static Grant),
}

impl Scheme {
    /// Returns the keys that a file gives under `credentials`.
    pub fn keys(self) -> Vec<&'static str> {
        match self {
            Self::Basic(user, password) => vec![user, password],
            Self::Bearer(token) => vec![token],
            Self::Grant(grant) => grant.fields.iter().map(|(_, key)| *key).collect(),
        }
    }
}

/// How a token is asked for, as data.
#[derive(Debug, PartialEq, Eq)]
pub struct Grant {
    /// The route that gives tokens; neither its body nor its answer is ever shown.
    pub route: Route<Auth>,
    /// How the body is written.
    pub form: Form,
    /// Members of the body that are always the same.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Members of the body and the keys under `credentials` that they come from.
    pub fields: &'static [(&'static str, &'static str)],
    /// The host that gives tokens, when it is not the tenant's endpoint; a file may name another
    /// one as `tokenEndpoint`.
    pub host: Option<&'static str>,
    /// The member of the answer that holds the token.
    pub token: &'static str,
    /// How the answer says how long the token lives.
    pub expiry: Expiry,
    /// The member of the answer that may hold something new to ask with, and the field it replaces.
    pub rotates: Option<(&'static str, &'static str)>,
}

/// How the body of a token request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a JSON object.
    Json,
    /// As an HTML form.
    Urlencoded,
}

/// How an answer says how long a token lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// In this member, as seconds from now.
    Seconds(&'static str),
    /// In this member, as a point in time (RFC 3339).
    Time(&'static str),
}

/// Whether names of a kind are listed once a tenant or once a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One list serves all workspaces.
    Tenant,
    /// Each workspace has its own.
    Workspace,
}

/// How many calls a vendor takes in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The number of calls.
    pub calls: u32,
    /// The stretch of time.
    pub per: Duration,
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
    /// Published calls a day, for the whole vendor account; `None` when none are.
    pub per_day: Option<u32>,
    /// Whether the vendor lists workspaces by name.
    pub workspaces_have_names: bool,
    /// How many requests list a workspace's profiles, where one page holds them.
    pub lists: usize,
    /// Whether a workspace is read profile by profile, so that one by itself is cheaper.
    pub profiles_singly: bool,
    /// Which names exist, and how they are listed.
    pub names: &'static [(ReferenceKind, Scope)],
}

/// What a vendor said when it did not do what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VendorWords {
    /// The vendor's id for the request, for its support.
    pub request_id: Option<String>,
    /// Its messages, in its words.
    pub messages: Vec<String>,
}

/// Something that a vendor would refuse in a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The setting at fault; its place in the files is pointed to.
    pub setting: SettingPath,
    /// What is wrong, as a fragment: "`name` is longer than 80 characters".
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The pure half of a provider: what the planner needs.
pub trait Dialect: Send + Sync {
    /// Returns the table of settings.
    fn catalogue(&self) -> &'static Catalogue;

    /// Lists what the vendor would refuse about a profile with these settings, the name among them.
    ///
    /// It is asked twice: when the files are read, with what they say (ids may be names still, and
    /// a setting that is missing may be live), and when a workspace is planned, with everything that
    /// the profile would have.
    fn rules(&self, settings: &Settings) -> Vec<Refusal>;

    /// Says why a live profile is the vendor's own and can't be managed: "made by the vendor".
    fn vendors_own(
        &self,
        _workspace: &WorkspaceId,
        _profile: &LiveProfile,
    ) -> Option<&'static str> {
        None
    }

    /// Tells whether a profile with these settings lets its holders administer the system.
    fn administers(&self, settings: &Settings) -> bool {
        self.catalogue().administers(settings)
    }

    /// Lists what a document names outside its settings and the vendor's documentation does not have,
    /// as a warning says it: "resource type `x`".
    fn undocumented(&self, _document: &Document) -> Vec<String> {
        Vec::new()
    }

    /// Returns who has a profile, when its document says it; no call is made for it then.
    fn holders_in(&self, _profile: &LiveProfile) -> Option<Holders> {
        None
    }

    /// Says why a profile that the vendor lists is not in this workspace at all, so that its name is
    /// free here: "it belongs to another account".
    fn elsewhere(&self, _workspace: &WorkspaceId, _profile: &LiveProfile) -> Option<&'static str> {
        None
    }

    /// Turns a change into requests against the document just read.
    ///
    /// `document` is `None` for a create, unless a run died after the profile was made and before it was filled.
    fn calls(
        &self,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<Write>>;

    /// Returns what an update's last body says about the whole profile, as a document; `None` when
    /// it says too little to compare a later state with. Most bodies are the document.
    fn stated(&self, body: &Json) -> Option<Document> {
        body.as_object().cloned()
    }

    /// Returns how profiles are given to people; `None` where files can't say it (`holders:`).
    fn memberships(&self) -> Option<&dyn Memberships> {
        None
    }
}

/// One vendor API.
pub trait Provider: Dialect {
    /// Returns the word for it in `permctl.yaml`.
    fn id(&self) -> &'static str;

    /// Returns the vendor's name for people.
    fn title(&self) -> &'static str;

    /// Returns the facts about the API.
    fn capabilities(&self) -> &'static Capabilities;

    /// Reads the vendor's words out of an error body.
    fn words(&self, body: &[u8]) -> VendorWords;

    /// Returns the header that holds the vendor's id for a request, in lower case, when there is one;
    /// it is looked at where the body does not have the id.
    fn request_id_header(&self) -> Option<&'static str> {
        None
    }

    /// Says what to do about a refusal with this status, where the vendor's causes are not the usual
    /// ones; `{tenant}` stands for the tenant's name.
    fn advice(&self, _status: u16) -> Option<&'static str> {
        None
    }

    /// Lists the workspaces; never asked for where [`Capabilities::workspaces_have_names`] is false.
    fn workspaces<'a>(
        &'a self,
        _reader: &'a Reader<'a>,
    ) -> BoxFuture<'a, Result<Vec<VendorWorkspace>, ApiError>> {
        Box::pin(ready(Ok(Vec::new())))
    }

    /// Fetches all profiles of one workspace and what else is needed to plan it, or fails.
    fn profiles<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Answer>, ApiError>>;

    /// Understands what [`Self::profiles`] fetched, in any order; pure.
    ///
    /// # Errors
    /// When it is not what the route gives; never a part of it.
    fn understand(&self, answers: &[Answer]) -> Result<Understood, ApiError>;

    /// Fetches one profile by itself, `None` when it has gone; the answer is something for
    /// [`Self::understand`]. Asked for where [`Capabilities::profiles_singly`] says so, and nowhere
    /// else.
    fn profile<'a>(
        &'a self,
        _reader: &'a Reader<'a>,
        _workspace: &'a WorkspaceId,
        _id: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Answer>, ApiError>> {
        unreachable!("the capabilities say that profiles come together")
    }

    /// Finds out who has a profile; asked for where [`Dialect::holders_in`] says nothing.
    fn holders<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a LiveProfile,
    ) -> BoxFuture<'a, Result<Holders, ApiError>>;

    /// Reads everything that names of a kind can stand for; asked for the kinds of
    /// [`Capabilities::names`].
    fn directory<'a>(
        &'a self,
        _reader: &'a Reader<'a>,
        kind: ReferenceKind,
        _workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Directory, ApiError>> {
        Box::pin(ready(Ok(Directory { kind, entries: Vec::new() })))
    }
}

impl std::fmt::Debug for dyn Provider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.id())
    }
}
