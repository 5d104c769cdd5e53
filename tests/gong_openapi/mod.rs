//! What is special about the second dialect of Gong.

mod contracts;
mod facts;
mod promises;

pub use facts::FACTS;
