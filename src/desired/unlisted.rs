//! `unlisted` of a tenant, a workspace or a profile: what happens to grants that no file names.

use crate::desired::keys::UnlistedFields;
use crate::desired::{Unlisted, fields};
use crate::finding::{Code, Finding, Span};
use crate::yaml::{Content, Node};

/// `unlisted` as one place gives it.
#[derive(Debug)]
pub struct Said {
    /// What it says.
    pub unlisted: Unlisted,
    /// Where.
    pub span: Span,
    /// Whether it gives a reason.
    pub reasoned: bool,
}

/// Reads `unlisted: keep`, `unlisted: deny` or `unlisted: {value: keep, reason: ...}`.
pub fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Said> {
    let (value, reason) = match &node.content {
        Content::Map(_) => {
            let keys = UnlistedFields::read("`unlisted`", node, findings)?;
            let reason = keys.reason.node().and_then(|node| fields::reason(node, findings));
            (keys.value.take(findings)?, reason)
        }
        _ => (node, None),
    };
    let unlisted = match value.as_text() {
        Some("keep") => Unlisted::Keep,
        Some("deny") => Unlisted::Deny,
        _ => {
            findings.push(
                Finding::new(Code::ImpossibleValue, "`unlisted` must be `keep` or `deny`")
                    .at(&value.span)
                    .hint("`deny` takes grants that no file names to their narrowest value; `keep` leaves them as they are"),
            );
            return None;
        }
    };
    Some(Said { unlisted, span: value.span.clone(), reasoned: reason.is_some() })
}

impl Said {
    /// Returns what holds at this place, inside one where `outer` holds. Going from `deny` to `keep`
    /// loosens what the outer place promised, so it needs a reason.
    pub fn within(&self, outer: Unlisted, findings: &mut Vec<Finding>) -> (Unlisted, Span) {
        let loosens = self.unlisted == Unlisted::Keep && outer == Unlisted::Deny;
        if loosens && !self.reasoned {
            findings.push(
                Finding::new(
                    Code::ReasonMissing,
                    "`unlisted: keep` loosens an outer `deny` without a reason",
                )
                .at(&self.span)
                .hint("write `unlisted: {value: keep, reason: \"...\"}`"),
            );
        }
        (self.unlisted, self.span.clone())
    }
}
