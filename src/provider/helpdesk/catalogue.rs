//! The help desk's table of settings, in the order of its documents.

use std::sync::LazyLock;

use crate::model::SettingPath;
use crate::model::catalogue::Tier::{Critical, Sensitive};
use crate::model::catalogue::{Addressed, Catalogue, Identity, Risk, Risks, Row};

/// Whose tickets holders see, narrowest first.
const TICKETS: &[&str] = &["none", "own", "group", "all"];

/// What settings let people do.
const RISKS: Risks = &[
    (
        "tickets.access",
        Risk::of_level(
            Sensitive,
            &[
                "",
                "open their own tickets",
                "open their group's tickets",
                "open everybody's tickets",
            ],
            "Tickets hold what customers say in confidence.",
        ),
    ),
    ("tickets.delete", Risk::of(Critical, "delete tickets", "What is gone can't be restored.")),
    (
        "manageRoles",
        Risk::of(
            Critical,
            "change roles, and so decide what others can do",
            "A person can give any access, also to themselves.",
        ),
    ),
    ("tickets.export", Risk::of(Critical, "save tickets as files", "A copy leaves the help desk.")),
];

/// The table.
pub(super) static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), Vec::new(), Vec::new()).risks(RISKS));

fn identity() -> Identity {
    Identity {
        name: SettingPath::new(["name"]),
        id: "id",
        addressed: Addressed::ById,
        renames: true,
        any_case: false,
        two_step_create: false,
    }
}

fn rows() -> Vec<Row> {
    vec![
        Row::text("id").server().help("The help desk's number for the role."),
        Row::text("name").of_profile().empties(&[]).help("The name that people see."),
        Row::text("description").of_profile().help("What the role is for."),
        Row::level("tickets.access", TICKETS).help("Whose tickets holders can open."),
        Row::switch("tickets.delete").help("Lets holders delete tickets."),
        Row::switch("manageRoles")
            .administers()
            .help("Lets holders change roles, and so decide what others can do."),
        Row::switch("tickets.export")
            .since(2)
            .help("Lets holders take tickets out as a file. A later generation knows it."),
        Row::switch("builtIn").server().help("Whether the role came with the help desk."),
    ]
}
