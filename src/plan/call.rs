//! Requests as a plan shows them: values that can be saved, compared and looked at.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::request::{Request, WriteEffect};
use crate::model::{Change, Document, LiveWorkspace, WorkspaceId};
use crate::provider::Provider;

/// Makes the requests of a change from what is live: `document` is that of its profile, which of a
/// create is there only when an earlier request made it. `labels` are the names of ids. A user gets the whole list in one request.
pub fn requests(
    provider: &dyn Provider,
    live: &LiveWorkspace,
    change: &Change,
    document: Option<&Document>,
    labels: &BTreeMap<String, String>,
) -> Vec<Request<WriteEffect>> {
    if !change.is_of_user() {
        return of_profile(provider, &live.id, change, document, labels);
    }
    let writing = provider.users().expect("users are planned for vendors that have them");
    let list = match live.roster.find(&change.name) {
        Some(person) => change.applied_to(&person.profiles),
        None => change.will_have().clone(),
    };
    vec![writing.assign(&live.id, &change.name, &list)]
}

/// Makes the requests of a change of a profile.
pub(super) fn of_profile(
    provider: &dyn Provider,
    workspace: &WorkspaceId,
    change: &Change,
    document: Option<&Document>,
    labels: &BTreeMap<String, String>,
) -> Vec<Request<WriteEffect>> {
    let mut requests = provider.requests(provider.catalogue(), workspace, change, document);
    let bodies = requests.iter_mut().filter_map(|request| request.body.as_mut());
    bodies.for_each(|body| provider.name_references(body, labels));
    requests
}

/// A request, to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// The HTTP method.
    pub method: String,
    /// The path and query below the endpoint.
    pub target: String,
    /// Headers beside those that every request has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The JSON body, `null` for none.
    pub body: CallBody,
}

impl From<Request<WriteEffect>> for Call {
    fn from(request: Request<WriteEffect>) -> Self {
        let headers = request.headers.iter();
        Self {
            method: request.route.method.to_owned(),
            target: request.target(),
            headers: headers.map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            body: CallBody::new(&request.body.unwrap_or_default()),
        }
    }
}

/// A JSON body as text: a whole document as values takes five times the memory, and a plan may
/// hold thousands.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct CallBody(Box<RawValue>);

impl<'de> Deserialize<'de> for CallBody {
    /// Reads a body, whatever blanks its file has.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(|json| Self::new(&json))
    }
}

impl CallBody {
    /// Writes a body out.
    pub fn new(json: &serde_json::Value) -> Self {
        Self(serde_json::value::to_raw_value(json).expect("JSON can be written as JSON"))
    }

    /// Reads it back.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.0.get()).expect("it was checked when it was made")
    }
}

impl PartialEq for CallBody {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for CallBody {}

impl JsonSchema for CallBody {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CallBody".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "The JSON body, in the vendor's own form." })
    }
}
