//! `permctl drift`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::pipeline::{self, How};
use crate::app::selection::Selection;
use crate::app::{App, Wanted, session};
use crate::error::{Exit, Stop};
use crate::finding::Code;
use crate::live::snapshot::OpenSnapshot;
use crate::model::DriftCause;
use crate::plan::drift::{Drift, DriftKind};
use crate::plan::gate::GateOutcome;
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::review::{Review, Side};
use crate::plan::rules::Moment;
use crate::plan::{Plan, WorkspacePlan};
use crate::report::Report;

/// `permctl drift`
#[derive(Debug, Args)]
pub struct DriftArgs {
    /// What to look at [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Compare with a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
    /// A snapshot of what was live before: says of each difference whether a person changed it by hand, or whether the
    /// files were changed and not applied
    #[arg(long, value_name = "SNAPSHOT")]
    pub baseline: Option<PathBuf>,
    /// What exits with 2
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        default_value = "changed,missing,unmanaged,holders,expired,rules"
    )]
    pub fail_on: Vec<FailOn>,
    /// Whose holders to look up, a call or more for each profile
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub holders: Whose,
}

/// What of drift ends a run with 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A described profile has other settings live.
    Changed,
    /// A described profile is not there.
    Missing,
    /// A live profile is described by no file.
    Unmanaged,
    /// A user has a profile that the files do not give, or lacks one that they do.
    Holders,
    /// A profile or a user still has what the files gave through a day that has passed.
    Expired,
    /// Live gives people more access than the files do, or may.
    Broader,
    /// Live gives people something critical that the files do not.
    Critical,
    /// A person changed something by hand since the baseline.
    ByHand,
    /// Live breaks a rule of `rules/` that does not only warn.
    Rules,
}

impl FailOn {
    fn is_met(self, plan: &Plan, drift: &Drift, review: &Review<'_>) -> bool {
        let kind = match self {
            Self::Changed => DriftKind::Changed,
            Self::Missing => DriftKind::Missing,
            Self::Unmanaged => DriftKind::Unmanaged,
            Self::Holders => DriftKind::Holders,
            Self::Expired => DriftKind::Expired,
            Self::Broader => return review.verdict.broader > 0,
            Self::Critical => return review.verdict.critical > 0,
            Self::Rules => return plan.gates.iter().any(|it| it.outcome == GateOutcome::Stands),
            Self::ByHand => {
                let mut causes = review.differences.iter().filter_map(|it| it.cause);
                return causes.any(|cause| cause != DriftCause::Pending);
            }
        };
        drift.count(kind) > 0
    }
}

/// Says where live differs from the files.
pub async fn run(app: &App, arguments: &DriftArgs) -> anyhow::Result<Exit> {
    let by_hand = arguments.fail_on.contains(&FailOn::ByHand);
    if by_hand && arguments.baseline.is_none() {
        let message = "`--fail-on by-hand` needs `--baseline`: a snapshot of what was live before";
        return Err(Stop::new(Exit::Usage, message).into());
    }
    // Read first: what is wrong with it is known before an API is asked.
    let baseline = arguments.baseline.as_deref().map(session::snapshot).transpose()?;
    let tolerates = &[Code::ExpiredLongAgo];
    let from_apis = arguments.live.is_none();
    let wanted = Wanted { from_apis, tolerates, ..Wanted::default() };
    let (loaded, early) = app.load(&arguments.addresses, wanted).await?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, arguments.live.as_deref(), early).await?;
    let holders = HolderScope { whose: arguments.holders, unmanaged: true, ..scope.holders() };
    let planned =
        pipeline::plan(scope, &source, How { hold: false, holders, moment: Moment::Live }).await;
    app.notices(&source);
    let mut planned = planned?.plan;
    planned.workspaces.iter_mut().for_each(WorkspacePlan::take_expired_apart);
    if let Some(baseline) = &baseline {
        tell_causes(&mut planned, baseline)?;
    }
    app.hide_names(&mut planned);
    let plan = app.as_shown(&planned, &loaded.root);
    // A snapshot is large, and the report needs memory too.
    drop(source);
    let found = Drift::new(&plan);
    app.show(Report::Drift(&plan, &found))?;
    let review = Review::of(&plan, Side::Drift);
    let counts = arguments.fail_on.iter().any(|it| it.is_met(&plan, &found, &review));
    Ok(pipeline::ending(&plan).worst(if counts { Exit::Changes } else { Exit::Done }))
}

/// Says of each difference which side moved since a snapshot was taken.
fn tell_causes(plan: &mut Plan, baseline: &OpenSnapshot) -> Result<(), Stop> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("the baseline {problem}"))
            .hint("take it with the configuration that drift is looked for with")
    };
    for workspace in &mut plan.workspaces {
        let Some(binding) = plan.tenants.get(&workspace.tenant) else { continue };
        let provider = binding.provider().map_err(&stop)?;
        let name = &workspace.workspace;
        let found = baseline.workspace(name).map_err(|error| stop(error.to_string()))?;
        let Some(was) = found else {
            return Err(stop(format!("has no workspace {name}")));
        };
        if was.id != workspace.id {
            return Err(stop(format!("of workspace {name} is of another one, {}", was.id)));
        }
        workspace.tell_causes(provider.catalogue(), &was.live());
    }
    Ok(())
}
