//! What the second dialect's switches let people do, in words that follow "can", and what that can cost. The
//! judgements are ours, not Gong's.

use crate::model::catalogue::Tier::{Critical, Ordinary, Sensitive};
use crate::model::catalogue::{Risk, Risks};

const READS_TALKS: &str = "What customers and colleagues say in confidence can be read by people \
    who were not there.";

/// The table.
pub const RISKS: Risks = &[
    (
        "permissions.viewOwnCalls",
        Risk::of(Ordinary, "open the calls that they took part in", "They were there."),
    ),
    ("permissions.viewTeamCalls", Risk::of(Sensitive, "open the calls of their team", READS_TALKS)),
    ("permissions.viewAllCalls", Risk::of(Sensitive, "open everybody's calls", READS_TALKS)),
    (
        "permissions.downloadRecordings",
        Risk::of(
            Critical,
            "save recordings of calls as files",
            "A copy leaves Gong, beyond the reach of those who answer for it.",
        ),
    ),
    (
        "permissions.shareExternally",
        Risk::of(
            Critical,
            "share calls with people outside the company",
            "A call that was shared outside is read there, and can't be called back.",
        ),
    ),
    (
        "permissions.createScorecards",
        Risk::of(
            Ordinary,
            "make scorecards and fill them in",
            "A score bears the name of the person who gave it.",
        ),
    ),
    (
        "permissions.manageUsers",
        Risk::of(
            Critical,
            "manage users, and so decide what others can do",
            "A person can give any access, also to themselves.",
        ),
    ),
    (
        "permissions.manageSettings",
        Risk::of(
            Critical,
            "change Gong's settings for everybody",
            "Recording, retention and sharing for everybody can be changed by one person.",
        ),
    ),
];
