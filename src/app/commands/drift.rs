//! `permctl drift`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::pipeline::{self, How};
use crate::app::selection::Selection;
use crate::app::{App, Wanted, session};
use crate::error::Exit;
use crate::finding::Code;
use crate::plan::WorkspacePlan;
use crate::plan::drift::{Drift, DriftKind};
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::review::{Review, Side};
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
    /// What exits with 2
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        default_value = "changed,missing,unmanaged,holders,expired"
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
}

impl FailOn {
    fn is_met(self, drift: &Drift, review: &Review<'_>) -> bool {
        let kind = match self {
            Self::Changed => DriftKind::Changed,
            Self::Missing => DriftKind::Missing,
            Self::Unmanaged => DriftKind::Unmanaged,
            Self::Holders => DriftKind::Holders,
            Self::Expired => DriftKind::Expired,
            Self::Broader => return review.verdict.broader > 0,
            Self::Critical => return review.verdict.critical > 0,
        };
        drift.count(kind) > 0
    }
}

/// Says where live differs from the files.
pub async fn run(app: &App, arguments: &DriftArgs) -> anyhow::Result<Exit> {
    let tolerates = &[Code::ExpiredLongAgo];
    let from_apis = arguments.live.is_none();
    let wanted = Wanted { from_apis, tolerates, ..Wanted::default() };
    let (loaded, early) = app.load(&arguments.addresses, wanted).await?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, arguments.live.as_deref(), early).await?;
    let holders = HolderScope { whose: arguments.holders, unmanaged: true, ..scope.holders() };
    let planned = pipeline::plan(scope, &source, How { hold: false, holders }).await;
    app.notices(&source);
    let mut planned = planned?.plan;
    planned.workspaces.iter_mut().for_each(WorkspacePlan::take_expired_apart);
    app.hide_names(&mut planned);
    let plan = app.as_shown(&planned, &loaded.root);
    // A snapshot is large, and the report needs memory too.
    drop(source);
    let found = Drift::new(&plan);
    app.show(Report::Drift(&plan, &found))?;
    let review = Review::of(&plan, Side::Drift);
    let counts = arguments.fail_on.iter().any(|it| it.is_met(&found, &review));
    Ok(pipeline::ending(&plan).worst(if counts { Exit::Changes } else { Exit::Done }))
}
