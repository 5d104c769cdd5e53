//! What only the operating system knows of a file: its owner and its kind.

use std::fs::{File, OpenOptions};
use std::io::{Error, Read as _, Result};
use std::path::Path;

/// Opens a file of ours for reading, or for writing too, and makes it where it is not there. A link, a
/// pipe or a device in its place is an error: reading one may never end.
pub fn open_regular(path: &Path, write: bool) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(write).create(write).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
    let no_file = || Error::other("it is not a regular file");
    // The system's own word for a link that is not followed speaks of many links.
    if std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(no_file());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(no_file()) }
}

/// Reads the start of a file of ours; nothing where there is none.
pub fn start_of(path: &Path, longest: u64) -> String {
    let mut text = String::new();
    if let Ok(file) = open_regular(path, false) {
        let _ = file.take(longest).read_to_string(&mut text);
    }
    text
}

/// Returns how many files the system lets this process have open; `None` where there is no limit.
#[cfg(unix)]
pub fn most_open_files() -> Option<usize> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current?;
    usize::try_from(limit).ok()
}

/// Returns nothing: this system has no such limit for connections.
#[cfg(not(unix))]
pub fn most_open_files() -> Option<usize> {
    None
}

/// Tells whether a file belongs to another user than the one of this process; the administrator of the
/// machine is trusted.
#[cfg(unix)]
pub fn is_of_another_user(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let me = rustix::process::geteuid().as_raw();
    std::fs::metadata(path).is_ok_and(|found| found.uid() != me && found.uid() != 0)
}

/// Tells whether a file belongs to another user; not known here.
#[cfg(not(unix))]
pub fn is_of_another_user(_: &Path) -> bool {
    false
}
