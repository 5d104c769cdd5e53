//! What is asked of the APIs before the profile files are read: the workspaces that each tenant lists, and the
//! profiles of the first of them. Reading takes these answers where they are what it would ask for.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::desired::{self, Locator};
use crate::live::Connected;
use crate::live::locate::lists;
use crate::live::read::{self, NameMatch};
use crate::model::{VendorWorkspace, WorkspaceId};
use crate::provider::http::{Answer, ApiError};

/// An answer that may still be under way.
pub(super) type Awaited<T> = oneshot::Receiver<Result<T, ApiError>>;

/// The early requests to one tenant. A request that is still under way when this goes is given up.
pub struct EarlyAnswers {
    /// How many calls it had made before.
    pub calls: usize,
    asking: AbortHandle,
    listed: Option<Awaited<Vec<VendorWorkspace>>>,
    /// By the name of the workspace in the files.
    profiles: BTreeMap<String, Awaited<Vec<Answer>>>,
}

impl EarlyAnswers {
    /// Asks for what is read first: for the list of workspaces where one of these is found by its name, and for
    /// the profiles of the first `most` where one answer has all profiles of a workspace.
    pub fn ask(
        connected: &Arc<Connected>,
        workspaces: &[&desired::Workspace],
        most: usize,
    ) -> Self {
        let calls = connected.http.calls();
        let mut profiles = BTreeMap::new();
        let mut asked = Vec::new();
        let most = if connected.provider.capabilities().reads_one_by_one { 0 } else { most };
        for workspace in workspaces.iter().take(most) {
            let (send, receive) = oneshot::channel();
            profiles.insert(workspace.name.clone(), receive);
            asked.push((workspace.locator.clone(), send));
        }
        let (send_list, listed) = oneshot::channel();
        let lists = lists(workspaces);
        let connected = Arc::clone(connected);
        let asking = tokio::spawn(async move {
            let (reader, provider) = (connected.reader(), connected.provider);
            let listed = match lists {
                true => provider.workspaces(&reader).await,
                false => Ok(Vec::new()),
            };
            // Where the reading has ended meanwhile, nothing waits for an answer.
            let Ok(known) = &listed else { return drop(send_list.send(listed)) };
            let found: Vec<_> = asked
                .into_iter()
                .filter_map(|(locator, send)| Some((id(&locator, known)?, send)))
                .collect();
            let _ = send_list.send(listed);
            let profiles = found.into_iter().map(|(id, send)| {
                let reader = &reader;
                async move { drop(send.send(provider.profiles(reader, &id).await)) }
            });
            join_all(profiles).await;
        });
        let asking = asking.abort_handle();
        Self { calls, asking, listed: lists.then_some(listed), profiles }
    }

    /// Returns the list of workspaces; `None` where it was not asked for.
    pub async fn listed(&mut self) -> Option<Result<Vec<VendorWorkspace>, ApiError>> {
        self.listed.take()?.await.ok()
    }

    /// Takes the answer for a workspace; `None` where it was not asked for.
    pub fn profiles(&mut self, workspace: &str) -> Option<Awaited<Vec<Answer>>> {
        self.profiles.remove(workspace)
    }
}

impl Drop for EarlyAnswers {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

/// Returns the id of a workspace; `None` where the vendor does not have it, which is said when it is read.
fn id(locator: &Locator, listed: &[VendorWorkspace]) -> Option<WorkspaceId> {
    match locator {
        Locator::Id(id) => Some(id.clone()),
        Locator::Only => Some(WorkspaceId::only()),
        Locator::Name(name) => match read::find(listed, name) {
            NameMatch::One(found) => Some(found.id.clone()),
            NameMatch::None | NameMatch::Several => None,
        },
    }
}
