//! A text in a fence, as long as it may be.

use std::borrow::Cow;

/// The shortest fence there is.
const SHORTEST: usize = 3;

/// How a block begins that is shown before all others where not everything fits.
const FIRST: [&str; 4] = ["NOT READ", "REFUSED", "error", "warning"];

/// Puts a text into a fence that nothing in it can close. What makes it longer than `most` bytes is left out.
pub fn fenced(text: &str, most: usize) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    let text = &*shortened(text.trim_end(), most);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(SHORTEST.max(longest + 1));
    format!("{fence}text\n{text}\n{fence}\n")
}

/// Leaves out what does not fit: the summary comes first then, and what is wrong before what changes.
fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let (body, summary) = text.rsplit_once("\n\n").unwrap_or(("", text));
    let is_first = |block: &&str| FIRST.iter().any(|begin| block.starts_with(begin));
    let (first, rest): (Vec<&str>, Vec<&str>) = body.split("\n\n").partition(is_first);
    let end = (0..=summary.len().min(most)).rev().find(|end| summary.is_char_boundary(*end));
    let mut shown = format!("{}\n", &summary[..end.unwrap_or_default()]);
    let (mut is_cut, mut left_out) = (false, 0);
    let blocks = first.iter().chain(&rest).flat_map(|block| ["", block]);
    for line in blocks.flat_map(|block| block.split('\n')) {
        is_cut |= shown.len() + line.len() + 1 > most;
        if is_cut {
            left_out += usize::from(is_entry(line));
        } else {
            shown.push_str(&format!("{line}\n"));
        }
    }
    let more = match left_out {
        0 => "More does not fit here; the text report has all of it.".to_owned(),
        _ => format!("{left_out} more entries do not fit here; the text report has all of them."),
    };
    shown.push_str(&format!("\n{more}"));
    Cow::Owned(shown)
}

/// Tells whether a line is the first of a change, of an outcome or of a profile that differs.
fn is_entry(line: &str) -> bool {
    let entry = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
    let word = entry.and_then(|rest| rest.split(' ').next()).unwrap_or(":");
    !word.ends_with(':') && !["the", "not", "blocked"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::fenced;

    #[test]
    fn a_long_text_without_blocks_is_cut_too() {
        let shown =
            fenced(&format!("error: there is no `x`\nhelp: {}", "é".repeat(60_000)), 60_000);
        assert!(shown.len() < 60_200, "{}", shown.len());
        assert!(shown.contains("there is no `x`") && shown.contains("\nMore does not fit here;"));
    }
}
