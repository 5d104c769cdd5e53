//! What runs leave on this machine: the lock, the journal, whose they are, and the calls of a day.

mod actor;
pub mod calls;
pub mod journal;
pub mod lock;
