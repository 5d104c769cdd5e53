//! Secrets: a type that never prints itself, and the one `redact` over all text that leaves the process.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

/// The text in place of a secret.
const MASK: &str = "***";

/// The fewest characters that are redacted: a shorter text would blank out innocent words.
const SHORTEST: usize = 6;

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

#[derive(Default)]
struct Known {
    forms: BTreeSet<String>,
    /// Finds all of them in one pass.
    finder: Option<AhoCorasick>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        write!(formatter, "Redactor({} forms)", known.forms.len())
    }
}

/// Lists the forms that a secret may come back in: as it is, URL-encoded in several ways, in digits,
/// as a text of JSON or HTML, and in base64 wherever in a longer text it begins.
fn forms(secret: &str) -> Vec<String> {
    let plus = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let encoded = plus.replace('+', "%20");
    let digits: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = serde_json::Value::from(secret).to_string();
    let json = json.trim_matches('"');
    let html = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut forms = vec![
        secret.to_owned(),
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
        known.forms.extend(forms(secret));
        // The longest match, so that a padded form goes before the same form without padding.
        let finder =
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&known.forms);
        known.finder = Some(finder.expect("a few forms fit one finder"));
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
        match &known.finder {
            Some(finder) if finder.is_match(text) => {
                let masks = vec![MASK; known.forms.len()];
                Cow::Owned(finder.replace_all(text, &masks))
            }
            _ => Cow::Borrowed(text),
        }
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
