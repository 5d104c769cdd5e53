//! `permctl.yaml` as findings may show it: with everything masked that could be a credential.
//!
//! A finding shows the line that it is about, and a credential that was typed into the file can stand
//! in any line: below a misspelt key, one level too high, behind a quote that is never closed. So the
//! text is masked line by line, valid or not. Keys, complete references and the values of keys that
//! take no credentials are shown; everything else is masked.

use std::sync::Arc;

use crate::desired::SecretSource;
use crate::desired::keys::{CONFIG, Shape};
use crate::finding::SourceText;
use crate::provider::SYSTEMS;
use crate::text::closest;

/// Longer words are none of these keys, however they are misspelt.
const LONGEST_KEY: usize = 24;

/// Returns the same file with its credentials masked wherever it is shown.
pub fn source(source: &Arc<SourceText>) -> Arc<SourceText> {
    source.shown_as(text(&source.text))
}

/// Masks what could be a credential, byte for byte, so that every place stays where it is.
fn text(text: &str) -> String {
    let mut reader = MaskReader { keys: Keys::new(), above: Above::Other };
    text.split_inclusive('\n').map(|line| reader.line(line)).collect()
}

/// The keys of the configuration, by what may be shown of their values. The value of any other key is
/// masked.
struct Keys {
    /// Keys whose values are shown.
    shown: Vec<&'static str>,
    /// Keys below which lists stand under names of the user's own.
    lists: Vec<&'static str>,
    /// Keys whose values are shown where they can have no user, password or query in them.
    addresses: Vec<&'static str>,
    /// The keys of all providers' credentials.
    credentials: Vec<&'static str>,
}

impl Keys {
    fn new() -> Self {
        let schemes = SYSTEMS.iter().flat_map(|system| system.provider.capabilities().schemes);
        let credentials = schemes.flat_map(|scheme| scheme.keys()).collect();
        // A provider's own rows may hold anything, so `settings` is not among the keys.
        let mut shown = CONFIG.later.to_vec();
        let (mut addresses, mut lists) = (Vec::new(), Vec::new());
        for key in CONFIG.with_inner().into_iter().flat_map(|object| object.keys) {
            match key.shape {
                shape if shape.has_address() => addresses.push(key.name),
                Shape::Credentials => {}
                Shape::Lists(_) => {
                    shown.push(key.name);
                    lists.push(key.name);
                }
                _ => shown.push(key.name),
            }
        }
        for keys in [&mut shown, &mut addresses] {
            keys.sort_unstable();
            keys.dedup();
        }
        Self { shown, lists, addresses, credentials }
    }
}

/// How a line without a key is read, by the lines above it.
enum Above {
    /// It belongs to credentials, as do all lines that are not indented less than this.
    Credentials(usize),
    /// It can be an item of a list that is shown.
    Shown,
    /// It belongs to lists under names of the user's own, as do all lines that are indented more than this.
    Lists(usize),
    Other,
}

struct MaskReader {
    keys: Keys,
    above: Above,
}

impl MaskReader {
    /// Masks one line, in a time that grows no faster than it.
    fn line(&mut self, whole: &str) -> String {
        let line = whole.trim_end_matches(['\r', '\n']);
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        let item = line[indent..].starts_with("- ");
        if let Above::Credentials(outer) = self.above
            && (indent < outer || (indent == outer && !item))
            && begins_with_key(&line[indent..])
        {
            self.above = Above::Other;
        }
        if let Above::Lists(outer) = self.above
            && indent <= outer
            && begins_with_key(&line[indent..])
        {
            self.above = Above::Other;
        }
        let from = match self.above {
            Above::Credentials(_) => indent,
            _ => self.harmless(line, indent, item),
        };
        format!("{}{}{}", &line[..from], self.masked(&line[from..]), &whole[line.len()..])
    }

    /// Returns where the part of a line ends that is shown as it is.
    fn harmless(&mut self, line: &str, indent: usize, item: bool) -> usize {
        let sign = line.rfind('@');
        let user = sign.filter(|_| line.contains("://"));
        // A `#` behind a blank begins a comment.
        let fragment = |(at, _): &(usize, &str)| !line[..*at].ends_with([' ', '\t']);
        let fragment = line.rmatch_indices('#').find(fragment).map(|(at, _)| at);
        let query = sign.max(line.rfind('?')).max(fragment);
        let mut has_key = item && matches!(self.above, Above::Shown | Above::Lists(_));
        for (at, word) in words(line) {
            let end = at + word.len();
            let is_key = is_key(&line[end..]);
            if self.keys.credentials.contains(&word) || is_near(word, &["credentials"]) {
                // What a comment says ends with its line.
                let goes_on = is_key && !line[..at].contains('#');
                self.above = if goes_on { Above::Credentials(indent) } else { Above::Other };
                return end;
            }
            if !is_key {
                continue;
            }
            has_key = true;
            if matches!(self.above, Above::Lists(_)) {
                let is_credential = is_near(word, &self.keys.credentials);
                if is_credential || user.max(line.find("://").and(query)) > Some(end) {
                    return end;
                }
                continue;
            }
            let address = is_near(word, &self.keys.addresses);
            let shown = address || is_near(word, &self.keys.shown);
            let value = line[end..].trim_start_matches(['"', '\'', ':', ' ', '\t']);
            self.above = match shown && value.is_empty() {
                _ if at == 0 && self.keys.lists.contains(&word) => Above::Lists(indent),
                true => Above::Shown,
                false => Above::Other,
            };
            // A name of the user's own stands above other keys, never before a value.
            let names = value.strip_prefix('{').map_or(value.is_empty(), |inner| {
                inner.is_empty() || inner.starts_with('}') || begins_with_key(inner)
            });
            // No credential is as short as a limit.
            let number = value.split([',', '}', ' ']).next().unwrap_or_default();
            let number = (1..=3).contains(&number.len()) && number.parse::<u16>().is_ok();
            if !(shown || names || number) || (if address { query } else { user }) > Some(end) {
                return end;
            }
        }
        if has_key { line.len() } else { indent }
    }

    /// Masks a text but for its signs, its references and keys that are known.
    fn masked(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        while let Some(character) = text[shown.len()..].chars().next() {
            let rest = &text[shown.len()..];
            let word = word(rest);
            if let Some(length) = reference(rest) {
                shown.push_str(&rest[..length]);
            } else if !word.is_empty() && is_key(&rest[word.len()..]) && self.is_known(word) {
                shown.push_str(word);
            } else if word == "-" || " \t{}[],:\"'".contains(character) {
                shown.push(character);
            } else {
                shown.extend(std::iter::repeat_n('*', word.len().max(character.len_utf8())));
            }
        }
        shown
    }

    /// Tells whether a word is a key, well spelt or not; a credential can stand in the place of a key.
    fn is_known(&self, word: &str) -> bool {
        let Keys { shown, addresses, credentials, lists: _ } = &self.keys;
        [shown, addresses, credentials].iter().any(|known| is_near(word, known))
    }
}

/// Tells whether a word is one of these keys or a misspelling of one.
fn is_near(word: &str, known: &[&str]) -> bool {
    // Comparing takes its time, and a word of another length is no misspelling.
    let alike = |key: &&&str| key.len().abs_diff(word.len()) * 3 <= key.len();
    known.contains(&word)
        || (word.len() <= LONGEST_KEY && closest(word, known.iter().filter(alike)).is_some())
}

/// Tells whether a text begins with a key.
fn begins_with_key(text: &str) -> bool {
    let text = text.trim_start_matches(['-', ' ', '?', '"', '\'']);
    !word(text).is_empty() && is_key(&text[word(text).len()..])
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

/// Tells whether what follows a word makes it a key: a colon, with a blank behind it or a quote before.
fn is_key(after: &str) -> bool {
    let bare = after.trim_start_matches(['"', '\'']);
    let colon = bare.trim_start_matches([' ', '\t']).strip_prefix(':');
    colon.is_some_and(|value| {
        bare.len() < after.len() || value.is_empty() || value.starts_with([' ', '\t'])
    })
}

/// Returns the length of the complete reference that a text begins with.
fn reference(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("${")?;
    let end = inner.find(['}', '{', '$', '"', '\'', ',', ' ', '\t'])?;
    let length = text.len() - inner.len() + end + 1;
    (inner[end..].starts_with('}') && SecretSource::read(&text[..length]).is_some())
        .then_some(length)
}

#[cfg(test)]
mod tests;
