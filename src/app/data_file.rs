//! Files of live data: plans, snapshots and imported profiles. permctl reads them again, so they are
//! never redacted; one that would hold a credential is not written.

use std::path::Path;

use serde_json::Value as Json;

use crate::app::App;
use crate::app::files::LARGEST_SAVED;
use crate::app::output::write_private;
use crate::error::{Exit, Stop};
use crate::live::snapshot::Snapshot;
use crate::plan::{Plan, file};
use crate::secret::Redactor;
use crate::text::quoted;

impl App {
    /// Writes a plan, for its owner only.
    ///
    /// # Errors
    /// When it is too large to be read again, holds a credential, or can't be written.
    pub fn write_plan(&self, path: &Path, plan: &Plan) -> anyhow::Result<()> {
        let text = file::write(plan);
        if text.len() as u64 > LARGEST_SAVED || file::is_too_large(plan, &text) {
            let message = format!(
                "{} was not written: it would be too large to be read again",
                path.display()
            );
            return Err(Stop::new(Exit::Guard, message)
                .hint("select less: a tenant or a workspace")
                .into());
        }
        self.refuse_credential(path, &text)?;
        write_private(path, [text].iter())
    }

    /// Writes a snapshot, for its owner only.
    ///
    /// # Errors
    /// When a workspace is too large to be read again, one holds a credential, or it can't be written.
    pub fn write_snapshot(&self, path: &Path, snapshot: &Snapshot) -> anyhow::Result<()> {
        if let Some(part) = snapshot.too_large() {
            let message = format!(
                "{} was not written: {part} would be too large to be read again",
                path.display()
            );
            return Err(Stop::new(Exit::Guard, message)
                .hint("select less: other tenants or workspaces")
                .into());
        }
        snapshot.pieces().try_for_each(|piece| self.refuse_credential(path, &piece))?;
        write_private(path, snapshot.pieces())
    }

    /// Refuses a text that holds a credential: JSON, or a part of it that holds none.
    fn refuse_credential(&self, path: &Path, text: &str) -> Result<(), Stop> {
        if !self.redactor.finds(text) {
            return Ok(());
        }
        let json = serde_json::from_str(text).ok();
        let place = json.and_then(|json| find(&json, None, &mut Vec::new(), &self.redactor));
        Err(holds_credential(&path.display().to_string(), place))
    }

    /// Refuses the text of a file that describes a profile and holds a credential.
    ///
    /// # Errors
    /// When it holds one.
    pub fn check_described(&self, path: &str, profile: &str, text: &str) -> Result<(), Stop> {
        let Some(line) = text.lines().find(|line| self.redactor.finds(line)) else {
            // A credential with line ends in it is none.
            return Ok(());
        };
        let key = line.split(':').next().unwrap_or_default().trim();
        let place = Holding { name: Some(profile.to_owned()), member: key.to_owned() };
        Err(holds_credential(path, Some(place)))
    }
}

/// Where in a file a credential stands.
#[derive(Debug, PartialEq, Eq)]
struct Holding {
    /// The profile or user.
    name: Option<String>,
    /// The path of members below it.
    member: String,
}

fn holds_credential(path: &str, place: Option<Holding>) -> Stop {
    let place = match place {
        Some(Holding { name: Some(name), member }) => format!("`{member}` of {}", quoted(&name)),
        Some(Holding { name: None, member }) => format!("`{member}`"),
        None => "it".to_owned(),
    };
    let message = format!("{path} was not written: {place} holds a credential that permctl uses");
    Stop::new(Exit::Guard, message)
        .hint("take it out of that value, replace the credential at the vendor, and run the command again")
}

/// Finds the first text that holds a credential, below the first object on the way that has a name.
fn find<'j>(
    json: &'j Json,
    name: Option<&'j str>,
    path: &mut Vec<&'j str>,
    redactor: &Redactor,
) -> Option<Holding> {
    let found = |name: Option<&str>, path: &[&str]| {
        let name = name.map(str::to_owned);
        Some(Holding { name, member: path.join(".") })
    };
    match json {
        Json::String(text) if redactor.finds(text) => found(name, path),
        Json::Array(items) => items.iter().find_map(|item| find(item, name, path, redactor)),
        Json::Object(members) => {
            let own = members.get("name").and_then(Json::as_str).filter(|_| name.is_none());
            // Members are counted from the object that has the name.
            let path = if own.is_some() { &mut Vec::new() } else { path };
            members.iter().find_map(|(member, value)| {
                path.push(member);
                let place = match redactor.finds(member) {
                    true => found(own.or(name), path),
                    false => find(value, own.or(name), path, redactor),
                };
                path.pop();
                place
            })
        }
        _ => None,
    }
}
