//! Live: reads what the API has, whole or not at all.
//!
//! Reading is in [`read`]; writing live to a file and back is in [`snapshot`]. Nothing here
//! compares or judges.

pub mod describe;
pub mod read;
pub mod snapshot;
