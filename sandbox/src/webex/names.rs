//! The names that the simulated vendor uses: permissions, resource types and values.
//!
//! They are those of Cisco's description of April 2026, which says itself that the list grows.

/// Permissions with the levels EDIT, VIEW and NONE.
pub const LEVELLED: &str = "audio-prompt agent-personalized-greeting holiday-list override \
    working-hour call-recording-schedule channel support-number flow-settings-override queue flow \
    function global-variable web-chat-asset resource-collection user-profile user site \
    skill-profile skill-definition team address-book agent-wellbeing auto-csat desktop-layout \
    desktop-profile dial-plan multimedia-profile idle-wrapup-code outdial-ani quick-reply api-key \
    audit-trail business-rules-engine campaign-manager routing-strategy tenant-setting \
    audio-recording-transcript tag threshold-rule";

/// Permissions that this simulator treats as switches; which ones really are is not published.
pub const SWITCHES: &str = "generated-summary real-time-transcription suggested-response \
    additional-supervisory change-agent-state manage-agent-queues-assignment reskill-agent \
    send-message sign-out-agent analyzer call-monitoring barge-in whisper-coach \
    restricted-monitor-only view-blind-monitor-request mid-call-monitor multimedia basic-digital \
    social-channel coaching-insights sentiment-analysis evaluations-analytics \
    coaching-insights-assignment evaluation-forms-assignment evaluation-forms-manage \
    evaluation-forms-calibrate-questions predicted-wait-time personalized-ai-routing";

/// The types of resources that a collection has an access level for.
pub const RESOURCE_TYPES: &str = "multimedia-profile queue override holiday-list audio-prompt flow \
    skill-profile team skill-definition site outdial-ani channel sub-flow desktop-layout \
    working-hour function desktop-profile idle-wrapup-code cad-variable address-book";

/// What `profileType` may be.
pub const PROFILE_TYPES: [&str; 8] = [
    "ADMINISTRATOR",
    "ADMINISTRATOR_ONLY",
    "SUPERVISOR",
    "PREMIUM_AGENT",
    "STANDARD_AGENT",
    "ANALYZER_ADMINISTRATOR",
    "ANALYZER_SUPERVISOR",
    "ANALYZER_USER",
];

/// Types whose permissions can't be ALL.
pub const SPECIFIC_ONLY: [&str; 2] = ["ADMINISTRATOR_ONLY", "STANDARD_AGENT"];

/// What the two access levels of a profile may be.
pub const ACCESS_LEVELS: [&str; 4] = ["SPECIFIC", "ALL", "PROVISIONED_VALUE", "NONE"];

/// What the access of one permission may be.
pub const ACCESS: [&str; 5] = ["EDIT", "VIEW", "NONE", "ENABLED", "DISABLED"];

/// Tells whether a permission is a switch.
pub fn is_switch(name: &str) -> bool {
    SWITCHES.split_whitespace().any(|switch| switch == name)
}
