//! Leaving out of a plan's file what follows from the rest, and putting it back: a new profile begins with
//! dozens of settings that no file names, and each says the same of itself.
//!
//! Only creates are lean. Of a transition these are left out: `before`, which is empty; `direction`, which is
//! judged again when a file is read; `origins` where the profile itself is the only one; and of other places
//! the file, where the profile is in it. The requests of a create are left out: they follow from it.

use serde_json::{Value as Json, json};

use crate::model::{Action, Change, Origin, OriginKind};
use crate::plan::{Call, Planned, WorkspacePlan};
use crate::provider::Provider;

/// Leaves out what follows from the rest of a workspace's part of a plan.
pub(super) fn prune(workspace: &mut Json) {
    let changes = workspace.get_mut("changes").and_then(Json::as_array_mut);
    for change in changes.into_iter().flatten().filter(|it| it["action"] == "create") {
        let declared = change["declared_at"].take();
        let transitions = change.get_mut("transitions").and_then(Json::as_array_mut);
        for transition in transitions.into_iter().flatten().filter_map(Json::as_object_mut) {
            if transition.get("before").is_some_and(|before| *before == json!({})) {
                transition.shift_remove("before");
            }
            transition.shift_remove("direction");
            let itself = json!([{
                "setting": transition["bundle"],
                "place": declared,
                "kind": OriginKind::NewProfile,
            }]);
            if transition["origins"] == itself {
                transition.shift_remove("origins");
            }
            let origins = transition.get_mut("origins").and_then(Json::as_array_mut);
            for origin in origins.into_iter().flatten() {
                if origin["place"]["file"] == declared["file"]
                    && let Some(place) = origin["place"].as_object_mut()
                {
                    place.shift_remove("file");
                }
            }
        }
        change["declared_at"] = declared;
        if let Some(change) = change.as_object_mut() {
            change.shift_remove("preview");
        }
    }
}

/// Puts back what was left out, but for directions.
pub(super) fn restore(workspace: &mut WorkspacePlan, provider: &dyn Provider) {
    let WorkspacePlan { id, changes, labels, .. } = workspace;
    for Planned { change, preview, .. } in changes.iter_mut().filter(|it| it.change.creates()) {
        places(change);
        if preview.is_empty() {
            let mut requests = provider.requests(id, change, None);
            let bodies = requests.iter_mut().filter_map(|request| request.body.as_mut());
            bodies.for_each(|body| provider.name_references(body, labels));
            *preview = requests.into_iter().map(Call::from).collect();
        }
    }
}

fn places(change: &mut Change) {
    let Change { declared_at, transitions, action: Action::Create, .. } = change else { return };
    for transition in transitions {
        if transition.origins.is_empty() {
            let (bundle, kind) = (transition.bundle.clone(), OriginKind::NewProfile);
            transition.origins = vec![Origin::new(bundle, declared_at.clone(), kind)];
        }
        for origin in transition.origins.iter_mut().filter(|origin| origin.place.file.is_empty()) {
            origin.place.file.clone_from(&declared_at.file);
        }
    }
}
