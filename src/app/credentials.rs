//! Credentials: what the references of `permctl.yaml` stand for, from the environment and from files.

#![expect(clippy::disallowed_methods, reason = "credentials come from the environment and files")]

use std::io::Read as _;
use std::path::Path;

use crate::desired::{CredentialSources, SecretSource};
use crate::finding::{Code, Finding};
use crate::secret::{LONGEST, SHORTEST, Secret};

/// Unusable a value can't be used as a credential, and what to do; both are fragments.
type Unusable = (String, String);

/// Reads all credentials of a tenant, in the order of the scheme's keys. Each that can't be had is a
/// finding, and then there are none. A value is never in a finding.
pub fn resolve(
    sources: &CredentialSources,
    tenant: &str,
    root: &Path,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Secret>> {
    let mut secrets = Vec::new();
    for (key, source, span) in &sources.sources {
        let text = match source {
            SecretSource::Environment(name) => environment(name),
            SecretSource::File(path) => file(&root.join(path), path),
        };
        let is_secret = !sources.scheme.identifies(key);
        match text.and_then(|text| checked(text, is_secret)) {
            Ok(text) => secrets.push(Secret::new(text)),
            Err((what, hint)) => {
                let message = format!("tenant {tenant} needs `{key}`, and {what}");
                findings.push(Finding::new(Code::CredentialMissing, message).at(span).hint(hint));
            }
        }
    }
    (secrets.len() == sources.sources.len()).then_some(secrets)
}

fn environment(name: &str) -> Result<String, Unusable> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => Ok(text),
        Err(std::env::VarError::NotUnicode(_)) => Err((
            format!("the value of the environment variable {name} is not UTF-8"),
            "give the bare secret, on one line".to_owned(),
        )),
        // CI systems set a variable to nothing where a job may not have the secret.
        Ok(_) | Err(std::env::VarError::NotPresent) => Err((
            format!("the environment variable {name} is not set or empty"),
            format!("set {name} where permctl runs (in CI: as a secret of the job)"),
        )),
    }
}

/// Reads a file or a pipe. A device may have no end, and a dump is no secret.
fn file(path: &Path, shown: &str) -> Result<String, Unusable> {
    let unreadable = |error: std::io::Error| {
        (
            format!("the file {shown} could not be read: {error}"),
            "the path is relative to permctl.yaml".to_owned(),
        )
    };
    let no_secret = |what: String| {
        (format!("the file {shown} {what}"), "name the file that holds the bare secret".to_owned())
    };
    let kind = std::fs::metadata(path).map_err(unreadable)?.file_type();
    if !kind.is_file() && !is_pipe(kind) {
        return Err(no_secret("is neither a regular file nor a pipe".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    // A line end comes with every file.
    file.take(LONGEST as u64 + 3).read_to_end(&mut bytes).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| no_secret("is not UTF-8".to_owned()))
}

#[cfg(unix)]
fn is_pipe(kind: std::fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: std::fs::FileType) -> bool {
    false
}

/// Takes off what editors and copying put around a value, and says why the rest is no credential.
fn checked(text: String, is_secret: bool) -> Result<String, Unusable> {
    let bare = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    let why = |what: &str| {
        Err((format!("its value {what}"), "give the bare secret, on one line".to_owned()))
    };
    if bare.len() > LONGEST {
        return why("is longer than 16 kB");
    }
    if bare.is_empty() || bare.chars().any(char::is_control) {
        return why("is empty or has line breaks in it");
    }
    if is_secret && bare.chars().count() < SHORTEST {
        return why("has fewer than 6 characters, so permctl could not keep it out of its output");
    }
    Ok(bare.to_owned())
}
