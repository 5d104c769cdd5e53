//! The limits of a file: size, depth, number of values, copies through aliases.
//!
//! Everything that a hostile or generated file could blow up is bounded here, with what to do about
//! it. Counting only; `tree` calls it.

use crate::finding::{Code, Finding, Span};

/// The largest file that is read, in bytes. The largest profile set known to us is a tenth of it.
pub const LARGEST_FILE: usize = 10 << 20;

/// What to do about a larger one.
pub const TOO_LARGE_HINT: &str = "split the file; one file for each profile is easiest to review";

/// How deep lists and mappings may nest; a profile needs six. Bounds every walk over the tree.
pub(super) const DEEPEST: usize = 64;

/// Keys and values in one file: twice what 10 MB of ordinary profiles hold. Bounds the memory for
/// the tree.
const MOST_VALUES: usize = 2_000_000;

/// Brackets and commas in one file, those in texts included. The parser reads a whole bracketed value
/// before it gives out its first event (there could be a colon behind it, which makes it a key), at
/// 200 bytes of memory and more for each of its parts: 10 MB of `[a,a,a` took two gigabytes.
const MOST_BRACKETS_AND_COMMAS: usize = 500_000;

/// What aliases may copy in one file, so that a few lines can't fill the memory. A fixed budget: one
/// in proportion to the file would forbid a small file to repeat its one list.
const MOST_COPIES: usize = 250_000;

/// So many bytes of text count as one more copied value.
const BYTES_PER_COPY: usize = 32;

/// A limit that a file has reached, in words.
#[derive(Debug)]
pub(super) struct YamlLimit {
    message: &'static str,
    hint: &'static str,
}

/// Nesting.
pub(super) const DEPTH: YamlLimit = YamlLimit {
    message: "lists and mappings nest more than 64 deep",
    hint: "check the brackets and dashes; no setting needs this",
};

/// Brackets.
pub(super) const BRACKETS: YamlLimit = YamlLimit {
    message: "more than 500,000 brackets and commas in one file",
    hint: "split the file, or write lists with a dash on a line for each item",
};

const VALUES: YamlLimit = YamlLimit {
    message: "more than 2,000,000 keys and values in one file",
    hint: "split the file",
};

const COPIES: YamlLimit = YamlLimit {
    message: "anchors and aliases copy more than 250,000 values in this file",
    hint: "write the values out, or share them through a base or a list of `permctl.yaml`",
};

impl YamlLimit {
    /// Makes the finding.
    pub(super) fn finding(&self, at: &Span) -> Finding {
        let Self { message, hint } = self;
        Finding::new(Code::YamlLimit, *message).at(at).hint(*hint)
    }
}

/// What a file has used up.
#[derive(Debug, Default)]
pub(super) struct Budget {
    values: usize,
    copies: usize,
}

impl Budget {
    /// Counts one value.
    pub(super) fn value(&mut self) -> Result<(), &'static YamlLimit> {
        self.values += 1;
        if self.values > MOST_VALUES { Err(&VALUES) } else { Ok(()) }
    }

    /// Counts copies.
    pub(super) fn copy(&mut self, weight: usize) -> Result<(), &'static YamlLimit> {
        self.copies += weight;
        if self.copies > MOST_COPIES { Err(&COPIES) } else { Ok(()) }
    }
}

/// Returns how many values a text counts as when it is copied.
pub(super) fn weight(text: &str) -> usize {
    1 + text.len() / BYTES_PER_COPY
}

/// Finds the first bracket or comma that is one too many.
pub(super) fn bracket_too_many(text: &str) -> Option<usize> {
    let signs = text.bytes().enumerate();
    let mut signs = signs.filter(|(_, byte)| matches!(byte, b'[' | b']' | b'{' | b'}' | b','));
    signs.nth(MOST_BRACKETS_AND_COMMAS).map(|(at, _)| at)
}
