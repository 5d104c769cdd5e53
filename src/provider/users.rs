//! The part of the contract for vendors that say who has a profile and let it be given to people:
//! one request sets all profiles of one user.
//!
//! It decides nothing. A provider that does not implement it has no `holders:` in its files.

use std::collections::BTreeSet;

use crate::model::request::{Request, WriteEffect};
use crate::model::roster::Roster;
use crate::model::{LiveProfile, WorkspaceId};
use crate::provider::Fetch;
use crate::provider::http::{Answer, ApiError, Reader};

/// What a provider adds whose profiles can be given to users.
pub trait Users: Send + Sync {
    /// Fetches what the roster needs beside the profiles, or fails.
    fn users<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>>;

    /// Parses who has which profiles; pure.
    ///
    /// A user whose profiles may not all be in sight is [`crate::model::roster::User::read_only`]: what
    /// one request sets is the whole list, and it must not take away what was not seen.
    ///
    /// # Errors
    /// When an answer is not what the route gives; never a part of it.
    fn roster(
        &self,
        workspace: &WorkspaceId,
        answers: &[Answer],
        profiles: &[LiveProfile],
    ) -> Result<Roster, ApiError>;

    /// Makes the request after which a user has exactly these profiles.
    fn assign(
        &self,
        workspace: &WorkspaceId,
        user: &str,
        profiles: &BTreeSet<String>,
    ) -> Request<WriteEffect>;
}
