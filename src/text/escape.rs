//! Texts from files and vendors, made safe to print: for terminals and for logs of CI systems.
//!
//! A name is not a terminal command: a character that moves the cursor, colours, hides or
//! reorders text is shown as an escape. Nothing is shortened or dropped.

use std::borrow::Cow;
use std::fmt::Write;

use crate::text::characters::{
    is_accent, is_greek_or_cyrillic, is_latin, is_lookalike, is_odd_hyphen,
};
use crate::text::{is_hidden, is_odd_blank};

/// The start of a line that a runner of GitHub takes for a command, with or without blanks before it.
const AT_START: &str = "::";

/// Returns a text in which all that misleads the eye is shown as an escape (`\u{202e}`): control,
/// bidirectional and invisible characters, blanks and hyphens that are no plain ones, accents apart from
/// their letter, and Greek and Cyrillic letters that can be taken for Latin ones.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let only_lookalikes = text.chars().any(is_latin)
        && text.chars().filter(|it| is_greek_or_cyrillic(*it)).all(is_lookalike);
    let mut before = ' ';
    for word in words(text) {
        let mixed = only_lookalikes || is_mixed(word);
        for character in word.chars() {
            let looks_latin = mixed && is_greek_or_cyrillic(character);
            let looks_plain = is_odd_blank(character) || is_odd_hyphen(character);
            let looks_one = is_accent(character) && before.is_ascii_alphabetic();
            if looks_latin || looks_plain || looks_one || is_hidden(character) {
                // Writing to a string can't fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
            } else {
                shown.push(character);
            }
            before = character;
        }
    }
    shown
}

/// Splits a text into its words, each with what ends it.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(|it: char| !it.is_alphanumeric())
}

/// Tells whether a word has Latin letters and such that look like them: `Admin` with a Cyrillic `А`. A
/// name of two words in two scripts is an ordinary one.
pub(super) fn is_mixed(word: &str) -> bool {
    word.chars().any(is_latin) && word.chars().any(is_greek_or_cyrillic)
}

/// Returns a text of ours in which nothing drives a terminal but line ends, tabs and our own colours.
/// Each part goes through [`visible`] where it is written; this catches a part that does not.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (plain, other) = rest.split_at(plain_length(rest));
        shown.push_str(plain);
        let Some(character) = other.chars().next() else { return Cow::Owned(shown) };
        let (first, after) = other.split_at(character.len_utf8());
        let colour = first == "\u{1b}" && colour(after).is_some();
        if colour || !is_hidden(character) {
            shown.push(character);
        } else {
            shown.push_str(&visible(first));
        }
        rest = after;
    }
}

/// Tells whether a text has only characters of which none misleads, and so needs no second look.
fn is_plain(text: &str) -> bool {
    plain_length(text) == text.len()
}

/// Returns how many bytes at the start of a text are such characters.
fn plain_length(text: &str) -> usize {
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.bytes().position(|byte| !plain(byte)).unwrap_or(text.len())
}

/// Returns what follows a sequence that only colours: `[1;31m`.
fn colour(text: &str) -> Option<&str> {
    let numbers = text.strip_prefix('[')?;
    let end = numbers.find(|it: char| !it.is_ascii_digit() && it != ';')?;
    numbers[end..].strip_prefix('m')
}

/// Returns a text for people in which no line is a command to the CI system that runs the job:
/// `::error::` at the start of a line, `##[error]` or `##vso[...]` anywhere in it.
pub fn disarmed(text: &str) -> Cow<'_, str> {
    if !text.contains(AT_START) {
        return without_brackets(text, "\\u{23}");
    }
    let lines = text.split_inclusive(['\n', '\r']).map(|line| {
        let command = line.trim_start();
        // A third colon makes it none: findings point to other files with `:::`.
        match command.strip_prefix(AT_START).filter(|rest| !rest.starts_with(':')) {
            Some(rest) => {
                format!("{}\\u{{3a}}:{rest}", &line[..line.len() - command.len()])
            }
            None => line.to_owned(),
        }
    });
    Cow::Owned(without_brackets(&lines.collect::<String>(), "\\u{23}").into_owned())
}

/// Does the same for JSON, which stays the same data, and writes what [`harmless`] would show in a way
/// that JSON does not have: hidden characters and a `##[` can stand in its texts only.
pub fn disarmed_json(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return without_brackets(text, "\\u0023");
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if !is_hidden(character) || matches!(character, '\n' | '\t') {
            shown.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string can't fail.
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    Cow::Owned(without_brackets(&shown, "\\u0023").into_owned())
}

/// Writes the second `#` of every `##word[` in another way.
fn without_brackets<'t>(text: &'t str, hash: &str) -> Cow<'t, str> {
    if !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut disarmed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let (before, after) = rest.split_at(at + 1);
        let word = after[1..].trim_start_matches(|it: char| it.is_ascii_alphabetic());
        disarmed.push_str(before);
        if word.starts_with('[') {
            disarmed.push_str(hash);
            rest = &after[1..];
        } else {
            rest = after;
        }
    }
    Cow::Owned(disarmed + rest)
}

#[cfg(test)]
mod tests {
    use super::{disarmed, disarmed_json, harmless, visible};

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
    fn what_looks_like_another_text_is_shown_as_what_it_is() {
        assert_eq!(visible("s\u{430}le: tru\u{a0}e"), "s\\u{430}le: tru\\u{a0}e");
        assert_eq!(visible("Sales \u{421}\u{41e}\u{420}"), "Sales \\u{421}\\u{41e}\\u{420}");
        assert_eq!(visible("Cafe\u{301} a\u{2011}b"), "Cafe\\u{301} a\\u{2011}b");
        assert_eq!(visible("Работа с CRM"), "Работа с CRM");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in ["営業マネージャー", "Zoë – São Paulo", "مدير", "👍", "a\\b", "CRM-админ"]
        {
            assert_eq!(visible(name), name);
        }
    }

    #[test]
    fn only_colours_get_through_the_door() {
        let ours = "\u{1b}[1mWs\u{1b}[0m\n\ta \u{1b}[38;5;1mb\u{1b}[0m\n";
        assert_eq!(harmless(ours), ours);
        assert_eq!(
            harmless("\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\r\u{1b}[1;3\u{1b}"),
            "\\u{1b}[2J\\u{1b}]0;x\\u{7}\\u{202e}\\u{d}\\u{1b}[1;3\\u{1b}"
        );
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_system() {
        for (text, shown) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("a\n \t\u{a0}::group::x\nb", "a\n \t\u{a0}\\u{3a}:group::x\nb"),
            ("a ##[error]x", "a #\\u{23}[error]x"),
            ("####[x]", "###\\u{23}[x]"),
            ("##vso[task.setvariable variable=x]", "#\\u{23}vso[task.setvariable variable=x]"),
            (" ::: a.yaml:1:2\n::::error::x", " ::: a.yaml:1:2\n::::error::x"),
            ("## a [link], 10::1, ##, ##a", "## a [link], 10::1, ##, ##a"),
        ] {
            assert_eq!(disarmed(text), shown);
        }
        let json = serde_json::json!({"##[a]": ["##vso[b", "::c", "##"]}).to_string();
        let disarmed = disarmed_json(&json);
        assert!(!disarmed.contains("##[") && !disarmed.contains("##vso["), "{disarmed}");
        assert_eq!(disarmed.parse::<serde_json::Value>().unwrap().to_string(), json);
    }

    #[test]
    fn json_with_hidden_characters_is_the_same_data_and_nothing_is_left_to_be_escaped() {
        let value = serde_json::json!({"a\u{202e}": "\u{200b}\u{7f}\u{9b}31m\u{e0041}\n\t é👍"});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let json = disarmed_json(&text);
        assert!(json.contains("\"a\\u202e\": \"\\u200b\\u007f\\u009b31m\\udb40\\udc41"), "{json}");
        assert_eq!(harmless(&json), json);
        assert_eq!(json.parse::<serde_json::Value>().unwrap(), value);
    }
}
