//! What a fresh simulated organization has: always the same profiles, collections and users.
//!
//! It shows what live tenants hold: six profiles that the vendor shipped and nobody can change, two
//! of the customer's own, entries in no useful order. Nothing here is random.

use serde_json::{Value as Json, json};

use super::document::{COLLECTIONS, PERMISSIONS, in_order};
use super::names::{LEVELLED, RESOURCE_TYPES, SWITCHES, is_switch};
use super::{Organization, Referrer, State, Webex};
use crate::Vendor;
use crate::members::{Document, text};

/// The only organization.
pub const ORGANIZATION: &str = "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10";

/// What the organization has no license for.
const UNLICENSED: &str = "campaign-manager business-rules-engine sentiment-analysis \
    evaluation-forms-calibrate-questions predicted-wait-time personalized-ai-routing";

/// What those who lead a team may look at.
const LEADERS_VIEW: &str = "audio-prompt holiday-list override working-hour support-number queue \
    flow global-variable user site skill-profile skill-definition multimedia-profile \
    idle-wrapup-code outdial-ani desktop-layout desktop-profile audit-trail";

/// What those who lead a team may change.
const LEADERS_EDIT: &str = "team address-book quick-reply tag threshold-rule \
    call-recording-schedule";

/// The switches of those who lead a team.
const LEADERS_ON: &str = "additional-supervisory change-agent-state reskill-agent send-message \
    sign-out-agent analyzer call-monitoring barge-in";

/// The people who have the custom profiles.
const LEADERS: [&str; 5] =
    ["Ines Carvalho", "Tomasz Wrona", "Leila Haddad", "Jonas Falk", "Aoife Brennan"];

/// Makes the organization that a sandbox starts with.
pub fn fresh() -> Box<dyn Vendor> {
    let mut fresh = Fresh::default();
    let all = licensed(&format!("{LEVELLED} {SWITCHES}"));
    fresh.organization.permissions = all.split_whitespace().map(str::to_owned).collect();
    fresh.collections();
    fresh.shipped_profiles();
    fresh.own_profiles();
    let Fresh { mut state, organization } = fresh;
    state.organizations.insert(ORGANIZATION.to_owned(), organization);
    Box::new(Webex::new(state))
}

/// The organization while it is being made.
#[derive(Default)]
struct Fresh {
    state: State,
    organization: Organization,
}

impl Fresh {
    fn collections(&mut self) {
        for (name, description, narrow) in [
            ("EMEA", "Queues and teams in Europe, the Middle East and Africa", "queue team site"),
            ("AMER", "Queues and teams in the Americas", "queue team site"),
            ("Shared Services", "What all regions use", "flow function audio-prompt"),
        ] {
            let ids = [self.state.next_id(), self.state.next_id()];
            let resources = RESOURCE_TYPES.split_whitespace().map(|resource| {
                if narrow.split_whitespace().any(|it| it == resource) {
                    json!({"name": resource, "accessLevel": "SPECIFIC", "ids": ids})
                } else {
                    json!({"name": resource, "accessLevel": "ALL"})
                }
            });
            let resources: Vec<Json> = resources.collect();
            let collection = json!({
                "organizationId": ORGANIZATION,
                "id": self.state.next_id(),
                "version": 1,
                "name": name,
                "description": description,
                "resources": resources,
                "resourceCount": 3 * ids.len(),
                "createdTime": self.state.next_time(),
            });
            self.organization.collections.extend(collection.as_object().cloned());
        }
    }

    fn shipped_profiles(&mut self) {
        for (name, profile_type, permissions, holders) in [
            ("Administrator Profile", "ADMINISTRATOR", "ALL", 2),
            ("Administrator Only Profile", "ADMINISTRATOR_ONLY", "SPECIFIC", 1),
            ("Supervisor Profile", "SUPERVISOR", "ALL", 3),
            ("Premium Agent Profile", "PREMIUM_AGENT", "ALL", 12),
            ("Standard Agent Profile", "STANDARD_AGENT", "SPECIFIC", 8),
            ("Analyzer User Profile", "ANALYZER_USER", "ALL", 0),
        ] {
            let document = self.profile(name, "Came with Contact Center", profile_type);
            let document = with(document, "permissionAccessLevel", json!(permissions));
            let mut document = with(document, "systemDefault", json!(true));
            let (edit, on) = match profile_type {
                "ADMINISTRATOR_ONLY" => (licensed(LEVELLED), "analyzer"),
                "STANDARD_AGENT" => (String::new(), "generated-summary real-time-transcription"),
                _ => (String::new(), ""),
            };
            let entries = self.entries(&edit, "", on);
            document = with(document, PERMISSIONS, entries);
            let holders = (0..holders).map(|number| format!("{name} Holder {number}"));
            let holders: Vec<String> = holders.collect();
            self.add(document, &holders);
        }
    }

    fn own_profiles(&mut self) {
        let leader = self.profile("EMEA Supervisor", "Leads a team in EMEA", "SUPERVISOR");
        let entries = self.entries(LEADERS_EDIT, LEADERS_VIEW, LEADERS_ON);
        let leader = with(leader, PERMISSIONS, entries);
        let leader = with(leader, "permissionAccessLevel", json!("SPECIFIC"));
        let leader = with(leader, "resourceAccessLevel", json!("SPECIFIC"));
        let emea = self.organization.collections[0]["id"].clone();
        let leader = with(leader, COLLECTIONS, json!([{"id": emea}]));
        let leader = with(leader, "defaultResourceCollectionId", emea);
        let leader = with(leader, "viewableFolderIds", json!([120, 7]));
        self.add(leader, &LEADERS[..4].iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        let designer =
            self.profile("Flow Designer", "Builds flows and prompts", "ADMINISTRATOR_ONLY");
        let entries = self.entries(
            "audio-prompt flow function global-variable holiday-list override working-hour",
            "queue channel support-number flow-settings-override team skill-profile \
             skill-definition site",
            "",
        );
        let designer = with(designer, PERMISSIONS, entries);
        let designer = with(designer, "permissionAccessLevel", json!("SPECIFIC"));
        let designer = with(designer, "editableFolderIds", json!([31]));
        self.add(designer, &[LEADERS[4].to_owned()]);
    }

    fn profile(&mut self, name: &str, description: &str, profile_type: &str) -> Document {
        let time = self.state.next_time();
        let document = json!({
            "organizationId": ORGANIZATION,
            "id": self.state.next_id(),
            "version": 1,
            "name": name,
            "description": description,
            "profileType": profile_type,
            "active": true,
            "permissionAccessLevel": "ALL",
            "resourceAccessLevel": "ALL",
            "permissions": [],
            "editableFolderIds": [],
            "viewableFolderIds": [],
            "nonViewableFolderIds": [],
            "systemDefault": false,
            "resourceCollections": [],
            "createdTime": time,
            "lastUpdatedTime": time,
        });
        document.as_object().cloned().unwrap_or_default()
    }

    /// Makes entries in the order of their ids, which is no order to a reader.
    fn entries(&mut self, edit: &str, view: &str, on: &str) -> Json {
        let mut entries = Vec::new();
        for (names, access) in [(edit, "EDIT"), (view, "VIEW"), (on, "ENABLED")] {
            for name in names.split_whitespace() {
                debug_assert_eq!(is_switch(name), access == "ENABLED", "{name}");
                let id = self.state.next_id();
                entries.push(json!({"id": id, "name": name, "access": access}));
            }
        }
        entries.sort_by_key(|entry| entry["id"].to_string());
        entries.into()
    }

    fn add(&mut self, document: Document, holders: &[String]) {
        for name in holders {
            let referrer = Referrer {
                entity: Referrer::user(),
                id: self.state.next_id(),
                name: name.clone(),
                user_profile_id: text(&document, "id").to_owned(),
            };
            self.organization.referrers.push(referrer);
        }
        self.organization.profiles.push(document);
    }
}

/// Leaves out the names of permissions that the organization has no license for.
fn licensed(names: &str) -> String {
    let unlicensed: Vec<&str> = UNLICENSED.split_whitespace().collect();
    let names = names.split_whitespace().filter(|name| !unlicensed.contains(name));
    names.collect::<Vec<_>>().join(" ")
}

fn with(mut document: Document, member: &str, value: Json) -> Document {
    document.insert(member.to_owned(), value);
    in_order(document)
}

/// Returns the nth id.
pub fn identifier(sequence: u64) -> String {
    let (high, low) = (scramble(sequence), scramble(!sequence));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        (low >> 48) & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Returns the nth time, in milliseconds; every one is later than those before.
pub fn time(sequence: u64) -> u64 {
    1_768_000_000_000 + sequence * 1_000
}

/// Spreads consecutive numbers over all 64 bits (the finishing steps of SplitMix64), so that equal
/// inputs give equal ids on every machine and neighbours look unrelated.
fn scramble(sequence: u64) -> u64 {
    let mut bits = sequence.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
