//! `permctl validate`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::selection::Selection;
use crate::app::{App, Loaded, files, schemas, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::{self, Finding};
use crate::live::{ReadScope, Source, WorkspaceRead};
use crate::plan::{allowed, rules};
use crate::report::{Format, Report};

/// `permctl validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Say what is wrong in these files only [default: all]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Exit with 3 for warnings too
    #[arg(long)]
    pub strict: bool,
    /// Also resolve names and compare with this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// Checks the files, without a request to any API.
pub async fn run(app: &App, arguments: &ValidateArgs) -> anyhow::Result<Exit> {
    let loaded = app.look()?;
    let mut findings = loaded.desired.findings.clone();
    findings.extend(schemas::outdated(&loaded));
    if !findings.iter().any(Finding::is_error) {
        let tested = rules::files::check(&loaded.desired, loaded.day);
        findings.extend(tested.into_iter().flat_map(|rule| rule.findings));
        findings.extend(rules::files::unused(&loaded.desired));
        finding::sort(&mut findings);
    }
    if let Some(path) = &arguments.live
        && !findings.iter().any(Finding::is_error)
    {
        let everything = Selection::default();
        let scope = loaded.scope(&everything);
        let source = Source::Snapshot(session::snapshot(path)?);
        let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
            let mut plan = scope.plan_one(tenant, read.desired, &read.fresh.live, &read.names);
            let used = allowed::silence(&loaded.desired, read.desired, &mut plan);
            (used, plan.findings)
        };
        let mut used = Vec::new();
        for read in source.read(&scope.selected(), ReadScope::Used, turn).await? {
            for workspace in read.workspaces {
                let (of_use, found) = workspace.value;
                used.extend(of_use);
                findings.extend(found);
            }
        }
        let unused = allowed::unused(&loaded.desired, &used, findings.iter());
        findings.extend(unused);
        finding::sort(&mut findings);
    }
    let mut asked_for = None;
    if !arguments.files.is_empty() {
        let all = findings.iter().filter(|finding| finding.is_error()).count();
        let asked = asked(&arguments.files, &loaded)?;
        let is_in =
            |finding: &Finding| finding.spots.iter().any(|spot| asked.contains(&spot.place.file));
        findings.retain(is_in);
        let here = findings.iter().filter(|finding| finding.is_error()).count();
        asked_for = Some((arguments.files.len(), all - here));
    }
    if app.globals.format != Format::Json {
        findings = files::from_here(&findings, &loaded.root);
    }
    let workspaces = &loaded.desired.workspaces;
    app.show(Report::Checked {
        findings: &findings,
        profiles: workspaces.iter().map(|workspace| workspace.profiles.len()).sum(),
        workspaces: workspaces.len(),
        files: asked_for,
    })?;
    let is_wrong = |finding: &Finding| arguments.strict || finding.is_error();
    Ok(if findings.iter().any(is_wrong) { Exit::Files } else { Exit::Done })
}

/// Returns the files that are asked for as findings name them.
fn asked(files: &[PathBuf], loaded: &Loaded) -> Result<BTreeSet<String>, Stop> {
    let stop = |file: &Path, problem: &str| {
        Stop::new(Exit::Usage, format!("{} {problem}", file.display()))
            .hint("name files below `profiles/`, or permctl.yaml; without a name all are checked")
    };
    let root = files::real(&loaded.root).unwrap_or_else(|| loaded.root.clone());
    let mut asked = BTreeSet::new();
    for file in files {
        let real = files::real(file).ok_or_else(|| stop(file, "is not there"))?;
        let is_profile = files::real(&loaded.profiles).is_some_and(|it| real.starts_with(it));
        if !is_profile && !real.starts_with(&root) {
            return Err(stop(file, "is no file of this configuration"));
        }
        asked.extend([files::shown(&real, &root), files::shown(file, &loaded.root)]);
    }
    Ok(asked)
}
