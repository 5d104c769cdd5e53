//! Reports: values to text. One file per format; no decision is made here.
//!
//! Text is made with colour and for a terminal; whoever prints it strips the colour where there is
//! none. Everything that came from an API or a file goes through [`crate::text`].

pub mod applied;
pub mod changes;
pub mod drift;
pub mod findings;
pub mod markdown;
pub mod paint;
pub mod plan;
pub mod users;
