//! What a fresh simulated company has: always the same people and profiles.
//!
//! Among the profiles are what a client has to live with: a name that ends in a space, switches
//! that are not there, switches and members newer than the document. Nothing here is random.

use serde_json::{Value as Json, json};

use super::document::{PERMISSIONS, SWITCHES};
use super::{GongOpenapi, State};
use crate::Vendor;
use crate::members::{Document, remove, text};

const EMEA: &str = "3517046198802156733";
const AMER: &str = "5520841937764401298";

const FIRST: [&str; 8] = ["Amara", "Bjørn", "Chloé", "Dmitri", "Esra", "Farid", "Gwen", "Hiroshi"];
const LAST: [&str; 6] = ["Okafor", "Lindqvist", "Moreau", "Petrov", "O'Shea", "Nakamura"];

/// Makes the company that a sandbox starts with.
pub fn fresh() -> Box<dyn Vendor> {
    let mut fresh = Fresh::default();
    for (id, name) in [(EMEA, "EMEA Revenue"), (AMER, "AMER Revenue")] {
        fresh.state.workspaces.insert(id.to_owned(), name.to_owned());
    }
    fresh.people();
    fresh.emea();
    fresh.amer();
    Box::new(GongOpenapi::new(fresh.state))
}

/// The company while it is being made.
#[derive(Default)]
struct Fresh {
    state: State,
}

impl Fresh {
    fn next_id(&mut self) -> String {
        self.state.sequence += 1;
        id(self.state.sequence)
    }

    fn people(&mut self) {
        for last in LAST {
            for first in FIRST {
                let address: String = format!("{first}.{last}")
                    .to_lowercase()
                    .chars()
                    .filter_map(in_address)
                    .collect();
                let user = json!({
                    "userId": self.next_id(),
                    "emailAddress": format!("{address}@acme.example"),
                    "firstName": first,
                    "lastName": last,
                });
                self.state.users.extend(user.as_object().cloned());
            }
        }
    }

    fn emea(&mut self) {
        self.profile(EMEA, "Business Admin", "Runs Gong for the company", &SWITCHES, 0..2);
        let member = ["viewOwnCalls", "viewTeamCalls", "viewAllCalls", "shareExternally"];
        self.profile(EMEA, "Standard Team Member", "What everybody needs", &member, 2..12);
        let representative = ["viewOwnCalls", "viewTeamCalls", "downloadRecordings"];
        let document = self.profile(
            EMEA,
            "Sales Representative",
            "Account executives",
            &representative,
            12..24,
        );
        // The vendor may add switches at any time, and its document follows later.
        switches(document).insert("recordCallsOnMobile".to_owned(), json!(true));
        let manager = ["viewOwnCalls", "viewTeamCalls", "createScorecards"];
        let document = self.profile(EMEA, "Sales Manager", "Leads a team", &manager, 24..28);
        document.insert("origin".to_owned(), json!({"clonedFrom": "18446744073709551616"}));
        let document = self.profile(
            EMEA,
            "Integration User ",
            "Used by the data warehouse",
            &["viewAllCalls", "downloadRecordings"],
            28..29,
        );
        for switch in ["createScorecards", "manageUsers", "manageSettings"] {
            switches(document).shift_remove(switch);
        }
    }

    fn amer(&mut self) {
        self.profile(AMER, "Business Admin", "Runs Gong for the company", &SWITCHES, 30..31);
        let success = ["viewOwnCalls", "viewTeamCalls", "shareExternally"];
        self.profile(AMER, "Customer Success", "Looks after customers", &success, 31..40);
        let document = self.profile(AMER, "Observer", "", &["viewOwnCalls"], 0..0);
        remove(document, &["description"]);
    }

    fn profile(
        &mut self,
        workspace: &str,
        name: &str,
        description: &str,
        on: &[&str],
        holders: std::ops::Range<usize>,
    ) -> &mut Document {
        let id = self.next_id();
        let holders: Vec<String> =
            self.state.users[holders].iter().map(|user| text(user, "userId").to_owned()).collect();
        let is_on = |switch: &str| on.contains(&switch);
        let switches: Document =
            SWITCHES.iter().map(|&switch| (switch.to_owned(), json!(is_on(switch)))).collect();
        let document = Document::from_iter([
            ("profileId".to_owned(), json!(id)),
            ("name".to_owned(), json!(name)),
            ("description".to_owned(), json!(description)),
            ("workspaceId".to_owned(), json!(workspace)),
            (PERMISSIONS.to_owned(), switches.into()),
            ("userCount".to_owned(), json!(holders.len())),
        ]);
        self.state.holders.insert(id, holders);
        let profiles = self.state.profiles.entry(workspace.to_owned()).or_default();
        profiles.push(document);
        profiles.last_mut().expect("one was just added")
    }
}

fn switches(document: &mut Document) -> &mut Document {
    document
        .get_mut(PERMISSIONS)
        .and_then(Json::as_object_mut)
        .expect("every profile of the seed has switches")
}

/// Returns a letter of a name as it stands in an address.
fn in_address(letter: char) -> Option<char> {
    match letter {
        'ø' => Some('o'),
        'é' => Some('e'),
        '\'' => None,
        other => Some(other),
    }
}

/// Returns the nth id: 19 digits that look unrelated to their neighbours'.
pub fn id(sequence: u64) -> String {
    // An odd factor makes the products of different numbers differ.
    let spread = sequence.wrapping_mul(0xD134_2543_DE82_EF95) >> 2;
    (1_000_000_000_000_000_000 + spread).to_string()
}
