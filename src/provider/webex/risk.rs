//! What Webex's settings let people do, in words that follow "can", and what that can cost.
//!
//! Looking at how the contact center is set up (`VIEW`) is ordinary; looking at what was said, or at how people are
//! judged, is not. The judgements are ours, not Cisco's.

use crate::model::catalogue::Tier::{Critical, Ordinary, Sensitive};
use crate::model::catalogue::{Risk, Risks, Tier};

/// What people do to a thing at each level of a permission.
const VERBS: &[(&str, &str)] = &[("VIEW", "look at"), ("ENABLED", "use"), ("EDIT", "change")];

/// To look is ordinary.
const LOOKS: &[(&str, Tier)] = &[("VIEW", Ordinary)];

const ROUTES: &str = "Customers can be sent elsewhere, or be left waiting.";
const READS: &str = "What customers say in confidence can be read by people who were not there.";
const LISTENS: &str = "Customers and agents can be heard by a person who is not part of the call.";
const LEAVES: &str =
    "A copy leaves the contact center, beyond the reach of those who answer for it.";
const JUDGES: &str = "How colleagues are judged at work is about them as persons.";
const WORK: &str = "It changes what agents are asked to do, which they notice.";
const LISTS: &str = "It is a list that agents and flows choose from.";
const GIVES: &str = "A person can give any access, also to themselves.";

/// The table; `permissions` is of all names that are not below it.
pub const RISKS: Risks = &[
    (
        "profileType",
        Risk::of(
            Sensitive,
            "use the modules of that type of profile",
            "Modules of supervisors and administrators show other people's work.",
        ),
    ),
    ("active", Risk::of(Critical, "use the profile at all", "All that it grants comes with it.")),
    (
        "permissionAccessLevel",
        Risk::of_level(
            Critical,
            &["use the listed permissions", "use every permission of their type of profile"],
            "Of an administrator that is every permission, with users and their profiles.",
        )
        .but(&[("SPECIFIC", Ordinary)]),
    ),
    (
        "resourceAccessLevel",
        Risk::of_level(
            Sensitive,
            &["reach the listed resource collections", "reach every queue, team and site"],
            "What was kept apart by region or customer is open.",
        )
        .but(&[("SPECIFIC", Ordinary)]),
    ),
    (
        "permissions",
        Risk::to_named(
            Sensitive,
            VERBS,
            "The vendor adds names without notice, and permctl does not know what \
        they open.",
        )
        .but(LOOKS),
    ),
    ("permissions.audio-prompt", Risk::to(Sensitive, "recorded prompts", VERBS, ROUTES).but(LOOKS)),
    (
        "permissions.agent-personalized-greeting",
        Risk::to(Ordinary, "greetings of agents", VERBS, LISTS),
    ),
    (
        "permissions.holiday-list",
        Risk::to(Sensitive, "the days on which the contact center is closed", VERBS, ROUTES)
            .but(LOOKS),
    ),
    (
        "permissions.override",
        Risk::to(Sensitive, "exceptions to working hours", VERBS, ROUTES).but(LOOKS),
    ),
    ("permissions.working-hour", Risk::to(Sensitive, "working hours", VERBS, ROUTES).but(LOOKS)),
    (
        "permissions.call-recording-schedule",
        Risk::to(
            Critical,
            "when calls are recorded",
            VERBS,
            "Recording can be switched off where the law asks for it.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.channel",
        Risk::to(Sensitive, "the ways in which customers reach the contact center", VERBS, ROUTES)
            .but(LOOKS),
    ),
    ("permissions.entry-point", Risk::to(Sensitive, "entry points", VERBS, ROUTES).but(LOOKS)),
    (
        "permissions.custom-channel",
        Risk::to(Sensitive, "the organization's own channels", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.support-number",
        Risk::to(Sensitive, "telephone numbers", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.flow-settings-override",
        Risk::to(Sensitive, "settings that replace those of flows", VERBS, ROUTES).but(LOOKS),
    ),
    ("permissions.queue", Risk::to(Sensitive, "queues", VERBS, ROUTES).but(LOOKS)),
    (
        "permissions.flow",
        Risk::to(
            Critical,
            "flows",
            VERBS,
            "A flow decides what every customer hears and where the call goes, and \
        can send what customers enter elsewhere.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.function",
        Risk::to(
            Critical,
            "pieces of code that flows call",
            VERBS,
            "Code runs on what customers enter, and can send it elsewhere.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.global-variable",
        Risk::to(Sensitive, "variables that all flows share", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.asset",
        Risk::to(Sensitive, "assets of digital channels", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.web-chat-asset",
        Risk::to(Sensitive, "the chat window on web pages", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.resource-collection",
        Risk::to(
            Critical,
            "resource collections",
            VERBS,
            "It decides what every profile limited to a collection reaches.",
        )
        .but(LOOKS),
    ),
    ("permissions.user-profile", Risk::to(Critical, "user profiles", VERBS, GIVES).but(LOOKS)),
    (
        "permissions.user",
        Risk::to(Critical, "people and the profile of each", VERBS, GIVES).but(LOOKS),
    ),
    ("permissions.site", Risk::to(Ordinary, "places of work", VERBS, LISTS)),
    ("permissions.skill-profile", Risk::to(Ordinary, "sets of skills", VERBS, WORK)),
    ("permissions.skill-definition", Risk::to(Ordinary, "the skills that there are", VERBS, WORK)),
    (
        "permissions.team",
        Risk::to(
            Sensitive,
            "teams and who leads them",
            VERBS,
            "Who leads a team sees and hears its agents.",
        )
        .but(LOOKS),
    ),
    ("permissions.address-book", Risk::to(Sensitive, "address books", VERBS, LISTS)),
    (
        "permissions.agent-wellbeing",
        Risk::to(Ordinary, "breaks for agents under strain", VERBS, WORK),
    ),
    (
        "permissions.auto-csat",
        Risk::to(
            Ordinary,
            "estimated satisfaction scores",
            VERBS,
            "It shows figures, and none of what was said.",
        ),
    ),
    (
        "permissions.generated-summary",
        Risk::to(Sensitive, "written summaries of conversations", VERBS, READS),
    ),
    (
        "permissions.real-time-transcription",
        Risk::to(Sensitive, "the text of calls that are going on", VERBS, READS),
    ),
    ("permissions.suggested-response", Risk::to(Sensitive, "suggested answers", VERBS, LISTS)),
    ("permissions.desktop-layout", Risk::to(Critical, "the agents' screen", VERBS, WORK)),
    (
        "permissions.desktop-profile",
        Risk::to(
            Sensitive,
            "what agents can do on their desktop",
            VERBS,
            "It gives agents numbers to dial and conversations to take.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.dial-plan",
        Risk::to(
            Sensitive,
            "which numbers agents may dial",
            VERBS,
            "Expensive or foreign numbers can be opened.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.multimedia-profile",
        Risk::to(Ordinary, "how many conversations an agent gets at once", VERBS, WORK),
    ),
    (
        "permissions.idle-wrapup-code",
        Risk::to(
            Ordinary,
            "reasons for being idle and codes that end a conversation",
            VERBS,
            LISTS,
        ),
    ),
    (
        "permissions.outdial-ani",
        Risk::to(
            Sensitive,
            "the numbers that customers see",
            VERBS,
            "Customers can be called under another number.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.quick-reply",
        Risk::to(Sensitive, "answers that are ready to be sent", VERBS, LISTS),
    ),
    (
        "permissions.api-key",
        Risk::to(
            Critical,
            "API keys",
            VERBS,
            "A key acts without a person, also after its owner has left.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.audit-trail",
        Risk::to(
            Sensitive,
            "the record of who changed what",
            VERBS,
            "Who knows the record knows what is looked at.",
        ),
    ),
    (
        "permissions.business-rules-engine",
        Risk::to(Sensitive, "rules on customer data", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.campaign-manager",
        Risk::to(
            Critical,
            "campaigns of outgoing calls",
            VERBS,
            "Many customers can be called, and their numbers read, in one campaign.",
        ),
    ),
    (
        "permissions.routing-strategy",
        Risk::to(Sensitive, "which agents get which calls", VERBS, ROUTES).but(LOOKS),
    ),
    (
        "permissions.tenant-setting",
        Risk::to(
            Critical,
            "settings of the whole contact center",
            VERBS,
            "Recording, security and numbers for everybody can be changed by one person.",
        )
        .but(LOOKS),
    ),
    (
        "permissions.audio-recording-transcript",
        Risk::to(Sensitive, "recordings of calls and their text", VERBS, READS),
    ),
    (
        "permissions.tag",
        Risk::to(
            Ordinary,
            "marks on recordings",
            VERBS,
            "A mark finds a recording; it opens none.",
        ),
    ),
    (
        "permissions.additional-supervisory",
        Risk::to(
            Sensitive,
            "what supervisors do beside monitoring",
            VERBS,
            "The vendor publishes the name only.",
        ),
    ),
    ("permissions.change-agent-state", Risk::of(Ordinary, "make agents available or idle", WORK)),
    (
        "permissions.manage-agent-queues-assignment",
        Risk::of(Sensitive, "choose which queues an agent serves", ROUTES),
    ),
    (
        "permissions.reskill-agent",
        Risk::of(Ordinary, "give agents other skills while they work", WORK),
    ),
    ("permissions.send-message", Risk::of(Ordinary, "send messages to agents", WORK)),
    (
        "permissions.sign-out-agent",
        Risk::of(Sensitive, "sign agents out", "A whole shift can be signed out."),
    ),
    (
        "permissions.analyzer",
        Risk::to(Sensitive, "reports and dashboards", VERBS, "Reports name agents and customers."),
    ),
    ("permissions.call-monitoring", Risk::of(Sensitive, "listen to the calls of others", LISTENS)),
    (
        "permissions.barge-in",
        Risk::of(Sensitive, "join calls of others so that all hear it", LISTENS),
    ),
    ("permissions.whisper-coach", Risk::of(Sensitive, "speak to an agent during a call", LISTENS)),
    (
        "permissions.restricted-monitor-only",
        Risk::of(Sensitive, "see and change monitoring schedules that others made", LISTENS),
    ),
    (
        "permissions.view-blind-monitor-request",
        Risk::of(
            Sensitive,
            "see requests of others to monitor calls",
            "It shows who is being listened to.",
        ),
    ),
    (
        "permissions.mid-call-monitor",
        Risk::of(Sensitive, "begin to listen to calls that are going on", LISTENS),
    ),
    (
        "permissions.threshold-rule",
        Risk::of(
            Ordinary,
            "use limits on figures and who is told of them",
            "It decides who gets a warning.",
        ),
    ),
    ("permissions.multimedia", Risk::to(Ordinary, "conversations other than calls", VERBS, LISTS)),
    ("permissions.basic-digital", Risk::of(Ordinary, "use basic digital channels", LISTS)),
    (
        "permissions.social-channel",
        Risk::of(
            Sensitive,
            "use social networks as channels",
            "What is answered there is public, in the company's name.",
        ),
    ),
    ("permissions.coaching-insights", Risk::to(Sensitive, "hints for coaching", VERBS, JUDGES)),
    (
        "permissions.sentiment-analysis",
        Risk::to(
            Ordinary,
            "estimates of how customers felt",
            VERBS,
            "It shows figures, and none of what was said.",
        ),
    ),
    (
        "permissions.evaluations-analytics",
        Risk::to(Sensitive, "figures on evaluations of agents", VERBS, JUDGES),
    ),
    (
        "permissions.coaching-insights-assignment",
        Risk::to(Sensitive, "who gets coaching insights", VERBS, JUDGES).but(LOOKS),
    ),
    (
        "permissions.evaluation-forms-assignment",
        Risk::to(Sensitive, "who is evaluated with which form", VERBS, JUDGES).but(LOOKS),
    ),
    (
        "permissions.evaluation-forms-manage",
        Risk::to(
            Ordinary,
            "evaluation forms",
            VERBS,
            "It changes the questions, and no answer that was given.",
        ),
    ),
    (
        "permissions.evaluation-forms-calibrate-questions",
        Risk::to(
            Ordinary,
            "how evaluators answer questions",
            VERBS,
            "It changes the questions, and no answer that was given.",
        ),
    ),
    (
        "permissions.predicted-wait-time",
        Risk::to(
            Ordinary,
            "predicted waiting times",
            VERBS,
            "It shows figures, and none of what was said.",
        ),
    ),
    (
        "permissions.personalized-ai-routing",
        Risk::to(Sensitive, "how AI chooses agents", VERBS, ROUTES).but(LOOKS),
    ),
    ("permissions.play", Risk::of(Sensitive, "listen to recordings", READS)),
    ("permissions.download", Risk::of(Critical, "save recordings as files", LEAVES)),
    (
        "permissions.delete-recording-transcript",
        Risk::of(
            Critical,
            "delete recordings and their text",
            "What is gone can't be restored, also where the law asks to keep it.",
        ),
    ),
    ("permissions.schedule-listening", Risk::of(Sensitive, "schedule listening to calls", LISTENS)),
    (
        "editableFolderIds",
        Risk::of_set(
            Sensitive,
            "read and change the report folders",
            "Reports name agents and customers, and can be written over.",
        ),
    ),
    (
        "viewableFolderIds",
        Risk::of_set(Sensitive, "read the report folders", "Reports name agents and customers."),
    ),
    (
        "nonViewableFolderIds",
        Risk::of_set(Sensitive, "read the report folders", "Reports name agents and customers."),
    ),
    (
        "defaultResourceCollectionId",
        Risk::of(
            Sensitive,
            "reach what belongs to another resource collection",
            "What was kept apart by region or customer is open.",
        ),
    ),
    (
        "resourceCollections",
        Risk::of_set(
            Sensitive,
            "reach the resource collections",
            "What was kept apart by region or customer is open.",
        ),
    ),
];
