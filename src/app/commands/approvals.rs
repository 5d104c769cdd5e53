//! `permctl approvals`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::app::{App, files, reviews};
use crate::desired::approvals::Approval;
use crate::error::{Exit, Stop};
use crate::finding::Finding;
use crate::plan::approvals::{check, gates};
use crate::plan::gate::GateOutcome;
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
    #[arg(long, value_name = "SHA")]
    pub commit: String,
    /// The author of the change, who can't approve it
    #[arg(long, value_name = "NAME")]
    pub author: String,
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
    let needed = plan.gates.iter().filter(|it| it.outcome == GateOutcome::NeedsApproval);
    for gate in needed {
        if let Some(known) = gates.iter_mut().find(|it| it.gate == gate.gate) {
            known.clone_from(gate);
            continue;
        }
        let message = format!(
            "the plan needs the approval \"{}\", which this configuration does not have",
            gate.gate
        );
        let hint = "check it with the configuration before the change";
        return Err(Stop::new(Exit::Guard, message).hint(hint).into());
    }
    let approved = reviews::approved(&arguments.reviews, &arguments.commit)?;
    let states = check(&approvals, &gates, &approved, &arguments.author);
    app.show(Report::Approvals(&states))?;
    Ok(if states.iter().all(|state| state.passed) { Exit::Done } else { Exit::Guard })
}
