//! Pulse's table of settings: a role is a name and a set of permissions.
//!
//! Facts only, no reading or writing of documents. Which permissions there are differs from account
//! to account, and the account says it; those that the vendor's pages name have a help text here.
//! The order of the members is that of the one documented answer.

use std::sync::LazyLock;

use crate::model::SettingPath;
use crate::model::catalogue::{
    Addressed, Catalogue, Empty, EntryMap, EntryNames, Identity, Row, Wire,
};

use super::risk::RISKS;

/// The member of a role that lists its permissions when it is read. Requests call it otherwise.
pub const PERMISSIONS: &str = "permissions";

/// The member of a role that holds its name.
pub const ROLE: &str = "role";

/// The permissions that the vendor's pages name.
const KNOWN: &[(&str, &str)] = &[
    ("readSupport", "Lets holders see support tickets. Roles of the usual template have it."),
    ("readCRM", "Lets holders see the data of the CRM."),
    ("readApplications", "Lets holders see applications."),
    ("writeApplications", "Lets holders make and change applications."),
    ("readMerchants", "Lets holders see merchants."),
    ("writeMerchants", "Lets holders make and change merchants."),
    (
        "writeApiKeys",
        "Lets holders make, change and delete API keys of the account. A key carries permissions of its own, so \
         people who make keys can hand out access.",
    ),
];

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), Vec::new(), maps()).risks(RISKS));

/// Returns the table.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

fn identity() -> Identity {
    Identity {
        name: SettingPath::new([ROLE]),
        id: "id",
        // A role is known by its name in the path, and no request changes that.
        addressed: Addressed::ByName,
        renames: false,
        // Nothing is said of case, so two such names are taken for one until it is known.
        any_case: true,
        two_step_create: true,
    }
}

fn maps() -> Vec<EntryMap> {
    vec![EntryMap {
        path: SettingPath::new([PERMISSIONS]),
        bundle: None,
        known: KNOWN,
        names: EntryNames::Workspace,
        // Of the names that the pages show, the only one that hands out access itself.
        administers: &["writeApiKeys"],
        restricts: &[],
        switches: &[],
    }]
}

fn rows() -> Vec<Row> {
    let server = |member: &str| Row::text(member).server().empties(&[]);
    vec![
        server("id").help("The vendor's number for the role. Requests go by the name."),
        Row::text(ROLE)
            .of_profile()
            .empties(&[])
            .help("The name that people see. It can't be changed: another name is another role."),
        server("accountId")
            .help("The account that the role belongs to; none for one of the whole system."),
        server("users").help("The users who have the role."),
        Row::switch(PERMISSIONS)
            .wire(Wire::Listed)
            .empties(&[Empty::Absent])
            // Whether an update replaces the list or adds to it is documented nowhere.
            .adds_only("this vendor adds and does not take away here; take it away in its own pages")
            .help(
                "A permission of the account. Its name says what it opens; the account's own list has \
                 the vendor's words for it.",
            ),
    ]
}
