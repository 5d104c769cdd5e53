//! Leaving out of a plan's file what follows from the rest, and putting it back: a new profile begins with
//! dozens of settings that no file names, and each says the same of itself.
//!
//! Only creates are lean. Of a transition these are left out: `before`, which is empty; `direction`, which is
//! judged again when a file is read; and `bundle` where it is the only setting in `after`. The requests are left
//! out: they follow from the rest. Transitions of one setting that stand one behind the other are one.
//!
//! `origins` is left out where the profile itself asks for all. Where each setting has one origin, it is a text
//! with a part for each setting, in the order of `after`: `"1:10 6:5~ -"`. A part is
//!
//! * `LINE:COLUMN` of the line that names the setting,
//! * `LINE:COLUMN~` of a line that names another member of its bundle,
//! * `LINE:COLUMN!` of a list that does not have it,
//! * `-` for the profile itself.

use serde_json::{Value as Json, json};

use crate::finding::Place;
use crate::model::{
    Action, Change, Direction, Document, Origin, OriginKind, SettingPath, Settings, Transition,
    Value,
};
use crate::plan::{Call, Planned, WorkspacePlan, call};
use crate::provider::Provider;

/// Leaves out what follows from the rest of a workspace's part of a plan.
pub(super) fn prune(workspace: &mut Json) {
    // It is no part of what is to be done.
    workspace.as_object_mut().map(|members| members.shift_remove("already"));
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
            match texts(transition, &declared).map(|texts| texts.join(" ")) {
                Some(text) if text == ITSELF => _ = transition.shift_remove("origins"),
                Some(text) => transition["origins"] = Json::from(text),
                None => {}
            }
            let after = transition.get("after").and_then(Json::as_object);
            let only = after.filter(|after| after.len() == 1).and_then(|after| after.keys().next());
            if only.is_some_and(|only| transition["bundle"] == **only) {
                transition.shift_remove("bundle");
            }
        }
        *transitions = join(std::mem::take(transitions));
        if let Some(change) = change.as_object_mut() {
            change.shift_remove("preview");
        }
    }
}

/// The text that stands for the profile itself, which asks for all that it does not name.
const ITSELF: &str = "-";

/// Writes the origins of a transition as texts, one for each setting in `after` or one for the profile itself;
/// `None` where there is more to say of them.
fn texts(transition: &Document, declared: &Json) -> Option<Vec<String>> {
    let origins = transition.get("origins")?.as_array()?;
    let bundle = &transition["bundle"];
    if *origins == [origin(bundle, declared, OriginKind::NewProfile)] {
        return Some(vec![ITSELF.to_owned()]);
    }
    let settings: Vec<&String> = transition.get("after")?.as_object()?.keys().collect();
    let text = |(stated, setting): (&Json, &&String)| {
        let place = &stated["place"];
        let is = |kind| *stated == origin(&Json::from(setting.as_str()), place, kind);
        let (sign, _) = KINDS.iter().find(|(_, kind)| is(*kind))?;
        let (line, column) = (place["line"].as_u64()?, place["column"].as_u64()?);
        (place["file"] == declared["file"]).then(|| format!("{line}:{column}{sign}"))
    };
    let texts: Vec<String> = origins.iter().zip(&settings).map(text).collect::<Option<_>>()?;
    (origins.len() == settings.len()).then_some(texts)
}

/// How a line asks for a setting, by the sign that stands behind it.
const KINDS: [(&str, OriginKind); 3] =
    [("", OriginKind::Named), ("~", OriginKind::BundleRest), ("!", OriginKind::NotInList)];

fn origin(setting: &Json, place: &Json, kind: OriginKind) -> Json {
    json!({"setting": setting, "place": place, "kind": kind})
}

/// Makes one transition of those of single settings that stand one behind the other.
fn join(transitions: Vec<Json>) -> Vec<Json> {
    let mut joined: Vec<Json> = Vec::new();
    let mut run: Option<(Document, Vec<String>)> = None;
    for mut transition in transitions {
        match single(&mut transition) {
            Some((setting, text)) => {
                let (settings, texts) = run.get_or_insert_default();
                settings.extend(setting);
                texts.push(text);
            }
            None => {
                joined.extend(run.take().map(several));
                joined.push(transition);
            }
        }
    }
    joined.extend(run.map(several));
    joined
}

/// Takes a transition of one setting apart: the setting, and the text of its origin.
fn single(transition: &mut Json) -> Option<(Document, String)> {
    if transition.get("bundle").is_some() {
        return None;
    }
    let text = match transition.get("origins") {
        Some(text) => text.as_str()?.to_owned(),
        None => ITSELF.to_owned(),
    };
    Some((std::mem::take(transition.get_mut("after")?.as_object_mut()?), text))
}

fn several((settings, texts): (Document, Vec<String>)) -> Json {
    match texts.iter().all(|text| text == ITSELF) {
        true => json!({"after": settings}),
        false => json!({"after": settings, "origins": texts.join(" ")}),
    }
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
    let lean = std::mem::take(transitions);
    *transitions = lean.into_iter().flat_map(|it| restored(it, declared_at)).collect();
}

/// Puts a transition back, which may be several. A text that does not fit its settings stays where it is, which
/// is refused later.
fn restored(mut lean: Transition, declared: &Place) -> Vec<Transition> {
    let text = lean.origins.pop_if(|origin| origin.is_text());
    let fits = |text: &Origin| text.place.file.split(' ').count() == lean.after.len();
    if let Some(text) = text.as_ref().filter(|text| !fits(text)) {
        lean.origins.push(text.clone());
        return vec![lean];
    }
    let text = text.map(|text| text.place.file);
    let texts: Vec<&str> = text.iter().flat_map(|text| text.split(' ')).collect();
    if lean.bundle.segments().is_empty() && lean.origins.is_empty() {
        let single = |(at, (path, value)): (usize, (SettingPath, Value))| Transition {
            bundle: path.clone(),
            before: Settings::default(),
            origins: vec![told(texts.get(at).unwrap_or(&ITSELF), &path, declared)],
            after: Settings::from_iter([(path, value)]),
            direction: Direction::default(),
            expired: None,
            cause: None,
        };
        return lean.after.into_iter().enumerate().map(single).collect();
    }
    let told = lean.after.keys().zip(&texts).map(|(path, text)| told(text, path, declared));
    lean.origins.extend(told);
    if let (true, Some(only)) = (lean.bundle.segments().is_empty(), lean.after.keys().next()) {
        lean.bundle = only.clone();
    }
    if lean.origins.is_empty() {
        lean.origins = vec![told_by_itself(&lean.bundle, declared)];
    }
    for origin in lean.origins.iter_mut().filter(|origin| origin.place.file.is_empty()) {
        origin.place.file.clone_from(&declared.file);
    }
    vec![lean]
}

fn told_by_itself(bundle: &SettingPath, declared: &Place) -> Origin {
    Origin::new(bundle.clone(), declared.clone(), OriginKind::NewProfile)
}

/// Reads the origin of a setting from its text.
fn told(text: &str, setting: &SettingPath, declared: &Place) -> Origin {
    let numbers = text.trim_end_matches(|it: char| !it.is_ascii_digit());
    let kind = KINDS.iter().find(|(sign, _)| *sign == &text[numbers.len()..]);
    let Some((_, kind)) = kind else { return told_by_itself(setting, declared) };
    let numbers = numbers.split_once(':');
    let numbers =
        numbers.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?)));
    let Some((line, column)) = numbers else { return told_by_itself(setting, declared) };
    let place = Place { file: declared.file.clone(), line, column };
    Origin::new(setting.clone(), place, *kind)
}
