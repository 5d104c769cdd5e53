//! Escapes that double quotes do not have.

use super::Mistake;
use crate::yaml::lines::{LinePart, quote_end};

/// Finds what double quotes do not take for an escape: half of a character as JSON writes it, or a
/// backslash that is meant as itself.
pub fn escape(text: &str, at: usize) -> Option<Mistake> {
    let end = quote_end(&text[at..]).map_or(text.len(), |length| at + length);
    let mut from = at;
    while let Some(backslash) = text[from..end].find('\\').map(|offset| from + offset) {
        let letter = text[backslash + 1..].chars().next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        from = backslash + 1 + letter.len_utf8();
        let code =
            |at: usize| text.get(at..at + digits).and_then(|it| u32::from_str_radix(it, 16).ok());
        let escape = LinePart { start: backslash, text: &text[backslash..from] };
        if digits > 0 {
            let Some(first) = code(from) else { return Some(no_escape(escape)) };
            from += digits;
            let second = text[from..].strip_prefix("\\u").and_then(|_| code(from + 2));
            let pair = second.and_then(|it| char::decode_utf16([first as u16, it as u16]).next());
            if let (0xd800..=0xdbff, Some(Ok(character))) = (first, pair) {
                let part = LinePart { start: backslash, text: &text[backslash..from + 6] };
                let message = "a character in two halves, as JSON writes it";
                let hint = "YAML writes it in one";
                let code = u32::from(character);
                return Some(Mistake::at(part, message, hint).like(format!("`\\U{code:08X}`")));
            }
            if char::from_u32(first).is_none() {
                return Some(no_escape(LinePart { text: &text[backslash..from], ..escape }));
            }
        } else if !"0abtnvfre \"/\\N_LP\n\r\t".contains(letter) {
            return Some(no_escape(escape));
        }
    }
    None
}

fn no_escape(escape: LinePart<'_>) -> Mistake {
    let hint = "write a backslash as `\\\\`, or use single quotes";
    Mistake::at(escape, "an escape that double quotes do not have", hint)
}
