//! Names in Markdown.

use crate::text::visible;

/// Returns a text as a span of code in Markdown, which means the same in a table: in it nothing is a link, a mention,
/// a tag, an emphasis or the end of a cell. An empty text is a pair of quotes.
pub fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return code(&format!("\"{text}\""));
    }
    // Renderers differ in who takes the backslash away, and when.
    let shown = visible(text).replace('|', "\\u{7c}");
    let longest = shown.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // One blank on each side belongs to the span where the text begins or ends with a backtick or a blank.
    let padded = shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']);
    let pad = if padded { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}
