//! `permctl import`

#![expect(clippy::disallowed_methods, reason = "this command writes files")]

use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use crate::app::pipeline::Scope;
use crate::app::selection::Selection;
use crate::app::{App, Loaded, Wanted, files, schemas, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::{Code, SourceText};
use crate::live::describe::{Described, file, file_name};
use crate::live::{ReadScope, WorkspaceRead};
use crate::model::document;
use crate::model::roster::Roster;
use crate::report::{Imported, ImportedFile, LeftOut, Report};
use crate::text::counted;

/// `permctl import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What to import [default: all unmanaged profiles]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Also write who has each profile, where files can say it; from then on the file decides it
    #[arg(long)]
    pub with_holders: bool,
    /// Read from a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// A file to be written.
struct NewFile {
    workspace: String,
    profile: String,
    name: String,
    text: String,
}

impl NewFile {
    fn path(&self, loaded: &Loaded) -> PathBuf {
        loaded.profiles.join(&self.workspace).join(format!("{}.yaml", self.name))
    }

    /// Returns its path as messages show it.
    fn shown(&self, loaded: &Loaded) -> String {
        files::shown(&self.path(loaded), &loaded.root)
    }
}

/// What there is to import from one workspace.
struct WorkspaceImport {
    workspace: String,
    files: Vec<NewFile>,
    /// How many unmanaged profiles have no name, which no file can describe.
    nameless: usize,
    /// Why each unmanaged profile was left out that no file may describe.
    refused: Vec<String>,
}

/// Writes one file for each unmanaged live profile; never changes a file that is there.
pub async fn run(app: &App, arguments: &ImportArgs) -> anyhow::Result<Exit> {
    let but = &[Code::NoProfiles, Code::WorkspaceWithoutFiles];
    let wanted = Wanted { but, from_apis: arguments.live.is_none(), ..Wanted::default() };
    let (loaded, early) = app.load(&arguments.addresses, wanted).await?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, arguments.live.as_deref(), early).await?;
    // Which names are needed is known only when the profiles have been read; a person runs this by
    // hand, so a few calls more are better than ids in the files.
    let names = if arguments.with_holders { ReadScope::AllAndRoster } else { ReadScope::All };
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        describe(loaded, scope, tenant, read, arguments.with_holders)
    };
    let mut imported = Imported { selection: selection.texts(), ..Imported::default() };
    let mut found = Vec::new();
    let reads = source.read(&scope.selected(), names, turn).await;
    app.notices(&source);
    for read in reads? {
        imported.not_read.extend(read.not_read);
        for turned in read.workspaces {
            found.push(turned.value?);
        }
    }
    found.sort_by(|a: &WorkspaceImport, b: &WorkspaceImport| a.workspace.cmp(&b.workspace));
    imported.nameless = found.iter().map(|found| found.nameless).sum();
    imported.left_out = found.iter().flat_map(left_out).collect();
    let mut files: Vec<NewFile> = found.into_iter().flat_map(|found| found.files).collect();
    files.sort_by(|a: &NewFile, b: &NewFile| (&a.workspace, &a.name).cmp(&(&b.workspace, &b.name)));
    if imported.not_read.is_empty() {
        selection.unmatched()?;
    }
    for new in &files {
        app.check_described(&new.shown(loaded), &new.profile, &new.text)?;
    }
    // What was written before a failure stays, and is reported.
    let failed = files.into_iter().try_for_each(|new| {
        let path = write(loaded, &new)?;
        let NewFile { workspace, profile, .. } = new;
        imported.files.push(ImportedFile { path, workspace, profile });
        Ok::<(), Stop>(())
    });
    imported.failed = failed.as_ref().err().map(|stop| stop.message.clone());
    if !imported.files.is_empty()
        && let Err(stop) = schemas::write(loaded)
    {
        app.note(&format!("note: no schemas for editors: {}\n", stop.message));
    }
    app.show(Report::Imported(&imported))?;
    failed?;
    Ok(match imported.not_read.first() {
        Some(first) if first.files => Exit::Files,
        Some(_) => Exit::Api,
        None => Exit::Done,
    })
}

fn left_out(found: &WorkspaceImport) -> Vec<LeftOut> {
    let WorkspaceImport { workspace, nameless, refused, .. } = found;
    let nameless = (*nameless > 0).then(|| {
        let is = if *nameless == 1 { "is" } else { "are" };
        let profiles = counted(*nameless, "profile");
        format!(
            "{profiles} without a name {is} left out; give it one in the vendor's settings and import again"
        )
    });
    let refused = refused.iter().map(|why| format!("left out, since {why}"));
    let messages = nameless.into_iter().chain(refused);
    messages.map(|message| LeftOut { workspace: workspace.clone(), message }).collect()
}

/// Describes the unmanaged profiles of one workspace.
fn describe(
    loaded: &Loaded,
    scope: Scope<'_>,
    tenant: &desired::Tenant,
    read: WorkspaceRead<'_>,
    with_holders: bool,
) -> anyhow::Result<WorkspaceImport> {
    let WorkspaceRead { desired, fresh, names, .. } = read;
    let planned = scope.plan_one(tenant, desired, &fresh.live, &names);
    let catalogue = tenant.provider.catalogue();
    let mut taken = existing(&loaded.profiles.join(&desired.name))?;
    let live = &fresh.live.profiles;
    let by_id: HashMap<_, _> = live.iter().map(|profile| (&profile.id, profile)).collect();
    let mut bearers: HashMap<&str, usize> = HashMap::new();
    for profile in live {
        *bearers.entry(&profile.name).or_default() += 1;
    }
    let workspace = desired.name.clone();
    let mut found =
        WorkspaceImport { workspace, files: Vec::new(), nameless: 0, refused: Vec::new() };
    for unmanaged in &planned.unmanaged {
        if unmanaged.name.is_empty() {
            found.nameless += 1;
            continue;
        }
        let Some(profile) = by_id.get(&unmanaged.id).copied() else { continue };
        if let Some(flaw) = tenant.provider.flaw(profile) {
            found.refused.push(format!("\"{}\" can't be understood: {flaw}", profile.name));
            continue;
        }
        let twice = bearers[profile.name.as_str()] > 1;
        let described = Described {
            name: &profile.name,
            pin: twice.then_some(&profile.id),
            settings: &document::settings(catalogue, &profile.document),
            holders: holders(&fresh.live.roster, &profile.name).filter(|_| with_holders),
        };
        let text = file(&described, catalogue, &names);
        if let Some(why) = refused(desired, &profile.name, &text) {
            found.refused.push(why);
            continue;
        }
        found.files.push(NewFile {
            workspace: desired.name.clone(),
            profile: profile.name.clone(),
            name: file_name(&profile.name, &profile.id, &mut taken),
            text,
        });
    }
    Ok(found)
}

/// Says why a file that describes the profile would be refused, which is worse than no file: it would
/// stop every command for the whole repository.
fn refused(workspace: &desired::Workspace, profile: &str, text: &str) -> Option<String> {
    let source = SourceText::new("import.yaml", text);
    let error = desired::errors_in(&source, workspace).into_iter().next()?;
    let named = format!("\"{profile}\"");
    Some(match error.message.contains(&named) {
        true => error.message,
        false => format!("{named} can't be described: {}", error.message),
    })
}

/// Lists who has a profile; `None` where that is unknown.
fn holders(roster: &Roster, profile: &str) -> Option<Vec<String>> {
    let Roster::People(_) = roster else { return None };
    Some(roster.holders(profile).map(|person| person.user.clone()).collect())
}

/// Lists the names in a folder, in lower case and without their endings.
fn existing(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    if !folder.is_dir() {
        return Ok(BTreeSet::new());
    }
    let failed = || format!("could not list {}", folder.display());
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()));
    }
    Ok(names)
}

/// Writes a file that must not be there yet; returns its path as messages show it.
fn write(loaded: &Loaded, new: &NewFile) -> Result<String, Stop> {
    let folder = loaded.profiles.join(&new.workspace);
    let path = new.path(loaded);
    let stop = |error: std::io::Error| {
        Stop::new(Exit::Internal, format!("could not write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(&folder).map_err(stop)?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(stop)?;
    file.write_all(new.text.as_bytes()).map_err(stop)?;
    Ok(new.shown(loaded))
}
