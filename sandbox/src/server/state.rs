//! The file in which a sandbox keeps its state between runs.
#![expect(clippy::disallowed_methods, reason = "it is a file")]

use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value as Json;

use super::super::Vendor;

/// Tells one writing of the file from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(SystemTime, u64);

/// Returns which writing of the file is there; `None` where there is no file.
pub fn stamp(file: &Path) -> Option<Stamp> {
    let found = std::fs::metadata(file).ok()?;
    Some(Stamp(found.modified().ok()?, found.len()))
}

/// Loads the state that an earlier run left, if one did.
pub fn restore(vendor: &mut dyn Vendor, file: &Path) -> io::Result<()> {
    let named = |kind: ErrorKind, reason: String| {
        io::Error::new(kind, format!("can't use the sandbox state {}: {reason}", file.display()))
    };
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(named(error.kind(), error.to_string())),
    };
    let state = serde_json::from_slice(&bytes)
        .map_err(|error| named(ErrorKind::InvalidData, error.to_string()))?;
    vendor.load(state).map_err(|reason| named(ErrorKind::InvalidData, reason))
}

/// Replaces the file in one step; a temporary file is private to its owner from the start.
pub fn write(file: &Path, state: &Json) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(format!("{state:#}\n").as_bytes())?;
    temporary.persist(file)?;
    Ok(())
}
