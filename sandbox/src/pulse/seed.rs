//! What a fresh simulated Pulse has: always the same account, permissions, roles and people.
//!
//! The account comes from a template, as the vendor says that most do: `agent` and `user` are in it.
//! The others show what accounts grow. A second account of the same company is there for the
//! readings about it.

use serde_json::{Value as Json, json};

use super::{Account, Permission, Pulse, SUPER_ADMIN, State, User};
use crate::Vendor;

/// The company's account.
const ACCOUNT: &str = "4731740365629714";
/// An account of somebody else.
const OTHER_ACCOUNT: &str = "9026418837150462";

/// Permission, category and what it says.
const PERMISSIONS: [(&str, &str, &str); 20] = [
    ("readSupport", "Support", "View support tickets"),
    ("writeSupport", "Support", "Answer and close support tickets"),
    ("readCRM", "CRM", "View CRM Data"),
    ("writeCRM", "CRM", "Change CRM data"),
    ("exportCRM", "CRM", "Export CRM data"),
    ("readApplications", "Applications", "View applications"),
    ("writeApplications", "Applications", "Create and change applications"),
    ("approveApplications", "Applications", "Approve or decline applications"),
    ("readMerchants", "Merchants", "View merchants"),
    ("writeMerchants", "Merchants", "Create and change merchants"),
    ("readResiduals", "Finance", "View residuals"),
    ("readReports", "Finance", "View reports"),
    ("exportReports", "Finance", "Export reports"),
    ("readCalendar", "Collaboration", "View calendars"),
    ("writeCalendar", "Collaboration", "Change calendars"),
    ("sendEmail", "Collaboration", "Send e-mail from the CRM"),
    ("readUsers", "Administration", "View users"),
    ("writeUsers", "Administration", "Create and change users"),
    ("writeRoles", "Administration", "Create, change and delete roles"),
    ("writeApiKeys", "Administration", "Create and change API keys"),
];

/// Makes the system that a sandbox starts with.
pub fn fresh() -> Box<dyn Vendor> {
    let all: Vec<String> = PERMISSIONS.iter().map(|(name, _, _)| (*name).to_owned()).collect();
    // The account did not buy everything that the system has.
    let bought = all.iter().filter(|name| *name != "exportReports").cloned().collect();
    let state = State {
        accounts: vec![
            Account { id: ACCOUNT.to_owned(), name: "Acme".to_owned(), permissions: bought },
            Account { id: OTHER_ACCOUNT.to_owned(), name: "Globex".to_owned(), permissions: all },
        ],
        permissions: PERMISSIONS
            .iter()
            .map(|(name, category, description)| Permission {
                permission: (*name).to_owned(),
                description: (*description).to_owned(),
                category: (*category).to_owned(),
            })
            .collect(),
        roles: roles().into_iter().filter_map(|role| role.as_object().cloned()).collect(),
        users: [
            ("ada.lovelace", "Ada Lovelace", &["admin"][..]),
            ("grace.hopper", "Grace Hopper", &["Manager Two", "user"]),
            ("alan.turing", "Alan Turing", &["agent"]),
            ("edsger.dijkstra", "Edsger Dijkstra", &["agent", "user"]),
            ("barbara.liskov", "Barbara Liskov", &["user"]),
            ("system.operator", "System Operator", &[SUPER_ADMIN]),
        ]
        .map(|(name, full_name, roles)| User {
            email: format!("{name}@acme.example"),
            name: full_name.to_owned(),
            account_id: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        })
        .to_vec(),
        ..State::default()
    };
    Box::new(Pulse::new(state))
}

fn roles() -> Vec<Json> {
    let role = |id: u64, name: &str, account: Option<&str>, permissions: &str| {
        let permissions: Vec<&str> = permissions.split_whitespace().collect();
        json!({"id": id, "role": name, "accountId": account, "permissions": permissions})
    };
    vec![
        role(243, "agent", Some(ACCOUNT), "readSupport"),
        role(244, "user", Some(ACCOUNT), "readSupport"),
        role(
            245,
            "Manager Two",
            Some(ACCOUNT),
            "readSupport writeSupport readCRM writeCRM readReports readCalendar",
        ),
        role(
            246,
            "admin",
            Some(ACCOUNT),
            "readSupport readCRM readUsers writeUsers writeRoles writeApiKeys",
        ),
        role(247, "Underwriting / Risk", Some(ACCOUNT), "readApplications approveApplications"),
        role(1, SUPER_ADMIN, None, "readUsers writeUsers writeRoles writeApiKeys"),
        role(2, "systemSupport", None, "readSupport readUsers"),
        role(380, "agent", Some(OTHER_ACCOUNT), "readSupport readCRM"),
        role(381, "partner", Some(OTHER_ACCOUNT), "readMerchants"),
    ]
}
