//! What the tests of whole commands share: a folder of files, a vendor on loopback, and the real
//! program run in a scrubbed environment.

pub mod contract;
mod discreet;
pub mod door;
mod folder;
mod fresh;
pub mod pace;
mod world;

pub use folder::{Folder, State};
pub use world::{Ran, World, config, folder_of};
