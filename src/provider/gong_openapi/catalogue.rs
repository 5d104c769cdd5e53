//! The second dialect's table of settings: what each leaf of a permission profile is, in the order
//! of its document.
//!
//! Facts only, no reading or writing of documents. Names, order and kinds are the OpenAPI document's.
//! It has no defaults, and nobody has recorded an answer: that a switch which nobody set is off is a
//! conclusion from Gong's own dialect.
//!
//! No row is `Restricts`: every switch lets holders do or see more.

use std::sync::LazyLock;

use crate::model::catalogue::{
    Access, Addressed, Catalogue, Empty, Identity, Kind, Owner, Row, Wire,
};
use crate::model::{SettingPath, Value};

/// The object that holds the switches.
const PERMISSIONS: &str = "permissions";

/// No member of the document is mandatory, and Gong's own dialect answers `null` for most kinds.
const NOTHING: &[Empty] = &[Empty::Absent, Empty::Null];

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), Vec::new(), Vec::new()));

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

fn rows() -> Vec<Row> {
    vec![
        servers("profileId", "Gong's id for the profile. Gong chooses it."),
        Row {
            // A profile without a name was never described, so a missing one is shown.
            empties: &[],
            ..text(
                "name",
                "The profile's name, compared letter by letter, spaces at its end included.",
            )
        },
        text(
            "description",
            "A note for the people who administer Gong. It has no effect on access.",
        ),
        servers(
            "workspaceId",
            "The workspace that the profile is in. It is chosen when the profile is made, and no \
             request moves it.",
        ),
        switch("viewOwnCalls", "Lets holders open the calls that they took part in."),
        switch(
            "viewTeamCalls",
            "Lets holders open calls of the people in their team. Who counts as the team is not \
             documented.",
        ),
        switch("viewAllCalls", "Lets holders open everybody's calls."),
        switch(
            "downloadRecordings",
            "Lets holders take recordings of the calls that they can open out of Gong.",
        ),
        switch("shareExternally", "Lets holders share calls with people outside the company."),
        switch("createScorecards", "Lets holders make scorecards and fill them in for calls."),
        Row {
            administers: true,
            ..switch(
                "manageUsers",
                "Lets holders manage the users of Gong, and so decide what others can do.",
            )
        },
        Row {
            administers: true,
            ..switch("manageSettings", "Lets holders change Gong's settings for everybody.")
        },
        servers(
            "userCount",
            "How many users have the profile. It changes whenever somebody is assigned.",
        ),
    ]
}

fn servers(name: &str, help: &'static str) -> Row {
    Row { empties: &[], owner: Owner::Server, ..text(name, help) }
}

fn text(name: &str, help: &'static str) -> Row {
    Row {
        path: SettingPath::new([name]),
        kind: Kind::Text,
        access: Access::Neutral,
        floor: None,
        on_create: Some(Value::text("")),
        owner: Owner::Profile,
        ..switch(name, help)
    }
}

fn switch(name: &str, help: &'static str) -> Row {
    Row {
        path: SettingPath::new([PERMISSIONS, name]),
        kind: Kind::Flag,
        access: Access::Grants,
        floor: Some(Value::Flag(false)),
        equal_to_floor: &[],
        on_create: Some(Value::Flag(false)),
        empties: NOTHING,
        owner: Owner::Files,
        immutable: false,
        references: None,
        wire: Wire::Plain,
        inert_when: None,
        adds_only: None,
        administers: false,
        help,
    }
}
