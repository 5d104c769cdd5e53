//! `limits` of a tenant: how fast permctl may call the API.

use std::time::Duration;

use crate::desired::Limits;
use crate::desired::fields::percent;
use crate::desired::keys::{LimitsFields, Optional};
use crate::finding::{Code, Finding};
use crate::provider::{Provider, Rate};
use crate::yaml::Node;

/// The share of the limits, in percent, that permctl uses unless a file gives another one.
const SHARE: u8 = 80;

/// Reads the limits; the vendor's published ones hold where a file gives none. The sandbox has no rate.
pub fn read(
    node: Option<&Node>,
    provider: &'static dyn Provider,
    simulated: bool,
    findings: &mut Vec<Finding>,
) -> Limits {
    let published = provider.capabilities();
    let mut limits = Limits {
        rate: published.rate.filter(|_| !simulated),
        per_day: published.daily.map(|daily| daily.calls),
        share: SHARE,
    };
    let Some(keys) = node.and_then(|node| LimitsFields::read("`limits`", node, findings)) else {
        return limits;
    };
    for (key, seconds) in [(keys.per_second, 1), (keys.per_minute, 60)] {
        if let Some(calls) = calls(key, findings) {
            limits.rate = Some(Rate { calls, per: Duration::from_secs(seconds) });
        }
    }
    if let (Some(_), Some(second)) = (keys.per_second.node(), keys.per_minute.node()) {
        findings.push(
            Finding::new(Code::ImpossibleValue, "`limits` have two rates")
                .at(&second.span)
                .hint("keep one of `perSecond` and `perMinute`"),
        );
    }
    limits.per_day = calls(keys.per_day, findings).or(limits.per_day);
    if let Some(node) = keys.share.node() {
        match percent(node, 1) {
            Some(percent) => limits.share = percent,
            None => findings.push(
                Finding::new(Code::ImpossibleValue, "`share` must be from 1% to 100%")
                    .at(&node.span)
                    .hint("write for example `share: 80%`"),
            ),
        }
    }
    if let (Some(0), Some(node)) = (limits.our_calls_a_day(), keys.per_day.node()) {
        let share = format!("{}% of `perDay` is less than 1 call", limits.share);
        findings.push(
            Finding::new(Code::ImpossibleValue, share)
                .at(&node.span)
                .hint("write what the vendor allows, or a larger `share`"),
        );
    }
    limits
}

fn calls(key: Optional<'_>, findings: &mut Vec<Finding>) -> Option<u32> {
    let node = key.node()?;
    let calls = node.as_text().and_then(|text| text.parse().ok()).filter(|calls| *calls > 0);
    if calls.is_none() {
        let message = format!("{} must be a whole number of calls, 1 or more", key.quoted());
        findings.push(
            Finding::new(Code::ImpossibleValue, message)
                .at(&node.span)
                .hint("write for example `3`"),
        );
    }
    calls
}
