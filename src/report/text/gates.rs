//! What gates say, each with why, at which lines and what to do.

use crate::model::Holders;
use crate::plan::gate::{Gate, GateKind, GateOutcome};
use crate::report::View;
use crate::report::text::style::{Style, styled};
use crate::text::{some_of, visible, wrapped};

/// So many things that are so before a plan are named in its report.
const MOST_STANDING: usize = 10;

/// How far the lines of a gate are indented.
const INDENT: usize = 8;

/// How many people are named.
const MOST_NAMES: usize = 10;

/// Writes what gates say of a plan; nothing where they say nothing.
pub fn text(gates: &[Gate], view: View) -> String {
    of(gates, Some(MOST_STANDING), view)
}

/// Writes what rules say of what is live.
pub fn of_live(gates: &[Gate], view: View) -> String {
    of(gates, None, view)
}

/// Writes gates; of a plan, so many things that stand live.
fn of(gates: &[Gate], of_plan: Option<usize>, view: View) -> String {
    if gates.is_empty() {
        return String::new();
    }
    let most = of_plan.unwrap_or(usize::MAX);
    let mut text = format!("{}\n", styled(Style::Strong, "Gates"));
    let (standing, said): (Vec<&Gate>, Vec<&Gate>) =
        gates.iter().partition(|gate| gate.outcome == GateOutcome::Stands);
    let shown: Vec<&Gate> = said.into_iter().chain(standing.iter().take(most).copied()).collect();
    for alike in shown.chunk_by(|one, other| terms(one) == terms(other)) {
        text.push_str(&group(alike, of_plan.is_none(), view));
    }
    if let Some(more) = standing.len().checked_sub(most).filter(|more| *more > 0) {
        text.push_str(&format!("  {more} more are broken live; `permctl drift` lists them\n"));
    }
    text + "\n"
}

/// Returns what gates have in common that are told together.
fn terms(gate: &Gate) -> impl PartialEq {
    let Gate { gate, kind, outcome, reason, owner, hint, .. } = gate;
    (gate.clone(), *kind, *outcome, reason.clone(), owner.clone(), hint.clone())
}

/// Writes what one gate says, of one profile or of several.
fn group(alike: &[&Gate], is_live: bool, view: View) -> String {
    let first = alike[0];
    let mut text = format!("  {} {}:", outcome(first, is_live), visible(&named(first)));
    for gate in alike {
        let address = gate.address().map_or(String::new(), |it| format!("{}: ", visible(&it)));
        let why = fitted(&format!("{address}{}", visible(&why(gate, view.names))), view);
        let begin = if alike.len() == 1 { " " } else { "\n    - " };
        text.push_str(&format!("{begin}{why}\n"));
        if let Some(places) = places(gate) {
            text.push_str(&format!("      at {}", fitted(&visible(&places), view)));
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    if first.outcome == GateOutcome::NotNeeded {
        return text;
    }
    for (word, note) in [("reason", &first.reason), ("owner", &first.owner)] {
        if let Some(note) = note {
            text.push_str(&format!("    {word}: {}\n", fitted(&visible(note), view)));
        }
    }
    text + &format!("    help: {}\n", fitted(&visible(&first.hint), view))
}

/// Breaks a text that does not fit the terminal.
fn fitted(text: &str, view: View) -> String {
    view.width.map_or_else(|| text.to_owned(), |width| wrapped(text, INDENT, width))
}

/// Returns the words for an outcome before the gate's name.
fn outcome(gate: &Gate, is_live: bool) -> String {
    let style = match gate.outcome {
        GateOutcome::Refuses | GateOutcome::RefusesApply => Style::Alarm,
        GateOutcome::NeedsApproval
        | GateOutcome::WouldRefuse
        | GateOutcome::Stands
        | GateOutcome::NotJudged => Style::Changed,
        GateOutcome::Lifted | GateOutcome::NotNeeded => Style::Faint,
    };
    styled(style, words(gate.outcome, is_live))
}

/// Returns the words for an outcome.
fn words(outcome: GateOutcome, is_live: bool) -> &'static str {
    match outcome {
        GateOutcome::WouldRefuse if is_live => "BROKEN live, with a warning",
        GateOutcome::Refuses => "REFUSED by",
        GateOutcome::WouldRefuse => "WOULD HAVE BEEN REFUSED by",
        GateOutcome::Stands => "BROKEN live",
        GateOutcome::Lifted => "LIFTED",
        GateOutcome::NotJudged => "NOT JUDGED",
        GateOutcome::NeedsApproval => "NEEDS",
        GateOutcome::NotNeeded => "NO NEED of",
        GateOutcome::RefusesApply => "APPLY REFUSED by",
    }
}

/// Returns the name of a gate; a rule's with its kind.
pub fn named(gate: &Gate) -> String {
    match gate.kind {
        GateKind::Guard | GateKind::Freeze => gate.gate.clone(),
        of_rule => format!("{} \"{}\"", kind(of_rule), gate.gate),
    }
}

/// Returns the word for a kind, as files write it.
pub fn kind(kind: GateKind) -> &'static str {
    match kind {
        GateKind::Guard => "guard",
        GateKind::Ceiling => "ceiling",
        GateKind::Expect => "expect",
        GateKind::Apart => "apart",
        GateKind::Who => "who",
        GateKind::Approval => "approval",
        GateKind::Freeze => "freeze",
    }
}

/// Says why, with the people that it is about where people are named.
pub fn why(gate: &Gate, names: bool) -> String {
    let Some(Holders { count, names: known, .. }) = &gate.people else {
        return gate.message.clone();
    };
    let people = if *count == 1 { "person" } else { "people" };
    let message = format!("{}: {count} {people}", gate.message);
    match names && !known.is_empty() {
        true => format!("{message}: {}", some_of(known, MOST_NAMES)),
        false => message,
    }
}

/// Names the lines, each with its role.
pub fn places(gate: &Gate) -> Option<String> {
    let place = |spot: &crate::finding::Spot| {
        let at = format!("{}:{}", spot.place.file, spot.place.line);
        match &spot.label {
            Some(label) => format!("{at} ({label})"),
            None => at,
        }
    };
    let places: Vec<String> = gate.places.iter().map(place).collect();
    (!places.is_empty()).then(|| places.join(", "))
}
