//! `permctl.yaml` as findings may show it: without what looks like a credential.
//!
//! A finding shows the line that it is about, and a credential that was typed into the file can stand
//! in any line: below a misspelt key, one level too high, behind a quote that is never closed. So the
//! text is gone through line by line, as somebody would who looks for one, and nothing has to be valid
//! for it. In doubt it is masked; the keys stay, and so do complete references.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::Source;
use crate::provider::SYSTEMS;
use crate::text::closest;

/// What keys of credentials are called elsewhere.
const USUAL: [&str; 17] = [
    "key",
    "user",
    "username",
    "pass",
    "pwd",
    "passwd",
    "auth",
    "authorization",
    "bearer",
    "cred",
    "creds",
    "pw",
    "jwt",
    "oauth",
    "basic",
    "login",
    "pin",
];

/// Parts of such names.
const PARTS: [&str; 4] = ["secret", "token", "password", "credential"];

/// Keys whose values are addresses.
const ADDRESSES: [&str; 2] = ["endpoint", "tokenEndpoint"];

/// Keys of the configuration that can get below `credentials` when their indentation is wrong.
const OTHERS: [&str; 8] =
    ["provider", "limits", "unlisted", "workspaces", "name", "id", "ignore", "tenants"];

/// Longer words are none of these keys, however they are misspelt.
const LONGEST_KEY: usize = 24;

/// Returns the same file with its credentials masked wherever it is shown.
pub fn source(source: &Arc<Source>) -> Arc<Source> {
    source.shown_as(text(&source.text))
}

/// Masks what looks like a credential, byte for byte, so that every place stays where it is.
fn text(text: &str) -> String {
    let keys = SYSTEMS.iter().flat_map(|system| system.provider.capabilities().schemes);
    let keys = keys.flat_map(|scheme| scheme.keys()).collect();
    let mut reader = Reader { keys, below: None };
    text.split_inclusive('\n').map(|line| reader.line(line)).collect()
}

/// A key above whose value goes on in the lines below it.
struct Below {
    indent: usize,
    /// Whether everything below belongs to it, or only what is no key itself: a tenant's name could
    /// look like a misspelt key.
    whole: bool,
}

/// What a key says of its value.
enum Kind {
    /// A mapping of credentials, or one of them.
    Credential,
    /// Possibly one.
    Doubtful,
    /// An address, which can have a credential in it.
    Address,
    Other,
}

struct Reader {
    /// The keys of all providers' credentials.
    keys: Vec<&'static str>,
    below: Option<Below>,
}

impl Reader {
    /// Masks one line, in a time that grows no faster than it.
    fn line(&mut self, whole: &str) -> String {
        let line = whole.trim_end_matches(['\r', '\n']);
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if self.below.as_ref().is_some_and(|below| ends(below, line, indent)) {
            self.below = None;
        }
        let hidden = match self.below {
            Some(_) => std::iter::once(indent..line.len()).collect(),
            None => self.hidden(line, indent),
        };
        let mut shown = String::with_capacity(whole.len());
        for part in hidden {
            let from = part.start.max(shown.len());
            if from < part.end {
                shown.push_str(&line[shown.len()..from]);
                let item = from == indent && line[from..].starts_with("- ");
                shown.push_str(if item { "-" } else { "" });
                shown.push_str(&self.masked(&line[shown.len()..part.end]));
            }
        }
        let rest = &whole[shown.len()..];
        shown + rest
    }

    /// Returns the parts of a line that are not to be shown, by where they begin.
    fn hidden(&mut self, line: &str, indent: usize) -> Vec<Range<usize>> {
        let last_sign = line.rfind('@').unwrap_or_default();
        let mut hidden = users(line, last_sign);
        let mut has_address = false;
        for (index, (at, word)) in words(line).enumerate() {
            let Some(value) = value_after(line, at + word.len(), index == 0) else { continue };
            match self.kind(word) {
                kind @ (Kind::Credential | Kind::Doubtful) => {
                    // What a comment says ends with its line.
                    let whole = matches!(kind, Kind::Credential);
                    let commented = line[..at].starts_with('#') || line[..at].contains(" #");
                    self.below = (!commented).then_some(Below { indent, whole });
                    hidden.push(value..line.len());
                    break;
                }
                Kind::Address if !has_address => {
                    has_address = true;
                    let user = last_sign.max(value);
                    hidden.push(value + scheme(&line[value..])..user);
                    // A `#` behind a blank begins a comment.
                    let query = line[user..].char_indices().find(|(at, sign)| {
                        *sign == '?' || (*sign == '#' && !line[..user + at].ends_with(' '))
                    });
                    hidden.extend(query.map(|(at, _)| user + at..line.len()));
                }
                Kind::Address | Kind::Other => {}
            }
        }
        hidden.sort_by_key(|part| part.start);
        hidden
    }

    fn kind(&self, word: &str) -> Kind {
        let lower = word.to_lowercase();
        let is_key = USUAL.contains(&lower.as_str())
            || word.ends_with("Key")
            || ["_key", "-key", "_key_", "-key-"].iter().any(|part| lower.contains(part))
            || PARTS.iter().any(|part| lower.contains(part));
        if word.len() > LONGEST_KEY {
            return if is_key { Kind::Doubtful } else { Kind::Other };
        }
        if is_near(word, &ADDRESSES) {
            Kind::Address
        } else if self.keys.contains(&word) || is_near(word, &["credentials"]) {
            Kind::Credential
        } else if is_key || is_near(word, &self.keys) {
            Kind::Doubtful
        } else {
            Kind::Other
        }
    }

    /// Masks a text but for its signs, its references and keys that are known.
    fn masked(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        while let Some(character) = text[shown.len()..].chars().next() {
            let rest = &text[shown.len()..];
            let word = word(rest);
            if let Some(length) = reference(rest) {
                shown.push_str(&rest[..length]);
            } else if !word.is_empty() && is_key(&rest[word.len()..]) && self.is_readable(word) {
                shown.push_str(word);
            } else if " \t{}[],:\"'".contains(character) {
                shown.push(character);
            } else {
                shown.extend(std::iter::repeat_n('*', word.len().max(character.len_utf8())));
            }
        }
        shown
    }

    /// Tells whether a key may be shown where everything else is masked: it is like one that we know. A
    /// credential can stand in the place of a key too.
    fn is_readable(&self, word: &str) -> bool {
        let usual = || {
            !word.contains(|it: char| it.is_ascii_digit())
                && !matches!(self.kind(word), Kind::Other)
        };
        let known: [&[&str]; 3] = [&ADDRESSES, &OTHERS, &self.keys];
        let known = || known.iter().any(|keys| is_near(word, keys));
        word.len() <= LONGEST_KEY && (known() || usual())
    }
}

/// Tells whether a word is one of these, or somebody meant it to be.
fn is_near(word: &str, known: &[&str]) -> bool {
    // Comparing takes its time, and a word of another length is no mistake.
    let alike = known.iter().filter(|it| it.len().abs_diff(word.len()) * 3 <= it.len()).copied();
    known.contains(&word) || closest(word, alike).is_some()
}

/// Tells whether a line is no longer below a key. A line that has no key of its own may go on with a
/// text that lost its indentation.
fn ends(below: &Below, line: &str, indent: usize) -> bool {
    let content = &line[indent.min(line.len())..];
    if content == "---" || content.starts_with("--- ") {
        return true;
    }
    let item = content.starts_with('-');
    let content = content.trim_start_matches(['-', ' ', '?', '"', '\'']);
    let named = !word(content).is_empty() && is_key(&content[word(content).len()..]);
    let outside = indent < below.indent || (indent == below.indent && !item);
    named && (outside || !below.whole)
}

/// Finds user names and passwords of addresses: from `://` to the last `@` of the line, and what has a
/// colon in it before an `@`.
fn users(line: &str, last_sign: usize) -> Vec<Range<usize>> {
    let address = line.find("://").map(|at| at + 3..last_sign);
    let mut start = 0;
    let runs = line.split([' ', '\t', '"', '\'', '{', '[', ',']).filter_map(|run| {
        let from = start;
        start += run.len() + 1;
        let sign = run.rfind('@').filter(|sign| run[..*sign].contains(':'))?;
        Some(from + scheme(run)..from + sign)
    });
    runs.chain(address).collect()
}

/// Returns the length of a scheme that a value begins with, and of what is before it.
fn scheme(value: &str) -> usize {
    let bare = value.trim_start_matches([' ', '\t', '"', '\'']);
    let rest = bare.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    rest.strip_prefix("://").map_or(0, |rest| value.len() - rest.len())
}

/// Returns the words that could be keys, and where they begin.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += line[at..].find(|it: char| is_of_word(it) && it != '-')?;
        let found = (at, word(&line[at..]));
        at += found.1.len();
        Some(found)
    })
}

/// Returns the word that a text begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|it| !is_of_word(it)).unwrap_or(text.len())]
}

fn is_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

/// Tells whether what follows a word makes it a key.
fn is_key(after: &str) -> bool {
    let after = after.trim_start_matches(['"', '\'']).trim_start_matches([' ', '\t']);
    after.starts_with(':')
}

/// Returns where the value of a word begins, if the word is a key. The first word of a line may be one
/// whose colon is missing.
fn value_after(line: &str, end: usize, first: bool) -> Option<usize> {
    let after = line[end..].trim_start_matches(['"', '\'', ' ', '\t']);
    let value = line.len() - after.trim_start_matches([':', '=']).len();
    (first || after.starts_with([':', '='])).then_some(value)
}

/// Returns the length of the complete reference that a text begins with.
fn reference(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("${env:").or_else(|| text.strip_prefix("${file:"))?;
    let end = inner.find(['}', '{', '$', '"', '\'', ',', ' ', '\t'])?;
    inner[end..].starts_with('}').then(|| text.len() - inner.len() + end + 1)
}

#[cfg(test)]
mod tests;
