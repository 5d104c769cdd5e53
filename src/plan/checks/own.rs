//! The settings that a tenant adds, against what is live.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::desired::{Desired, Tenant};
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Catalogue, Kind, Row};
use crate::model::{LiveWorkspace, SettingPath, Settings, Value, document};
use crate::plan::WorkspacePlan;
use crate::plan::expect::DesiredBundle;
use crate::text::{did_you_mean, listed};

/// Refuses to write a tenant's own setting over a live value that is otherwise than the tenant says: a mapping in the
/// place of a switch would go with all that it grants.
pub(in crate::plan) fn refuse(
    tenant: &str,
    address: &str,
    asked: &[DesiredBundle<'_>],
    current: Option<&Settings>,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
    for wanted in asked.iter().filter(|wanted| !wanted.is_met) {
        let path = wanted.bundle.lead();
        let Some(row) = catalogue.row(path).filter(|row| row.own) else { continue };
        let Some(Value::Opaque(json)) = current.and_then(|live| live.get(path)) else { continue };
        let (message, hint) = misdescribed(row, json, tenant);
        let finding = Finding::new(Code::OwnSetting, message).about(address);
        findings.push(finding.at(wanted.span()).hint(hint));
    }
    findings.len() > before
}

/// Says that a setting is otherwise live than its tenant says, and how the tenant describes it as it is.
pub(super) fn misdescribed(row: &Row, json: &Json, tenant: &str) -> (String, String) {
    let says = match &row.kind {
        Kind::Level(_) => "which is none of its levels in `permctl.yaml`",
        _ => "and `permctl.yaml` says that it is a flag",
    };
    let message = format!("`{}` is {json} live, {says}", row.path);
    (message, how_to_describe(row, json, tenant))
}

fn how_to_describe(row: &Row, json: &Json, tenant: &str) -> String {
    let (path, of) = (&row.path, format!("`settings` of tenant {tenant} in `permctl.yaml`"));
    match json {
        Json::Object(members) => {
            let names = members.keys().map(|name| format!("{path}.{name}"));
            format!("in {of}, write its members in its place: {}", listed(names))
        }
        Json::String(level) if matches!(row.kind, Kind::Level(_)) => {
            format!("in {of}, add `{level}` to the levels of `{path}`")
        }
        Json::String(_) => format!("in {of}, write `kind: level`, with all levels"),
        Json::Bool(_) => format!("in {of}, write `kind: flag`"),
        _ => format!("take `{path}` out of {of}: permctl can't decide it"),
    }
}

/// Lists the settings that a tenant adds and a live profile of a workspace has, each with the tenant.
pub fn live(tenant: &Tenant, live: &LiveWorkspace) -> Vec<(String, String)> {
    let is_live = |name: &&String| {
        let path = SettingPath::new(name.split('.'));
        let mut documents = live.profiles.iter().map(|profile| &profile.document);
        documents.any(|document| document::said(document, &path).is_some())
    };
    let names = tenant.settings.keys().filter(is_live);
    names.map(|name| (tenant.name.clone(), name.clone())).collect()
}

/// Warns of settings that tenants add and no live profile has: one with a typing error in it would be made. `live` has
/// those that are there, each with its tenant.
pub fn not_live(
    desired: &Desired,
    live: &BTreeSet<(String, String)>,
    plans: &[WorkspacePlan],
) -> Vec<Finding> {
    let mut found = Vec::new();
    for tenant in &desired.tenants {
        let of_tenant = plans.iter().filter(|plan| plan.tenant == tenant.name);
        let unknown = of_tenant.flat_map(|plan| &plan.unknown);
        let unknown: Vec<String> = unknown.map(|it| it.setting.to_string()).collect();
        for name in tenant.settings.keys() {
            if live.contains(&(tenant.name.clone(), name.clone())) {
                continue;
            }
            let message = format!(
                "tenant {} adds the setting `{name}`, and no live profile has it",
                tenant.name
            );
            let hint = did_you_mean(name, unknown.iter().map(String::as_str)).unwrap_or_else(|| {
                "write it letter by letter as the vendor does, or take it out of `settings` in `permctl.yaml`".to_owned()
            });
            found.push(Finding::new(Code::NoEffect, message).hint(hint));
        }
    }
    found
}
