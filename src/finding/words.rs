//! Messages kept to a length that people read: they quote words of the files, and such a word may be a
//! megabyte long.

use std::fmt::Write as _;

use super::KEPT;

/// The most characters of a message.
const LONGEST: usize = 50 * KEPT;

/// Returns a text in which each word in backticks or quotes has the length of an excerpt at most, with
/// the length that it has in the file.
pub(super) fn cut(text: String) -> String {
    // Bytes are never fewer than characters.
    if text.len() <= KEPT {
        return text;
    }
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, word, after)) = quoted(rest) {
        let quote = &rest[before.len()..=before.len()];
        let (head, length) = (start(word, KEPT), word.chars().count());
        shown.push_str(before);
        // Writing to a string can't fail.
        let _ = match head.len() < word.len() {
            true => write!(shown, "{quote}{head}...{quote} ({length} characters)"),
            false => write!(shown, "{quote}{word}{quote}"),
        };
        rest = after;
    }
    shown.push_str(rest);
    // A word with quotes in it is not found by them.
    let head = start(&shown, LONGEST);
    if head.len() < shown.len() {
        return format!("{head}... ({} characters)", shown.chars().count());
    }
    shown
}

/// Finds the first word in quotes: the text before it, the word, the text behind it.
fn quoted(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find(['`', '"'])?;
    let quote = char::from(text.as_bytes()[open]);
    let (word, after) = text[open + 1..].split_once(quote)?;
    Some((&text[..open], word, after))
}

/// Returns the first characters of a text.
fn start(text: &str, most: usize) -> &str {
    &text[..text.char_indices().nth(most).map_or(text.len(), |(at, _)| at)]
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, cut};

    #[test]
    fn a_long_word_is_cut_where_it_is_quoted_and_its_length_is_said() {
        let (long, kept) = ("é".repeat(1000), "é".repeat(120));
        assert_eq!(
            cut(format!("`{long}` is no \"{long}\"; write `b`")),
            format!(
                "`{kept}...` (1000 characters) is no \"{kept}...\" (1000 characters); write `b`"
            )
        );
        let short = format!("`{kept}` and {}", "words ".repeat(100));
        assert_eq!(cut(short.clone()), short);
    }

    #[test]
    fn a_word_of_quotes_makes_no_message_without_end() {
        for word in
            ["`".repeat(100_000), "` \"".repeat(100_000), format!("`{}", "x".repeat(100_000))]
        {
            let shown = cut(format!("there is no `{word}`"));
            assert!(shown.chars().count() < LONGEST + 50, "{}", shown.len());
        }
    }
}
