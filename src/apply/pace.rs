//! How long an apply waits, and how old a read may be that it writes from.

use std::time::Duration;

/// How long things may take.
#[derive(Debug, Clone)]
pub struct Pace {
    /// The oldest read that a write may be made from.
    pub fresh: Duration,
    /// How long to wait before each read that looks for a write whose answer was lost.
    pub settle: Vec<Duration>,
    /// How long to wait before each further read when the server still shows the old state.
    pub verify: Vec<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = |all: &[u64]| all.iter().copied().map(Duration::from_secs).collect();
        Self {
            fresh: Duration::from_secs(5),
            settle: seconds(&[1, 3, 6]),
            verify: seconds(&[1, 3]),
        }
    }
}

impl Pace {
    /// Waits for a share of the time before it looks again, never for longer. How old a read may be
    /// stays as it is.
    #[must_use = "returns the shorter pace"]
    pub fn shortened(self, share: f64) -> Self {
        let Self { fresh, settle, verify } = self;
        let shorter = |waits: Vec<Duration>| {
            waits.into_iter().map(|wait| wait.mul_f64(share.clamp(0.0, 1.0))).collect()
        };
        Self { fresh, settle: shorter(settle), verify: shorter(verify) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_looked_for_over_ten_seconds_and_a_read_serves_for_five() {
        let Pace { fresh, settle, verify } = Pace::default();
        let seconds = |waits: &[Duration]| waits.iter().map(Duration::as_secs).collect::<Vec<_>>();
        assert_eq!(fresh, Duration::from_secs(5));
        assert_eq!((seconds(&settle), seconds(&verify)), (vec![1, 3, 6], vec![1, 3]));
    }

    #[test]
    fn a_shorter_pace_has_as_many_waits_and_never_makes_one_longer_or_a_read_serve_for_longer() {
        let usual = Pace::default();
        for share in [0.0, 0.1, 1.0, 7.0] {
            let Pace { fresh, settle, verify } = Pace::default().shortened(share);
            assert_eq!(fresh, usual.fresh);
            for (waits, usual) in [(&settle, &usual.settle), (&verify, &usual.verify)] {
                assert_eq!(waits.len(), usual.len());
                assert!(waits.iter().zip(usual).all(|(wait, usual)| wait <= usual), "{share}");
            }
        }
    }
}
