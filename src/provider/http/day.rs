//! What a tenant may send a day: its share of the calls that the vendor takes.
//!
//! It says what still fits. Where calls are counted, over runs or within one, is `app`'s.

use std::fmt::Debug;
use std::sync::Arc;

use crate::provider::http::error::Limit;

/// Where the calls of today to one endpoint are counted.
pub trait Calls: Debug + Send + Sync {
    /// Counts so many more, before they are sent, where that makes no more than `most`. Returns all
    /// that are counted then; as an error what is counted already where they don't fit.
    ///
    /// # Errors
    /// When they don't fit.
    fn add(&self, calls: u32, most: u32) -> Result<u32, u32>;

    /// Tells whether other runs are counted, and will count these calls.
    fn over_runs(&self) -> bool;
}

/// What a tenant may send a day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The calls a day that the vendor takes.
    pub per_day: u32,
    /// Of these, those that are ours to use.
    pub most: u32,
    /// Those that were sent; tenants of one host count them together.
    pub calls: Arc<dyn Calls>,
}

impl Day {
    /// Returns how many of them are left.
    pub fn left(&self) -> u32 {
        self.most.saturating_sub(self.calls.add(0, self.most).unwrap_or_else(|counted| counted))
    }

    /// Tells whether other runs of today are counted too.
    pub fn over_runs(&self) -> bool {
        self.calls.over_runs()
    }

    /// Tells whether two tenants count their calls together.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.calls, &other.calls)
    }

    /// Counts a call that is about to leave.
    pub(super) fn count(&self) -> Result<(), Limit> {
        self.calls.add(1, self.most).map(drop).map_err(|_| self.used_up())
    }

    /// Returns the limit that keeps further calls back.
    pub(super) fn used_up(&self) -> Limit {
        Limit::Day { most: self.most, per_day: self.per_day }
    }
}
