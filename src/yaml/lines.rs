//! The lines of a file as a person wrote them: indentation, key, value. For the places where the parser
//! gives up, so nothing here has to understand all of YAML.

/// One line of a text, without its line end.
#[derive(Debug, Clone, Copy)]
pub(super) struct SourceLine<'a> {
    /// The byte of the file at which it begins.
    pub start: usize,
    /// Its text.
    pub text: &'a str,
}

/// A part of a line and the byte of the file at which it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinePart<'a> {
    /// The byte of the file.
    pub start: usize,
    /// Its text, without blanks and a comment behind it.
    pub text: &'a str,
}

/// Returns the line in which a byte stands.
pub(super) fn line_at(text: &str, at: usize) -> SourceLine<'_> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    SourceLine { start, text: text[start..end].trim_end_matches('\r') }
}

/// Returns the lines above a line that have more than a comment, the nearest first.
pub(super) fn lines_above<'a>(
    text: &'a str,
    line: SourceLine<'_>,
) -> impl Iterator<Item = SourceLine<'a>> {
    let mut next = line.start.checked_sub(1);
    let above = std::iter::from_fn(move || {
        let line = line_at(text, next?);
        next = line.start.checked_sub(1);
        Some(line)
    });
    above.filter(|line| !matches!(line.text.trim_start().chars().next(), None | Some('#')))
}

impl<'a> SourceLine<'a> {
    /// Returns how many blanks it begins with.
    pub fn indentation(self) -> usize {
        self.text.len() - self.text.trim_start_matches(' ').len()
    }

    /// Returns what stands in it behind the indentation and the signs of a list.
    pub fn content(self) -> LinePart<'a> {
        let mut rest = self.text.trim_start_matches(' ');
        while let Some(item) = rest.strip_prefix("- ") {
            rest = item.trim_start_matches(' ');
        }
        self.part(rest)
    }

    /// Returns the key and the value of a line `key: value`; the value may be empty.
    pub fn entry(self) -> Option<(LinePart<'a>, LinePart<'a>)> {
        let content = self.content();
        let colon = colon(content.text)?;
        let (key, value) = (&content.text[..colon], &content.text[colon + 1..]);
        Some((self.part(key), self.part(value.trim_start_matches([' ', '\t']))))
    }

    /// Returns the value of `key: value`, else the whole content.
    pub fn value(self) -> LinePart<'a> {
        self.entry().map_or_else(|| self.content(), |(_, value)| value)
    }

    /// Makes a part of a piece of this line's text, up to a comment.
    fn part(self, piece: &'a str) -> LinePart<'a> {
        let offset = piece.as_ptr() as usize - self.text.as_ptr() as usize;
        let quoted = quote_end(piece).unwrap_or(0);
        let end = piece[quoted..].find(" #").map_or(piece.len(), |at| quoted + at);
        LinePart { start: self.start + offset, text: piece[..end].trim_end_matches([' ', '\t']) }
    }
}

impl LinePart<'_> {
    /// Returns the byte of the file behind it.
    pub fn end(self) -> usize {
        self.start + self.text.len()
    }
}

/// Finds the colon behind the key of a line: the first one with a blank or nothing behind it.
fn colon(content: &str) -> Option<usize> {
    if content.starts_with(['{', '[']) {
        return None;
    }
    let from = match content.starts_with(['"', '\'']) {
        true => quote_end(content)?,
        false => 0,
    };
    let ends = |at: usize| content[at + 1..].chars().next().is_none_or(char::is_whitespace);
    content[from..].match_indices(':').map(|(at, _)| from + at).find(|at| ends(*at))
}

/// Returns the byte behind the quote that ends a text in quotes; `None` where it does not end here, or
/// where the text begins with none.
pub(super) fn quote_end(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if *byte == b'\\' && quote == '"' {
            at += 1;
        } else if char::from(*byte) == quote {
            if quote == '\'' && bytes.get(at) == Some(&b'\'') {
                at += 1;
            } else {
                return Some(at);
            }
        }
    }
    None
}

/// Returns the byte behind the bracket that closes the one at the start of a text.
pub(super) fn bracket_end(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        match character {
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            '"' | '\'' => at += quote_end(&text[at..])?.saturating_sub(1),
            _ => {}
        }
        at += character.len_utf8();
        if open == 0 {
            return Some(at);
        }
    }
    None
}

/// Tells whether a value is the head of a block text: `|` or `>`, alone or with a digit and a sign.
pub(super) fn is_block_head(value: &str) -> bool {
    value.strip_prefix(['|', '>']).is_some_and(|rest| {
        rest.len() <= 2 && rest.bytes().all(|it| matches!(it, b'+' | b'-' | b'1'..=b'9'))
    })
}
