//! How much there is in a JSON text, before it is read: as values it takes many times its memory.

/// The most values of an answer: a hundred times those of the largest workspace that is known.
pub const MOST_OF_ANSWER: usize = 1_000_000;

/// The most values of a workspace in a snapshot, and of a plan's file: those of twenty thousand profiles, and of
/// ten thousand creates.
pub const MOST_OF_FILE: usize = 2_000_000;

/// Tells whether a JSON text has more values than this, lists and objects among them.
pub fn has_more_values(text: &[u8], most: usize) -> bool {
    // Each value but the first follows one of these signs.
    let (mut values, mut at) = (1, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_text(text, at) - 1,
            b',' | b'[' | b'{' => {
                values += 1;
                if values > most {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Returns the place behind the text in quotes that begins here.
pub(super) fn end_of_text(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len().max(from + 1)
}

#[cfg(test)]
mod tests {
    use super::has_more_values;

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (text, values) in [
            ("1", 1),
            (r#"[1,[],{"a":"[,{","b":"\\","c":2}]"#, 8),
            (r#""no end, [{"#, 1),
            ("\"", 1),
        ] {
            assert!(!has_more_values(text.as_bytes(), values), "{text}");
            assert!(values == 1 || has_more_values(text.as_bytes(), values - 1), "{text}");
        }
    }
}
