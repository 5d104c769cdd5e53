//! What is special about Gong: its list of settings, and the requests that a change becomes. Most
//! promises for any vendor are shown with Gong, in `promises/`.

mod calls;
mod contracts;
mod live;
mod members;
mod published;
mod table;

pub use live::state;
