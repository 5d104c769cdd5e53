//! Saved plans: the format's version, the digest, reading back. Writing the file is `app`'s; what a
//! saved plan comes to is in `saved`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;
use sha2::{Digest, Sha256};

use crate::model::document::{MOST_OF_FILE, has_more_values, readable};
use crate::model::{Origin, Settings, Transition};
use crate::plan::since::{BranchBase, Released};
use crate::plan::{Plan, Planned, WorkspacePlan, lean, shape};

/// The version of the format that this version writes and reads.
pub const VERSION: u32 = 3;

/// The most settings of all new profiles: a file has one value for many of them, and what they become takes a
/// hundred times that.
const MOST_SETTINGS: usize = 1_000_000;

/// The longest path of a file that a plan names: each setting of a new profile gets a copy.
const LONGEST_PATH: usize = 4_096;

/// Why a text is not a plan that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// It is not a plan at all.
    #[error("it is not a plan of permctl: {0}")]
    NotAPlan(String),
    /// It is a plan of another version.
    #[error("its format is version {0}, and this version of permctl reads version {VERSION}")]
    OtherVersion(u64),
    /// Its changes are not those that were written.
    #[error("its changes do not fit its digest: it was edited or damaged")]
    Damaged,
}

/// Writes a plan as the text of a file, without what follows from the rest; each workspace begins a line.
pub fn write(plan: &Plan) -> String {
    let Plan { plan_version, holders_not_counted, holders_budget, from_snapshot, .. } = *plan;
    let head = Plan {
        plan_version,
        permctl: plan.permctl.clone(),
        day: plan.day.clone(),
        as_of: plan.as_of,
        valid_through: plan.valid_through.clone(),
        selection: plan.selection.clone(),
        since: plan.since.clone(),
        tenants: plan.tenants.clone(),
        workspaces: Vec::new(),
        not_read: plan.not_read.clone(),
        cost: plan.cost.clone(),
        from_snapshot,
        snapshot_taken: plan.snapshot_taken.clone(),
        holders_not_counted,
        holders_budget,
        findings: plan.findings.clone(),
        gates: plan.gates.clone(),
        judged_by: plan.judged_by.clone(),
        digest: plan.digest.clone(),
    };
    let head = spaced(&head);
    let (before, after) = head.split_once(NO_WORKSPACES).expect("a plan has workspaces");
    let mut text = format!("{before}\"workspaces\": [");
    for (at, workspace) in plan.workspaces.iter().enumerate() {
        let mut json = serde_json::to_value(workspace).expect("a plan has text keys only");
        lean::prune(&mut json);
        let separator = if at == 0 { "\n" } else { ",\n" };
        text += separator;
        text += &spaced(&json);
    }
    text + "]" + after + "\n"
}

/// Tells whether a plan that is written as this text could not be read again.
pub fn is_too_large(plan: &Plan, text: &str) -> bool {
    settings_of_creates(plan) > MOST_SETTINGS || has_more_values(text.as_bytes(), MOST_OF_FILE)
}

/// Counts the settings that new profiles get.
fn settings_of_creates(plan: &Plan) -> usize {
    let creates = plan.changes().map(|(_, planned)| &planned.change).filter(|it| it.creates());
    creates.flat_map(|create| &create.transitions).map(|transition| transition.after.len()).sum()
}

/// Stands in a plan where its workspaces go.
const NO_WORKSPACES: &str = "\"workspaces\": []";

/// Writes JSON on one line, with a blank before each value so that people can read it.
fn spaced(value: &impl Serialize) -> String {
    struct Spaced;
    impl Formatter for Spaced {
        fn begin_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
            out.write_all(b": ")
        }
    }
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Spaced);
    value.serialize(&mut serializer).expect("a plan has text keys only");
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// Reads a plan back.
///
/// # Errors
/// When the text is no plan, of another version, or damaged.
pub fn read(text: &str) -> Result<Plan, PlanFileError> {
    let not_a_plan = |error: serde_json::Error| PlanFileError::NotAPlan(error.to_string());
    #[derive(serde::Deserialize)]
    struct PlanVersion {
        plan_version: Option<u64>,
    }
    readable(text.as_bytes(), MOST_OF_FILE)
        .map_err(|why| PlanFileError::NotAPlan(why.to_string()))?;
    let version: PlanVersion = serde_json::from_str(text).map_err(not_a_plan)?;
    match version.plan_version {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(PlanFileError::OtherVersion(version)),
        None => return Err(PlanFileError::NotAPlan("it has no `plan_version`".to_owned())),
    }
    let mut plan: Plan = serde_json::from_str(text).map_err(not_a_plan)?;
    if settings_of_creates(&plan) > MOST_SETTINGS {
        let problem = format!("its new profiles have more than {MOST_SETTINGS} settings");
        return Err(PlanFileError::NotAPlan(problem));
    }
    let path = |planned: &Planned| planned.change.declared_at.file.len();
    if plan.changes().any(|(_, planned)| path(planned) > LONGEST_PATH) {
        let problem = format!("it names a file with more than {LONGEST_PATH} bytes");
        return Err(PlanFileError::NotAPlan(problem));
    }
    plan.workspaces.iter_mut().for_each(lean::restore);
    let is_text = |it: &Transition| it.origins.iter().any(Origin::is_text);
    if plan.changes().any(|(_, planned)| planned.change.transitions.iter().any(is_text)) {
        let problem = "a change in it names no places of its settings".to_owned();
        return Err(PlanFileError::NotAPlan(problem));
    }
    if digest(&plan) != plan.digest {
        return Err(PlanFileError::Damaged);
    }
    let Plan { tenants, workspaces, .. } = &mut plan;
    workspaces.iter_mut().for_each(|workspace| shape::complete(workspace, tenants));
    shape::check(&plan).map_err(PlanFileError::NotAPlan)?;
    Ok(plan)
}

/// Computes the digest over the address, setting, before and after of every change, and over what
/// every profile that a user gets grants.
pub fn digest(plan: &Plan) -> String {
    let mut hasher = Sha256::new();
    for workspace in &plan.workspaces {
        for planned in &workspace.changes {
            let change = &planned.change;
            let live = change.updates();
            let (id, live_name) = live.map_or(("", ""), |(id, name)| (id.0.as_str(), name));
            let action = change.action.word();
            // Each part is written as a JSON text, so that no name can look like a boundary.
            line(
                &mut hasher,
                &[&workspace.workspace, &workspace.id.0, &change.name, action, id, live_name],
            );
            for transition in &change.transitions {
                let path = transition.bundle.to_string();
                line(
                    &mut hasher,
                    &[&path, &canonical(&transition.before), &canonical(&transition.after)],
                );
            }
        }
        for Planned { change, .. } in &workspace.users {
            let list = |profiles: &BTreeSet<String>| {
                serde_json::to_string(profiles).expect("names can be written as JSON")
            };
            line(
                &mut hasher,
                &[
                    &workspace.workspace,
                    &workspace.id.0,
                    "holder",
                    &change.name,
                    &list(change.had()),
                    &list(change.will_have()),
                ],
            );
            for (profile, granted) in change.grants() {
                line(&mut hasher, &["grants", profile, &canonical(granted)]);
            }
        }
        aside(&mut hasher, workspace);
    }
    if let Some(BranchBase { dropped, rules, .. }) = &plan.since {
        for (workspace, profiles) in dropped {
            line(&mut hasher, &["dropped", workspace, &profiles.to_string()]);
        }
        rules.iter().for_each(|rule| line(&mut hasher, &["loosened", rule]));
    }
    if let Some(rules) = &plan.judged_by {
        line(&mut hasher, &["judged by", rules]);
    }
    // What an apply does not judge again.
    for gate in plan.refused() {
        let is_once = gate.is_of_rule() && gate.workspace.is_none();
        if is_once || plan.since.is_some() {
            let address = gate.address().unwrap_or_default();
            line(&mut hasher, &["refused", &gate.gate, &address, &gate.message]);
        }
    }
    finish(hasher)
}

/// Returns the fingerprint of texts.
pub fn fingerprint(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    texts.iter().for_each(|text| line(&mut hasher, &[text]));
    finish(hasher)
}

fn finish(hasher: Sha256) -> String {
    hasher.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Adds what is approved beside the changes: what the files decide no more, and what they allow from now on.
fn aside(hasher: &mut Sha256, workspace: &WorkspacePlan) {
    let name = &workspace.workspace;
    for Released { profile, what, .. } in &workspace.released {
        let what = serde_json::to_string(what).expect("it can be written as JSON");
        line(hasher, &["released", name, profile, &what]);
    }
    for Planned { change, .. } in &workspace.accepted.changes {
        for Transition { bundle, before, .. } in &change.transitions {
            let bundle = bundle.to_string();
            line(hasher, &["accepted", name, &change.name, &bundle, &canonical(before)]);
        }
    }
    for Planned { change, .. } in &workspace.accepted.users {
        for profile in change.lost() {
            line(hasher, &["accepted", name, profile, "holder", &change.name]);
        }
    }
}

fn line(hasher: &mut Sha256, parts: &[&str]) {
    for part in parts {
        hasher.update(serde_json::Value::from(*part).to_string());
        hasher.update(" ");
    }
    hasher.update("\n");
}

fn canonical(settings: &Settings) -> String {
    let sorted: std::collections::BTreeMap<_, _> = settings.iter().collect();
    serde_json::to_string(&sorted).expect("settings have text keys only")
}
