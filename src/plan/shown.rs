//! A plan as reports show it.

use crate::finding::Place;
use crate::model::Holders;
use crate::plan::Plan;

impl Plan {
    /// Tells whether it changes a profile.
    pub fn has(&self, workspace: &str, profile: &str) -> bool {
        self.changes().any(|(of, it)| of.workspace == workspace && it.change.name == profile)
    }

    /// Keeps the names of holders from reports. Reports still count each person once.
    pub fn hide_names(&mut self) {
        for workspace in &mut self.workspaces {
            let accepted = workspace.accepted.changes.iter_mut();
            let changed = workspace.changes.iter_mut().chain(accepted);
            let changed = changed.filter_map(|it| it.holders.as_mut());
            let unmanaged = workspace.unmanaged.iter_mut().filter_map(|it| it.holders.as_mut());
            changed.chain(unmanaged).for_each(Holders::hide_names);
            let gains = workspace.changes.iter_mut().flat_map(|it| &mut it.gains);
            gains.for_each(|gain| gain.holders.hide_names());
        }
        self.gates.iter_mut().filter_map(|it| it.people.as_mut()).for_each(Holders::hide_names);
    }

    /// Changes the places in the files that it names.
    pub fn for_each_place(&mut self, mut change: impl FnMut(&mut Place)) {
        for workspace in &mut self.workspaces {
            for planned in workspace.changes.iter_mut().chain(&mut workspace.users) {
                change(&mut planned.change.declared_at);
                let origins = planned.change.transitions.iter_mut().flat_map(|it| &mut it.origins);
                origins.for_each(|origin| change(&mut origin.place));
            }
        }
        let findings = self.workspaces.iter_mut().flat_map(|it| &mut it.findings);
        let spots = findings.chain(&mut self.findings).flat_map(|finding| &mut finding.spots);
        let spots = spots.chain(self.gates.iter_mut().flat_map(|gate| &mut gate.places));
        spots.for_each(|spot| change(&mut spot.place));
    }
}
