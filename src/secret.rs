//! Secrets: a type that never prints itself, and the one `redact` over all text for people and logs.
//!
//! A file that permctl reads again is never redacted: [`Redactor::finds`] tells whether it would hold a
//! secret, and then the file is not written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::text::{in_quotes, visible};

/// The text in place of a secret.
const MASK: &str = "***";

/// The fewest characters of a credential: a shorter text stands in innocent words, so it can't be
/// redacted.
pub const SHORTEST: usize = 6;

/// The longest credential, in bytes. Tokens of vendors have up to about 4 kB.
pub const LONGEST: usize = 16 * 1024;

/// The bytes of a secret that are looked for. Where these are found, the rest is compared.
const START: usize = 64;

/// A credential. Prints as `***`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// Hands the text out, to be sent and nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// Removes known secrets from text, in every encoding in which they could appear.
///
/// Copies know the same secrets, also those that come up later: a token that a sign-in gives.
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

/// The forms of all secrets. Comparing takes a time and a memory that grow with the text and the number
/// of secrets, whatever their length.
#[derive(Default)]
struct Known {
    /// The forms by their first bytes, the longest first.
    forms: BTreeMap<String, Vec<String>>,
    /// Finds the first bytes of all forms in one pass; made when it is first asked for.
    finder: OnceLock<AhoCorasick>,
}

impl Known {
    fn learn(&mut self, form: String) {
        let forms = self.forms.entry(start(&form).to_owned()).or_default();
        if let Err(place) = forms.binary_search_by(|it| (form.len(), &form).cmp(&(it.len(), it))) {
            forms.insert(place, form);
        }
        self.finder = OnceLock::new();
    }

    /// Returns the first place at or after `from` where a secret stands, as a range of bytes.
    fn find(&self, text: &str, from: usize) -> Option<std::ops::Range<usize>> {
        let finder = self.finder.get_or_init(|| {
            // The longest match, so that a padded form goes before the same form without padding.
            let mut builder = AhoCorasick::builder();
            let builder = builder.match_kind(MatchKind::LeftmostLongest);
            let builder = builder.kind(Some(AhoCorasickKind::ContiguousNFA));
            builder.build(self.forms.keys()).expect("a few starts of forms fit one finder")
        });
        let found = finder.find(&text[from..])?;
        let (begin, end) = (from + found.start(), from + found.end());
        let forms = self.forms.values().nth(found.pattern().as_usize()).into_iter().flatten();
        // A part of a long secret is masked as far as it goes.
        let common = |form: &String| {
            let same = text.as_bytes()[begin..].iter().zip(form.as_bytes());
            same.take_while(|(a, b)| a == b).count()
        };
        let longest = forms.map(common).max().unwrap_or_default();
        let end = (end..=begin + longest).rev().find(|end| text.is_char_boundary(*end));
        end.map(|end| begin..end)
    }
}

/// Returns the first bytes of a form, whole characters only.
fn start(form: &str) -> &str {
    let end = (0..=form.len().min(START)).rev().find(|end| form.is_char_boundary(*end));
    &form[..end.unwrap_or_default()]
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(formatter, "Redactor({} forms)", known.forms.len())
    }
}

/// Lists the forms that a secret may come back in: as it is and as reports show it, URL-encoded in
/// several ways, in digits, as a text of JSON or HTML, and in base64 wherever in a longer text it begins.
fn forms(secret: &str) -> Vec<String> {
    let plus = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let encoded = plus.replace('+', "%20");
    let digits: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"');
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut forms = vec![
        secret.to_owned(),
        visible(secret),
        in_quotes(secret).trim_matches('"').to_owned(),
        digits.to_uppercase(),
        digits,
        json.to_owned(),
        json.replace('/', "\\/"),
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html,
        encoded.replace("%2F", "/"),
    ];
    for encoded in [plus, encoded] {
        // Escapes have their letters in either case.
        let mut parts = encoded.split('%');
        let first = parts.next().unwrap_or_default().to_owned();
        let lower = parts.fold(first, |text, part| {
            let (escape, rest) = part.split_at(part.len().min(2));
            format!("{text}%{}{rest}", escape.to_lowercase())
        });
        forms.extend([encoded, lower]);
    }
    for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
        forms.push(engine.encode(secret));
    }
    for before in 0..3 {
        let longer = format!("{}{secret}", "x".repeat(before));
        // The characters at both ends depend on what stands beside the secret too.
        let inner = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
        forms.extend(
            [STANDARD_NO_PAD, URL_SAFE_NO_PAD]
                .map(|engine| engine.encode(&longer)[inner.clone()].to_owned()),
        );
    }
    forms.retain(|form| form.chars().count() >= SHORTEST);
    forms
}

impl Redactor {
    /// Learns a secret in every form that it may come back in.
    pub fn learn(&self, secret: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        forms(secret).into_iter().for_each(|form| known.learn(form));
    }

    /// Learns the pair of a Basic header as well as its halves.
    pub fn learn_pair(&self, user: &str, password: &str) {
        self.learn(user);
        self.learn(password);
        self.learn(&format!("{user}:{password}"));
    }

    /// Replaces every known secret by `***`.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let Some(mut found) = known.find(text, 0) else { return Cow::Borrowed(text) };
        let mut shown = String::with_capacity(text.len());
        let mut done = 0;
        loop {
            shown.push_str(&text[done..found.start]);
            shown.push_str(MASK);
            done = found.end;
            match known.find(text, done) {
                Some(next) => found = next,
                None => break,
            }
        }
        shown.push_str(&text[done..]);
        Cow::Owned(shown)
    }

    /// Tells whether a text has a known secret in it.
    pub fn finds(&self, text: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.find(text, 0).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_gone_in_every_encoding_it_could_travel_in() {
        let redactor = Redactor::default();
        redactor.learn_pair("key-1234", "s3cret/with+signs==");
        for leaked in [
            "key-1234".to_owned(),
            "s3cret/with+signs==".to_owned(),
            STANDARD.encode("key-1234:s3cret/with+signs=="),
            URL_SAFE_NO_PAD.encode("s3cret/with+signs=="),
            "s3cret%2Fwith%2Bsigns%3D%3D".to_owned(),
            "s3cret%2fwith%2bsigns%3d%3d".to_owned(),
            "s3cret/with%2Bsigns%3D%3D".to_owned(),
            "s3cret\\/with+signs==".to_owned(),
            "6b65792d31323334".to_owned(),
            "6B65792D31323334".to_owned(),
        ] {
            assert_eq!(redactor.redact(&format!("before {leaked} after")), "before *** after");
        }
        assert_eq!(redactor.redact("nothing here"), "nothing here");
    }

    #[test]
    fn a_secret_with_invisible_characters_is_gone_also_where_a_report_escapes_it() {
        let redactor = Redactor::default();
        let secret = "pass\u{a0}wo\u{200b}rd\u{202e}\"x";
        redactor.learn(secret);
        for shown in [secret.to_owned(), visible(secret), in_quotes(secret)] {
            let redacted = redactor.redact(&shown).into_owned();
            assert_eq!(redacted.trim_matches('"'), "***", "{shown}");
        }
    }

    #[test]
    fn long_and_repetitive_secrets_are_gone_whole_and_their_parts_as_far_as_they_go() {
        let redactor = Redactor::default();
        let secret = "a".repeat(LONGEST - 1) + "é";
        redactor.learn(&secret);
        redactor.learn(&"ab".repeat(LONGEST / 2));
        let part = "ab".repeat(5_000);
        assert_eq!(redactor.redact(&format!("{secret} b {part}.")), "*** b ***.");
        let text = "é".repeat(50_000) + &secret + &"a".repeat(100_000);
        assert!(redactor.redact(&text).len() < 100_100);
    }

    #[test]
    fn a_secret_inside_a_longer_text_is_gone_from_its_base64() {
        let redactor = Redactor::default();
        redactor.learn("s3cret/with+signs==");
        for before in ["", "a", "ab", "abc"] {
            for engine in [STANDARD, URL_SAFE] {
                let shown = engine.encode(format!("{before}s3cret/with+signs==, and more"));
                let redacted = redactor.redact(&shown).into_owned();
                assert!(redacted.contains("***"), "{redacted}");
                assert!(redacted.len() + 16 < shown.len(), "{redacted} of {shown}");
            }
        }
    }

    #[test]
    fn a_secret_prints_as_stars() {
        let secret = Secret::new("hunter22");
        assert_eq!(format!("{secret:?} {secret}"), "*** ***");
    }
}
