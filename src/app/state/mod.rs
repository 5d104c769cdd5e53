//! What runs leave on this machine: the lock, the journal, and whose they are.

mod actor;
pub mod journal;
pub mod lock;
