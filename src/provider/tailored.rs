//! A provider with the catalogue that the files of a tenant ask for.
//!
//! Settings that came with a later generation than they were written for are members that no catalogue knows: kept,
//! named and never revoked. Settings of the tenant's own join the table, and tiers of its own replace ours.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use serde_json::Value as Json;

use crate::model::catalogue::{Catalogue, OwnSettings, OwnTiers, ReferenceKind};
use crate::model::request::{Request, WriteEffect};
use crate::model::{
    Change, Directory, Document, Holders, LiveProfile, Parsed, ProfileId, Settings,
    VendorWorkspace, WorkspaceId,
};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{
    Capabilities, Errors, Fetch, Provider, Read, Rules, Users, VendorError, VendorRule, Write,
    systems,
};

/// Returns the newest generation that this program knows.
pub fn newest() -> u32 {
    systems().map(|system| system.provider.catalogue().generation()).max().unwrap_or(1)
}

/// Tells whether an update of this provider sends back a setting of this dotted name where no table has it.
pub fn sends(provider: &dyn Provider, name: &str) -> bool {
    provider.capabilities().own_settings.iter().any(|begin| name.starts_with(begin))
}

/// Returns a provider whose catalogue ends with a generation, has these settings too, and these tiers.
pub fn tailored(
    provider: &'static dyn Provider,
    generation: u32,
    own: &OwnSettings,
    tiers: &OwnTiers,
) -> &'static dyn Provider {
    let known = provider.catalogue();
    let is_all = known.generation() <= generation;
    if is_all && own.is_empty() && tiers.is_empty() {
        return provider;
    }
    // A run reads one configuration, so there is one for each tenant at most, and it is used to the end.
    type Made = (&'static str, u32, OwnSettings, OwnTiers);
    static MADE: LazyLock<Mutex<BTreeMap<Made, &'static Tailored>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().expect("no thread panics here");
    let key = (provider.id(), generation, own.clone(), tiers.clone());
    *made.entry(key).or_insert_with(|| {
        let catalogue = if is_all { known.clone() } else { known.through(generation) };
        let catalogue: &Catalogue = Box::leak(Box::new(catalogue.with(own).with_tiers(tiers)));
        Box::leak(Box::new(Tailored { provider, catalogue }))
    })
}

/// A provider with another catalogue.
struct Tailored {
    provider: &'static dyn Provider,
    catalogue: &'static Catalogue,
}

impl Rules for Tailored {
    fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    fn rules(&self) -> &'static [VendorRule] {
        self.provider.rules()
    }

    fn flaw(&self, profile: &LiveProfile) -> Option<String> {
        self.provider.flaw(profile)
    }

    fn built_in(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        self.provider.built_in(workspace, profile)
    }

    fn foreign_to(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        self.provider.foreign_to(workspace, profile)
    }

    fn administers(&self, settings: &Settings) -> bool {
        self.provider.administers(settings)
    }

    fn unknown_names(&self, document: &Document) -> Vec<String> {
        self.provider.unknown_names(document)
    }
}

impl Read for Tailored {
    fn workspaces<'a>(&self, reader: &'a Reader<'a>) -> Fetch<'a, Vec<VendorWorkspace>> {
        self.provider.workspaces(reader)
    }

    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        self.provider.profiles(reader, workspace)
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        self.provider.parse(answers)
    }

    fn profile<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        id: &'a ProfileId,
    ) -> Fetch<'a, Option<Answer>> {
        self.provider.profile(reader, workspace, id)
    }

    fn holders_in(&self, profile: &LiveProfile) -> Option<Holders> {
        self.provider.holders_in(profile)
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        self.provider.holders(reader, workspace, profile)
    }

    fn directory<'a>(
        &self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Directory> {
        self.provider.directory(reader, kind, workspace)
    }
}

impl Write for Tailored {
    fn requests(
        &self,
        catalogue: &Catalogue,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<WriteEffect>> {
        self.provider.requests(catalogue, workspace, change, document)
    }

    fn created(&self, answer: &Json) -> Option<ProfileId> {
        self.provider.created(answer)
    }

    fn name_references(&self, body: &mut Json, names: &BTreeMap<String, String>) {
        self.provider.name_references(body, names);
    }

    fn document_of_update(&self, body: &Json) -> Option<Document> {
        self.provider.document_of_update(body)
    }
}

impl Errors for Tailored {
    fn error_message(&self, body: &[u8]) -> VendorError {
        self.provider.error_message(body)
    }

    fn request_id_header(&self) -> Option<&'static str> {
        self.provider.request_id_header()
    }

    fn advice(&self, status: u16) -> Option<&'static str> {
        self.provider.advice(status)
    }
}

impl Provider for Tailored {
    fn id(&self) -> &'static str {
        self.provider.id()
    }

    fn title(&self) -> &'static str {
        self.provider.title()
    }

    fn capabilities(&self) -> &'static Capabilities {
        self.provider.capabilities()
    }

    fn paths(&self) -> &'static [&'static str] {
        self.provider.paths()
    }

    fn check_workspace_id(&self, id: &str) -> Result<(), String> {
        self.provider.check_workspace_id(id)
    }

    fn users(&self) -> Option<&dyn Users> {
        self.provider.users()
    }
}
