//! From a document and its workspace to the profile that the workspace should have.
//!
//! Everything that a workspace adds to a document is added here and nowhere else: its vendor's
//! catalogue, rules and users, and the `unlisted` around it; and what the document inherits from its bases.

use crate::desired::document::ProfileDocument;
use crate::desired::lists::Lists;
use crate::desired::{
    FileValue, Profile, Stated, StatedBundles, Unlisted, bundles, holders, values,
};
use crate::finding::{Code, Finding, Span};
use crate::model::{Settings, Value};
use crate::provider::Provider;
use crate::yaml::MapEntry;

/// What stands around a document.
pub struct Around<'a> {
    /// The vendor of its workspaces.
    pub provider: &'static dyn Provider,
    /// `unlisted` of its workspaces.
    pub unlisted: Unlisted,
    /// The lists of `permctl.yaml`.
    pub lists: &'a Lists,
    /// What its bases state.
    pub inherited: Stated,
}

/// Composes a profile; values that the vendor does not take are findings.
pub fn profile(
    document: &ProfileDocument<'_>,
    around: Around<'_>,
    findings: &mut Vec<Finding>,
) -> Profile {
    let ProfileDocument { name, span, pin, formerly, is_new, unlisted, .. } = document;
    let Around { provider, unlisted: outer, lists, inherited } = around;
    let unlisted = match unlisted {
        Some(said) => said.within(outer, findings),
        // A setting at its floor then points to the line that names the profile.
        None => (outer, span.clone()),
    };
    let holders = document.holders.and_then(|entry| holders(entry, provider, lists, findings));
    let catalogue = provider.catalogue();
    let (description, settings) = (document.description, document.settings);
    let values = values::read(description, settings, catalogue, lists, findings);
    let Stated { bundles, whole_maps } = bundles::over(values, inherited, catalogue, findings);
    vendor_rules(provider, name, span, &bundles, findings);
    Profile {
        name: name.clone(),
        span: span.clone(),
        pin: pin.clone(),
        formerly: formerly.clone(),
        is_new: *is_new,
        holders,
        unlisted,
        bundles,
        whole_maps,
    }
}

/// Reads who has the profile, where the vendor lets files say so.
fn holders(
    entry: &MapEntry,
    provider: &dyn Provider,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Option<holders::HolderList> {
    if provider.users().is_none() {
        findings.push(holders::unsupported(&entry.key_span, provider.title()));
        return None;
    }
    holders::read(&entry.value, lists, findings)
}

/// Finds values that the vendor would refuse, as far as the file alone shows it.
fn vendor_rules(
    provider: &dyn Provider,
    name: &str,
    span: &Span,
    bundles: &StatedBundles,
    findings: &mut Vec<Finding>,
) {
    let Some(check) = provider.check() else { return };
    let name_path = provider.catalogue().name().clone();
    let mut settings = Settings::from_iter([(name_path, Value::text(name))]);
    settings.extend(bundles.members().iter().map(|(path, member)| {
        let value = match &member.value {
            FileValue::Value(value) => value.clone(),
            FileValue::References(_, names) => Value::set(names.iter().map(|(name, _)| name)),
        };
        (path.clone(), value)
    }));
    for rejection in check(&settings) {
        let place = bundles.members().iter().find(|(path, _)| *path == rejection.setting);
        findings.push(
            Finding::new(Code::VendorRefuses, rejection.message)
                .at(place.map_or(span, |(_, member)| &member.span))
                .hint(rejection.hint),
        );
    }
}
