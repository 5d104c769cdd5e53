//! A plan as text for a terminal.

use std::collections::BTreeMap;

use crate::finding;
use crate::model::Direction;
use crate::model::NotRead;
use crate::plan::review::{Quote, Review, Side};
use crate::plan::{Cost, Plan, Unmanaged, Unwatched, WorkspacePlan};
use crate::report::View;
use crate::report::text::changes::{self, Perspective};
use crate::report::text::selected;
use crate::report::text::style::{Style, styled};
use crate::report::text::{findings, gates, review, since, users};
use crate::text::{counted, quoted, some_of, thousands, visible};

/// Writes a plan.
pub fn text(plan: &Plan, view: View) -> String {
    let review = review::text(&Review::of(plan, Side::Plan), view);
    let before =
        format!("{}{}{}", not_read(&plan.not_read), since::first_line(plan), of_snapshot(plan));
    format!("{before}{review}{}", beside_review(plan, view))
}

/// Says how old the snapshot is that a plan is made from.
pub fn of_snapshot(plan: &Plan) -> String {
    match snapshot_age(plan, quoted) {
        Some(age) => format!("{age}\n\n"),
        None => String::new(),
    }
}

/// Says how old the snapshot is that a plan is made from, in one line.
pub fn snapshot_age(plan: &Plan, quote: Quote) -> Option<String> {
    let taken = plan.snapshot_taken.as_deref()?;
    let day = |text: &str| text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let age = day(taken).zip(day(&plan.day)).map(|(taken, today)| (today - taken).get_days());
    let age = match age {
        None => String::new(),
        Some(0) => ", today".to_owned(),
        Some(1) => ", a day old".to_owned(),
        Some(days) => format!(", {days} days old"),
    };
    Some(format!("Compared with a snapshot of {} UTC{age}.", quote(taken)))
}

/// Writes all of a plan but what was not read and the review.
pub fn beside_review(plan: &Plan, view: View) -> String {
    let mut text = String::new();
    for workspace in &plan.workspaces {
        text.push_str(&workspace_text(workspace, Perspective::Plan));
    }
    text.push_str(&since::text(plan));
    text.push_str(&world_findings(plan));
    text.push_str(&gates::text(&plan.gates, view));
    text.push_str(&summary(plan));
    text.push_str(&selected(&plan.selection));
    text.push_str(&days(plan));
    text.push_str(&coverage(plan));
    text.push_str(&not_counted(plan));
    text.push_str(&costs(plan));
    text
}

/// Writes for which days a plan is.
fn days(plan: &Plan) -> String {
    if plan.as_of {
        return format!("This is the plan of {}; it can't be saved or applied.\n", plan.day);
    }
    match &plan.valid_through {
        Some(day) if !plan.is_empty() => {
            format!(
                "It can be applied through {}; then something in the files expires.\n",
                visible(day)
            )
        }
        _ => String::new(),
    }
}

/// Writes what could not be read; a report begins with it. One cause is said once.
pub fn not_read(not_read: &[NotRead]) -> String {
    let mut causes: BTreeMap<(&str, &str, &str), Vec<String>> = BTreeMap::new();
    for NotRead { tenant, workspace, error, hint, .. } in not_read {
        causes.entry((tenant, error, hint)).or_default().push(workspace.clone());
    }
    let mut text = String::new();
    for ((tenant, error, hint), workspaces) in causes {
        text.push_str(&format!(
            "{}: {}, workspace {}\n  {}\n  help: {}\n\n",
            styled(Style::Alarm, "NOT READ"),
            visible(tenant),
            visible(&some_of(&workspaces, 10)),
            visible(error),
            visible(hint)
        ));
    }
    text
}

/// Writes one workspace: its changes, and what stays beside them.
pub fn workspace_text(workspace: &WorkspacePlan, perspective: Perspective) -> String {
    let mut text = String::new();
    for planned in &workspace.changes {
        text.push_str(&changes::change(planned, &workspace.labels, perspective));
        text.push('\n');
    }
    for planned in &workspace.users {
        text.push_str(&users::change(&planned.change, perspective));
        text.push('\n');
    }
    let mut notes = beside(workspace);
    if text.is_empty() && notes.is_empty() {
        return text;
    }
    if !notes.is_empty() {
        notes.push('\n');
    }
    let vendor = match &workspace.vendor_name {
        Some(name) => format!(" ({}, {})", visible(name), visible(&workspace.id.0)),
        None => format!(" ({})", visible(&workspace.id.0)),
    };
    format!(
        "{}{}\n\n{text}{notes}",
        styled(Style::Strong, visible(&workspace.workspace)),
        styled(Style::Faint, vendor)
    )
}

/// Writes the profiles and members beside the changes: blocked, unmanaged, built in, ignored, unknown.
fn beside(workspace: &WorkspacePlan) -> String {
    let mut notes = String::new();
    let names = |names: Vec<String>| visible(&some_of(&names, 20));
    if !workspace.blocked.is_empty() {
        notes.push_str(&format!(
            "  {} {}: see the errors below\n",
            styled(Style::Alarm, "blocked"),
            names(workspace.blocked.clone())
        ));
    }
    if !workspace.unmanaged.is_empty() {
        let unmanaged = workspace.unmanaged.iter().map(|profile| profile.name.clone()).collect();
        notes.push_str(&format!("  unmanaged: {}\n", names(unmanaged)));
        for Unmanaged { name, holders, .. } in &workspace.unmanaged {
            if let Some(holders) = holders.as_ref().filter(|holders| holders.count > 0) {
                notes.push_str(&format!("    {} is {}\n", quoted(name), changes::held(holders)));
            }
        }
    }
    for (elsewhere, what) in [(false, "the vendor's own"), (true, "of another workspace")] {
        let some = workspace.built_in.iter().filter(|profile| profile.elsewhere == elsewhere);
        let some: Vec<String> = some.map(|profile| profile.name.clone()).collect();
        if !some.is_empty() {
            notes.push_str(&format!("  {what}: {}\n", names(some)));
        }
    }
    for ignored in &workspace.ignored {
        notes.push_str(&format!(
            "  ignored: {} ({})\n",
            quoted(&ignored.name),
            visible(&ignored.reason)
        ));
    }
    let quiet: Vec<String> = workspace
        .unknown
        .iter()
        .filter(|unknown| unknown.on_in.is_empty())
        .map(|unknown| unknown.setting.to_string())
        .collect();
    if !quiet.is_empty() {
        notes.push_str(&format!(
            "  not known to this version, and off everywhere: {}\n",
            names(quiet)
        ));
    }
    notes
}

/// Writes the findings between files and world.
pub fn world_findings(plan: &Plan) -> String {
    let mut all: Vec<_> = plan.findings().cloned().collect();
    finding::sort(&mut all);
    if all.is_empty() { String::new() } else { format!("{}\n", findings::render(&all, true)) }
}

fn summary(plan: &Plan) -> String {
    let create = plan.changes().filter(|(_, planned)| planned.change.creates()).count();
    let update = plan.changes().count() - create;
    let sum = |part: fn(&WorkspacePlan) -> usize| plan.workspaces.iter().map(part).sum::<usize>();
    let unchanged = sum(|workspace| workspace.unchanged);
    let mut words = Vec::new();
    let whole = plan.not_read.is_empty() && sum(|workspace| workspace.blocked.len()) == 0;
    if plan.is_empty() {
        let nothing = if whole { "Nothing to do" } else { "Nothing planned" };
        words.push(nothing.to_owned());
    } else {
        let (new, updated) = (directions(plan, true), directions(plan, false));
        words.push(format!("Plan: {create} to create{new}, {update} to update{updated}"));
        let users = plan.users().count();
        if users > 0 {
            words.push(format!("{} to get or lose profiles", counted(users, "user")));
        }
    }
    words.push(format!("{unchanged} unchanged"));
    for (number, word) in [
        (sum(|workspace| workspace.blocked.len()), "blocked"),
        (sum(|workspace| workspace.unmanaged.len()), "unmanaged"),
        (sum(|workspace| workspace.ignored.len()), "ignored"),
        (plan.not_read.len(), "not read"),
    ] {
        if number > 0 {
            words.push(format!("{number} {word}"));
        }
    }
    format!("{}.\n", styled(Style::Strong, words.join(", ")))
}

/// Counts the directions of new profiles, or of updates: where a reviewer should look first.
fn directions(plan: &Plan, creates: bool) -> String {
    let count = |wanted: Direction| {
        let changes = plan.changes().filter(|(_, it)| it.change.creates() == creates);
        changes.filter(|(_, planned)| planned.direction == wanted).count()
    };
    let all = [
        Direction::Broadens,
        Direction::Mixed,
        Direction::Unclear,
        Direction::Narrows,
        Direction::Neutral,
    ];
    let counted = all.into_iter().map(|direction| (count(direction), direction));
    let words: Vec<String> = counted
        .filter(|(number, _)| *number > 0)
        .map(|(number, direction)| match (number, direction) {
            (2.., Direction::Broadens) => format!("{number} broaden"),
            (2.., Direction::Narrows) => format!("{number} narrow"),
            _ => format!("{number} {}", direction.word()),
        })
        .collect();
    if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
}

/// Writes how much `unlisted: keep` leaves unwatched.
pub fn coverage(plan: &Plan) -> String {
    let part = |part: fn(&WorkspacePlan) -> usize| plan.workspaces.iter().map(part).sum::<usize>();
    let settings = part(|workspace| workspace.coverage.settings);
    if settings == 0 {
        return String::new();
    }
    let on = part(|workspace| workspace.coverage.on);
    let with_some = || plan.workspaces.iter().filter(|workspace| !workspace.coverage.of.is_empty());
    let unwatched: Vec<&Unwatched> =
        with_some().flat_map(|workspace| &workspace.coverage.of).collect();
    let is_of_one = with_some().count() == 1;
    let name = |workspace: &str, profile: &str| match is_of_one {
        true => profile.to_owned(),
        false => format!("{workspace}/{profile}"),
    };
    let names = with_some().flat_map(|workspace| {
        let of = &workspace.coverage.of;
        of.iter().map(|it| name(&workspace.workspace, &it.profile))
    });
    let names: Vec<String> = names.collect();
    let profiles = match names.len() {
        0 => counted(part(|workspace| workspace.coverage.profiles), "profile"),
        1 => quoted(&names[0]),
        count => format!("{count} profiles ({})", visible(&some_of(&names, 3))),
    };
    let some = match *unwatched {
        [one] if !one.some_on.is_empty() => {
            let names: Vec<String> = one.some_on.iter().map(ToString::to_string).collect();
            let more = match one.on - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(": {}{more}", visible(&names.join(", ")))
        }
        _ => String::new(),
    };
    let is = if on == 1 { "is" } else { "are" };
    let mut text = format!(
        "{} of {profiles} are not watched (unlisted: keep), {on} of them {is} on{some}.\n",
        counted(settings, "setting"),
    );
    for workspace in &plan.workspaces {
        for Unwatched { profile, named, .. } in &workspace.coverage.of {
            if named.is_empty() {
                continue;
            }
            text.push_str(&format!("  {}/{}\n", visible(&workspace.workspace), visible(profile)));
            for (setting, value) in named {
                text.push_str(&format!(
                    "      {}  {}\n",
                    visible(&setting.to_string()),
                    changes::value(value)
                ));
            }
        }
    }
    text
}

/// Says how many profiles' holders were not looked up.
pub fn not_counted(plan: &Plan) -> String {
    let count = plan.holders_not_counted;
    if count == 0 {
        return String::new();
    }
    let profiles = counted(count, if plan.from_snapshot { "profile" } else { "more profile" });
    let how = match plan.from_snapshot {
        true => "a snapshot does not have them, a plan from the API counts them",
        false => "`--holders all` counts them",
    };
    let most = match plan.holders_budget {
        0 => String::new(),
        most => format!(" By itself a plan counts those of at most {most}."),
    };
    format!("The holders of {profiles} are not counted; {how}.{most}\n")
}

/// Writes what reading took and what applying would take.
fn costs(plan: &Plan) -> String {
    let mut text = String::new();
    for Cost { tenant, read, apply, per_day, today } in &plan.cost {
        let most = match apply {
            0 => String::new(),
            calls => format!(", at most {calls} more to apply"),
        };
        let limit = per_day
            .map(|calls| format!("; limit {} a day {}", thousands(calls), plan.limit_note(tenant)));
        let left = today.map(|today| {
            let fits = usize::try_from(today.left).is_ok_and(|left| *apply <= left);
            let fits = if fits { "" } else { ", too few to apply" };
            format!("; {}{fits}", today.words())
        });
        text.push_str(&format!(
            "{}: {} to plan{most}{}{}.\n",
            visible(tenant),
            counted(*read, "API call"),
            limit.unwrap_or_default(),
            left.unwrap_or_default()
        ));
    }
    text
}
