//! A snapshot that is open: its parts are found, and each workspace is read when it is asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Mutex;

use serde::Deserialize;

use super::parts::{self, Parts};
use super::{
    Head, MOST_OF_PART, SnapshotError, TenantSnapshot, VERSION, WorkspaceSnapshot, largest,
};
use crate::model::document::{MOST_OF_FILE, readable};

/// A snapshot that is open: its workspaces are read one by one, as they are asked for.
pub struct OpenSnapshot {
    /// When it was taken, where it says so.
    pub taken: Option<String>,
    /// The tenants, by their name in the files.
    pub tenants: BTreeMap<String, TenantSnapshot>,
    workspaces: BTreeMap<String, Range<u64>>,
    bytes: Mutex<Box<dyn Bytes>>,
}

/// What a snapshot is read from.
pub trait Bytes: Read + Seek + Send {}

impl<T: Read + Seek + Send> Bytes for T {}

impl OpenSnapshot {
    /// Finds the parts of a snapshot.
    ///
    /// # Errors
    /// When it is no snapshot or of another version.
    pub fn open(bytes: impl Bytes + 'static) -> Result<Self, SnapshotError> {
        let mut bytes: Box<dyn Bytes> = Box::new(bytes);
        let not_a_snapshot = SnapshotError::NotASnapshot;
        let Parts { head, workspaces } =
            parts::find(BufReader::with_capacity(BUFFER, &mut bytes)).map_err(not_a_snapshot)?;
        let (taken, tenants) = beside(&head)?;
        Ok(Self { taken, tenants, workspaces, bytes: Mutex::new(bytes) })
    }

    /// Reads one workspace; `None` where the snapshot has none of that name.
    ///
    /// # Errors
    /// When it makes no sense, or can't be read any more.
    pub fn workspace(&self, name: &str) -> Result<Option<WorkspaceSnapshot>, SnapshotError> {
        let Some(range) = self.workspaces.get(name) else { return Ok(None) };
        let within = |problem| SnapshotError::Workspace { workspace: name.to_owned(), problem };
        let length = range.end - range.start;
        if length > MOST_OF_PART as u64 {
            return Err(within(format!("it is larger than {}", largest())));
        }
        let mut text = Vec::new();
        let mut bytes = self.bytes.lock().expect("no holder of this lock can panic");
        bytes
            .seek(SeekFrom::Start(range.start))
            .and_then(|_| bytes.by_ref().take(length).read_to_end(&mut text))
            .map_err(|error| within(error.to_string()))?;
        drop(bytes);
        readable(&text, MOST_OF_FILE).map_err(|why| within(why.to_string()))?;
        serde_json::from_slice(&text).map(Some).map_err(|error| within(error.to_string()))
    }
}

/// How much of a snapshot is read at once.
const BUFFER: usize = 64 * 1024;

/// Reads what stands beside the workspaces.
fn beside(
    head: &[u8],
) -> Result<(Option<String>, BTreeMap<String, TenantSnapshot>), SnapshotError> {
    let not_a_snapshot = |error: serde_json::Error| SnapshotError::NotASnapshot(error.to_string());
    #[derive(Deserialize)]
    struct SnapshotVersion {
        snapshot_version: Option<u64>,
    }
    readable(head, MOST_OF_FILE).map_err(|why| SnapshotError::NotASnapshot(why.to_string()))?;
    let version: SnapshotVersion = serde_json::from_slice(head).map_err(not_a_snapshot)?;
    match version.snapshot_version {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(SnapshotError::OtherVersion(version)),
        None => {
            return Err(SnapshotError::NotASnapshot("it has no `snapshot_version`".to_owned()));
        }
    }
    let head: Head<'_> = serde_json::from_slice(head).map_err(not_a_snapshot)?;
    Ok((head.taken.map(Cow::into_owned), head.tenants.into_owned()))
}
