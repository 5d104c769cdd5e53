//! Quoting: one function for each grammar in which a name or a word is written.

use std::fmt::{Display, Write};

use crate::text::characters::is_hidden;
use crate::text::visible;

/// Words of ours that stand behind a name; a name that has one itself could pass for the report.
const OURS: [&str; 8] =
    ["->", ",", "  ", "(broadens)", "(narrows)", "(mixed)", "(unclear)", "(broader live)"];

/// Returns a name as messages show it: as it is where that is unmistakable, otherwise in double
/// quotes with `"` and `\` escaped.
pub fn quoted(name: &str) -> String {
    let hard = name.is_empty()
        || name.trim() != name
        || name.contains(['"', '\\'])
        || OURS.iter().any(|word| name.contains(word))
        || visible(name) != name;
    if hard { in_quotes(name) } else { name.to_owned() }
}

/// Returns a text in double quotes, in which nothing ends them and all that misleads the eye is shown.
pub fn in_quotes(text: &str) -> String {
    format!("\"{}\"", visible(&text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Tells whether a character looks like a blank and is another one; line ends are hidden characters.
pub fn is_odd_blank(character: char) -> bool {
    character.is_whitespace() && character != ' ' && !is_hidden(character)
}

/// Writes up to `most` names in quotes and how many more there are.
pub fn some_of<T: AsRef<str>>(names: &[T], most: usize) -> String {
    first_of(names.iter().map(|name| in_quotes(name.as_ref())), most)
}

/// Writes the first `most` of some texts, and how many more there are.
pub fn first_of(texts: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = texts.len().saturating_sub(most);
    let shown = texts.take(most).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// Lists words of the file language, each in backticks.
pub fn listed<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Writes a word for a shell.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@,=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // Double quotes mean the same to every shell, except around these.
    if word.contains(['"', '$', '`', '\\', '!', '%']) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    format!("\"{word}\"")
}

/// Writes a text in double quotes for readers of YAML 1.1 and 1.2; hidden characters are escaped.
pub fn yaml_text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        let code = u32::from(character);
        // Writing to a string can't fail.
        let _ = match character {
            '"' => write!(quoted, "\\\""),
            '\\' => write!(quoted, "\\\\"),
            '\n' => write!(quoted, "\\n"),
            '\t' => write!(quoted, "\\t"),
            '\r' => write!(quoted, "\\r"),
            _ if !is_hidden(character) && !is_odd_blank(character) => write!(quoted, "{character}"),
            _ if code <= 0xff => write!(quoted, "\\x{code:02X}"),
            _ if code <= 0xffff => write!(quoted, "\\u{code:04X}"),
            _ => write!(quoted, "\\U{code:08X}"),
        };
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::{in_quotes, quoted, shell_word, some_of};

    #[test]
    fn an_ordinary_name_needs_no_quotes() {
        assert_eq!(quoted("Sales / EMEA (new)"), "Sales / EMEA (new)");
    }

    #[test]
    fn a_name_with_quotes_in_it_does_not_read_as_two() {
        assert_eq!(some_of(&["a", "b", "c"], 2), r#""a", "b" and 1 more"#);
        assert_eq!(some_of(&["A\", \"B"], 5), r#""A\", \"B""#);
        assert_eq!(some_of(&["a\u{a0}b\u{202e}"], 5), r#""a\u{a0}b\u{202e}""#);
    }

    #[test]
    fn a_blank_at_the_end_of_a_name_can_be_seen() {
        assert_eq!(quoted("Integration User "), "\"Integration User \"");
        assert_eq!(quoted(""), "\"\"");
        assert_eq!(quoted("the \"real\" \\ one"), "\"the \\\"real\\\" \\\\ one\"");
        assert_eq!(quoted("a\u{202e}b"), "\"a\\u{202e}b\"");
        assert_eq!(quoted("Sales\u{a0}Manager"), "\"Sales\\u{a0}Manager\"");
    }

    #[test]
    fn letters_that_look_like_those_of_another_script_are_told_apart() {
        for (name, shown) in [
            ("Busin\u{435}ss Admin", "\"Busin\\u{435}ss Admin\""),
            ("\u{391}dmin \u{430}/\u{441}rm", "\"\\u{391}dmin \\u{430}/\\u{441}rm\""),
        ] {
            assert_eq!(quoted(name), shown);
        }
        for name in ["Zoë", "Администратор", "Διαχειριστής", "Sales Продажи", "CRM-админ", "α 2"]
        {
            assert_eq!(quoted(name), name);
        }
    }

    #[test]
    fn a_name_can_not_pass_for_a_part_of_the_report() {
        for name in ["A (narrows)  a.yaml:1", "A -> B", "A, B", "A  B"] {
            assert_eq!(quoted(name), format!("\"{name}\""));
        }
        assert_eq!(in_quotes("x\" -> \"y"), "\"x\\\" -> \\\"y\"");
    }

    #[test]
    fn a_name_is_one_word_of_a_shell() {
        for (name, word) in [
            ("emea/Rep", "emea/Rep"),
            ("emea/Zoë", "emea/Zoë"),
            ("emea/It's a (test); rm -r *", "\"emea/It's a (test); rm -r *\""),
            ("emea/$(id) it's", r"'emea/$(id) it'\''s'"),
            ("", "\"\""),
        ] {
            assert_eq!(shell_word(name), word);
        }
    }
}
