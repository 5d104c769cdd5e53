//! Texts from files and vendors, made safe to print.
//!
//! A name is not a terminal command: what would move the cursor, colour, hide or reorder text is
//! shown as an escape. Nothing is shortened or dropped.

use std::fmt::Write;

use crate::yaml::characters::is_hidden;

/// Returns a text with every control, bidirectional and invisible character shown as an escape
/// (`\u{202e}`).
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            // Writing to a string can't fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Returns a name as messages show it: as it is where that is unmistakable, otherwise in double
/// quotes with `"` and `\` escaped.
pub fn quoted(name: &str) -> String {
    let hard = name.is_empty()
        || name.trim() != name
        || name.contains(['"', '\\'])
        || name.chars().any(is_hidden);
    if !hard {
        return name.to_owned();
    }
    let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", visible(&escaped))
}

#[cfg(test)]
mod tests {
    use super::{quoted, visible};

    #[test]
    fn a_name_can_not_drive_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\r\n\tc"), "a\\u{1b}[2Jb\\u{d}\\u{a}\\u{9}c");
        assert_eq!(visible("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
    }

    #[test]
    fn a_name_can_not_reorder_or_hide_text() {
        assert_eq!(visible("Admin\u{202e}nimdA\u{2066}"), "Admin\\u{202e}nimdA\\u{2066}");
        assert_eq!(
            visible("a\u{200b}b\u{feff}\u{ad}\u{e0041}"),
            "a\\u{200b}b\\u{feff}\\u{ad}\\u{e0041}"
        );
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["営業マネージャー", "Zoë – São Paulo", "مدير", "👍", "a\\b"]
        {
            assert_eq!(visible(name), name);
        }
        assert_eq!(quoted("Sales / EMEA (new)"), "Sales / EMEA (new)");
    }

    #[test]
    fn a_blank_at_the_end_of_a_name_can_be_seen() {
        assert_eq!(quoted("Integration User "), "\"Integration User \"");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("the \"real\" \\ one"), "\"the \\\"real\\\" \\\\ one\"");
        assert_eq!(quoted("a\u{202e}b"), "\"a\\u{202e}b\"");
    }
}
