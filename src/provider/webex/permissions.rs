//! The permissions that Webex documents, with what each is about.
//!
//! The names are the 75 of the vendor's description of August 2026 (`webex-contact-center.json` of Cisco's
//! public specifications, read 2026-08-31), seven more than in April; a name that is not here is a
//! warning and still works. The labels of the vendor's description say what a name refers to; the
//! sentences are ours, and where the label is all that is known they say no more.

/// Permissions that are switches (`ENABLED`, `DISABLED`): those that the vendor's older description lists as
/// features that are on or off (`UserProfileAppFeatureDTO`). Of the others nothing is published, so a file
/// may give any level to any name.
pub const SWITCHES: &[&str] = &[
    "tag",
    "change-agent-state",
    "manage-agent-queues-assignment",
    "reskill-agent",
    "send-message",
    "sign-out-agent",
    "barge-in",
    "whisper-coach",
    "restricted-monitor-only",
    "view-blind-monitor-request",
    "mid-call-monitor",
    "threshold-rule",
    "basic-digital",
    "social-channel",
];

/// Names and what they are about.
pub const PERMISSIONS: &[(&str, &str)] = &[
    ("audio-prompt", "Recorded prompts that callers hear."),
    ("agent-personalized-greeting", "Greetings that agents record for their own callers."),
    ("holiday-list", "Days on which the contact center is closed."),
    ("override", "Exceptions to the usual working hours."),
    ("working-hour", "When the contact center is open."),
    ("call-recording-schedule", "When and what calls are recorded."),
    ("channel", "The ways in which customers reach the contact center."),
    ("entry-point", "Entry points, by which customers reach the contact center."),
    ("custom-channel", "Channels that the organization has made for itself."),
    ("support-number", "Telephone numbers that customers call."),
    ("flow-settings-override", "Settings that replace those of a flow without editing it."),
    ("queue", "Queues in which customers wait."),
    ("flow", "What happens to a customer step by step."),
    ("function", "Pieces of code that flows call."),
    ("global-variable", "Variables that all flows share."),
    (
        "asset",
        "Assets of digital channels, such as an address that customers write to. The vendor \
         publishes the name only.",
    ),
    ("web-chat-asset", "The chat window on web pages."),
    (
        "resource-collection",
        "Groups of queues, teams and the like. Who may change one changes what profiles limited \
         to it reach.",
    ),
    (
        "user-profile",
        "These profiles themselves. Who may change them can give any permission, also to \
         themselves.",
    ),
    (
        "user",
        "People, and which profile each has. Who may change them can give any profile, also to \
         themselves.",
    ),
    ("site", "Places of work that teams belong to."),
    ("skill-profile", "Sets of skills that agents have."),
    ("skill-definition", "The skills that there are."),
    ("team", "Teams of agents, and who leads them."),
    ("address-book", "Numbers that agents can call from a list."),
    (
        "agent-wellbeing",
        "Breaks that are offered to agents under strain. Exists only with the add-on AI \
         Assistant.",
    ),
    (
        "auto-csat",
        "Satisfaction scores that are estimated from conversations. Exists only with the add-on \
         AI Assistant or AI Quality Management.",
    ),
    (
        "generated-summary",
        "Summaries of conversations that are written by AI. Exists only with the add-on AI \
         Assistant.",
    ),
    (
        "real-time-transcription",
        "The text of a call while it is going on. Exists only with the add-on AI Assistant or AI \
         Quality Management.",
    ),
    (
        "suggested-response",
        "Answers that AI suggests to agents. Exists only with the add-on AI Assistant.",
    ),
    ("desktop-layout", "How the agents' screen is arranged."),
    ("desktop-profile", "What agents can do on their desktop: wrap-up, dialing, buddy teams."),
    ("dial-plan", "Which numbers agents may dial, and how."),
    ("multimedia-profile", "How many conversations of each kind an agent gets at once."),
    ("idle-wrapup-code", "Reasons for being idle and codes that end a conversation."),
    ("outdial-ani", "Numbers that customers see when agents call them."),
    ("quick-reply", "Answers that are ready to be sent."),
    ("api-key", "Keys by which programs reach the contact center."),
    ("audit-trail", "The record of who changed what."),
    ("business-rules-engine", "Rules on customer data that flows ask."),
    ("campaign-manager", "Campaigns of outgoing calls."),
    ("routing-strategy", "Which agents get which calls, the older way without flows."),
    ("tenant-setting", "Settings of the whole contact center."),
    ("audio-recording-transcript", "Recordings of calls and their text."),
    ("tag", "Marks that people put on recordings."),
    (
        "additional-supervisory",
        "What supervisors can do beside monitoring. The vendor publishes the name only.",
    ),
    ("change-agent-state", "Making other agents available or idle."),
    ("manage-agent-queues-assignment", "Which queues an agent serves."),
    ("reskill-agent", "Giving agents other skills while they work."),
    ("send-message", "Sending messages to agents."),
    ("sign-out-agent", "Signing other agents out."),
    ("analyzer", "Reports and dashboards."),
    ("call-monitoring", "Listening to the calls of others."),
    ("barge-in", "Joining a call of others so that all hear it."),
    ("whisper-coach", "Speaking to an agent during a call so that the customer does not hear it."),
    (
        "restricted-monitor-only",
        "A restriction: holders can neither see nor change monitoring schedules that they did not \
         make. A broader level lets people do less.",
    ),
    ("view-blind-monitor-request", "Requests of others to monitor calls."),
    ("mid-call-monitor", "Beginning to listen to a call that is going on already."),
    ("threshold-rule", "Limits on figures, and who is told when they are passed."),
    ("multimedia", "Conversations other than calls."),
    ("basic-digital", "Digital channels of the basic kind."),
    ("social-channel", "Social networks as channels."),
    (
        "coaching-insights",
        "Hints for coaching that are drawn from conversations. Exists only with the add-on AI \
         Quality Management.",
    ),
    (
        "sentiment-analysis",
        "How customers felt, estimated from conversations. Exists only with the add-on AI \
         Assistant or AI Quality Management.",
    ),
    (
        "evaluations-analytics",
        "Figures on evaluations of agents. Exists only with the add-on AI Quality Management.",
    ),
    (
        "coaching-insights-assignment",
        "Who gets coaching insights. Exists only with the add-on AI Quality Management.",
    ),
    (
        "evaluation-forms-assignment",
        "Who is evaluated with which form. Exists only with the add-on AI Quality Management.",
    ),
    (
        "evaluation-forms-manage",
        "The forms by which agents are evaluated. Exists only with the add-on AI Quality \
         Management.",
    ),
    (
        "evaluation-forms-calibrate-questions",
        "Making evaluators answer questions alike. Exists only with the add-on AI Quality \
         Management.",
    ),
    ("predicted-wait-time", "Waiting times that are predicted."),
    ("personalized-ai-routing", "Choosing the agent for a customer by AI."),
    ("play", "Listening to recordings."),
    ("download", "Taking recordings out of the contact center."),
    ("delete-recording-transcript", "Deleting recordings and their text. What is deleted is gone."),
    (
        "schedule-listening",
        "Scheduling the listening to calls. Only profiles of supervisors have it.",
    ),
];
