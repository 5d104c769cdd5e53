//! `permctl.yaml`: tenants, their workspaces, credentials by reference, limits, guards.

use std::sync::Arc;

use jiff::civil::Date;

use crate::desired::approvals::Freeze;
use crate::desired::fields::wrong_kind;
use crate::desired::guards::{self, Exception, Guards};
use crate::desired::keys::ConfigFields;
use crate::desired::lists::Lists;
use crate::desired::{Ignore, Locator, Tenant, Unlisted, approvals, idle, masked};
use crate::finding::{Code, Finding, SourceText, Span};
use crate::provider::{self, Provider};
use crate::yaml::{self, Node};

pub use checks::is_well_formed;
pub use sharing::Group;
pub use tenant::provider_named;

mod checks;
mod credentials;
mod generation;
mod limits;
mod own;
mod risk;
pub mod sharing;
mod tenant;
mod workspace;

/// The content of `permctl.yaml`.
#[derive(Default)]
pub struct Config {
    /// The generation of the catalogue that the files were written for.
    pub catalogue: u32,
    /// The tenants, ordered by name.
    pub tenants: Vec<Tenant>,
    /// The workspaces of all tenants, in the order of the file.
    pub workspaces: Vec<WorkspaceConfig>,
    /// Workspaces that are named and could not be read; each has its finding.
    pub unread: Vec<String>,
    /// Whether a mistake hides which workspaces there are.
    pub is_partial: bool,
    /// Whether a mistake hides which settings a tenant adds.
    pub settings_unread: bool,
    /// Workspaces that share a folder.
    pub groups: Vec<Group>,
    /// Things under one name.
    pub lists: Lists,
    /// Limits that can refuse a plan.
    pub guards: Guards,
    /// Places where a guard does not refuse.
    pub exceptions: Vec<Exception>,
    /// What needs approval, unread: it names settings and workspaces, which are to be known first.
    pub approvals: Option<Node>,
    /// When nothing is applied but what narrows.
    pub freeze: Option<Freeze>,
}

/// One workspace as `permctl.yaml` names it.
pub struct WorkspaceConfig {
    /// Its name.
    pub name: String,
    /// Its tenant's name.
    pub tenant: String,
    /// Its API.
    pub provider: &'static dyn Provider,
    /// How to find it.
    pub locator: Locator,
    /// Where it is named.
    pub span: Span,
    /// Live profiles that permctl leaves alone.
    pub ignore: Vec<Ignore>,
    /// `unlisted` of profiles that have none of their own.
    pub unlisted: Unlisted,
}

/// A configuration of which nothing is known yet.
fn partial() -> Config {
    Config { is_partial: true, catalogue: provider::tailored::newest(), ..Config::default() }
}

/// Reads the configuration.
pub fn read(
    source: &Arc<SourceText>,
    allowed: &[String],
    today: Date,
    findings: &mut Vec<Finding>,
) -> Config {
    let source = &masked::source(source);
    let parsed = yaml::parse(source);
    let unread = parsed.findings.iter().any(Finding::is_error);
    findings.extend(parsed.findings);
    let partial = partial();
    if parsed.is_cut {
        return partial;
    }
    let Some(root) = parsed.documents.first() else {
        if !unread {
            findings.push(
                Finding::new(Code::MissingKey, "the configuration is empty")
                    .at(&Span::new(source, 0, 0))
                    .hint("it needs `version: 1` and `tenants:`"),
            );
        }
        return partial;
    };
    if let Some(second) = parsed.documents.get(1) {
        findings.push(
            Finding::new(Code::WrongKind, "the configuration has a second document")
                .at(&second.span)
                .hint("keep one document; take the line `---` out"),
        );
    }
    idle::empty_keys(root, findings);
    let mut config = document(root, allowed, today, findings);
    // A key that is named twice may hide a name.
    config.is_partial |= unread;
    config
}

fn document(root: &Node, allowed: &[String], today: Date, findings: &mut Vec<Finding>) -> Config {
    let mut config = partial();
    let Some(keys) = ConfigFields::read("the configuration", root, findings) else {
        return config;
    };
    if let Some(version) = keys.version.take(findings)
        && version.as_text() != Some("1")
    {
        findings.push(
            Finding::new(Code::ImpossibleValue, "this version of permctl reads `version: 1` only")
                .at(&version.span)
                .hint("write `version: 1`"),
        );
    }
    if let Some(refused) = keys.requires.node().and_then(|node| generation::refused(node, findings))
    {
        // An older program can't know what else the files mean.
        *findings = vec![refused];
        return config;
    }
    config.catalogue =
        keys.catalogue.node().and_then(|node| generation::read(node, findings)).unwrap_or(1);
    let lists = keys.lists.node().map(|node| sharing::lists(node, today, findings));
    config.lists = lists.unwrap_or(Lists { today, ..Lists::default() });
    config.guards = keys.guards.node().map(|node| guards::read(node, findings)).unwrap_or_default();
    config.exceptions =
        keys.exceptions.node().map(|node| guards::exceptions(node, findings)).unwrap_or_default();
    config.approvals = keys.approvals.node().cloned();
    config.freeze = keys.freeze.node().and_then(|node| approvals::freeze(node, findings));
    let Some(tenants) = keys.tenants.take(findings) else { return config };
    let Some(entries) = tenants.as_map() else {
        let hint = "write `name:` for each tenant, and its keys below it";
        findings.push(wrong_kind(keys.tenants.quoted(), "a mapping", tenants, hint));
        return config;
    };
    let (names, unread) = (Vec::new(), Vec::new());
    let catalogue = config.catalogue;
    let (is_partial, settings_unread) = (false, false);
    let mut reading =
        Reading { allowed, catalogue, names, unread, is_partial, settings_unread, findings };
    for entry in entries {
        let (tenant, workspaces) = tenant::read(entry, &mut reading);
        config.tenants.extend(tenant);
        config.workspaces.extend(workspaces);
    }
    if let Some(node) = keys.groups.node() {
        config.groups = sharing::groups(node, &config.workspaces, &mut reading);
        config.groups.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let Reading { names, unread, is_partial, settings_unread, findings, .. } = reading;
    (config.unread, config.is_partial) = (unread, is_partial);
    config.settings_unread = settings_unread;
    generation::newer(
        config.catalogue,
        &config.tenants,
        keys.catalogue.node(),
        &root.span,
        findings,
    );
    checks::names(&names, findings);
    checks::one_at_the_vendor(&config.workspaces, findings);
    config.tenants.sort_by(|a, b| a.name.cmp(&b.name));
    config
}

/// The state that the parts of the configuration share while they are read.
struct Reading<'a> {
    /// Hosts that credentials may be sent to beside the vendors' own.
    allowed: &'a [String],
    /// The generation of the catalogue that the files were written for.
    catalogue: u32,
    /// The names of tenants and workspaces, as they are met.
    names: Vec<(String, Span)>,
    /// Workspaces that are named and can't be read.
    unread: Vec<String>,
    /// Whether there may be workspaces whose names can't be read.
    is_partial: bool,
    /// Whether a mistake hides which settings a tenant adds.
    settings_unread: bool,
    findings: &'a mut Vec<Finding>,
}
