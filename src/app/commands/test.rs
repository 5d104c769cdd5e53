//! `permctl test`

use clap::Args;

use crate::app::{App, files};
use crate::error::Exit;
use crate::finding::Finding;
use crate::plan::rules::files::{RuleOutcome, check, unused};
use crate::report::{Format, Report};

/// `permctl test`
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Exit with 3 also for rules that only warn, and for those that the files leave open
    #[arg(long)]
    pub strict: bool,
}

/// Checks the files by the rules of `rules/`, without a request to any API.
pub fn run(app: &App, arguments: &TestArgs) -> anyhow::Result<Exit> {
    let loaded = app.look()?;
    if loaded.desired.findings.iter().any(Finding::is_error) {
        return Err(app.refuse(&loaded.desired.findings, &loaded.root)?.into());
    }
    let mut tested = check(&loaded.desired, loaded.day);
    let mut unused = unused(&loaded.desired);
    if app.globals.format != Format::Json {
        for rule in &mut tested {
            rule.findings = files::from_here(&rule.findings, &loaded.root);
        }
        unused = files::from_here(&unused, &loaded.root);
    }
    app.show(Report::Tested { rules: &tested, findings: &unused })?;
    let is_wrong = |outcome: RuleOutcome| match outcome {
        RuleOutcome::Broken => true,
        RuleOutcome::Warns | RuleOutcome::Open => arguments.strict,
        RuleOutcome::Holds => false,
    };
    let wrong = tested.iter().any(|rule| is_wrong(rule.outcome));
    Ok(if wrong { Exit::Files } else { Exit::Done })
}
