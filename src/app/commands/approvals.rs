//! `permctl approvals`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::{App, files, reviews};
use crate::desired::approvals::Approval;
use crate::error::Exit;
use crate::finding::Finding;
use crate::plan::approvals::{check, gates};
use crate::plan::gate::{Gate, GateOutcome};
use crate::report::Report;

/// `permctl approvals`
#[derive(Debug, Args)]
pub struct ApprovalsArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ApprovalsCommand,
}

/// What to do about approvals.
#[derive(Debug, Subcommand)]
pub enum ApprovalsCommand {
    /// Says which approvals a saved plan needs and has; exits with 6 while one is missing
    Check(CheckArgs),
}

/// `permctl approvals check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The saved plan
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// Who approved: the answer of the host's API (GitHub: reviews of the pull request; GitLab: approvals of the merge
    /// request)
    #[arg(long, value_name = "FILE")]
    pub reviews: PathBuf,
    /// The commit that the plan is of; approvals of other commits don't count (GitHub)
    #[arg(long, value_name = "SHA", value_parser = commit)]
    pub commit: String,
    /// The author of the change, who can't approve it
    #[arg(long, value_name = "NAME", value_parser = author)]
    pub author: String,
}

/// Takes the whole id of a commit: a part of one is of no review.
fn commit(text: &str) -> Result<String, String> {
    let is_whole = matches!(text.len(), 40 | 64) && text.bytes().all(|it| it.is_ascii_hexdigit());
    match is_whole {
        true => Ok(text.to_lowercase()),
        false => Err("give the whole id of the commit, 40 or 64 digits".to_owned()),
    }
}

/// Takes the name of an author: without one, an author could approve.
fn author(text: &str) -> Result<String, String> {
    match text.trim().trim_start_matches('@') {
        "" => Err("give the author's name at the host".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// Runs the command.
pub fn run(app: &App, arguments: &ApprovalsArgs) -> anyhow::Result<Exit> {
    let ApprovalsCommand::Check(arguments) = &arguments.command;
    let loaded = app.look()?;
    let desired = &loaded.desired;
    if desired.findings.iter().any(Finding::is_error) {
        return Err(app.refuse(&desired.findings, &loaded.root)?.into());
    }
    let plan = files::plan(&arguments.plan)?;
    let approvals: Vec<&Approval> = desired.approvals.iter().collect();
    let mut gates = gates(&approvals, &plan, desired);
    // What the plan was made with may ask for more: the files before a branch, and what a saved plan does not keep.
    for gate in plan.gates.iter().filter(|it| it.outcome == GateOutcome::NeedsApproval) {
        let same = |it: &&mut Gate| it.gate == gate.gate && it.approvers == gate.approvers;
        match gates.iter_mut().find(same) {
            Some(known) => known.clone_from(gate),
            None => gates.push(gate.clone()),
        }
    }
    let approved = reviews::approved(&arguments.reviews, &arguments.commit)?;
    let states = check(&gates, &approved, &arguments.author);
    app.show(Report::Approvals(&states))?;
    Ok(if states.iter().all(|state| state.passed) { Exit::Done } else { Exit::Guard })
}
