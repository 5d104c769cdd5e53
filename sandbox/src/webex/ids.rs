//! The ids and times that the simulated organization gives: the same ones in every run.

use crate::dice::scramble;

/// Returns the nth id.
pub fn identifier(sequence: u64) -> String {
    let (high, low) = (scramble(sequence), scramble(!sequence));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        (low >> 48) & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Returns the nth time, in milliseconds; every one is later than those before.
pub fn time(sequence: u64) -> u64 {
    1_768_000_000_000 + sequence * 1_000
}
