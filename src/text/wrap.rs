//! Lines that fit a terminal.

use unicode_width::UnicodeWidthStr as _;

/// The narrowest column of words; where there is less room, lines are longer.
const NARROWEST: usize = 24;

/// Breaks a text at blanks, so that its lines fit a width. The first line begins at column `from`, and the others are
/// indented as far; a word that is longer than a line stands alone.
pub fn wrapped(text: &str, from: usize, width: usize) -> String {
    let room = width.saturating_sub(from).max(NARROWEST);
    let (mut shown, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.width();
        if used > 0 && used + 1 + length > room {
            shown.push('\n');
            shown.extend(std::iter::repeat_n(' ', from));
            used = 0;
        } else if used > 0 {
            shown.push(' ');
            used += 1;
        }
        shown.push_str(word);
        used += length;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn no_line_is_longer_than_the_width_where_its_words_are_not() {
        let text =
            "6 people can now save recordings of calls as files: emea/Sales Manager, 東京/営業";
        let shown = format!("  critical   {}", wrapped(text, 13, 50));
        assert!(
            shown.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 50),
            "{shown}"
        );
        assert!(shown.lines().skip(1).all(|line| line.starts_with("             ")), "{shown}");
        let words: Vec<&str> = shown.split_whitespace().skip(1).collect();
        assert_eq!(words.join(" "), text);
    }

    #[test]
    fn a_word_that_fits_no_line_stands_alone() {
        assert_eq!(
            wrapped(&format!("a {} b", "x".repeat(60)), 2, 30),
            format!("a\n  {}\n  b", "x".repeat(60))
        );
    }
}
