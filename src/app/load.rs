//! Reading the user's files: the configuration first, so that the first requests are under way while the
//! profile files are parsed.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use crate::app::files::{FilePaths, source};
use crate::app::pipeline::Scope;
use crate::app::selection::Selection;
use crate::app::session::Early;
use crate::app::since::{Before, SinceArgs, Texts};
use crate::app::{App, environment, files, session, since};
use crate::desired::{Desired, FilesReading, FolderScope, InFolders, Workspace};
use crate::finding::{self, Code, Finding, Severity, SourceText};
use crate::report::text::findings;
use crate::text::visible;

/// The rules about what has no effect.
const IDLE: [Code; 3] = [Code::NoEffect, Code::NoProfiles, Code::WorkspaceWithoutFiles];

/// The files, read and resolved, and where they are.
#[derive(Debug)]
pub struct Loaded {
    /// The folder of the configuration; paths in messages are relative to it.
    pub root: PathBuf,
    /// The folder of the profiles.
    pub profiles: PathBuf,
    /// What the files say.
    pub desired: Desired,
    /// Today, UTC.
    pub day: Date,
    /// The files before the branch, where only what the branch changes is asked for.
    pub before: Option<Before>,
}

impl Loaded {
    /// Returns what a run is about.
    pub fn scope<'a>(&'a self, selection: &'a Selection) -> Scope<'a> {
        let (desired, day, before) = (&self.desired, self.day, self.before.as_ref());
        Scope { desired, day, selection, names_unwatched: false, before }
    }
}

/// What a command wants of the files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Findings of these rules mean nothing to it.
    pub but: &'a [Code],
    /// Whether it reads what is selected from the APIs, so that they may be asked at once.
    pub from_apis: bool,
    /// Whether it wants the workspaces alone: the profiles are checked, and take no memory afterwards.
    pub workspaces_only: bool,
    /// Findings of these rules are warnings to it.
    pub tolerates: &'a [Code],
    /// The day to read the files for; today where there is none.
    pub as_of: Option<Date>,
    /// The files before a branch, where it wants what the branch changes.
    pub since: Option<&'a SinceArgs>,
}

/// The files while they are read.
struct Loading {
    found: FilePaths,
    day: Date,
    /// `None` without a configuration, which says what all others mean.
    files: Option<FilesReading>,
    /// Profile files that are not read yet, each with what its folder holds for; the next one last.
    rest: Vec<(FolderScope, PathBuf)>,
    /// The configuration.
    config: Option<Arc<SourceText>>,
    /// The profile files that were read, where they are compared with others.
    texts: Option<Texts>,
    selection: Selection,
    unread: Vec<Finding>,
}

impl App {
    /// Reads and resolves the files. With an error among them the run ends, all of them shown.
    ///
    /// Where addresses select a part, a workspace without files may be none of it. What the files say is used
    /// to the end of the run and never freed.
    pub async fn load(
        &self,
        addresses: &[String],
        wanted: Wanted<'_>,
    ) -> anyhow::Result<(&'static Loaded, Early)> {
        let day = wanted.as_of.unwrap_or_else(files::today);
        let since = wanted.since.filter(|since| since.is_given());
        let mut reading = self.reading(Selection::parse(addresses)?, day)?;
        reading.texts = since.map(|_| Texts::new());
        // Which workspaces are touched is known only when the files are read.
        let early = match wanted.from_apis && since.is_none() {
            true => self.early(&reading, addresses).await,
            false => None,
        };
        loop {
            if early.is_some() {
                // Answers and the next requests are seen to.
                tokio::task::yield_now().await;
            }
            if !reading.next() {
                break;
            }
        }
        let texts = reading.texts.take().unwrap_or_default();
        let (config, found) = (reading.config.clone(), reading.found.clone());
        let mut loaded = reading.end();
        let mut but = wanted.but.to_vec();
        but.extend((!addresses.is_empty()).then_some(Code::WorkspaceWithoutFiles));
        loaded.desired.findings.retain(|finding| !but.contains(&finding.code));
        for finding in &mut loaded.desired.findings {
            if wanted.tolerates.contains(&finding.code) {
                finding.severity = Severity::Warning;
            }
        }
        let Desired { findings, .. } = &loaded.desired;
        if findings.iter().any(Finding::is_error) {
            return Err(self.refuse(findings, &loaded.root)?.into());
        }
        if !findings.is_empty() {
            let from_here = files::from_here(findings, &loaded.root);
            self.note(&format!("{}\n", findings::render(&from_here, true)));
        }
        if let (Some(since), Some(config)) = (since, &config) {
            let hosts = environment::allowed_hosts(&self.globals)?;
            let (files, today) = ((config, &texts), (&*hosts, day));
            let selection = Selection::parse(addresses)?;
            let desired = &mut loaded.desired;
            let before = since::read(since, &found, files, today, &selection, desired)?;
            if before.is_of_head {
                self.note("note: no commit is between the files before and what is checked out; after a merge, name `HEAD^1`\n");
            }
            if let Some(mistake) = before.mistake() {
                self.note(&format!(
                    "note: the files before the branch have a mistake ({}), so what it hides counts as the branch's\n",
                    visible(&mistake.message)
                ));
            }
            loaded.before = Some(before);
        }
        if wanted.workspaces_only {
            let workspaces = &mut loaded.desired.workspaces;
            workspaces.iter_mut().for_each(|workspace| workspace.profiles = Vec::new());
        }
        Ok((Box::leak(Box::new(loaded)), early))
    }

    /// Asks the APIs before the profile files are read, where nothing is wrong so far.
    async fn early(&self, reading: &Loading, addresses: &[String]) -> Early {
        let configured = reading.files.as_ref()?.so_far();
        let selection = Selection::new(addresses, configured).ok()?;
        let mut findings = configured.findings.iter().chain(&reading.unread);
        match findings.any(Finding::is_error) {
            true => None,
            false => {
                session::early(self, configured, &reading.found.root, reading.day, &selection).await
            }
        }
    }

    /// Reads and resolves the files, whatever is wrong with them.
    pub fn look(&self) -> anyhow::Result<Loaded> {
        let mut reading = self.reading(Selection::default(), files::today())?;
        while reading.next() {}
        Ok(reading.end())
    }

    /// Reads the configuration, and finds the files of the selected workspaces: in their own folders, in those
    /// of their groups, and the bases.
    fn reading(&self, selection: Selection, day: Date) -> anyhow::Result<Loading> {
        let found = files::find(&self.globals)?;
        let mut unread = Vec::new();
        let config = source(&found.config, &found.root, &mut unread);
        let paths = files::profiles(&found, &self.globals, &mut unread)?;
        let allowed_hosts = environment::allowed_hosts(&self.globals)?;
        unread.extend(environment::unknown());
        let mut files =
            config.as_ref().map(|config| FilesReading::new(config, &allowed_hosts, day));
        let rules = files::rules(&found, &mut unread)?;
        let mut rest = Vec::new();
        if let Some(files) = &mut files {
            rules.iter().for_each(|source| files.rules(source));
            let paths = paths.into_iter().map(|path| (files::folder(&path, &found.profiles), path));
            let InFolders { files: in_order, lost } = files.in_folders(paths);
            for (folder, paths) in lost {
                let mut texts = paths.iter();
                let first = texts.find_map(|path| source(path, &found.root, &mut unread));
                if let Some(first) = first {
                    files.of_no_workspace(folder.as_deref(), &first, paths.len());
                }
            }
            let selected = |scope: FolderScope| {
                files.workspaces_of(scope).any(|workspace| selection.workspace(workspace))
            };
            rest.extend(in_order.into_iter().rev().filter(|(scope, _)| selected(*scope)));
        }
        Ok(Loading { found, day, files, rest, config, texts: None, selection, unread })
    }
}

impl Loading {
    /// Reads the next file; tells whether there was one.
    fn next(&mut self) -> bool {
        let Some((scope, path)) = self.rest.pop() else { return false };
        let text = source(&path, &self.found.root, &mut self.unread);
        if let (Some(texts), Some(text)) = (&mut self.texts, &text) {
            let name = files::below_profiles(&path, &self.found.profiles);
            texts.insert(name, Arc::clone(text));
        }
        match (&mut self.files, text) {
            (Some(files), Some(text)) => files.file(scope, &text),
            (Some(files), None) => files.unread_file(),
            (None, _) => {}
        }
        true
    }

    fn end(self) -> Loaded {
        let Self { found, day, files, selection, unread, .. } = self;
        let is_selected = |workspace: &Workspace| selection.workspace(workspace);
        let is_part = !selection.texts().is_empty();
        let is_selected = is_part.then_some(&is_selected as &dyn Fn(&Workspace) -> bool);
        let mut desired = files.map(|files| files.end(is_selected)).unwrap_or_default();
        // Without the folder, no workspace has a profile.
        if unread.iter().any(|it| it.code == Code::NoProfiles && it.spots.is_empty()) {
            desired.findings.retain(|finding| finding.code != Code::WorkspaceWithoutFiles);
        }
        desired.findings.extend(unread);
        if desired.findings.iter().any(Finding::is_error) {
            // A mistake may be why something has no effect.
            desired.findings.retain(|finding| finding.is_error() || !IDLE.contains(&finding.code));
        }
        finding::sort(&mut desired.findings);
        let FilePaths { root, profiles, .. } = found;
        Loaded { root, profiles, desired, day, before: None }
    }
}
