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
    fn add(&self, calls: usize, most: usize) -> Result<usize, usize>;

    /// Tells whether other runs are counted, and will count these calls.
    fn over_runs(&self) -> bool;
}

/// What a tenant may send a day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The calls a day that the vendor takes.
    per_day: u32,
    /// Of these, those that are ours to use.
    most: usize,
    /// Those that were sent.
    calls: Arc<dyn Calls>,
}

impl Day {
    /// Makes a limit of a share, above 0 and up to 1, of the vendor's. Tenants of one endpoint count
    /// their calls together.
    pub fn new(per_day: u32, share: f64, calls: Arc<dyn Calls>) -> Self {
        // A share like 29% is no number of a computer, and a little less than it is written.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is between 0 and a number of 32 bits"
        )]
        let most = f64::from(per_day).mul_add(share, 1e-6) as usize;
        Self { per_day, most, calls }
    }

    /// Returns how many calls are ours to use.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Returns how many of them are left.
    pub fn left(&self) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct None;

    impl Calls for None {
        fn add(&self, calls: usize, _: usize) -> Result<usize, usize> {
            Ok(calls)
        }

        fn over_runs(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_share_is_what_is_written_and_never_more() {
        for (per_day, percent, most) in [
            (3, 50, 1),
            (100, 29, 29),
            (10_000, 80, 8_000),
            (1, 80, 0),
            (u32::MAX, 100, 4_294_967_295),
        ] {
            let day = Day::new(per_day, f64::from(percent) / 100.0, Arc::new(None));
            assert_eq!(day.most(), most, "{per_day}, {percent}%");
        }
    }
}
