//! Which approvals a plan needs, and which it has.

use crate::plan::approvals::ApprovalState;
use crate::report::text::style::{Style, styled};
use crate::text::{counted, quoted, visible};

/// Writes each approval in a line or two.
pub fn text(states: &[ApprovalState]) -> String {
    if states.is_empty() {
        return "No approval is needed: permctl.yaml has no `approvals`.\n".to_owned();
    }
    let mut text: String = states.iter().map(one).collect();
    let missing = states.iter().filter(|state| !state.passed).count();
    let needed = states.iter().filter(|state| state.needed).count();
    let summary = match (missing, needed) {
        (0, 0) => "No approval is needed.".to_owned(),
        (0, needed) => format!("{} there.", counted(needed, "approval")),
        (missing, needed) => format!("{missing} of {} missing.", counted(needed, "approval")),
    };
    text.push_str(&format!("{}\n", styled(Style::Strong, summary)));
    text
}

fn one(state: &ApprovalState) -> String {
    let ApprovalState { approval, needed, reason, count, approved_by, owners, passed } = state;
    let (style, word) = match (needed, passed) {
        (false, _) => (Style::Faint, "not needed"),
        (true, true) => (Style::Added, "approved  "),
        (true, false) => (Style::Alarm, "MISSING   "),
    };
    let line = format!("{}  {}: {}\n", styled(style, word), quoted(approval), visible(reason));
    if !needed {
        return line;
    }
    let names = |names: &[String]| visible(&names.join(", "));
    let by = match approved_by.is_empty() {
        true => String::new(),
        false => format!(", by {}", names(approved_by)),
    };
    format!("{line}            {} of {count}{by}; owners: {}\n", approved_by.len(), names(owners))
}
