//! The places in the files that ask for a bundle, and the days that do. Pure.

use jiff::civil::Date;

use crate::desired::{Profile, Retired, TermsOf};
use crate::model::catalogue::Catalogue;
use crate::model::{Origin, OriginKind, SettingPath, Settings};
use crate::plan::ResolvedProfile;
use crate::plan::expect::DesiredBundle;

/// Lists the places in the files that ask for a bundle, with the days and reasons that stand beside its values.
pub fn told(profile: &Profile, wanted: &DesiredBundle<'_>) -> Vec<Origin> {
    let mut origins = wanted.origins();
    let passed = profile.expired.iter().find(|it| it.bundle == wanted.bundle.path);
    for origin in &mut origins {
        let of_setting = profile.terms.iter().find(|it| it.setting == origin.setting);
        if let Some(TermsOf { terms, .. }) = of_setting {
            origin.reason.clone_from(&terms.reason);
            let days = terms.until.iter().map(|until| until.day);
            origin.until = days.min().map(|day| day.to_string());
        }
        if let (OriginKind::Expired, Some(passed)) = (origin.kind, passed) {
            origin.until = Some(passed.until.day.to_string());
        }
    }
    origins
}

/// Lists the places in the files that ask for a bundle. An entry that the file does not name and that
/// stays as it is has none.
pub fn origins(
    catalogue: &Catalogue,
    resolved: &ResolvedProfile<'_>,
    wanted: &DesiredBundle<'_>,
    before: &Settings,
) -> Vec<Origin> {
    let was = |entry: &SettingPath| match resolved.current {
        Some(_) => before.get(entry),
        None => catalogue.value(entry, before),
    };
    let mut origins = told(resolved.profile, wanted);
    origins.retain(|asked| {
        asked.kind != OriginKind::BundleRest
            || catalogue.map_of(&asked.setting).is_none()
            || wanted.after.get(&asked.setting) != was(&asked.setting)
    });
    origins
}

/// Returns the last day of what is live, where that it has passed is all that asks for a bundle.
pub fn expired_on(resolved: &ResolvedProfile<'_>, wanted: &DesiredBundle<'_>) -> Option<Date> {
    let retired = resolved.profile.retired.as_ref().filter(|_| wanted.is_of_retirement());
    let of_value = || resolved.expired.get(&wanted.bundle.path).copied();
    retired.map(Retired::last_day).or_else(of_value)
}
