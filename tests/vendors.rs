//! What tests know of each vendor, written down apart from the client's own tables: where the truth is
//! kept, which requests serve documents, and which may ever write. Each vendor's are data in its own
//! folder, `facts.json`, so that a new vendor adds no line here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use permctl::model::Document;
use permctl::provider::systems;
use permctl_sandbox::Received;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::harness::{State, folder_of};
use crate::{gong, webex};

/// One vendor as its sandbox keeps it.
#[derive(Debug, Deserialize)]
pub struct VendorFacts {
    /// The provider's word.
    #[serde(skip)]
    pub provider: &'static str,
    /// Workspaces that are simulated: the name in the files and the vendor's id.
    pub workspaces: Vec<(String, String)>,
    /// Where the profiles of a workspace are in the vendor's state; `*` is the workspace's id.
    pub profiles: String,
    /// The member of a profile that says which workspace it is in, where the list is of all.
    #[serde(default)]
    pub owner: Option<String>,
    /// Reads that serve whole profiles: method and path, `*` for any segment.
    pub serves: Vec<String>,
    /// The member of such an answer that lists them; without it the answer is a bare list, or one profile.
    #[serde(default)]
    pub list: Option<String>,
    /// The only requests that may write.
    pub writes: Vec<(String, String)>,
    /// The only requests besides that are no GET: they sign in.
    #[serde(default)]
    pub signs: Vec<(String, String)>,
    /// A change of the first workspace of a fresh tenant.
    pub change: Described,
    /// What another administrator sets by hand of the profile of `change`: the path in the document, and a value.
    pub edit: (String, Json),
    /// Settings that `unlisted: deny` leaves alone, and why.
    pub without_floor: BTreeMap<String, String>,
}

/// A file that describes one profile.
#[derive(Debug, Deserialize)]
pub struct Described {
    /// The profile's name.
    pub profile: String,
    /// The file's text.
    pub file: String,
}

static VENDORS: LazyLock<Vec<VendorFacts>> = LazyLock::new(|| {
    let facts = systems().map(|system| {
        let provider = system.provider.id();
        let path = folder_of(provider).join("facts.json");
        let text = std::fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let facts: VendorFacts = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        VendorFacts { provider, ..facts }
    });
    facts.collect()
});

/// Returns what is known of a provider.
pub fn facts(provider: &str) -> &'static VendorFacts {
    let found = VENDORS.iter().find(|facts| facts.provider == provider);
    found.unwrap_or_else(|| panic!("there is no provider {provider}"))
}

/// Returns how a provider's `live.json` becomes the simulator's state; most are the state.
pub fn state(provider: &str) -> State {
    match provider {
        "gong" => gong::state,
        "webex" => webex::state,
        _ => Json::clone,
    }
}

impl VendorFacts {
    /// Returns the profiles of a workspace as the vendor keeps them.
    pub fn profiles(&self, state: &Json, workspace: &str) -> Vec<Document> {
        let list = state.pointer(&self.profiles.replace('*', workspace));
        let documents = list.and_then(Json::as_array).into_iter().flatten();
        let documents = documents.filter_map(Json::as_object).cloned();
        documents.filter(|it| self.is_of(it, workspace)).collect()
    }

    /// Keeps only some profiles of each workspace, so that a run is short.
    pub fn shrink(&self, state: &mut Json, keep: impl Fn(usize) -> bool) {
        for (_, workspace) in &self.workspaces {
            let list = state.pointer_mut(&self.profiles.replace('*', workspace));
            if let Some(Json::Array(list)) = list {
                let mut at = 0;
                list.retain(|_| {
                    at += 1;
                    keep(at - 1)
                });
            }
        }
    }

    fn is_of(&self, document: &Document, workspace: &str) -> bool {
        let Some(owner) = &self.owner else { return true };
        document.get(owner).is_some_and(|owner| plain(owner) == workspace)
    }

    /// Returns the documents that an answer serves.
    pub fn served(&self, request: &Received, reply: &Json) -> Vec<Document> {
        let whole = self.serves.iter().any(|pattern| fits(pattern, &request.path));
        if request.method != "GET" || !whole {
            return Vec::new();
        }
        match reply {
            Json::Array(items) => items.iter().filter_map(Json::as_object).cloned().collect(),
            Json::Object(members) => {
                let list = self.list.as_ref().and_then(|list| members.get(list));
                match list.and_then(Json::as_array) {
                    Some(items) => items.iter().filter_map(Json::as_object).cloned().collect(),
                    None => vec![members.clone()],
                }
            }
            _ => Vec::new(),
        }
    }

    /// Tells whether a request may change something.
    pub fn is_write(&self, request: &Received) -> bool {
        listed(&self.writes, request)
    }

    /// Tells whether a request is one that may ever be sent.
    pub fn is_allowed(&self, request: &Received) -> bool {
        request.method == "GET" || listed(&self.signs, request) || self.is_write(request)
    }
}

fn listed(table: &[(String, String)], request: &Received) -> bool {
    table.iter().any(|(method, path)| *method == request.method && fits(path, &request.path))
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(segment)) if wanted == segment => {}
            _ => return false,
        }
    }
}

/// Writes an id or a name out, whether it is a text or a number.
pub fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
