//! Finding a workspace at its vendor, and saying what is wrong where it is not found or not read.

use crate::desired::{self, Locator};
use crate::live::{self, Connected};
use crate::model::{NotRead, VendorWorkspace, WorkspaceId};
use crate::provider::http::ApiError;
use crate::text::{did_you_mean_name, in_quotes, some_of};

/// Tells whether the vendor's list of workspaces is needed: one of these is found by its name.
pub(super) fn lists(workspaces: &[&desired::Workspace]) -> bool {
    workspaces.iter().any(|it| matches!(it.locator, Locator::Name(_)))
}

/// Finds a workspace at the vendor; the error is a message and a hint.
pub(super) fn locate(
    workspace: &desired::Workspace,
    listed: &[VendorWorkspace],
) -> Result<(WorkspaceId, Option<String>), (String, String)> {
    let place = workspace.span.place();
    match &workspace.locator {
        Locator::Id(id) => {
            let name = listed.iter().find(|listed| listed.id == *id);
            Ok((id.clone(), name.map(|listed| listed.name.clone())))
        }
        Locator::Only => Ok((WorkspaceId::only(), None)),
        Locator::Name(name) => match live::read::find(listed, name) {
            live::read::NameMatch::One(found) => Ok((found.id.clone(), Some(found.name.clone()))),
            live::read::NameMatch::Several => Err((
                format!("{place}: the vendor has several workspaces named \"{name}\""),
                "give the one that is meant by `id:`, in quotes".to_owned(),
            )),
            live::read::NameMatch::None => {
                let known: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
                Err((
                    format!("{place}: the vendor has no workspace named \"{name}\""),
                    did_you_mean_name(name, &known).unwrap_or_else(|| match known.as_slice() {
                        [] => NO_WORKSPACE.to_owned(),
                        known => format!("it has {}", some_of(known, usize::MAX)),
                    }),
                ))
            }
        },
    }
}

/// Says that a workspace could not be read, and where the files name it if its id can be the cause.
pub(super) fn not_read(
    connected: &Connected,
    workspace: &desired::Workspace,
    error: &ApiError,
) -> NotRead {
    let mut failed = failed(&connected.config.name, &workspace.name, error);
    if let (Locator::Id(id), Some(400 | 403 | 404)) = (&workspace.locator, error.refusal()) {
        let place = workspace.span.place();
        failed.hint = format!(
            "{place}: the vendor may not know the `id` {id}, or not for this key; {}",
            failed.hint
        );
    }
    failed
}

/// Says that an API did not give what a workspace needs.
pub fn failed(tenant: &str, workspace: &str, error: &ApiError) -> NotRead {
    NotRead {
        tenant: tenant.to_owned(),
        workspace: workspace.to_owned(),
        error: error.to_string(),
        hint: error.hint(),
        files: false,
    }
}

/// Says that the vendor lists no workspace with an id, which is a mistake of the files.
pub(super) fn unlisted(
    workspace: &desired::Workspace,
    id: &WorkspaceId,
    listed: &[VendorWorkspace],
    not_read: NotRead,
) -> NotRead {
    let place = workspace.span.place();
    NotRead {
        error: format!("{place}: the vendor has no workspace with the id {id}"),
        hint: match listed {
            [] => NO_WORKSPACE.to_owned(),
            listed => format!("it has {}", with_ids(listed)),
        },
        files: true,
        ..not_read
    }
}

/// What is said of a vendor that lists no workspace.
const NO_WORKSPACE: &str = "it lists none for this key; check the key and `endpoint`";

/// The most workspaces that a hint lists.
const MOST_LISTED: usize = 30;

/// Lists workspaces by name and id.
fn with_ids(listed: &[VendorWorkspace]) -> String {
    let names = listed.iter().map(|it| format!("{} ({})", in_quotes(&it.name), it.id));
    let shown = names.take(MOST_LISTED).collect::<Vec<_>>().join(", ");
    match listed.len().saturating_sub(MOST_LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
