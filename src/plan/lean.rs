//! Leaving out of a plan's file what follows from the rest, and putting it back: a new profile begins with
//! dozens of settings that no file names, and each says the same of itself.
//!
//! Only creates are lean. Of a transition these are left out: `before`, which is empty; `direction`, which is
//! judged again when a file is read; `bundle` where it is the only setting in `after`; `origins` where the
//! profile itself is the only one; and of other places the file, where the profile is in it. Where one line
//! names the bundle, `origins` is that place as a text. The requests are left out: they follow from the rest.

use serde_json::{Value as Json, json};

use crate::model::{Action, Change, Document, Origin, OriginKind};
use crate::plan::{Call, Planned, WorkspacePlan, call};
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
            for place in origins.into_iter().flatten().map(|origin| &mut origin["place"]) {
                if place["file"] == declared["file"]
                    && let Some(place) = place.as_object_mut()
                {
                    place.shift_remove("file");
                }
            }
            if let Some(line) = only_line(transition) {
                transition["origins"] = Json::from(line);
            }
            let after = transition.get("after").and_then(Json::as_object);
            let only = after.filter(|after| after.len() == 1).and_then(|after| after.keys().next());
            if only.is_some_and(|only| transition["bundle"] == **only) {
                transition.shift_remove("bundle");
            }
        }
        change["declared_at"] = declared;
        if let Some(change) = change.as_object_mut() {
            change.shift_remove("preview");
        }
    }
}

/// Returns the only line that asks for a transition, as `LINE:COLUMN`, where that line names the bundle and
/// there is nothing more to say of it.
fn only_line(transition: &Document) -> Option<String> {
    let [origin] = transition.get("origins")?.as_array()?.as_slice() else { return None };
    let (line, column) = (origin["place"]["line"].as_u64()?, origin["place"]["column"].as_u64()?);
    let place = json!({"line": line, "column": column});
    let named = json!({"setting": transition["bundle"], "place": place, "kind": OriginKind::Named});
    (*origin == named).then(|| format!("{line}:{column}"))
}

/// Puts back bundles and places, which the digest of a plan and its report need.
pub(super) fn restore(workspace: &mut WorkspacePlan) {
    workspace.changes.iter_mut().for_each(|planned| places(&mut planned.change));
}

/// Puts back the requests.
pub(super) fn requests(workspace: &mut WorkspacePlan, provider: &dyn Provider) {
    let WorkspacePlan { id, changes, labels, .. } = workspace;
    let creates = changes.iter_mut().filter(|it| it.change.creates() && it.preview.is_empty());
    for Planned { change, preview, .. } in creates {
        let requests = call::of_profile(provider, id, change, None, labels);
        *preview = requests.into_iter().map(Call::from).collect();
    }
}

fn places(change: &mut Change) {
    let Change { declared_at, transitions, action: Action::Create, .. } = change else { return };
    for transition in transitions {
        if transition.bundle.segments().is_empty()
            && let Some(only) = transition.after.keys().next()
        {
            transition.bundle = only.clone();
        }
        for origin in transition.origins.iter_mut().filter(|it| it.setting.segments().is_empty()) {
            origin.setting = transition.bundle.clone();
        }
        if transition.origins.is_empty() {
            let (bundle, kind) = (transition.bundle.clone(), OriginKind::NewProfile);
            transition.origins = vec![Origin::new(bundle, declared_at.clone(), kind)];
        }
        for origin in transition.origins.iter_mut().filter(|origin| origin.place.file.is_empty()) {
            origin.place.file.clone_from(&declared_at.file);
        }
    }
}
