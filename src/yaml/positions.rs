//! From the parser's positions to where in the file's bytes a value starts and ends.
//!
//! Measures only; what the value is has been decided by the parser.

use saphyr_parser::ScalarStyle;

/// Turns the parser's positions, counted in characters, into bytes.
///
/// Events come nearly in order, so each position is reached from the one before: the whole file is
/// walked about once, however long its lines are. In ASCII there is nothing to walk.
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    ascii: bool,
    index: usize,
    byte: usize,
}

impl<'a> Cursor<'a> {
    /// Starts at the beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text: text.as_bytes(), ascii: text.is_ascii(), index: 0, byte: 0 }
    }

    /// Returns the byte at which a character starts; the end of the text for one beyond it.
    pub(super) fn byte(&mut self, index: usize) -> usize {
        if self.ascii {
            return index.min(self.text.len());
        }
        let continues = |byte: usize| self.text.get(byte).is_some_and(|byte| byte & 0xc0 == 0x80);
        while self.index < index && self.byte < self.text.len() {
            self.byte += 1;
            while continues(self.byte) {
                self.byte += 1;
            }
            self.index += 1;
        }
        while self.index > index && self.byte > 0 {
            self.byte -= 1;
            while continues(self.byte) {
                self.byte -= 1;
            }
            self.index -= 1;
        }
        self.byte
    }
}

/// Returns how much of a stretch is the value. The parser counts what follows it, too: for quotes the
/// comments, for a block text the empty lines.
pub(super) fn written_length(stretch: &str, style: ScalarStyle) -> usize {
    let quote = match style {
        ScalarStyle::SingleQuoted => b'\'',
        ScalarStyle::DoubleQuoted => b'"',
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
            return stretch.trim_end().len();
        }
    };
    let bytes = stretch.as_bytes();
    let mut at = 0;
    // An anchor, a tag and a comment can stand before the quote, with quotes in them.
    while let Some(byte @ (b'&' | b'!' | b'#')) = bytes.get(at) {
        let end = if *byte == b'#' { '\n' } else { ' ' };
        let rest = &stretch[at..];
        let length = rest.find([end, '\n']).unwrap_or(rest.len());
        at += length + (rest[length..].len() - rest[length..].trim_start().len());
    }
    at += 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == b'\\' && quote == b'"' {
            at += 1;
        } else if *byte == quote {
            if quote == b'\'' && bytes.get(at) == Some(&quote) {
                at += 1;
            } else {
                return at;
            }
        }
    }
    stretch.len()
}
