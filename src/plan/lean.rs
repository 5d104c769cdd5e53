//! Leaving out of a plan's file what follows from the rest, and putting it back: a new profile begins with
//! dozens of settings that no file names, and each says the same of itself.
//!
//! Only creates are lean. Of a transition these are left out: `before`, which is empty; `direction`, which is
//! judged again when a file is read; `bundle` where it is the only setting in `after`; `origins` where the
//! profile itself is the only one; and of other places the file, where the profile is in it. Where one line
//! names the bundle, `origins` is that place as a text. Transitions of which only `after` is left, one behind the
//! other, are one with all their settings. The requests are left out: they follow from the rest.

use serde_json::{Value as Json, json};

use crate::model::{
    Action, Change, Direction, Document, Origin, OriginKind, SettingPath, Settings, Transition,
};
use crate::plan::{Call, Planned, WorkspacePlan, call};
use crate::provider::Provider;

/// Leaves out what follows from the rest of a workspace's part of a plan.
pub(super) fn prune(workspace: &mut Json) {
    let changes = workspace.get_mut("changes").and_then(Json::as_array_mut);
    for change in changes.into_iter().flatten().filter(|it| it["action"] == "create") {
        let declared = change["declared_at"].clone();
        let transitions = change.get_mut("transitions").and_then(Json::as_array_mut);
        let Some(transitions) = transitions else { continue };
        for transition in transitions.iter_mut().filter_map(Json::as_object_mut) {
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
        transitions.dedup_by(join);
        if let Some(change) = change.as_object_mut() {
            change.shift_remove("preview");
        }
    }
}

/// Adds the settings of a transition to those of the one before it, where `after` is all that both have.
fn join(transition: &mut Json, before: &mut Json) -> bool {
    let (Some(transition), Some(before)) = (only_after(transition), only_after(before)) else {
        return false;
    };
    before.append(transition);
    true
}

/// Returns the settings of a transition that has nothing else.
fn only_after(transition: &mut Json) -> Option<&mut Document> {
    let transition = transition.as_object_mut().filter(|members| members.len() == 1)?;
    transition.get_mut("after")?.as_object_mut()
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
    if transitions.iter().any(is_of_several) {
        *transitions = std::mem::take(transitions).into_iter().flat_map(apart).collect();
    }
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

/// Tells whether a transition is several of which there was nothing more to say.
fn is_of_several(Transition { bundle, origins, after, .. }: &Transition) -> bool {
    after.len() > 1 && bundle.segments().is_empty() && origins.is_empty()
}

/// Takes a transition apart that is several.
fn apart(transition: Transition) -> Vec<Transition> {
    if !is_of_several(&transition) {
        return vec![transition];
    }
    let one = |setting| Transition {
        bundle: SettingPath::nowhere(),
        before: Settings::default(),
        after: Settings::from_iter([setting]),
        direction: Direction::default(),
        origins: Vec::new(),
    };
    transition.after.into_iter().map(one).collect()
}
