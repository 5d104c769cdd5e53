//! The files before a branch: those of a commit, or of a folder; and which workspaces the branch touches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::app::files::{self, FilePaths, is_profile_file};
use crate::app::git;
use crate::app::selection::Selection;
use crate::desired::{self, Desired, Files, ProfileFile};
use crate::error::{Exit, Stop};
use crate::finding::{Finding, SourceText};
use crate::plan::loosened::loosened;
use crate::plan::since::BranchBase;

/// The flags that limit a plan to what a branch changes.
#[derive(Debug, Clone, Default, Args)]
pub struct SinceArgs {
    /// Plan only what the checked out branch changes: since it left this branch, tag or commit
    #[arg(long, value_name = "REF", conflicts_with = "base")]
    pub since: Option<String>,
    /// The same, with the files before the branch in this folder: its permctl.yaml and profiles/. They are to be those
    /// of the commit where the branch began, or of the main branch that the checkout is merged with
    #[arg(long, value_name = "DIR")]
    pub base: Option<PathBuf>,
    /// Also plan what was different before, in the workspaces that the branch touches
    #[arg(long)]
    pub include_drift: bool,
}

impl SinceArgs {
    /// Tells whether a plan is limited.
    pub fn is_given(&self) -> bool {
        self.since.is_some() || self.base.is_some()
    }
}

/// The files before a branch.
#[derive(Debug)]
pub struct Before {
    /// What they say.
    pub desired: Desired,
    /// How reports name them.
    pub base: BranchBase,
    /// The workspaces that the branch may change something of.
    pub touched: BTreeSet<String>,
    /// Whether what was different before is planned too.
    pub include_drift: bool,
    /// Whether the files before are of the commit that is checked out.
    pub is_of_head: bool,
}

/// Texts of profile files by their path below `profiles/`.
pub type Texts = BTreeMap<String, Arc<SourceText>>;

/// The configuration and the profile files before a branch.
struct TextsBefore {
    config: Arc<SourceText>,
    profiles: Texts,
    rules: Vec<Arc<SourceText>>,
    named: String,
    commit: Option<String>,
}

/// Reads the files before a branch, and compares them with those of the branch.
///
/// # Errors
/// When they can't be read.
pub fn read(
    arguments: &SinceArgs,
    found: &FilePaths,
    (config, profiles): (&Arc<SourceText>, &Texts),
    (allowed_hosts, day): (&[String], jiff::civil::Date),
    selection: &Selection,
    after: &mut Desired,
) -> Result<Before, Stop> {
    let texts = match (&arguments.since, &arguments.base) {
        (Some(reference), _) => of_commit(reference, found, config)?,
        (None, Some(folder)) => of_folder(folder)?,
        (None, None) => unreachable!("a flag asks for it"),
    };
    let TextsBefore { config: config_before, profiles: before, rules, named, commit } = texts;
    let file = |(path, source): (&String, &Arc<SourceText>)| ProfileFile {
        folder: path.split_once('/').map(|(folder, _)| folder.to_owned()),
        source: Arc::clone(source),
    };
    let desired = desired::load(&Files {
        config: Arc::clone(&config_before),
        profiles: before.iter().map(file).collect(),
        rules,
        allowed_hosts: allowed_hosts.to_vec(),
        day,
    });
    let changed = changed((config, profiles), (&config_before, &before));
    let touched: BTreeSet<String> = after
        .workspaces
        .iter()
        // The files of others were not read.
        .filter(|workspace| selection.workspace(workspace) && changed.touch(workspace))
        .map(|workspace| workspace.name.clone())
        .collect();
    // A read of live is to do for both.
    for workspace in after.workspaces.iter_mut().filter(|it| touched.contains(&it.name)) {
        if let Some(before) = desired.workspace(&workspace.name) {
            workspace.beside.names = before.names_used();
            workspace.beside.holders = before.gives_profiles();
        }
    }
    let workspaces = after.workspaces.iter().filter(|it| selection.workspace(it)).count();
    let is_gone = |was: &&desired::Workspace| {
        after.workspace(&was.name).is_none() && selection.workspace(was)
    };
    let dropped = desired.workspaces.iter().filter(is_gone);
    let dropped = dropped.map(|was| (was.name.clone(), was.profiles.len())).collect();
    let rules = loosened(&desired, after);
    let is_of_head = commit.as_ref().is_some_and(|it| git::is_head(&found.profiles, it));
    let base = BranchBase { named, commit, touched: touched.len(), workspaces, dropped, rules };
    let include_drift = arguments.include_drift;
    Ok(Before { desired, base, touched, include_drift, is_of_head })
}

/// What a branch changes of the files.
struct Changed {
    /// Whether it may mean something to every workspace.
    all: bool,
    /// The folders with a changed file.
    folders: BTreeSet<String>,
}

impl Changed {
    /// Tells whether it may mean something to a workspace.
    fn touch(&self, workspace: &desired::Workspace) -> bool {
        let mut folders = workspace.groups.iter().chain([&workspace.name]);
        self.all || folders.any(|folder| self.folders.contains(folder))
    }
}

/// Compares the configuration and the profile files with those before.
fn changed(
    (config, profiles): (&Arc<SourceText>, &Texts),
    (config_before, before): (&Arc<SourceText>, &Texts),
) -> Changed {
    let paths = profiles.keys().chain(before.keys());
    let differ = |path: &&String| profiles.get(*path).map(text) != before.get(*path).map(text);
    let folder = |path: &String| path.split_once('/').map_or("", |(folder, _)| folder).to_owned();
    let folders: BTreeSet<String> = paths.filter(differ).map(folder).collect();
    // The configuration and the bases of all may mean something to every workspace.
    let all = text(config) != text(config_before) || folders.contains("bases");
    Changed { all, folders }
}

fn text(source: &Arc<SourceText>) -> &str {
    &source.text
}

impl Before {
    /// Returns the first mistake in the files before, if there is one: what they say is known in part then.
    pub fn mistake(&self) -> Option<&Finding> {
        self.desired.findings.iter().find(|finding| finding.is_error())
    }
}

/// Reads the files of the commit at which the branch began.
fn of_commit(
    reference: &str,
    found: &FilePaths,
    config: &Arc<SourceText>,
) -> Result<TextsBefore, Stop> {
    git::in_one_checkout([&found.root, &found.profiles])?;
    let commit = git::merge_base(&found.profiles, reference)?;
    let mut profiles = Texts::new();
    for (path, text) in git::files(&found.profiles, &commit, ".")? {
        if is_profile_file(Path::new(&path)) {
            profiles.insert(path.clone(), SourceText::new(format!("profiles/{path}"), text));
        }
    }
    let name = found.config.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let configured = git::files(&found.root, &commit, &name)?;
    let before = configured.into_iter().next().map(|(_, text)| SourceText::new(name, text));
    let mut rules = Vec::new();
    for (path, text) in git::files(&found.root, &commit, files::RULES)? {
        if is_profile_file(Path::new(&path)) {
            rules.push(SourceText::new(path, text));
        }
    }
    // Without a configuration the files before said nothing.
    if before.is_none() {
        profiles.clear();
        rules.clear();
    }
    let config = before.unwrap_or_else(|| Arc::clone(config));
    let named = reference.to_owned();
    Ok(TextsBefore { config, profiles, rules, named, commit: Some(commit) })
}

/// Reads the files of a folder.
fn of_folder(folder: &Path) -> Result<TextsBefore, Stop> {
    let stop = |message: String| {
        Stop::new(Exit::Files, message)
            .hint("name a folder that has the `permctl.yaml` and the `profiles/` before the change")
    };
    let found = FilePaths {
        config: folder.join("permctl.yaml"),
        root: folder.to_owned(),
        profiles: folder.join("profiles"),
    };
    let mut unread = Vec::new();
    let config = files::source(&found.config, &found.root, &mut unread);
    let mut profiles = Texts::new();
    for path in files::below(&found, &mut unread).map_err(|error| stop(format!("{error:#}")))? {
        let name = files::below_profiles(&path, &found.profiles);
        if let Some(source) = files::source(&path, &found.root, &mut unread) {
            profiles.insert(name, source);
        }
    }
    let rules = files::rules(&found, &mut unread).map_err(|error| stop(format!("{error:#}")))?;
    match (config, unread.into_iter().find(Finding::is_error)) {
        (Some(config), None) => {
            let named = folder.display().to_string();
            Ok(TextsBefore { config, profiles, rules, named, commit: None })
        }
        (_, Some(wrong)) => Err(stop(format!("{}: {}", folder.display(), wrong.message))),
        (None, None) => Err(stop(format!("{} has no configuration", folder.display()))),
    }
}
