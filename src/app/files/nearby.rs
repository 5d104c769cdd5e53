//! Files that are nearly what or where they should be, and the way to files from the current folder.

#![expect(clippy::disallowed_methods, reason = "folders are looked through for names")]

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::{CONFIG, is_profile_file, shown};
use crate::finding::{Code, Finding, Place};
use crate::plan::Plan;
use crate::text::{closest, some_of};

/// Says what to do without a configuration; a file whose name is nearly that of one is named.
pub(super) fn misnamed(here: &Path) -> String {
    let names = here.ancestors().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let names = names.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let near = |name: &str| {
        let name = name.to_lowercase();
        let name = name.trim_start_matches('.').trim_end_matches(".txt");
        matches!(name, "permctl.yaml" | "permctl.yml" | "permctl.json")
    };
    match names.into_iter().find(|name| near(name)) {
        Some(name) => {
            format!("there is a {name}: rename it to {CONFIG}, or name it with `--config {name}`")
        }
        None => "go to the folder of your configuration, or name it with --config FILE".to_owned(),
    }
}

/// Tells whether a file that is not read is meant for people or other programs: `README.md`, `OWNERS`,
/// `.gitkeep`.
fn is_beside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let hidden = name.trim_start_matches('.');
    match path.extension() {
        _ if name.starts_with('.') => !(hidden.ends_with(".yaml") || hidden.ends_with(".yml")),
        Some(end) => end.eq_ignore_ascii_case("md"),
        None => !name.contains(char::is_lowercase),
    }
}

/// Warns of files below the profiles that are not read and may be meant to be.
pub(super) fn passed_over(paths: &[PathBuf], root: &Path, what: &str) -> Option<Finding> {
    let passed = paths.iter().filter(|path| !is_profile_file(path) && !is_beside(path));
    let mut passed: Vec<String> = passed.map(|path| shown(path, root)).collect();
    passed.sort();
    let message = match passed.as_slice() {
        [] => return None,
        [one] => format!("{one} is not read"),
        several => format!("{} files are not read: {}", several.len(), some_of(several, 5)),
    };
    let of = what.trim_end_matches('s');
    let hint = format!("{of} files end in `.yaml` or `.yml` and do not begin with a dot");
    Some(Finding::new(Code::NoProfiles, message).hint(hint))
}

/// Warns that there is no folder of profiles; one with nearly its name is named.
pub(super) fn no_folder(root: &Path) -> Finding {
    let folders = std::fs::read_dir(root).into_iter().flatten().flatten();
    let folders = folders.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let hint = match closest("profiles", &names) {
        Some(near) => {
            format!("there is a folder `{near}`: rename it, or name it with `--profiles {near}`")
        }
        None => "`permctl import` writes the profiles of all workspaces into it".to_owned(),
    };
    let message =
        format!("there is no folder `profiles` beside {CONFIG}, so no profile is described");
    Finding::new(Code::NoProfiles, message).hint(hint)
}

/// Returns findings whose paths lead to the files from the current folder, as a person can open them.
pub fn from_here(findings: &[Finding], root: &Path) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    if let Some(prefix) = to_root(root) {
        let spots = findings.iter_mut().flat_map(|finding| &mut finding.spots);
        spots.for_each(|spot| lead(&mut spot.place, root, &prefix));
    }
    findings
}

/// Returns a plan whose paths lead to the files from the current folder. A saved plan keeps its own.
pub fn plan_from_here<'a>(plan: &'a Plan, root: &Path) -> Cow<'a, Plan> {
    let Some(prefix) = to_root(root) else { return Cow::Borrowed(plan) };
    let mut plan = plan.clone();
    plan.for_each_place(|place| lead(place, root, &prefix));
    Cow::Owned(plan)
}

/// Puts the way to the configuration before a path. The profiles may lie elsewhere; such paths are whole.
fn lead(place: &mut Place, root: &Path, prefix: &str) {
    let file = Path::new(&place.file);
    if !place.file.is_empty() && file.is_relative() && root.join(file).exists() {
        place.file.insert_str(0, prefix);
    }
}

/// Returns the way from the current folder to the one of the configuration; `None` where they are one.
fn to_root(root: &Path) -> Option<String> {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).ok()?;
    let root = std::fs::canonicalize(root).ok()?;
    if here == root {
        return None;
    }
    if let Ok(below) = here.strip_prefix(&root) {
        return Some("../".repeat(below.components().count()));
    }
    let below = root.strip_prefix(&here).unwrap_or(&root);
    Some(format!("{}/", below.to_string_lossy()))
}
