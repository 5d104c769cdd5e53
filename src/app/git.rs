//! What `git` says of the checkout in which the files lie. Only commands that read are run, and none touches the work
//! tree.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::{Exit, Stop};

/// A file of a commit: its path below the folder that was asked for, and its text.
pub type CommittedFile = (String, String);

/// Runs git in a folder and returns what it prints; the error is what it says.
fn git(folder: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["--no-optional-locks", "-c", "core.quotePath=false"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git can't be run: {error}"))?;
    let mut stdin = child.stdin.take().expect("it was asked for");
    // Written beside, since git answers while it reads.
    let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let mut printed = Vec::new();
    let mut stdout = child.stdout.take().expect("it was asked for");
    let read = stdout.read_to_end(&mut printed);
    let _ = writing.join();
    let ended = child.wait_with_output().map_err(|error| error.to_string())?;
    read.map_err(|error| error.to_string())?;
    if ended.status.success() {
        return Ok(printed);
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
    Err(if said.is_empty() { "it has no answer".to_owned() } else { said })
}

fn line(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let printed = git(folder, arguments, Vec::new())?;
    Ok(String::from_utf8_lossy(&printed).trim().to_owned())
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
    let listed = git(folder, &["ls-tree", "-r", "-z", commit, "--", below], Vec::new());
    let listed = String::from_utf8_lossy(&listed.map_err(stop)?).into_owned();
    let mut wanted: Vec<(String, &str)> = Vec::new();
    for entry in listed.split_terminator('\0') {
        let Some((kind, path)) = entry.split_once('\t') else { continue };
        let mut kind = kind.split(' ');
        let (mode, _, object) = (kind.next(), kind.next(), kind.next());
        if let Some(object) = object.filter(|_| mode.is_some_and(|mode| mode.starts_with("100"))) {
            wanted.push((path.to_owned(), object));
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
        files.push((path, String::from_utf8_lossy(text).into_owned()));
        rest = rest.get(from + size + 1..).ok_or_else(cut)?;
    }
    Ok(files)
}
