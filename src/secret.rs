//! Secrets: a type that never prints itself, and the one `redact` over all text that leaves the process.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

/// What a redacted secret is replaced by, and how a secret prints.
const MASK: &str = "***";

/// The fewest characters that are redacted: a shorter text would blank out innocent words.
const SHORTEST: usize = 6;

/// A credential. Prints as `***`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a text into custody.
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
    needles: Arc<RwLock<Vec<String>>>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let needles = self.needles.read().unwrap_or_else(PoisonError::into_inner);
        write!(formatter, "Redactor({} forms)", needles.len())
    }
}

impl Redactor {
    /// Learns a secret: as it is, in base64 of each alphabet, URL-encoded and as a JSON text.
    pub fn learn(&self, secret: &str) {
        let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        let json = serde_json::Value::from(secret).to_string();
        let mut needles = self.needles.write().unwrap_or_else(PoisonError::into_inner);
        needles.extend([
            secret.to_owned(),
            STANDARD.encode(secret),
            STANDARD_NO_PAD.encode(secret),
            URL_SAFE.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            encoded.replace('+', "%20"),
            encoded,
            json.trim_matches('"').to_owned(),
        ]);
        needles.retain(|needle| needle.chars().count() >= SHORTEST);
        // Longest first, so that a padded form goes before the same form without padding.
        needles.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        needles.dedup();
    }

    /// Learns the pair of a Basic header as well as its halves.
    pub fn learn_pair(&self, user: &str, password: &str) {
        self.learn(user);
        self.learn(password);
        self.learn(&format!("{user}:{password}"));
    }

    /// Replaces every known secret by `***`.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(text);
        for needle in &*self.needles.read().unwrap_or_else(PoisonError::into_inner) {
            if text.contains(needle.as_str()) {
                text = Cow::Owned(text.replace(needle.as_str(), MASK));
            }
        }
        text
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
        ] {
            assert_eq!(redactor.redact(&format!("before {leaked} after")), "before *** after");
        }
        assert_eq!(redactor.redact("nothing here"), "nothing here");
    }

    #[test]
    fn a_secret_prints_as_stars() {
        let secret = Secret::new("hunter22");
        assert_eq!(format!("{secret:?} {secret}"), "*** ***");
    }
}
