//! Finding and reading the user's files.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::cli::Globals;
use crate::desired::{Files, ProfileFile};
use crate::error::{Exit, Stop};
use crate::finding::Source;

/// The name of the configuration.
const CONFIG: &str = "permctl.yaml";

/// The deepest that folders below `profiles/` are followed; a ring of links ends here.
const DEEPEST: usize = 16;

/// Where the files are.
#[derive(Debug)]
pub struct Found {
    /// The configuration.
    pub config: PathBuf,
    /// Its folder.
    pub root: PathBuf,
    /// The folder of the profiles.
    pub profiles: PathBuf,
}

/// Finds the configuration: as told, or here, or in a folder above.
pub fn find(globals: &Globals) -> anyhow::Result<Found> {
    let config = match &globals.config {
        Some(config) => config.clone(),
        None => {
            let here = std::env::current_dir().context("could not find the current folder")?;
            let found =
                here.ancestors().map(|folder| folder.join(CONFIG)).find(|path| path.is_file());
            let Some(found) = found else {
                return Err(Stop::new(
                    Exit::Files,
                    format!("there is no {CONFIG} in {} or a folder above", here.display()),
                )
                .hint("go to the folder of your configuration, or name it with --config FILE")
                .into());
            };
            found
        }
    };
    let root = match config.parent() {
        Some(root) if !root.as_os_str().is_empty() => root.to_owned(),
        _ => PathBuf::from("."),
    };
    let profiles = globals.profiles.clone().unwrap_or_else(|| root.join("profiles"));
    Ok(Found { config, root, profiles })
}

/// Reads the texts of all files.
pub fn read(found: &Found, globals: &Globals, day: Date) -> anyhow::Result<Files> {
    let config = source(&found.config, &found.root)?;
    let mut paths = Vec::new();
    if found.profiles.is_dir() {
        walk(&found.profiles, 0, &mut paths)?;
    } else if globals.profiles.is_some() {
        return Err(Stop::new(
            Exit::Files,
            format!("there is no folder {}", found.profiles.display()),
        )
        .hint("name the folder of the profiles with --profiles DIR")
        .into());
    }
    paths.sort();
    let mut profiles = Vec::with_capacity(paths.len());
    for path in paths {
        let below = path.strip_prefix(&found.profiles).unwrap_or(&path);
        let folder = match below.components().next() {
            Some(first) if below.components().count() > 1 => {
                Some(first.as_os_str().to_string_lossy().into_owned())
            }
            _ => None,
        };
        profiles.push(ProfileFile { folder, source: source(&path, &found.root)? });
    }
    let allowed_hosts =
        globals.allow_host.iter().filter(|host| !host.is_empty()).cloned().collect();
    Ok(Files { config, profiles, allowed_hosts, day })
}

/// Returns today, UTC.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Reads one text; its path is written relative to `root`, with forward slashes.
fn source(path: &Path, root: &Path) -> anyhow::Result<std::sync::Arc<Source>> {
    let stop = |problem: String, hint: &str| {
        Stop::new(Exit::Files, format!("could not read {}: {problem}", path.display())).hint(hint)
    };
    let bytes = std::fs::read(path)
        .map_err(|error| stop(error.to_string(), "check that the file is there and may be read"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        stop(format!("line {line} is not UTF-8"), "save the file as UTF-8 in your editor")
    })?;
    Ok(Source::new(shown(path, root), text))
}

/// Writes a path as messages show it: relative to the configuration, with forward slashes.
pub fn shown(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").replace("//", "/")
}

fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let failed = || format!("could not list {}", folder.display());
    if depth > DEEPEST {
        return Err(Stop::new(
            Exit::Files,
            format!("{} lies more than {DEEPEST} folders below the profiles", folder.display()),
        )
        .hint("a link may point back into its own folder")
        .into());
    }
    for entry in std::fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(&path, depth + 1, paths)?;
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            paths.push(path);
        }
    }
    Ok(())
}
