//! A plan, or drift, as a comment that is read in a minute: the verdict, the sentences, one table, what gates say, what
//! was not read; folded below it every setting.

use crate::finding::{self, Finding};
use crate::model::NotRead;
use crate::plan::Plan;
use crate::plan::gate::{Gate, GateOutcome};
use crate::plan::review::Review;
use crate::report::View;
use crate::report::markdown::cells;
use crate::report::markdown::fence::fenced;
use crate::report::markdown::room::Room;
use crate::report::text::plan::snapshot_age;
use crate::report::text::{self, findings, since};
use crate::text::{code, counted};

/// The share of the comment that is kept for the table where there are very many sentences, and for all that follows
/// where there are very many rows.
const KEPT_FOR_TABLE: usize = 3;
const KEPT_FOR_REST: usize = 15;

/// Less room than this for the details is not worth a fold.
const LEAST_FOLD: usize = 1_000;

/// Writes a plan.
pub fn of_plan(plan: &Plan, review: &Review<'_>, details: String, view: View) -> String {
    // There may be something to approve where nothing is written.
    let is_empty = plan.is_empty() && review.verdict.text().is_empty();
    let verdict = match (review.verdict.text(), plan.not_read.is_empty()) {
        (verdict, _) if !verdict.is_empty() => verdict,
        (_, true) => "no changes".to_owned(),
        (_, false) => "nothing planned".to_owned(),
    };
    let approve = match is_empty || plan.refused().next().is_some() {
        true => String::new(),
        false => format!("\nThe digest of this plan: `{}`\n", plan.digest),
    };
    Comment { kind: "plan", verdict, plan, review, details, end: approve }.text(view)
}

/// Writes drift.
pub fn of_drift(plan: &Plan, review: &Review<'_>, details: String, view: View) -> String {
    let verdict = match (review.verdict.text(), review.differences.len()) {
        (verdict, _) if !verdict.is_empty() => verdict,
        (_, 0) if plan.not_read.is_empty() => "no drift".to_owned(),
        (_, 0) => "not all compared".to_owned(),
        (_, profiles) => format!("drift in {}", counted(profiles, "profile")),
    };
    Comment { kind: "drift", verdict, plan, review, details, end: String::new() }.text(view)
}

/// What a comment is made of.
struct Comment<'a> {
    /// What it is about: a later comment of the kind takes its place.
    kind: &'a str,
    verdict: String,
    plan: &'a Plan,
    review: &'a Review<'a>,
    /// Every setting, as the text report has it.
    details: String,
    /// The last line.
    end: String,
}

impl Comment<'_> {
    fn text(self, view: View) -> String {
        let Self { kind, verdict, plan, review, details, end } = self;
        let mut room = Room::new(view.max_size.saturating_sub(end.len()));
        room.add(&format!("{}### permctl: {}\n", marker(kind), lower(&verdict)));
        let compared = since::compared(plan, code).into_iter().chain(snapshot_age(plan, code));
        for line in compared {
            room.add(&format!("\n{line}\n"));
        }
        not_read(&plan.not_read, &mut room);
        gates(&plan.gates, view, &mut room);
        wrong(plan, &mut room);
        sentences(review, view, &mut room);
        released(plan, &mut room);
        table(review, &mut room);
        already(plan, view, &mut room);
        fold(&details, view, &mut room);
        room.finish() + &end
    }
}

/// Writes the marker by which a job finds the comment that it replaces.
pub fn marker(kind: &str) -> String {
    format!("<!-- permctl:{kind} -->\n")
}

/// Begins a sentence of ours within a line.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn not_read(not_read: &[NotRead], room: &mut Room) {
    if not_read.is_empty() {
        return;
    }
    room.add("\n**Not read**: nothing is planned for it.\n\n");
    let lines = not_read.iter().map(|NotRead { tenant, workspace, error, hint, .. }| {
        let place = code(&format!("{tenant}, {workspace}"));
        format!("- {place}: {}; {}\n", code(error), code(hint))
    });
    let left_out = room.add_all(lines, room.share(KEPT_FOR_TABLE));
    more(left_out, "workspace", room);
}

/// Writes what gates say: which, what it comes to, where, why, and what to do.
fn gates(gates: &[Gate], view: View, room: &mut Room) {
    if gates.is_empty() {
        return;
    }
    room.add(
        "\n**Gates**\n\n| gate | outcome | where | why | what to do |\n|---|---|---|---|---|\n",
    );
    let mut gates: Vec<&Gate> = gates.iter().collect();
    gates.sort_by_key(|gate| gate.outcome);
    let rows = gates.into_iter().map(|gate| {
        let address = gate.address().map_or_else(|| "all".to_owned(), |it| code(&it));
        let lines =
            text::gates::places(gate).map_or_else(String::new, |it| format!("<br>{}", code(&it)));
        let outcome = match gate.outcome {
            GateOutcome::Refuses => "**refused**",
            GateOutcome::WouldRefuse => "would have been refused",
            GateOutcome::Stands => "broken live",
            GateOutcome::Lifted => "lifted",
            GateOutcome::NotJudged => "not judged",
            GateOutcome::NeedsApproval => "**needs approval**",
            GateOutcome::NotNeeded => "no approval needed",
            GateOutcome::RefusesApply => "**apply refused**",
        };
        let gate_name = code(&text::gates::named(gate));
        let why = code(&text::gates::why(gate, view.names));
        let owner = gate.owner.as_ref();
        let owner = owner.map_or_else(String::new, |it| format!(" (owner: {})", code(it)));
        let hint = code(&gate.hint);
        format!("| {gate_name} | {outcome} | {address}{lines} | {why} | {hint}{owner} |\n")
    });
    let left_out = room.add_all(rows, room.share(KEPT_FOR_TABLE));
    more(left_out, "gate", room);
}

/// Writes the findings; errors open, warnings in the details as well.
fn wrong(plan: &Plan, room: &mut Room) {
    let mut all: Vec<Finding> = plan.findings().filter(|it| it.is_error()).cloned().collect();
    if all.is_empty() {
        return;
    }
    finding::sort(&mut all);
    let kept = room.share(KEPT_FOR_TABLE);
    let most = room.left().saturating_sub(kept).min(kept);
    room.add("\n");
    room.add(&fenced(&findings::render(&all, false), most));
}

fn sentences(review: &Review<'_>, view: View, room: &mut Room) {
    if review.sentences.is_empty() {
        return;
    }
    room.add("\n");
    let lines = review.sentences.iter().map(|sentence| {
        let text = sentence.text(view.names, code);
        format!("- **{}**: {text}: {}\n", sentence.tier.word(), sentence.places(code))
    });
    let left_out = room.add_all(lines, room.share(KEPT_FOR_TABLE));
    more(left_out, "sentence", room);
}

fn table(review: &Review<'_>, room: &mut Room) {
    let rows = review.rows();
    if rows.is_empty() {
        return;
    }
    room.add(&format!("\n{}", cells::HEADING));
    let left_out = room.add_all(rows.iter().map(cells::row), room.share(KEPT_FOR_REST));
    more(left_out, "row", room);
}

/// Writes what the files decide no more, and the rules that they loosen.
fn released(plan: &Plan, room: &mut Room) {
    let of_workspaces = plan.workspaces.iter().flat_map(|it| since::released(it, code));
    let released = since::dropped(plan, code).into_iter().chain(of_workspaces).collect();
    let lists: [(&str, Vec<String>); 2] = [
        ("Rules that this change loosens", since::rules(plan, code)),
        ("No longer managed", released),
    ];
    for (heading, lines) in lists {
        if !lines.is_empty() {
            room.add(&format!("\n**{heading}**\n\n"));
            let lines = lines.into_iter().map(|line| format!("- {line}\n"));
            let left_out = room.add_all(lines, room.share(KEPT_FOR_REST));
            more(left_out, "line", room);
        }
    }
}

/// Writes what was different before the branch, folded.
fn already(plan: &Plan, view: View, room: &mut Room) {
    let already = since::already(plan, code).into_iter();
    let already: Vec<String> = already.map(|line| format!("- {line}\n")).collect();
    let count = counted(already.len(), "difference");
    let (begin, end) = match view.folds {
        true => ("<details><summary>", "</summary>"),
        false => ("**", "**"),
    };
    if !already.is_empty()
        && room
            .add(&format!("\n{begin}Live already differed, and is left as it is: {count}{end}\n\n"))
    {
        let left_out = room.add_all(already.into_iter(), room.share(KEPT_FOR_REST));
        more(left_out, "line", room);
        room.add(if view.folds { "\n</details>\n" } else { "" });
    }
}

/// Says how much did not fit.
fn more(left_out: usize, noun: &str, room: &mut Room) {
    if left_out > 0 {
        let does = if left_out == 1 { "does" } else { "do" };
        let more = counted(left_out, &format!("more {noun}"));
        room.add(&format!("\n{more} {does} not fit here; the text report has all.\n"));
    }
}

/// Writes every setting, folded where the host can fold.
fn fold(details: &str, view: View, room: &mut Room) {
    let (begin, end) = match view.folds {
        true => ("\n<details><summary>Every setting</summary>\n\n", "\n</details>\n"),
        false => ("\n", ""),
    };
    let around = begin.len() + end.len() + 200;
    if room.left() < around + LEAST_FOLD {
        room.add("\nEvery setting: in the text report.\n");
        return;
    }
    let fence = fenced(details, room.left() - around);
    room.add(&format!("{begin}{fence}{end}"));
}
