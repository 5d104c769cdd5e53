//! What is special about Pulse.

mod contracts;
mod promises;
mod properties;
