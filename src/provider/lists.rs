//! Lists that several vendors give in one form: whole profiles, people who have one. A part of a list is
//! an error.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::model::catalogue::Identity;
use crate::model::{Holders, LiveProfile, ProfileId};
use crate::provider::http::{Answer, ApiError};

/// How the id of an item is read: [`Answer::text`] where ids are texts, [`Answer::id`] where they are
/// numbers.
type ReadId = fn(&Answer, &Json, &str) -> Result<String, ApiError>;

/// Parses answers that each hold a list of whole profiles under a member, or one profile under
/// another.
///
/// # Errors
/// When the list is not there, something in it has no id, or one is in it twice.
pub fn profiles(
    answers: &[Answer],
    (list, one): (&str, &str),
    identity: &Identity,
    read_id: ReadId,
) -> Result<Vec<LiveProfile>, ApiError> {
    let mut profiles = Vec::new();
    let mut seen = BTreeSet::new();
    for answer in answers {
        let mut json = answer.json()?;
        let items = match json.get_mut(one).map(Json::take) {
            Some(profile @ Json::Object(_)) => vec![profile],
            _ => {
                answer.list(&json, list)?;
                let Some(Json::Array(items)) = json.get_mut(list).map(Json::take) else {
                    unreachable!("`list` has just seen the array")
                };
                items
            }
        };
        for item in items {
            let id = ProfileId(read_id(answer, &item, identity.id)?);
            let name = name(&item, identity);
            if !seen.insert(id.clone()) {
                return Err(answer.invalid(format!("profile {id} twice in one list")));
            }
            let Json::Object(document) = item else {
                unreachable!("a value with members is an object")
            };
            profiles.push(LiveProfile { id, name, document });
        }
    }
    Ok(profiles)
}

/// Makes nothing of a refusal that says that there is no such profile.
///
/// # Errors
/// Those of every other failure.
pub fn unless_gone(
    answer: Result<Answer, ApiError>,
    gone: &[u16],
) -> Result<Option<Answer>, ApiError> {
    match answer {
        Err(error) if error.refusal().is_some_and(|status| gone.contains(&status)) => Ok(None),
        answer => answer.map(Some),
    }
}

/// Returns the name of a profile; one without a name is set aside later.
pub fn name(item: &Json, identity: &Identity) -> String {
    item.get(identity.name.leaf()).and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// Parses an answer that lists who has a profile; the first of these members that is a text is
/// a person's name.
///
/// # Errors
/// When the list is not there.
pub fn holders(answer: &Answer, list: &str, named: &[&str]) -> Result<Holders, ApiError> {
    let json = answer.json()?;
    let users = answer.list(&json, list)?;
    let name =
        |user: &Json| named.iter().find_map(|member| user.get(member)?.as_str().map(str::to_owned));
    let mut names: Vec<String> = users.iter().filter_map(name).collect();
    names.sort();
    Ok(Holders::new(users.len(), names))
}
