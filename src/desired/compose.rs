//! From a document and its workspace to the profile that the workspace should have.
//!
//! Everything that a workspace adds to a document is added here and nowhere else: its vendor's
//! catalogue, rules and users, and the `unlisted` around it; and what the document inherits from its bases.

use crate::desired::bases::Inherited;
use crate::desired::document::{ProfileDocument, Retired};
use crate::desired::lists::Lists;
use crate::desired::{Profile, Stated, StatedBundles, Unlisted, bundles, holders, values};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::{SettingPath, Settings, Value};
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
    pub inherited: Inherited,
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
    let stated = bundles::over(values, inherited, catalogue, findings);
    let retired = document.retired.as_ref().filter(|it| it.holds(lists.today));
    let stated = match retired {
        Some(retired) => without_access(stated, retired, document, catalogue, findings),
        None => stated,
    };
    let Stated { bundles, whole_maps, terms, overridden, expired, lapsed: _ } = stated;
    vendor_rules(provider, name, span, &bundles, findings);
    Profile {
        name: name.clone(),
        span: span.clone(),
        pin: pin.clone(),
        formerly: formerly.clone(),
        is_new: *is_new,
        holders,
        unlisted,
        retired: retired.cloned(),
        retires: document.retired.as_ref().filter(|_| retired.is_none()).map(Retired::last_day),
        notes: document.notes.clone(),
        bundles,
        whole_maps,
        terms,
        overridden,
        expired,
    }
}

/// Returns what a retired profile states: only what has no narrowest value.
fn without_access(
    stated: Stated,
    retired: &Retired,
    document: &ProfileDocument<'_>,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Stated {
    if let Some(settings) = document.settings {
        let name = &document.name;
        let message = format!(
            "\"{name}\" is retired since {}, so its settings have no effect",
            retired.since
        );
        findings.push(
            Finding::new(Code::NoEffect, message)
                .at_labelled(&settings.span, "no effect")
                .at_labelled(&retired.span, "retired here")
                .hint("take `settings` out"),
        );
    }
    let grants = |path: &SettingPath| {
        let bundle = catalogue.bundle_over(path, &[]);
        bundle.is_none_or(|bundle| catalogue.floor(&bundle).is_some())
    };
    Stated { bundles: stated.bundles.without(grants), ..Stated::default() }
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
    // Without rules no settings are gathered for them.
    if provider.rules().is_empty() {
        return;
    }
    let name_path = provider.catalogue().name().clone();
    let mut settings = Settings::from_iter([(name_path, Value::text(name))]);
    settings.extend(
        bundles.members().iter().map(|(path, member)| (path.clone(), member.value.as_written())),
    );
    for rejection in provider.rejections(&settings) {
        let place = bundles.members().iter().find(|(path, _)| *path == rejection.setting);
        findings.push(
            Finding::new(Code::VendorRefuses, rejection.message)
                .at(place.map_or(span, |(_, member)| &member.span))
                .hint(rejection.hint),
        );
    }
}
