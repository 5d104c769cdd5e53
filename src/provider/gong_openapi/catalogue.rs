//! The second dialect's table of settings: what each leaf of a permission profile is, in the order
//! of its document.
//!
//! Facts only, no reading or writing of documents. Names, order and kinds are the OpenAPI document's.
//! It has no defaults, and no answer is recorded: that a switch which is not set is off is a
//! conclusion from Gong's own dialect.
//!
//! No row is `Restricts`: every switch lets holders do or see more.

use std::sync::LazyLock;

use crate::model::SettingPath;
use crate::model::catalogue::{Addressed, Catalogue, Identity, Row};

use super::risk::RISKS;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), Vec::new(), Vec::new()).risks(RISKS));

/// Returns the table.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

fn identity() -> Identity {
    Identity {
        name: SettingPath::new(["name"]),
        id: "profileId",
        addressed: Addressed::ById,
        renames: true,
        // Not documented; a create beside a nearly equal name is a question anyway.
        any_case: false,
        two_step_create: false,
    }
}

/// No member of the document is mandatory, and Gong's own dialect answers `null` for most kinds, so a
/// member that is missing or `null` is empty. A profile without a name was never described, so a missing
/// one is shown.
fn rows() -> Vec<Row> {
    vec![
        servers("profileId").help("Gong's id for the profile. Gong chooses it."),
        Row::text("name")
            .of_profile()
            .empties(&[])
            .help("The profile's name, compared letter by letter, spaces at its end included."),
        Row::text("description")
            .of_profile()
            .help("A note for the people who administer Gong. It has no effect on access."),
        servers("workspaceId").help(
            "The workspace that the profile is in. It is chosen when the profile is made, and no \
             request moves it.",
        ),
        switch("viewOwnCalls").help("Lets holders open the calls that they took part in."),
        switch("viewTeamCalls").help(
            "Lets holders open calls of the people in their team. Who counts as the team is not \
             documented.",
        ),
        switch("viewAllCalls").help("Lets holders open everybody's calls."),
        switch("downloadRecordings")
            .help("Lets holders take recordings of the calls that they can open out of Gong."),
        switch("shareExternally").help("Lets holders share calls with people outside the company."),
        switch("createScorecards").help("Lets holders make scorecards and fill them in for calls."),
        switch("manageUsers")
            .administers()
            .help("Lets holders manage the users of Gong, and so decide what others can do."),
        switch("manageSettings")
            .administers()
            .help("Lets holders change Gong's settings for everybody."),
        servers("userCount")
            .help("How many users have the profile. It changes with each assignment."),
    ]
}

fn servers(name: &str) -> Row {
    Row::text(name).server().empties(&[])
}

fn switch(name: &str) -> Row {
    Row::switch(&format!("permissions.{name}"))
}
