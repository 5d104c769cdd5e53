//! The nouns: settings and their catalogue, documents, changes, what is live, requests.
//!
//! They stand below every stage, so each stage takes them from here and none from a later one.
//! Nothing here reads a file, asks the network or knows a vendor.

pub mod catalogue;
pub mod change;
pub mod difference;
pub mod direction;
pub mod document;
mod live;
pub mod names;
pub mod request;
pub mod roster;
mod setting;

pub use change::{
    Action, Change, Direction, DriftCause, Origin, OriginKind, Overridden, Transition,
};
pub use live::{
    Directory, Entry, Holders, LiveProfile, LiveWorkspace, NotRead, Parsed, Reads, VendorWorkspace,
    Vocabulary,
};
pub use setting::{
    Document, PathMap, ProfileId, SettingPath, SettingPathError, Settings, Value, WorkspaceId,
};
