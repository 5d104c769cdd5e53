//! `permctl import`

#![expect(clippy::disallowed_methods, reason = "this command writes files")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use futures_util::future::join_all;

use crate::app::read::{self, Wanted};
use crate::app::select::Selection;
use crate::app::{App, Loaded, files, from_snapshot, planning, session};
use crate::error::{Exit, Stop};
use crate::live::describe::{Described, file, file_name};
use crate::model::roster::Roster;
use crate::model::{Settings, Value, document};
use crate::plan::NotRead;
use crate::text::{counted, quoted, visible};
use crate::{cli, report};

/// A file to be written.
struct NewFile {
    workspace: String,
    profile: String,
    name: String,
    text: String,
}

/// What an import did.
#[derive(serde::Serialize)]
struct Import {
    /// The files that were written.
    files: Vec<Imported>,
    /// Workspaces that could not be read.
    not_read: Vec<NotRead>,
    /// Why no more files were written.
    failed: Option<String>,
    /// Unmanaged profiles without a name, which no file can describe.
    nameless: usize,
}

/// What there is to import from one workspace.
struct Found {
    workspace: String,
    files: Vec<NewFile>,
    /// How many unmanaged profiles have no name, which no file can describe.
    nameless: usize,
    /// Why each unmanaged profile was left out that no file may describe.
    refused: Vec<String>,
}

/// A file that was written.
#[derive(serde::Serialize)]
struct Imported {
    path: String,
    workspace: String,
    profile: String,
}

/// Writes one file for each unmanaged live profile; never changes a file that is there.
pub async fn run(app: &mut App, arguments: &cli::Import) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    read::announce(app, &selection);
    let used = read::used_tenants(&loaded, &selection);
    let mut found = Vec::new();
    let mut not_read: Vec<NotRead> = Vec::new();
    if let Some(path) = &arguments.live {
        let snapshot = from_snapshot::open(path)?;
        for tenant in used {
            for read in from_snapshot::workspaces(tenant, &loaded, &selection, &snapshot)? {
                found.push(describe(&loaded, &selection, read, arguments.with_holders)?);
            }
        }
    } else {
        let session = session::open(app, &loaded, used).await?;
        let reads = session.tenants.values().map(|connected| {
            let workspaces = read::selected(&loaded, &selection, &connected.config.name);
            // Which names are needed is known only when the profiles have been read; a person runs
            // this by hand, so a few calls more are better than ids in the files.
            let wanted = if arguments.with_holders { Wanted::AllAndRoster } else { Wanted::All };
            read::tenant(connected, workspaces, wanted, |read| {
                describe(&loaded, &selection, read, arguments.with_holders)
            })
        });
        for read in join_all(reads).await {
            not_read.extend(read.not_read);
            for described in read.workspaces {
                found.push(described?);
            }
        }
        session.talk(app);
    }
    found.sort_by(|a: &Found, b: &Found| a.workspace.cmp(&b.workspace));
    let nameless = found.iter().map(|found| found.nameless).sum();
    for Found { workspace, nameless, .. } in found.iter().filter(|found| found.nameless > 0) {
        app.talk(&format!(
            "{workspace}: {} without a name {} left out; give it one in the vendor's settings and import again\n",
            counted(*nameless, "profile"),
            if *nameless == 1 { "is" } else { "are" },
        ));
    }
    for Found { workspace, refused, .. } in &found {
        for why in refused {
            app.talk(&format!("{workspace}: left out, since {}\n", visible(why)));
        }
    }
    let mut files: Vec<NewFile> = found.into_iter().flat_map(|found| found.files).collect();
    files.sort_by(|a: &NewFile, b: &NewFile| (&a.workspace, &a.name).cmp(&(&b.workspace, &b.name)));
    if not_read.is_empty() {
        selection.unmatched()?;
    }
    let mut import = Import { files: Vec::new(), not_read, failed: None, nameless };
    for new in files {
        match write(&loaded, &new) {
            Ok(path) => {
                let (workspace, profile) = (new.workspace, new.profile);
                import.files.push(Imported { path, workspace, profile });
            }
            // What was written before stays, and is reported.
            Err(stop) => {
                import.failed = Some(stop.message.clone());
                app.report(&import, text)?;
                return Err(stop.into());
            }
        }
    }
    app.report(&import, text)?;
    let not_read = &import.not_read;
    let exit = match not_read.first() {
        Some(first) if first.files => Exit::Files,
        Some(_) => Exit::Api,
        None => Exit::Done,
    };
    Ok(exit)
}

fn text(import: &Import) -> String {
    let mut text = report::plan::not_read(&import.not_read);
    for Imported { path, workspace, profile } in &import.files {
        text.push_str(&format!("{}  {workspace}/{}\n", visible(path), quoted(profile)));
    }
    match import.files.len() {
        0 if import.failed.is_some() || !import.not_read.is_empty() => {}
        0 if import.nameless > 0 => text.push_str("Nothing imported.\n"),
        0 => text.push_str("Nothing to import: every live profile is described or ignored.\n"),
        count => text.push_str(&format!(
            "Imported {}. Next: review and commit, then `permctl plan`.\n",
            counted(count, "profile")
        )),
    }
    text
}

/// Describes the unmanaged profiles of one workspace.
fn describe(
    loaded: &Loaded,
    selection: &Selection,
    read: read::WorkspaceRead<'_>,
    with_holders: bool,
) -> anyhow::Result<Found> {
    let read::WorkspaceRead { desired, fresh, names, .. } = read;
    let tenant = loaded.desired.tenants.iter().find(|tenant| tenant.name == desired.tenant);
    let tenant = tenant.expect("a workspace has its tenant");
    let planned = planning::plan_one(tenant, loaded, selection, desired, &fresh.live, &names);
    let catalogue = tenant.provider.catalogue();
    let folder = loaded.profiles.join(&desired.name);
    let mut taken = existing(&folder)?;
    let live = &fresh.live.profiles;
    let mut files = Vec::new();
    let mut nameless = 0;
    let mut refused = Vec::new();
    for unmanaged in &planned.unmanaged {
        if unmanaged.name.is_empty() {
            nameless += 1;
            continue;
        }
        // A file that the next command would refuse is worse than none.
        let name = Settings::from_iter([(catalogue.name().clone(), Value::text(&unmanaged.name))]);
        if let Some(refusal) = tenant.provider.check(&name).into_iter().next() {
            refused.push(refusal.message);
            continue;
        }
        let Some(profile) = live.iter().find(|profile| profile.id == unmanaged.id) else {
            continue;
        };
        let twice = live.iter().filter(|other| other.name == profile.name).count() > 1;
        let described = Described {
            name: &profile.name,
            pin: twice.then_some(&profile.id),
            settings: &document::settings(catalogue, &profile.document),
            holders: holders(&fresh.live.roster, &profile.name).filter(|_| with_holders),
        };
        files.push(NewFile {
            workspace: desired.name.clone(),
            profile: profile.name.clone(),
            name: file_name(&profile.name, &profile.id, &mut taken),
            text: file(&described, catalogue, &names),
        });
    }
    Ok(Found { workspace: desired.name.clone(), files, nameless, refused })
}

/// Lists who has a profile; `None` where nobody can say.
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
    let path = folder.join(format!("{}.yaml", new.name));
    let stop = |error: std::io::Error| {
        Stop::new(Exit::Internal, format!("could not write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(&folder).map_err(stop)?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(stop)?;
    file.write_all(new.text.as_bytes()).map_err(stop)?;
    Ok(files::shown(&path, &loaded.root))
}
