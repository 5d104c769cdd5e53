//! Looking up who has some profiles.

use futures_util::future::try_join_all;

use crate::live::Connected;
use crate::model::{Holders, ProfileId, WorkspaceId};
use crate::provider::http::ApiError;

/// Looks up the holders of these profiles, one request or more each.
///
/// # Errors
/// When those of one can't be had.
pub async fn look_up<'p>(
    connected: &Connected,
    workspace: &WorkspaceId,
    profiles: impl IntoIterator<Item = &'p ProfileId>,
) -> Result<Vec<(ProfileId, Holders)>, ApiError> {
    let reader = connected.aside();
    let reader = &reader;
    try_join_all(profiles.into_iter().map(|profile| async move {
        let holders = connected.provider.holders(reader, workspace, profile).await?;
        Ok((profile.clone(), holders))
    }))
    .await
}
