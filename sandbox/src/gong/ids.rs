//! The ids that the simulated company gives: the same ones in every run.

use crate::dice::scramble;

/// Returns the nth id of a profile or folder: 18 or 19 digits, below the largest signed number.
pub fn profile_id(sequence: u64) -> String {
    let bits = scramble(sequence);
    // Eight times the smallest more has as many digits, and nine quintillion fit 63 bits.
    let smallest: u64 = if (bits >> 60).is_multiple_of(2) {
        100_000_000_000_000_000
    } else {
        1_000_000_000_000_000_000
    };
    (smallest + bits % (8 * smallest)).to_string()
}
