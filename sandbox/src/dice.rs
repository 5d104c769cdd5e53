//! Numbers that look random and follow from a seed: what went wrong once can be had again.
//!
//! It must not look at a clock, an address or anything else that differs between runs.

/// How far apart the numbers of a sequence are before they are mixed (SplitMix64).
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A generator (SplitMix64): small, even enough for choosing, useless for secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dice(u64);

impl Dice {
    /// Begins the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Returns a number below this one, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).expect("a length fits");
        usize::try_from(self.roll() % end).expect("it is smaller than a length")
    }

    /// Says yes so many times in a hundred.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance as usize
    }

    /// Picks one of some things; there is at least one.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    /// Begins a sequence of its own, so that how often one is asked does not move the other.
    pub fn fork(&mut self) -> Self {
        Self(self.roll())
    }
}

/// Spreads consecutive numbers over all 64 bits, so that equal inputs give equal ids on every
/// machine and neighbours look unrelated.
pub fn scramble(sequence: u64) -> u64 {
    mix(sequence.wrapping_mul(STEP))
}

fn mix(bits: u64) -> u64 {
    let mixed = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn a_seed_gives_the_same_numbers_again_and_another_seed_gives_others() {
        let numbers = |seed| {
            let mut dice = Dice::new(seed);
            (0..50).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn a_percentage_is_about_that_often() {
        let mut dice = Dice::new(1);
        let yes = (0..10_000).filter(|_| dice.percent(20)).count();
        assert!((1800..2200).contains(&yes), "{yes}");
    }
}
