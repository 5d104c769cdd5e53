//! Reading the help desk: roles and who has them.

use crate::model::{Holders, Parsed, ProfileId, WorkspaceId};
use crate::provider::helpdesk::catalogue::CATALOGUE;
use crate::provider::helpdesk::{AGENTS, Helpdesk, ROLES};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{self, Fetch, lists};

impl provider::Read for Helpdesk {
    fn profiles<'a>(&self, reader: &'a Reader<'a>, _: &'a WorkspaceId) -> Fetch<'a, Vec<Answer>> {
        Box::pin(async move { Ok(vec![reader.send(ROLES.request()).await?]) })
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        let profiles =
            lists::profiles(answers, ("roles", "role"), CATALOGUE.identity(), Answer::id)?;
        Ok(Parsed { profiles, ..Parsed::default() })
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        let request = AGENTS.request().segment("id", &profile.0);
        Box::pin(async move { lists::holders(&reader.send(request).await?, "agents", &["email"]) })
    }
}
