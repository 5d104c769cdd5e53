//! The names that the simulated vendor uses: switches, profile types and values.
//!
//! They are those of Cisco's description of August 2026, which says itself that the list grows.

/// Permissions that this simulator treats as switches. Of some, a feature that is on or off in Cisco's older
/// description is published; the others are likely.
const SWITCHES: &str = "generated-summary real-time-transcription suggested-response \
    additional-supervisory change-agent-state manage-agent-queues-assignment reskill-agent \
    send-message sign-out-agent analyzer call-monitoring barge-in whisper-coach \
    restricted-monitor-only view-blind-monitor-request mid-call-monitor multimedia basic-digital \
    social-channel coaching-insights sentiment-analysis evaluations-analytics \
    coaching-insights-assignment tag threshold-rule play download delete-recording-transcript \
    schedule-listening evaluation-forms-assignment evaluation-forms-manage \
    evaluation-forms-calibrate-questions predicted-wait-time personalized-ai-routing";

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
