//! The people of the fresh company.
//!
//! Names only; ids come from the caller, so that the list can be read as a list.

use serde_json::{Value as Json, json};

use crate::members::Document;

/// First name, last name, and both as they stand in an address.
type Names = [(&'static str, &'static str); 25];

const FIRST: Names = [
    ("Łukasz", "lukasz"),
    ("Søren", "soren"),
    ("José", "jose"),
    ("Zoë", "zoe"),
    ("Priya", "priya"),
    ("Mehmet", "mehmet"),
    ("Aoife", "aoife"),
    ("Kwame", "kwame"),
    ("Yūki", "yuki"),
    ("Chiara", "chiara"),
    ("Jürgen", "juergen"),
    ("Fatima", "fatima"),
    ("Linh", "linh"),
    ("Mateo", "mateo"),
    ("Anna-Maria", "anna-maria"),
    ("Oluwaseun", "oluwaseun"),
    ("Noé", "noe"),
    ("Hannah", "hannah"),
    ("Rahul", "rahul"),
    ("Iñaki", "inaki"),
    ("Svetlana", "svetlana"),
    ("Tomáš", "tomas"),
    ("Leila", "leila"),
    ("Wei", "wei"),
    ("Siobhán", "siobhan"),
];

const LAST: Names = [
    ("Wójcik", "wojcik"),
    ("Østergaard", "oestergaard"),
    ("García López", "garcia"),
    ("van den Berg", "vandenberg"),
    ("Raman", "raman"),
    ("Yılmaz", "yilmaz"),
    ("O'Brien", "obrien"),
    ("Mensah", "mensah"),
    ("Tanaka", "tanaka"),
    ("D'Angelo", "dangelo"),
    ("Müller", "mueller"),
    ("Al-Sayed", "al-sayed"),
    ("Nguyễn", "nguyen"),
    ("Fernández", "fernandez"),
    ("Papadopoulou", "papadopoulou"),
    ("Adeyemi", "adeyemi"),
    ("Lefèvre", "lefevre"),
    ("Goldberg", "goldberg"),
    ("Iyer", "iyer"),
    ("Etxeberria", "etxeberria"),
    ("Ivanova", "ivanova"),
    ("Dvořák", "dvorak"),
    ("Haddad", "haddad"),
    ("Chen", "chen"),
    ("Ní Dhomhnaill", "nidhomhnaill"),
];

/// People that examples and tests name, with their places in the list. Two are beyond the first
/// page, so that a client that reads one page only can't find them.
const NAMED: [(usize, &str, &str); 5] = [
    (0, "Ada", "Lovelace"),
    (1, "Grace", "Hopper"),
    (60, "Katherine", "Johnson"),
    (110, "Margaret", "Hamilton"),
    (120, "Edsger", "Dijkstra"),
];

const TITLES: [&str; 5] =
    ["Account Executive", "Sales Development", "Sales Engineer", "Account Manager", "Team Lead"];

/// How many people the company has: more than one page.
const COUNT: usize = 130;

/// One person.
pub struct Person {
    first: &'static str,
    last: &'static str,
    /// The part of the address before the `@`.
    address: String,
    alias: Option<String>,
    title: &'static str,
    active: bool,
}

/// Returns everybody in the order of the API's list.
pub fn all() -> Vec<Person> {
    let mut other = 0;
    (0..COUNT)
        .map(|place| {
            if let Some(&(_, first, last)) = NAMED.iter().find(|(at, ..)| *at == place) {
                return Person {
                    first,
                    last,
                    address: format!("{first}.{last}").to_lowercase(),
                    alias: (first == "Ada").then(|| "ada.byron".to_owned()),
                    title: "Head of Sales",
                    active: first != "Edsger",
                };
            }
            // Each round pairs every first name with the last name five further on.
            let (row, round) = (other % FIRST.len(), other / FIRST.len());
            let (first, last) = (FIRST[row], LAST[(row + 5 * round) % LAST.len()]);
            other += 1;
            Person {
                first: first.0,
                last: last.0,
                address: format!("{}.{}", first.1, last.1),
                alias: (other % 9 == 0).then(|| format!("{}.{}", last.1, first.1)),
                title: TITLES[other % TITLES.len()],
                active: other % 21 != 0,
            }
        })
        .collect()
}

impl Person {
    /// Returns the object that the API gives for this person.
    pub fn user(&self, id: &str) -> Document {
        let address = |name: &str| format!("{name}@acme.example");
        let aliases: Vec<String> = self.alias.iter().map(|alias| address(alias)).collect();
        let user = json!({
            "id": id,
            "emailAddress": address(&self.address),
            "created": "2025-03-03T08:30:00Z",
            "active": self.active,
            "emailAliases": aliases,
            "trustedEmailAddress": null,
            "firstName": self.first,
            "lastName": self.last,
            "title": self.title,
            "phoneNumber": null,
            "extension": null,
            "personalMeetingUrls": [],
            "settings": {
                "webConferencesRecorded": self.active,
                "preventWebConferenceRecording": false,
                "telephonyCallsImported": false,
                "emailsImported": self.active,
                "preventEmailImport": false,
                "nonRecordedMeetingsImported": false,
                "gongConnectEnabled": self.active,
            },
            "managerId": null,
            "meetingConsentPageUrl": null,
            "conferencingProviders": [],
            "spokenLanguages": [],
        });
        match user {
            Json::Object(user) => user,
            _ => unreachable!("the literal above is an object"),
        }
    }
}
