//! The provider contract: what a vendor's API is to the rest of permctl.
//!
//! A provider is a catalogue, capabilities and routes as data, a lens over documents, a reader and
//! one pure function from a change to requests. It decides nothing: what to change is the plan's
//! business, sending is [`http`]'s. Every provider folder has the same file names.

use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::catalogue::{Catalogue, ReferenceKind};
use crate::live::{Directory, LiveProfile, VendorWorkspace};
use crate::plan::Change;
use crate::profile::{Document, SettingPath, Settings, WorkspaceId};

pub mod auth;
pub mod errors;
pub mod gong;
pub mod http;
pub mod limiter;

use errors::ApiError;
use http::{Answer, Reader};

/// Marks routes and requests that only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {}

/// Marks routes and requests that change something at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {}

/// One entry of a provider's route table.
///
/// The effect is part of the type: a reader accepts `Request<Read>` only, so no command that holds
/// just a reader can send a write.
#[derive(Debug, PartialEq, Eq)]
pub struct Route<Effect> {
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the endpoint, without a query.
    pub path: &'static str,
    effect: PhantomData<Effect>,
}

impl<Effect> Route<Effect> {
    /// Makes an entry.
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path, effect: PhantomData }
    }

    /// Starts a request of this route.
    pub fn request(&'static self) -> Request<Effect> {
        Request { route: self, query: Vec::new(), body: None }
    }
}

/// One request, ready to be sent: a route with its parameters.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<Effect: 'static> {
    /// Which route.
    pub route: &'static Route<Effect>,
    /// Query parameters in order; never secrets.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Json>,
}

impl<Effect> Request<Effect> {
    /// Adds a query parameter.
    #[must_use = "returns the request with the parameter"]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Sets the JSON body.
    #[must_use = "returns the request with the body"]
    pub fn body(mut self, body: Json) -> Self {
        self.body = Some(body);
        self
    }

    /// Returns the path and query as text, for messages and previews.
    pub fn target(&self) -> String {
        if self.query.is_empty() {
            return self.route.path.to_owned();
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.query.iter().map(|(name, value)| (*name, value.as_str())))
            .finish();
        format!("{}?{query}", self.route.path)
    }
}

/// How a provider's credentials are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic`, from these two keys under `credentials`.
    Basic(&'static str, &'static str),
    /// `Authorization: Bearer`, from this key under `credentials`.
    Bearer(&'static str),
}

impl Scheme {
    /// Returns the keys that a file gives under `credentials`.
    pub fn keys(self) -> Vec<&'static str> {
        match self {
            Self::Basic(user, password) => vec![user, password],
            Self::Bearer(token) => vec![token],
        }
    }
}

/// Whether names of a kind are listed once a tenant or once a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One list serves all workspaces.
    Tenant,
    /// Each workspace has its own.
    Workspace,
}

/// Facts about a vendor's API that other stages need, as data.
#[derive(Debug)]
pub struct Capabilities {
    /// What `credentials` may hold: one of these sets of keys.
    pub schemes: &'static [Scheme],
    /// Hosts that credentials may be sent to: this name or any name below it.
    pub hosts: &'static [&'static str],
    /// Published calls a second, for the whole vendor account.
    pub per_second: u32,
    /// Published calls a day, for the whole vendor account.
    pub per_day: u32,
    /// Whether the vendor lists workspaces by name.
    pub workspaces_have_names: bool,
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

/// A member of a document that the catalogue does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownMember {
    /// Where it is.
    pub path: SettingPath,
    /// Whether it looks switched on: `true`, a number other than zero, a non-empty text or list.
    pub on: bool,
}

/// The pure half of a provider: what the planner needs.
pub trait Dialect: Send + Sync {
    /// Returns the table of settings.
    fn catalogue(&self) -> &'static Catalogue;

    /// Reads every catalogued setting of a document.
    fn settings(&self, document: &Document) -> Settings;

    /// Writes settings into a document; members that already read so stay byte for byte.
    fn edit(&self, document: &mut Document, settings: &Settings);

    /// Lists the members that the catalogue does not know, in document order.
    fn unknown_members(&self, document: &Document) -> Vec<UnknownMember>;

    /// Turns a change into requests against the document just read.
    ///
    /// `document` is `None` for a create.
    fn calls(
        &self,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<Write>>;
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

    /// Lists the workspaces.
    fn workspaces<'a>(
        &'a self,
        reader: &'a Reader<'a>,
    ) -> BoxFuture<'a, Result<Vec<VendorWorkspace>, ApiError>>;

    /// Fetches all profiles of one workspace, or fails.
    fn profiles<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Answer>, ApiError>>;

    /// Understands what [`Self::profiles`] fetched, in any order; pure.
    ///
    /// # Errors
    /// When it is not what the route gives; never a part of it.
    fn understand(&self, answers: &[Answer]) -> Result<Vec<LiveProfile>, ApiError>;

    /// Reads everything that names of a kind can stand for.
    fn directory<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Directory, ApiError>>;
}

/// One supported system: the provider and the simulator of its API.
pub struct System {
    /// The client side.
    pub provider: &'static dyn Provider,
    /// Makes the simulated vendor with what a fresh tenant has.
    pub sandbox: fn() -> Box<dyn crate::sandbox::Vendor>,
    /// The credentials that the simulator takes, by their keys under `credentials`. No secrets.
    pub sandbox_credentials: &'static [(&'static str, &'static str)],
}

/// The registry: a new provider adds its line here.
pub static SYSTEMS: &[System] = &[System {
    provider: &gong::Gong,
    sandbox: crate::sandbox::gong::fresh,
    sandbox_credentials: crate::sandbox::gong::CREDENTIALS,
}];

/// Finds a provider by its word in `permctl.yaml`.
pub fn find(id: &str) -> Option<&'static System> {
    SYSTEMS.iter().find(|system| system.provider.id() == id)
}
