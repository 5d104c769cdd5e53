//! What is special about Pulse.

mod contracts;
mod facts;
mod promises;
mod properties;

pub use facts::FACTS;
