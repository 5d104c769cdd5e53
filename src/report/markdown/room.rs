//! The room that a comment has: what does not fit is left out, and said.

/// A text that never gets longer than it may be, in bytes. Hosts count characters, which are never more.
pub struct Room {
    text: String,
    most: usize,
}

impl Room {
    /// Begins an empty text.
    pub fn new(most: usize) -> Self {
        Self { text: String::new(), most }
    }

    /// Returns how much is left.
    pub fn left(&self) -> usize {
        self.most.saturating_sub(self.text.len())
    }

    /// Returns a share of the whole.
    pub fn share(&self, parts: usize) -> usize {
        self.most / parts
    }

    /// Adds a piece if it fits.
    pub fn add(&mut self, piece: &str) -> bool {
        let fits = piece.len() <= self.left();
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// Adds the pieces that fit beside what `keep` bytes are kept for; returns how many do not.
    pub fn add_all(&mut self, pieces: impl Iterator<Item = String>, keep: usize) -> usize {
        let mut left_out = 0;
        for piece in pieces {
            let fits = left_out == 0 && piece.len() + keep <= self.left();
            if !(fits && self.add(&piece)) {
                left_out += 1;
            }
        }
        left_out
    }

    /// Returns the text.
    pub fn finish(self) -> String {
        self.text
    }
}
