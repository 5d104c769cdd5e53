//! The ids that the simulated company gives: the same ones in every run.

/// Returns the nth id: 19 digits that look unrelated to their neighbours'.
pub fn id(sequence: u64) -> String {
    // An odd factor makes the products of different numbers differ.
    let spread = sequence.wrapping_mul(0xD134_2543_DE82_EF95) >> 2;
    (1_000_000_000_000_000_000 + spread).to_string()
}
