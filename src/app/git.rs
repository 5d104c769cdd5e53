//! What `git` says of the checkout in which the files lie. Only commands that read are run, and none touches the work
//! tree.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Exit, Stop};

/// A file of a commit: its path below the folder that was asked for, and its text.
pub type CommittedFile = (String, String);

/// What a repository that is not trusted could use to run something, to reach a network, or to show another state.
const HARMLESS: [&str; 10] = [
    "--no-optional-locks",
    "--no-replace-objects",
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "protocol.allow=never",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.quotePath=false",
];

/// Runs git in a folder and returns what it prints; the error is what it says.
fn git(folder: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    // What a hook of git sets is about another command.
    for (name, _) in std::env::vars_os() {
        let of_git = name.to_str().is_some_and(|name| name.starts_with("GIT_"));
        let is_kept = name.to_str().is_some_and(|name| name.starts_with("GIT_CONFIG"));
        if of_git && !is_kept {
            command.env_remove(name);
        }
    }
    let mut child = command
        .arg("-C")
        .arg(folder)
        .args(HARMLESS)
        .args(arguments)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git can't be run: {error}"))?;
    let mut stdin = child.stdin.take().expect("it was asked for");
    // Written beside, since git answers while it reads; both of its outputs are read at once.
    let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let ended = child.wait_with_output().map_err(|error| error.to_string())?;
    let _ = writing.join();
    if ended.status.success() {
        return Ok(ended.stdout);
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    Err(if said.is_empty() { "it has no answer".to_owned() } else { said })
}

fn line(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let printed = git(folder, arguments, Vec::new())?;
    Ok(String::from_utf8_lossy(&printed).trim().to_owned())
}

/// Sees that folders lie in one checkout, which is no part of another one.
///
/// # Errors
/// When they do not.
pub fn in_one_checkout(folders: [&Path; 2]) -> Result<(), Stop> {
    let stop = |message: String| {
        Stop::new(Exit::Files, message)
            .hint("plan in the checkout, or name the files before with `--base DIR`")
    };
    let mut tops = Vec::new();
    for folder in folders {
        let top = line(folder, &["rev-parse", "--show-toplevel"])
            .map_err(|said| stop(format!("`--since` needs a git checkout: {said}")))?;
        let top = std::fs::canonicalize(top).map_err(|error| stop(error.to_string()))?;
        let inside = std::fs::canonicalize(folder).map_err(|error| stop(error.to_string()))?;
        if !inside.starts_with(&top) {
            return Err(stop(format!("{} is not within its checkout", folder.display())));
        }
        let outer = line(folder, &["rev-parse", "--show-superproject-working-tree"]);
        if outer.is_ok_and(|outer| !outer.is_empty()) {
            return Err(stop(format!("{} is within a submodule", folder.display())));
        }
        tops.push(top);
    }
    match tops[0] == tops[1] {
        true => Ok(()),
        false => Err(stop("the configuration and the profiles are in two checkouts".to_owned())),
    }
}

/// Refuses a name that stands for a branch and for a tag: git would take the tag.
fn is_one(folder: &Path, reference: &str) -> Result<(), Stop> {
    let places = ["refs/tags/", "refs/heads/", "refs/remotes/"];
    let places: Vec<String> = places.iter().map(|place| format!("{place}{reference}")).collect();
    let mut arguments = vec!["for-each-ref", "--format=%(refname)", "--"];
    arguments.extend(places.iter().map(String::as_str));
    let found = line(folder, &arguments).unwrap_or_default();
    let found: Vec<&str> =
        found.lines().filter(|name| places.iter().any(|it| it == name)).collect();
    match found.as_slice() {
        [_, _, ..] => {
            let message = format!("`{reference}` is {}", found.join(" and "));
            Err(Stop::new(Exit::Files, message)
                .hint("write the one that is meant, with its `refs/`"))
        }
        _ => Ok(()),
    }
}

/// Tells whether a commit is what is checked out.
pub fn is_head(folder: &Path, commit: &str) -> bool {
    line(folder, &["rev-parse", "--verify", "--quiet", "HEAD"]).is_ok_and(|head| head == commit)
}

/// Finds the last commit that a branch, tag or commit has in common with what is checked out.
///
/// # Errors
/// When the folder is in no checkout, there is no such commit, or the checkout is too shallow to tell.
pub fn merge_base(folder: &Path, reference: &str) -> Result<String, Stop> {
    let stop = |message: String, hint: &str| Stop::new(Exit::Files, message).hint(hint);
    let is_shallow =
        || line(folder, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|said| said == "true");
    let fetch = "fetch the whole history: `fetch-depth: 0` for actions/checkout, `GIT_DEPTH: 0` on GitLab, `git fetch --unshallow`";
    let wanted = format!("{reference}^{{commit}}");
    is_one(folder, reference)?;
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted];
    let commit = line(folder, &verify).map_err(|said| {
        if line(folder, &["rev-parse", "--git-dir"]).is_err() {
            let message = format!("`--since` needs a git checkout: {said}");
            return stop(message, "plan in the checkout, or name the files before with `--base DIR`");
        }
        let hint = match is_shallow() {
            true => fetch,
            false => "name a branch, a tag or a commit, as in `--since origin/main`; `git fetch` brings those of the server",
        };
        stop(format!("git knows no commit `{reference}`"), hint)
    })?;
    line(folder, &["merge-base", &commit, "HEAD"]).map_err(|_| match is_shallow() {
        true => stop(
            format!("the checkout is too shallow to tell where the branch left `{reference}`"),
            fetch,
        ),
        false => stop(
            format!("`{reference}` and what is checked out have no commit in common"),
            "name the branch that the change goes to",
        ),
    })
}

/// Reads the files of a commit that lie below a folder, each with its path below it; links are left out.
///
/// # Errors
/// When git can't read them.
pub fn files(folder: &Path, commit: &str, below: &str) -> Result<Vec<CommittedFile>, Stop> {
    let stop = |said: String| {
        Stop::new(Exit::Files, format!("git could not read the files of {commit}: {said}"))
    };
    let odd = |path: &str, what: &str| {
        let message = format!("{path} is {what} in {commit}, and is not read from there");
        Stop::new(Exit::Files, message).hint("name a folder with the files before: `--base DIR`")
    };
    let listed = git(folder, &["ls-tree", "-r", "-z", commit, "--", below], Vec::new());
    let listed = listed.map_err(stop)?;
    let mut wanted: Vec<(String, String)> = Vec::new();
    for entry in listed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        let Ok(entry) = std::str::from_utf8(entry) else {
            let entry = String::from_utf8_lossy(entry).into_owned();
            let path = entry.split_once('\t').map_or(entry.as_str(), |(_, path)| path);
            return Err(odd(path, "a name that is not UTF-8"));
        };
        let Some((kind, path)) = entry.split_once('\t') else { continue };
        // The work tree is read without them too.
        if path.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let mut kind = kind.split(' ');
        let (mode, _, object) = (kind.next(), kind.next(), kind.next());
        match (mode, object) {
            (Some("120000"), _) => return Err(odd(path, "a link")),
            (Some("160000"), _) => return Err(odd(path, "a submodule")),
            (Some(_), Some(object)) => wanted.push((path.to_owned(), object.to_owned())),
            _ => {}
        }
    }
    let input: String = wanted.iter().map(|(_, object)| format!("{object}\n")).collect();
    let printed = git(folder, &["cat-file", "--batch"], input.into_bytes()).map_err(stop)?;
    let mut rest = &printed[..];
    let mut files = Vec::new();
    for (path, _) in wanted {
        let cut = || stop("an answer of git makes no sense".to_owned());
        let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(cut)?;
        let head = String::from_utf8_lossy(&rest[..end]);
        let size = head.rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let (from, size) = (end + 1, size.ok_or_else(cut)?);
        let text = rest.get(from..from + size).ok_or_else(cut)?;
        let text = std::str::from_utf8(text).map_err(|_| odd(&path, "not a text in UTF-8"))?;
        files.push((path.clone(), text.to_owned()));
        rest = rest.get(from + size + 1..).ok_or_else(cut)?;
    }
    Ok(files)
}
