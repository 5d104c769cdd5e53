//! Gong's table of settings: what each leaf of a permission profile is, in the order of the wire.
//!
//! Facts only, no reading or writing of documents. The page and action switches are in
//! [`super::switches`]. Sources: Gong's OpenAPI document of July 2026 for names, order and levels;
//! recorded answers for what a new profile gets and where `null` appears.
//!
//! Recorded answers hold `null` for texts, id lists and even a switch, and older or newer servers leave
//! whole members out; a new profile gets `none`, `false` and no ids for whatever its request leaves out.
//!
//! No row is `Restricts`: every switch, wider level or additional id lets holders do or see more.
//! That includes `privateCalls`, which takes calls away from others but is an ability of the holder.

use std::sync::LazyLock;

use crate::model::SettingPath;
use crate::model::catalogue::{
    Addressed, Bundle, Catalogue, Identity, Reference, ReferenceKind, Row,
};

use super::risk::RISKS;
use super::switches;

/// Levels of the six access scopes and the three forecast scopes. The specification also lists one
/// value that joins all five names with slashes; no answer ever held it, so it is not a level.
const SCOPE_LEVELS: &[&str] = &["none", "own", "report-to-them", "managers-team", "all"];

/// Levels of the library. The specification's joined value is left out here too.
const LIBRARY_LEVELS: &[&str] = &["none", "specific-folders", "all"];

/// Levels beside which team leads are read in opposite ways: one client of the API takes `none`
/// with leads for "only these teams", another takes it for no access. Both pairs exist live.
const AMBIGUOUS_LEVELS: &[&str] = &["none", "all"];

const LIBRARY: &str = "libraryFolderAccess";
const FORECAST: [&str; 3] = [
    "forecastPermissions.forecastAccess",
    "forecastPermissions.forecastEditSubmissions",
    "forecastPermissions.forecastEditTargets",
];

const LEADS: &str = "Team leads whose teams the level beside it reaches; meant for \
    `managers-team`, but found live with every level. Beside `none` and `all` it is not known \
    outside Gong what they do, so such a pair is shown and never newly written.";

/// A user, named by e-mail address.
pub const USER: ReferenceKind = ReferenceKind(&Reference {
    noun: "user",
    plural: "users",
    expected: "an e-mail address or an id",
    is_id: is_number,
    could_be: |text| is_number(text) || text.contains('@'),
    any_case: true,
    lists_all: true,
    written_with_name: false,
    deactivated: Some(
        "a deactivated user still works as a team lead; take the name out when the team has a new one",
    ),
});

/// A library folder, named by its name or its path.
pub const FOLDER: ReferenceKind = ReferenceKind(&Reference {
    noun: "folder",
    plural: "folders",
    expected: "a folder name, a folder path or an id",
    is_id: is_number,
    could_be: |text| !text.trim().is_empty(),
    any_case: false,
    // Private and archived ones are not listed.
    lists_all: false,
    written_with_name: false,
    deactivated: None,
});

/// Every id of Gong's is a number, written as text.
fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(identity(), rows(), bundles(), Vec::new()).risks(RISKS));

/// Returns the table.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

fn identity() -> Identity {
    Identity {
        name: path("name"),
        id: "id",
        addressed: Addressed::ById,
        renames: true,
        // Whether Gong takes two names that differ in case for one is not documented; a create
        // beside a nearly equal name is a question anyway.
        any_case: false,
        two_step_create: false,
    }
}

fn rows() -> Vec<Row> {
    let mut rows = vec![
        Row::text("id").server().empties(&[]).help(
            "Gong's number for the profile, up to 20 digits. Gong chooses it and ignores one that is \
             sent with a new profile.",
        ),
        // A profile without a name was never seen, so a missing one is shown, not taken for "".
        Row::text("name").of_profile().empties(&[]).help(
            "The profile's name, compared letter by letter: Gong keeps spaces at its end. The same \
             name may occur in several workspaces.",
        ),
        Row::text("description").of_profile().help(
            "A note for the people who administer Gong. It has no effect on access.",
        ),
    ];
    rows.extend(scope(
        "callsAccess",
        "Whose calls holders can open: none, their own, those of the people below them, of \
         their manager's teams, or everybody's. Calls shared with a person, and calls in library \
         folders open to them, are reachable whatever the level.",
    ));
    rows.extend(library());
    rows.extend(scope(
        "dealsAccess",
        "Whose deals holders can see. The look-alike `deals` opens the pages, this decides what \
         is on them.",
    ));
    let [view, submissions, targets] = FORECAST;
    rows.extend(scope(
        view,
        "Whose forecast submissions holders can see. The look-alike `forecast` opens the pages.",
    ));
    rows.extend(scope(submissions, "Whose forecast submissions holders can change."));
    rows.extend(scope(targets, "Whose forecast targets holders can change."));
    rows.extend(scope(
        "coachingAccess",
        "Whose coaching data holders can see. The look-alike `coaching` opens the pages.",
    ));
    rows.extend(scope(
        "insightsAccess",
        "Whose insights data holders can see. No page switch has a similar name; the nearest are \
         `teamStats`, `initiatives`, `market` and `activity`.",
    ));
    rows.extend(scope(
        "usageAccess",
        "Whose usage data holders can see. The look-alike `usage` opens the pages that show it.",
    ));
    rows.extend(scope(
        "emailsAccess",
        "Whose e-mails holders can read. There is no page switch for e-mails; `deleteEmails` is \
         about removing them.",
    ));
    rows.extend(switches::rows());
    rows
}

fn bundles() -> Vec<Bundle> {
    const SCOPES: [&str; 6] = [
        "callsAccess",
        "dealsAccess",
        "coachingAccess",
        "insightsAccess",
        "usageAccess",
        "emailsAccess",
    ];
    let library = path(LIBRARY);
    let shared = Bundle {
        members: self::library().into_iter().map(|row| row.path).collect(),
        path: library,
        ambiguous_levels: &[],
    };
    SCOPES
        .into_iter()
        .chain(FORECAST)
        .map(|scope| Bundle {
            path: path(scope),
            members: vec![path(&level_of(scope)), path(scope).join("teamLeadIds")],
            ambiguous_levels: AMBIGUOUS_LEVELS,
        })
        .chain([shared])
        .collect()
}

fn scope(scope: &str, help: &'static str) -> [Row; 2] {
    let leads = Row::ids(&format!("{scope}.teamLeadIds")).references(USER).help(LEADS);
    [Row::level(&level_of(scope), SCOPE_LEVELS).help(help), leads]
}

/// Gong documents for the five beside the level that they may be set only beside another level than
/// `none`, and still answers with `false` and `null` beside it: there they carry no meaning.
fn library() -> Vec<Row> {
    let level = level_of(LIBRARY);
    let member = |member: &str| format!("{LIBRARY}.{member}");
    let switch =
        |name: &str, help| Row::switch(&member(name)).inert_when(&level, "none").help(help);
    vec![
        Row::level(&level, LIBRARY_LEVELS).help(
            "Which library folders holders can open: none, the listed ones, or all. Under `none` \
             the other library settings mean nothing. The look-alike `library` opens the pages.",
        ),
        Row::ids(&member("libraryFolderIds")).references(FOLDER).inert_when(&level, "none").help(
            "The library folders that the level `specific-folders` opens. Private and archived \
             folders can't be looked up, so their ids may stay without a name.",
        ),
        switch(
            "managePublicFolder",
            "Lets holders create, change and remove the library's public folders.",
        ),
        switch("manageStreams", "Lets holders manage the library's streams."),
        switch(
            "manageFolderCalls",
            "Lets holders put calls into library folders and archive them. People who can open \
             the folder can open a call in it.",
        ),
        switch(
            "shareFoldersAndStreams",
            "Lets holders share library folders and streams with other people.",
        ),
    ]
}

fn path(dotted: &str) -> SettingPath {
    SettingPath::new(dotted.split('.'))
}

fn level_of(scope: &str) -> String {
    format!("{scope}.permissionLevel")
}
