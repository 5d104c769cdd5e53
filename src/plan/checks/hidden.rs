//! A profile that is described, and that the configuration leaves out of sight.

use crate::desired;
use crate::finding::{Code, Finding};
use crate::plan::unmanaged::ignored;
use crate::plan::{Input, Match};

/// Refuses to manage, by a pin, a live profile that the configuration leaves out of sight.
pub(in crate::plan) fn refuse(
    input: &Input<'_>,
    profile: &desired::Profile,
    matched: Match,
    address: &str,
    findings: &mut Vec<Finding>,
) -> bool {
    let (Match::Live(at), Some((_, pin))) = (matched, &profile.pin) else { return false };
    let live = &input.live.profiles[at];
    let Some(ignore) = ignored(input, live) else { return false };
    findings.push(
        Finding::new(
            Code::IgnoredAndManaged,
            format!("\"{}\" is pinned here and ignored by the configuration", live.name),
        )
        .about(address)
        .at_labelled(pin, "pinned here")
        .at_labelled(&ignore.span, "ignored here")
        .hint("take one of them out"),
    );
    true
}
