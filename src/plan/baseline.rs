//! Which side moved since a snapshot was taken: a person changed live by hand, or the files were changed and not applied.
//! Pure.

use crate::model::catalogue::Catalogue;
use crate::model::{DriftCause, LiveWorkspace, Settings, Transition, difference, document};
use crate::plan::WorkspacePlan;

impl WorkspacePlan {
    /// Says of each difference which side moved since this was live. A profile that was live neither then nor now is
    /// pending; nothing is said of a profile that came since.
    pub fn tell_causes(&mut self, catalogue: &Catalogue, baseline: &LiveWorkspace) {
        for planned in &mut self.changes {
            let change = &mut planned.change;
            let was = match change.updates() {
                Some((id, _)) => baseline.profiles.iter().find(|live| live.id == *id),
                None => baseline.profiles.iter().find(|live| live.name == change.name),
            };
            let is_new = change.creates();
            let was = was.map(|live| document::settings(catalogue, &live.document));
            for transition in &mut change.transitions {
                transition.cause = match (&was, is_new) {
                    (None, true) => Some(DriftCause::Pending),
                    // It was taken away at the vendor.
                    (Some(_), true) => Some(DriftCause::ByHand),
                    (None, false) => None,
                    (Some(was), false) => cause(catalogue, transition, was),
                };
            }
        }
    }
}

fn cause(catalogue: &Catalogue, transition: &Transition, was: &Settings) -> Option<DriftCause> {
    let Transition { bundle, before, after, .. } = transition;
    let bundle = catalogue.bundle_over(bundle, &[before, after])?;
    let is_at = |side: &Settings| difference::is_at(catalogue, &bundle, side, was);
    Some(match (is_at(before), is_at(after)) {
        (true, _) => DriftCause::Pending,
        (false, true) => DriftCause::ByHand,
        (false, false) => DriftCause::Both,
    })
}
