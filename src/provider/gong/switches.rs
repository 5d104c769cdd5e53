//! Gong's 44 switches: pages that open and actions that holders may take, in the order of the wire.
//!
//! Part of the table in [`super::catalogue`]; facts only. A switch opens a page or an action, while
//! the access scopes with similar names decide whose data is behind it.

use crate::model::catalogue::{Kind, Row};

use super::catalogue::{granting, path};

pub(super) fn rows() -> Vec<Row> {
    vec![
        switch("scoreCalls", "Lets holders fill in scorecards for calls."),
        switch(
            "overrideScore",
            "Lets holders replace a score that another person gave. Off even in the administrator \
             profile that Gong ships.",
        ),
        switch(
            "downloadCallMedia",
            "Lets holders save the recording of a call as a file, which then leaves Gong's control.",
        ),
        switch(
            "shareCallsWithCustomers",
            "Lets holders share calls with people outside the company.",
        ),
        switch(
            "manuallyScheduleAndUploadCalls",
            "Lets holders have calls recorded by hand and upload recordings made elsewhere.",
        ),
        switch(
            "privateCalls",
            "Lets holders hide their own calls from everybody else, reviewers included.",
        ),
        switch("deleteCalls", "Lets holders remove calls and their recordings."),
        switch("trimCalls", "Lets holders cut parts out of a recorded call."),
        switch("listenInCalls", "Lets holders listen to calls while they are going on."),
        switch(
            "deleteEmails",
            "Lets holders remove e-mails from Gong. Reading them is decided by `emailsAccess`.",
        ),
        switch(
            "callsAndSearch",
            "Opens the list and search of calls. Whose calls appear is decided by `callsAccess`.",
        ),
        switch(
            "library",
            "Opens the library pages. Which folders appear is decided by `libraryFolderAccess`.",
        ),
        switch("deals", "Opens the deals pages. Whose deals appear is decided by `dealsAccess`."),
        switch(
            "createEditAndDeleteDealsBoards",
            "Lets holders make, change and remove boards of deals.",
        ),
        switch(
            "dealsInlineEditing",
            "Lets holders change deals in place. The look-alike `crmDataInlineEditing` is about \
             CRM data in general.",
        ),
        switch("account", "Opens the account pages."),
        switch(
            "coaching",
            "Opens the coaching pages. Whose data appears is decided by `coachingAccess`.",
        ),
        switch(
            "usage",
            "Opens the usage pages. Whose usage data appears is decided by `usageAccess`.",
        ),
        switch("teamStats", "Opens the page with statistics about teams."),
        switch("initiatives", "Opens the initiatives page."),
        switch("market", "Opens the market page."),
        switch("activity", "Opens the activity pages."),
        switch(
            "forecast",
            "Opens the forecast pages. Whose submissions appear is decided by \
             `forecastPermissions.forecastAccess`.",
        ),
        switch(
            "forecastManage",
            "Lets holders administer forecast boards and upload targets. Changing single targets \
             is decided by `forecastPermissions.forecastEditTargets`.",
        ),
        switch(
            "engageManageCompanyTemplates",
            "Lets holders change the e-mail templates that the whole company uses.",
        ),
        switch(
            "engageManageCompanySequences",
            "Lets holders change the outreach sequences that the whole company uses.",
        ),
        switch(
            "engageCreateAndManageRulesets",
            "Lets holders make and change the sets of rules in Engage.",
        ),
        switch(
            "engageSnoozeFlowToDosForOthers",
            "Lets holders postpone other people's to-dos of a flow.",
        ),
        switch(
            "engageAllowCrmFieldsViewChange",
            "Lets holders change which CRM fields are shown in Engage. It says nothing about \
             changing what the fields hold.",
        ),
        switch("viewEngageAnalyticsActivity", "Opens the Engage analytics page on activity."),
        switch("viewEngageAnalyticsPerformance", "Opens the Engage analytics page on performance."),
        switch("viewEngageAnalyticsFlows", "Opens the Engage analytics page on flows."),
        Row {
            // The only switch for Gong's own configuration. The other `manage…` switches are about
            // what people make with Gong: scorecards, boards, templates. Tech admin, the role above
            // all profiles, is given on a page of its own and is in no profile.
            administers: true,
            ..switch(
                "manageGeneralBusinessSettings",
                "Lets holders change how Gong itself is set up for the business. The strongest \
                 switch of a profile; Gong's tech admin role is separate from profiles.",
            )
        },
        switch("manageScorecards", "Lets holders define the scorecards that others fill in."),
        switch(
            "exportCallsAndCoachingDataToCSV",
            "Lets holders take figures about calls and coaching out of Gong as a CSV file.",
        ),
        switch(
            "crmDataInlineEditing",
            "Lets holders change CRM data in place. The look-alike `dealsInlineEditing` is about \
             deals.",
        ),
        switch("crmDataImport", "Lets holders bring CRM data into Gong."),
        switch(
            "viewRevenueAnalytics",
            "Opens the page that Gong calls dashboards, whatever the name of the switch suggests.",
        ),
        switch(
            "manageRevenueAnalytics",
            "Lets holders change revenue analytics, where `viewRevenueAnalytics` only opens a page.",
        ),
        switch(
            "engageReassignFlowToDosToOthers",
            "Lets holders move to-dos of a flow from one person to another.",
        ),
        switch(
            "engageAssignFlowToDosToOthers",
            "Lets holders give to-dos of a flow to another person.",
        ),
        switch(
            "dealsDataExport",
            "Lets holders take data about deals out of Gong. The look-alike \
             `exportCallsAndCoachingDataToCSV` is about calls and coaching.",
        ),
        switch("aiBuilder", "Lets holders use Gong's AI Builder. Gong added it by February 2026."),
        switch(
            "orchestrateCreateAndManagePlays",
            "Lets holders make and change plays. Gong added it by July 2026 and answers `null` \
             for profiles where nobody has set it.",
        ),
    ]
}

fn switch(name: &str, help: &'static str) -> Row {
    granting(path(name), Kind::Flag, help)
}
