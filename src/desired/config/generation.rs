//! `catalogue` and `requires` of `permctl.yaml`: which program the files were written for.

use crate::desired::Tenant;
use crate::finding::{Code, Finding, Span};
use crate::provider::{find, tailored};
use crate::text::{counted, listed};
use crate::yaml::Node;

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Reads the generation that the files were written for.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<u32> {
    let newest = tailored::newest();
    let number = node.as_text().and_then(|text| text.parse::<u32>().ok());
    if let Some(number) = number.filter(|number| (1..=newest).contains(number)) {
        return Some(number);
    }
    let (message, hint) = match number {
        Some(0) | None => (
            "`catalogue` must be a whole number, 1 or more".to_owned(),
            format!("write `catalogue: {newest}`"),
        ),
        Some(number) => (
            format!(
                "permctl {VERSION} knows `catalogue` up to {newest}, and the files were written for {number}"
            ),
            "use the version of permctl with which the files were written, or a later one"
                .to_owned(),
        ),
    };
    findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
    None
}

/// Refuses files that need a later version of permctl; another mistake in `requires` joins the others.
pub(super) fn refused(node: &Node, findings: &mut Vec<Finding>) -> Option<Finding> {
    let needed = node.as_text().and_then(|text| parts(text.trim().strip_prefix(">=")?.trim()));
    let Some(needed) = needed else {
        let finding = Finding::new(Code::ImpossibleValue, "`requires` is not understood");
        findings.push(finding.at(&node.span).hint("write `requires: \">=0.3\"`"));
        return None;
    };
    let own = parts(VERSION).expect("the version has numbers");
    (own < needed).then(|| {
        let asked = node.as_text().unwrap_or_default();
        let message = format!("these files need permctl {asked}, and this is {VERSION}");
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        finding.hint("install a later version; nothing else in the files was looked at")
    })
}

/// Returns the numbers of a version: major, minor, patch.
fn parts(version: &str) -> Option<[u32; 3]> {
    let mut parts = [0; 3];
    let numbers: Vec<&str> = version.split('.').collect();
    if numbers.len() > parts.len() {
        return None;
    }
    for (part, number) in parts.iter_mut().zip(numbers) {
        *part = number.parse().ok()?;
    }
    Some(parts)
}

/// Warns of settings that this program knows and the files were not written for.
pub(super) fn newer(
    catalogue: u32,
    tenants: &[Tenant],
    node: Option<&Node>,
    root: &Span,
    findings: &mut Vec<Finding>,
) {
    let mut names: Vec<String> = Vec::new();
    for tenant in tenants {
        let Some(system) = find(tenant.provider.id()) else { continue };
        let rows = system.provider.catalogue().rows().iter();
        let newer = rows.filter(|row| row.since > catalogue).map(|row| row.path.to_string());
        // One that the tenant adds is watched.
        names.extend(newer.filter(|name| !tenant.settings.contains_key(name)));
    }
    names.sort();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let count = counted(names.len(), "setting");
    let message = format!(
        "this version of permctl knows {count} that `catalogue: {catalogue}` does not watch: {}",
        listed(&names)
    );
    let newest = tailored::newest();
    findings.push(
        Finding::new(Code::CatalogueOlder, message)
            .at(node.map_or(root, |node| &node.span))
            .hint(format!("write `catalogue: {newest}`; the plan then shows what that would take")),
    );
}
