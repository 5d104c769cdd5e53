//! Gong's 44 switches: pages that open and actions that holders may take, in the order of the wire.
//!
//! Part of the table in [`super::catalogue`]; facts only. A switch opens a page or an action, while
//! the access scopes with similar names decide whose data is behind it.

use crate::model::catalogue::Row;

/// The only switch for Gong's own configuration. The other `manage…` switches are about
/// what people make with Gong: scorecards, boards, templates. Tech admin, the role above
/// all profiles, is given on a page of its own and is in no profile.
const ADMINISTERS: &str = "manageGeneralBusinessSettings";

/// Each switch with what it means.
const SWITCHES: &[(&str, &str)] = &[
    ("scoreCalls", "Lets holders fill in scorecards for calls."),
    (
        "overrideScore",
        "Lets holders replace a score that another person gave. Off even in the administrator \
             profile that Gong ships.",
    ),
    (
        "downloadCallMedia",
        "Lets holders save the recording of a call as a file, which then leaves Gong's control.",
    ),
    ("shareCallsWithCustomers", "Lets holders share calls with people outside the company."),
    (
        "manuallyScheduleAndUploadCalls",
        "Lets holders have calls recorded by hand and upload recordings made elsewhere.",
    ),
    (
        "privateCalls",
        "Lets holders hide their own calls from all other people, reviewers included.",
    ),
    ("deleteCalls", "Lets holders remove calls and their recordings."),
    ("trimCalls", "Lets holders cut parts out of a recorded call."),
    ("listenInCalls", "Lets holders listen to calls while they are going on."),
    (
        "deleteEmails",
        "Lets holders remove e-mails from Gong. Reading them is decided by `emailsAccess`.",
    ),
    (
        "callsAndSearch",
        "Opens the list and search of calls. Whose calls appear is decided by `callsAccess`.",
    ),
    (
        "library",
        "Opens the library pages. Which folders appear is decided by `libraryFolderAccess`.",
    ),
    ("deals", "Opens the deals pages. Whose deals appear is decided by `dealsAccess`."),
    ("createEditAndDeleteDealsBoards", "Lets holders make, change and remove boards of deals."),
    (
        "dealsInlineEditing",
        "Lets holders change deals in place. The look-alike `crmDataInlineEditing` is about \
             CRM data in general.",
    ),
    ("account", "Opens the account pages."),
    ("coaching", "Opens the coaching pages. Whose data appears is decided by `coachingAccess`."),
    ("usage", "Opens the usage pages. Whose usage data appears is decided by `usageAccess`."),
    ("teamStats", "Opens the page with statistics about teams."),
    ("initiatives", "Opens the initiatives page."),
    ("market", "Opens the market page."),
    ("activity", "Opens the activity pages."),
    (
        "forecast",
        "Opens the forecast pages. Whose submissions appear is decided by \
             `forecastPermissions.forecastAccess`.",
    ),
    (
        "forecastManage",
        "Lets holders administer forecast boards and upload targets. Changing single targets \
             is decided by `forecastPermissions.forecastEditTargets`.",
    ),
    (
        "engageManageCompanyTemplates",
        "Lets holders change the e-mail templates that the whole company uses.",
    ),
    (
        "engageManageCompanySequences",
        "Lets holders change the outreach sequences that the whole company uses.",
    ),
    ("engageCreateAndManageRulesets", "Lets holders make and change the sets of rules in Engage."),
    ("engageSnoozeFlowToDosForOthers", "Lets holders postpone other people's to-dos of a flow."),
    (
        "engageAllowCrmFieldsViewChange",
        "Lets holders change which CRM fields are shown in Engage. It says nothing about \
             changing what the fields hold.",
    ),
    ("viewEngageAnalyticsActivity", "Opens the Engage analytics page on activity."),
    ("viewEngageAnalyticsPerformance", "Opens the Engage analytics page on performance."),
    ("viewEngageAnalyticsFlows", "Opens the Engage analytics page on flows."),
    (
        "manageGeneralBusinessSettings",
        "Lets holders change how Gong itself is set up for the business. The strongest \
                 switch of a profile; Gong's tech admin role is separate from profiles.",
    ),
    ("manageScorecards", "Lets holders define the scorecards that others fill in."),
    (
        "exportCallsAndCoachingDataToCSV",
        "Lets holders take figures about calls and coaching out of Gong as a CSV file.",
    ),
    (
        "crmDataInlineEditing",
        "Lets holders change CRM data in place. The look-alike `dealsInlineEditing` is about \
             deals.",
    ),
    ("crmDataImport", "Lets holders bring CRM data into Gong."),
    (
        "viewRevenueAnalytics",
        "Opens the page that Gong calls dashboards, whatever the name of the switch suggests.",
    ),
    (
        "manageRevenueAnalytics",
        "Lets holders change revenue analytics, where `viewRevenueAnalytics` only opens a page.",
    ),
    (
        "engageReassignFlowToDosToOthers",
        "Lets holders move to-dos of a flow from one person to another.",
    ),
    ("engageAssignFlowToDosToOthers", "Lets holders give to-dos of a flow to another person."),
    (
        "dealsDataExport",
        "Lets holders take data about deals out of Gong. The look-alike \
             `exportCallsAndCoachingDataToCSV` is about calls and coaching.",
    ),
    ("aiBuilder", "Lets holders use Gong's AI Builder. Gong added it by February 2026."),
    (
        "orchestrateCreateAndManagePlays",
        "Lets holders make and change plays. Gong added it by July 2026 and answers `null` \
             for profiles where it was never set.",
    ),
];

pub(super) fn rows() -> impl Iterator<Item = Row> {
    SWITCHES.iter().map(|(name, help)| {
        let row = Row::switch(name).help(help);
        if *name == ADMINISTERS { row.administers() } else { row }
    })
}
