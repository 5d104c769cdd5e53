//! Finding and reading the user's files.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::app::environment;
use crate::app::system;
use crate::cli::Globals;
use crate::desired::masked;
use crate::error::too_few_files;
use crate::error::{Exit, Stop};
use crate::finding::{Code, Finding, SourceText, Span};
use crate::plan::{Plan, file};
use crate::yaml;

mod nearby;
mod walk;

pub use nearby::{from_here, plan_from_here};
use nearby::{misnamed, no_folder, passed_over};
use walk::{Walk, outside};

/// The name of the configuration.
const CONFIG: &str = "permctl.yaml";

/// The folder of the rules, beside the configuration.
pub const RULES: &str = "rules";

/// The largest plan or snapshot that is read, what twenty thousand profiles come to.
pub const LARGEST_SAVED: u64 = 96_000_000;

/// What some editors put at the start of a file.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where the files are.
#[derive(Debug, Clone)]
pub struct FilePaths {
    /// The configuration.
    pub config: PathBuf,
    /// Its folder.
    pub root: PathBuf,
    /// The folder of the profiles.
    pub profiles: PathBuf,
}

/// Finds the configuration: as told, or here, or in a folder above.
pub fn find(globals: &Globals) -> anyhow::Result<FilePaths> {
    let config = match &globals.config {
        Some(config) if config.is_dir() => config.join(CONFIG),
        Some(config) => config.clone(),
        None => {
            let here = std::env::current_dir().context("could not find the current folder")?;
            let found =
                here.ancestors().map(|folder| folder.join(CONFIG)).find(|path| path.is_file());
            let Some(found) = found else {
                let message =
                    format!("there is no {CONFIG} in {} or a folder above", here.display());
                return Err(Stop::new(Exit::Files, message).hint(misnamed(&here)).into());
            };
            of_another_user(&found)?;
            found
        }
    };
    let root = match config.parent() {
        Some(root) if !root.as_os_str().is_empty() => root.to_owned(),
        _ => PathBuf::from("."),
    };
    let profiles = globals.profiles.clone().unwrap_or_else(|| root.join("profiles"));
    Ok(FilePaths { config, root, profiles })
}

/// Refuses a configuration that another user left in a folder above: it names the environment
/// variables and files that are sent as credentials, and where they are sent.
fn of_another_user(config: &Path) -> Result<(), Stop> {
    let above = config
        .parent()
        .is_some_and(|folder| std::env::current_dir().is_ok_and(|here| here != folder));
    if !above || !system::is_of_another_user(config) {
        return Ok(());
    }
    let path = config.display();
    Err(Stop::new(Exit::Files, format!("{path} belongs to another user, so it is not used"))
        .hint(format!("if you trust its owner, name it with `--config {path}`")))
}

/// Lists the profile files, ordered by path; what can't be listed is among the findings.
pub fn profiles(
    found: &FilePaths,
    globals: &Globals,
    unread: &mut Vec<Finding>,
) -> anyhow::Result<Vec<PathBuf>> {
    if found.profiles.is_dir() || globals.profiles.is_none() {
        return below(found, unread);
    }
    let message = format!("there is no folder {}", found.profiles.display());
    Err(Stop::new(Exit::Files, message)
        .hint("name the folder of the profiles with --profiles DIR")
        .into())
}

/// Lists the profile files of a folder that may not be there, ordered by path.
pub fn below(found: &FilePaths, unread: &mut Vec<Finding>) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    // With a slash behind it, a link is looked through.
    if found.profiles.components().collect::<PathBuf>().is_symlink() {
        unread.push(outside(&shown(&found.profiles, &found.root), "profiles"));
    } else if found.profiles.is_dir() {
        paths = listed(&found.profiles, &found.root, "profiles", unread)?;
    } else {
        unread.push(no_folder(&found.root));
    }
    Ok(paths)
}

/// Reads the files of the rules, ordered by path; a folder of them need not be there.
///
/// # Errors
/// When the folder is there and can't be looked into.
pub fn rules(found: &FilePaths, unread: &mut Vec<Finding>) -> anyhow::Result<Vec<Arc<SourceText>>> {
    let folder = found.root.join(RULES);
    if folder.is_symlink() {
        unread.push(outside(RULES, RULES));
        return Ok(Vec::new());
    }
    if !folder.is_dir() {
        if folder.exists() {
            let message = format!("{RULES} is a file, and rules stand in a folder of that name");
            let finding = Finding::new(Code::FileUnreadable, message);
            unread.push(finding.hint(format!("move it to {RULES}/NAME.yaml")));
        }
        return Ok(Vec::new());
    }
    let paths = listed(&folder, &found.root, RULES, unread)?;
    Ok(paths.iter().filter_map(|path| source(path, &found.root, unread)).collect())
}

/// Lists the files of a folder that are read, ordered by path.
fn listed(
    folder: &Path,
    root: &Path,
    what: &'static str,
    unread: &mut Vec<Finding>,
) -> anyhow::Result<Vec<PathBuf>> {
    let inside = std::fs::canonicalize(folder)
        .with_context(|| format!("could not find {}", folder.display()))?;
    let mut paths = Vec::new();
    let mut walk = Walk { root, inside: &inside, what, folders: 0 };
    walk.list(folder, &inside, 0, &mut paths, unread);
    unread.extend(passed_over(&paths, root, what));
    paths.retain(|path| is_profile_file(path));
    paths.sort_unstable_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
    Ok(paths)
}

/// Returns the path of a file below the folder of the profiles, with forward slashes.
pub fn below_profiles(path: &Path, profiles: &Path) -> String {
    let below = path.strip_prefix(profiles).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// Returns the first folder below that of the profiles in which a file is; `None` for one that lies in it.
pub fn folder(path: &Path, profiles: &Path) -> Option<String> {
    let mut below = path.strip_prefix(profiles).unwrap_or(path).components();
    let first = below.next().filter(|_| below.next().is_some())?;
    Some(first.as_os_str().to_string_lossy().into_owned())
}

/// Returns today, UTC.
pub fn today() -> Date {
    let now = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    environment::day_of_test().unwrap_or_else(now)
}

/// Returns the day and the minute, UTC: `2027-03-31 07:05`.
pub fn minute() -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    match environment::day_of_test() {
        Some(day) => format!("{day} 00:00"),
        None => now.strftime("%F %R").to_string(),
    }
}

/// Reads one text, or says why it can't be read; its path is written relative to `root`.
pub fn source(path: &Path, root: &Path, unread: &mut Vec<Finding>) -> Option<Arc<SourceText>> {
    let shown = shown(path, root);
    match bytes(path).map_err(|(code, problem, hint)| {
        let message = format!("could not read {shown}: {problem}");
        Finding::new(code, message).at(&Span::new(&SourceText::new(&*shown, ""), 0, 0)).hint(hint)
    }) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(SourceText::new(shown, text)),
            Err(error) => unread.push(not_text(&shown, &error)),
        },
        Err(finding) => unread.push(finding),
    }
    None
}

/// Reads a file, or says what is wrong with it and what to do.
fn bytes(path: &Path) -> Result<Vec<u8>, (Code, String, &'static str)> {
    let failed = |error: std::io::Error| {
        let problem = error.to_string();
        let hint =
            too_few_files(&problem).unwrap_or("check that the file is there and may be read");
        (Code::FileUnreadable, problem, hint)
    };
    // Looked at before it is opened: opening a pipe waits until a program writes into it.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        let problem = "it is not a regular file".to_owned();
        return Err((Code::FileUnreadable, problem, "put a file there, or give it another ending"));
    }
    let mut bytes = Vec::new();
    let most = yaml::LARGEST_FILE as u64 + 1;
    std::fs::File::open(path)
        .map_err(failed)?
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > yaml::LARGEST_FILE {
        return Err((Code::YamlLimit, "it is larger than 10 MB".to_owned(), yaml::TOO_LARGE_HINT));
    }
    Ok(bytes)
}

/// A file that permctl wrote, open.
pub enum SavedFile {
    /// A file on a disk, of which parts can be read.
    File(std::fs::File),
    /// What came through a pipe.
    Text(String),
}

/// Opens a snapshot.
pub fn saved_file(path: &Path) -> std::io::Result<SavedFile> {
    let file = std::fs::File::open(path)?;
    Ok(match file.metadata()?.is_file() {
        true => SavedFile::File(file),
        false => SavedFile::Text(saved(path)?),
    })
}

/// Reads a plan or a snapshot, which may come through a pipe. One that has no end is not waited for.
pub fn saved(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LARGEST_SAVED + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_SAVED {
        return Err(std::io::Error::other("it is larger than 96 MB"));
    }
    Ok(text)
}

/// Points to the first byte that is not UTF-8, in a line that can be shown.
fn not_text(shown: &str, error: &std::string::FromUtf8Error) -> Finding {
    let bytes = error.as_bytes();
    let at = error.utf8_error().valid_up_to();
    let end =
        bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| at + end);
    // It may be the configuration, and a key in another encoding.
    let source = masked::source(&SourceText::new(shown, String::from_utf8_lossy(&bytes[..end])));
    // A byte order mark at the start is not in the source's text.
    let at = at - usize::from(bytes.starts_with(BYTE_ORDER_MARK)) * BYTE_ORDER_MARK.len();
    let replaced = at + char::REPLACEMENT_CHARACTER.len_utf8();
    Finding::new(Code::FileUnreadable, format!("{shown} is not UTF-8"))
        .at(&Span::new(&source, at, replaced))
        .hint("save the file as UTF-8 in your editor")
}

/// Writes a path as messages show it: relative to the configuration, with forward slashes.
pub fn shown(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let mut shown = String::with_capacity(below.as_os_str().len());
    for part in below.components() {
        if !shown.is_empty() && !shown.ends_with('/') {
            shown.push('/');
        }
        shown.push_str(&part.as_os_str().to_string_lossy());
    }
    shown
}

/// Returns the path of a file or folder without links; `None` where there is none.
pub fn real(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Tells whether a file is read. Some systems do not tell `A.YAML` from `a.yaml`, so a file must not go
/// unread for it.
/// Tells whether a file is one of profiles, by its name.
pub fn is_profile_file(path: &Path) -> bool {
    let ends = |end: &OsStr| ["yaml", "yml"].iter().any(|it| end.eq_ignore_ascii_case(it));
    !is_hidden(path) && path.extension().is_some_and(ends)
}

/// Reads a saved plan from its file.
pub fn plan(path: &Path) -> Result<Plan, Stop> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the plan {}: {problem}", path.display()))
            .hint("make a new one with `permctl plan --out FILE`, and leave the file as it is")
    };
    let text = saved(path).map_err(|error| stop(error.to_string()))?;
    file::read(&text).map_err(|error| stop(error.to_string()))
}
