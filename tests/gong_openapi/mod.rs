//! What is special about the second dialect of Gong.

mod contracts;
mod promises;
