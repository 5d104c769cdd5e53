//! What Gong's settings let people do, in words that follow "can", and what that can cost.
//!
//! Reading what others said or did is sensitive where it goes beyond the people who report to the holder. What
//! takes data out of Gong, destroys it or hands out access is critical. The judgements are ours, not Gong's.

use crate::model::catalogue::Tier::{Critical, Ordinary, Sensitive};
use crate::model::catalogue::{Risk, Risks, Tier};

/// The words for the levels of a scope.
macro_rules! whose {
    ($verb:literal, $what:literal) => {
        &[
            "",
            concat!($verb, " their own ", $what),
            concat!($verb, " the ", $what, " of people who report to them"),
            concat!($verb, " the ", $what, " of their manager's teams"),
            concat!($verb, " everybody's ", $what),
        ]
    };
}

/// A manager's own people are what the level was made for.
const OWN_PEOPLE: &[(&str, Tier)] = &[("report-to-them", Ordinary)];

/// What a person said or was told.
const OWN: &[(&str, Tier)] = &[("own", Ordinary)];

const READS_TALKS: &str = "What customers and colleagues say in confidence can be read by people \
    who were not there.";
const READS_DEALS: &str =
    "Amounts and prospects of other people's deals can be carried to a competitor.";
const READS_FORECASTS: &str = "A company's forecast moves its share price, and can be carried out.";
const READS_COACHING: &str = "How colleagues are judged at work is about them as persons.";
const READS_FIGURES: &str = "It shows figures, and none of what was said.";
const CHANGES_FORECASTS: &str = "A forecast that others rely on can be changed under their names.";
const OPENS_A_PAGE: &str = "It opens a page; the access scopes decide whose data is on it.";
const LEAVES: &str = "A copy leaves Gong, beyond the reach of those who answer for it.";
const DESTROYS: &str = "What is gone can't be restored, also where the law asks to keep it.";
const SPEAKS_FOR_ALL: &str = "What it changes goes out to customers under other people's names.";
const MOVES_WORK: &str = "It changes what colleagues are asked to do, which they notice.";

/// The table.
pub const RISKS: Risks = &[
    // The access scopes.
    (
        "callsAccess.permissionLevel",
        Risk::of_level(Sensitive, whose!("open", "calls"), READS_TALKS).but(OWN),
    ),
    ("callsAccess.teamLeadIds", Risk::of_set(Sensitive, "open calls of the teams of", READS_TALKS)),
    (
        "libraryFolderAccess.permissionLevel",
        Risk::of_level(
            Sensitive,
            &["", "open the listed library folders", "open all library folders"],
            READS_TALKS,
        )
        .but(&[("specific-folders", Ordinary)]),
    ),
    (
        "libraryFolderAccess.libraryFolderIds",
        Risk::of_set(Sensitive, "open the library folders", READS_TALKS),
    ),
    (
        "libraryFolderAccess.managePublicFolder",
        Risk::of(
            Sensitive,
            "make, change and remove public library folders",
            "Folders that others work with can be removed, or opened to more people.",
        ),
    ),
    (
        "libraryFolderAccess.manageStreams",
        Risk::of(
            Ordinary,
            "manage the library's streams",
            "A stream gathers calls for people who can open them anyway.",
        ),
    ),
    (
        "libraryFolderAccess.manageFolderCalls",
        Risk::of(
            Sensitive,
            "put calls into library folders",
            "A call in a folder is open to all who can open the folder.",
        ),
    ),
    (
        "libraryFolderAccess.shareFoldersAndStreams",
        Risk::of(
            Sensitive,
            "share library folders and streams",
            "Calls reach people whose own level does not open them.",
        ),
    ),
    (
        "dealsAccess.permissionLevel",
        Risk::of_level(Sensitive, whose!("see", "deals"), READS_DEALS).but(OWN_PEOPLE),
    ),
    ("dealsAccess.teamLeadIds", Risk::of_set(Sensitive, "see deals of the teams of", READS_DEALS)),
    (
        "forecastPermissions.forecastAccess.permissionLevel",
        Risk::of_level(Sensitive, whose!("see", "forecasts"), READS_FORECASTS).but(OWN_PEOPLE),
    ),
    (
        "forecastPermissions.forecastAccess.teamLeadIds",
        Risk::of_set(Sensitive, "see forecasts of the teams of", READS_FORECASTS),
    ),
    (
        "forecastPermissions.forecastEditSubmissions.permissionLevel",
        Risk::of_level(Sensitive, whose!("change", "forecasts"), CHANGES_FORECASTS).but(OWN_PEOPLE),
    ),
    (
        "forecastPermissions.forecastEditSubmissions.teamLeadIds",
        Risk::of_set(Sensitive, "change forecasts of the teams of", CHANGES_FORECASTS),
    ),
    (
        "forecastPermissions.forecastEditTargets.permissionLevel",
        Risk::of_level(Sensitive, whose!("change", "forecast targets"), CHANGES_FORECASTS)
            .but(OWN_PEOPLE),
    ),
    (
        "forecastPermissions.forecastEditTargets.teamLeadIds",
        Risk::of_set(Sensitive, "change forecast targets of the teams of", CHANGES_FORECASTS),
    ),
    (
        "coachingAccess.permissionLevel",
        Risk::of_level(Sensitive, whose!("see", "coaching data"), READS_COACHING).but(OWN),
    ),
    (
        "coachingAccess.teamLeadIds",
        Risk::of_set(Sensitive, "see coaching data of the teams of", READS_COACHING),
    ),
    (
        "insightsAccess.permissionLevel",
        Risk::of_level(Ordinary, whose!("see", "insights data"), READS_FIGURES),
    ),
    (
        "insightsAccess.teamLeadIds",
        Risk::of_set(Ordinary, "see insights data of the teams of", READS_FIGURES),
    ),
    (
        "usageAccess.permissionLevel",
        Risk::of_level(Ordinary, whose!("see", "usage data"), READS_FIGURES),
    ),
    (
        "usageAccess.teamLeadIds",
        Risk::of_set(Ordinary, "see usage data of the teams of", READS_FIGURES),
    ),
    (
        "emailsAccess.permissionLevel",
        Risk::of_level(Sensitive, whose!("read", "e-mails"), READS_TALKS).but(OWN),
    ),
    (
        "emailsAccess.teamLeadIds",
        Risk::of_set(Sensitive, "read e-mails of the teams of", READS_TALKS),
    ),
    // The switches.
    (
        "scoreCalls",
        Risk::of(Ordinary, "score calls", "A score bears the name of the person who gave it."),
    ),
    (
        "overrideScore",
        Risk::of(
            Sensitive,
            "replace scores that other people gave",
            "How a colleague was judged can be changed after the fact.",
        ),
    ),
    ("downloadCallMedia", Risk::of(Critical, "save recordings of calls as files", LEAVES)),
    (
        "shareCallsWithCustomers",
        Risk::of(
            Critical,
            "share calls with people outside the company",
            "A call that was shared outside is read there, and can't be called back.",
        ),
    ),
    (
        "manuallyScheduleAndUploadCalls",
        Risk::of(
            Ordinary,
            "have calls recorded and upload recordings",
            "It adds recordings and shows none.",
        ),
    ),
    (
        "privateCalls",
        Risk::of(
            Sensitive,
            "hide their own calls from all others, reviewers included",
            "What a person says to customers can be kept from every review.",
        ),
    ),
    ("deleteCalls", Risk::of(Critical, "delete calls and their recordings", DESTROYS)),
    ("trimCalls", Risk::of(Critical, "cut parts out of recorded calls", DESTROYS)),
    (
        "listenInCalls",
        Risk::of(
            Sensitive,
            "listen to calls while they are going on",
            "People who speak may not know that a third one listens.",
        ),
    ),
    ("deleteEmails", Risk::of(Critical, "delete e-mails", DESTROYS)),
    ("callsAndSearch", Risk::of(Ordinary, "open the list and search of calls", OPENS_A_PAGE)),
    ("library", Risk::of(Ordinary, "open the library pages", OPENS_A_PAGE)),
    ("deals", Risk::of(Ordinary, "open the deals pages", OPENS_A_PAGE)),
    (
        "createEditAndDeleteDealsBoards",
        Risk::of(
            Ordinary,
            "make, change and remove boards of deals",
            "A board arranges deals; the deals stay.",
        ),
    ),
    (
        "dealsInlineEditing",
        Risk::of(
            Sensitive,
            "change deals in place",
            "What the company counts on can be written over.",
        ),
    ),
    ("account", Risk::of(Ordinary, "open the account pages", OPENS_A_PAGE)),
    ("coaching", Risk::of(Ordinary, "open the coaching pages", OPENS_A_PAGE)),
    ("usage", Risk::of(Ordinary, "open the usage pages", OPENS_A_PAGE)),
    ("teamStats", Risk::of(Ordinary, "open the statistics about teams", READS_FIGURES)),
    ("initiatives", Risk::of(Ordinary, "open the initiatives page", OPENS_A_PAGE)),
    ("market", Risk::of(Ordinary, "open the market page", OPENS_A_PAGE)),
    ("activity", Risk::of(Ordinary, "open the activity pages", OPENS_A_PAGE)),
    ("forecast", Risk::of(Ordinary, "open the forecast pages", OPENS_A_PAGE)),
    (
        "forecastManage",
        Risk::of(
            Sensitive,
            "administer forecast boards and upload targets",
            "Targets of the whole company can be replaced in one upload.",
        ),
    ),
    (
        "engageManageCompanyTemplates",
        Risk::of(Sensitive, "change the company's e-mail templates", SPEAKS_FOR_ALL),
    ),
    (
        "engageManageCompanySequences",
        Risk::of(Sensitive, "change the company's outreach sequences", SPEAKS_FOR_ALL),
    ),
    (
        "engageCreateAndManageRulesets",
        Risk::of(Sensitive, "make and change sets of rules in Engage", SPEAKS_FOR_ALL),
    ),
    (
        "engageSnoozeFlowToDosForOthers",
        Risk::of(Ordinary, "postpone other people's to-dos", MOVES_WORK),
    ),
    (
        "engageAllowCrmFieldsViewChange",
        Risk::of(
            Ordinary,
            "choose which CRM fields Engage shows",
            "It changes what is shown, not what the fields hold.",
        ),
    ),
    (
        "viewEngageAnalyticsActivity",
        Risk::of(Ordinary, "open the Engage analytics on activity", READS_FIGURES),
    ),
    (
        "viewEngageAnalyticsPerformance",
        Risk::of(Ordinary, "open the Engage analytics on performance", READS_FIGURES),
    ),
    (
        "viewEngageAnalyticsFlows",
        Risk::of(Ordinary, "open the Engage analytics on flows", READS_FIGURES),
    ),
    (
        "manageGeneralBusinessSettings",
        Risk::of(
            Critical,
            "change how Gong is set up for the whole business",
            "Recording, retention and sharing for everybody can be changed by one person.",
        ),
    ),
    (
        "manageScorecards",
        Risk::of(
            Ordinary,
            "define scorecards",
            "It changes the questions, and no answer that was given.",
        ),
    ),
    (
        "exportCallsAndCoachingDataToCSV",
        Risk::of(Critical, "export data about calls and coaching as files", LEAVES),
    ),
    (
        "crmDataInlineEditing",
        Risk::of(
            Sensitive,
            "change CRM data in place",
            "The CRM's own permissions may not let the person change it there.",
        ),
    ),
    (
        "crmDataImport",
        Risk::of(
            Critical,
            "import CRM data",
            "Many records can be replaced in one upload, and nothing in Gong brings the old ones back.",
        ),
    ),
    (
        "viewRevenueAnalytics",
        Risk::of(Sensitive, "open the dashboards of revenue analytics", READS_FORECASTS),
    ),
    ("manageRevenueAnalytics", Risk::of(Sensitive, "change revenue analytics", CHANGES_FORECASTS)),
    (
        "engageReassignFlowToDosToOthers",
        Risk::of(Ordinary, "move to-dos from one person to another", MOVES_WORK),
    ),
    (
        "engageAssignFlowToDosToOthers",
        Risk::of(Ordinary, "give to-dos to other people", MOVES_WORK),
    ),
    ("dealsDataExport", Risk::of(Critical, "export data about deals as files", LEAVES)),
    (
        "aiBuilder",
        Risk::of(
            Sensitive,
            "use the AI Builder",
            "Gong does not say which data what is built there can read.",
        ),
    ),
    (
        "orchestrateCreateAndManagePlays",
        Risk::of(Sensitive, "make and change plays", SPEAKS_FOR_ALL),
    ),
];
