//! What a vendor says when it does not do what was asked, out of an error body of any shape.
//!
//! Error bodies are read with tolerance: whatever comes back, a proxy's HTML page included, ends as
//! plain words. Nothing is judged: what a status means is the sender's business.

use serde_json::Value as Json;

use crate::model::Document;
use crate::secret::Redactor;

/// What a vendor said when it did not do what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VendorError {
    /// The vendor's id for the request, for its support.
    pub request_id: Option<String>,
    /// Its messages, in its words.
    pub messages: Vec<String>,
    /// Whether the answer looks like the vendor's own, and not like that of a gateway in front of it,
    /// which may come after the vendor carried the request out.
    pub own: bool,
}

/// What a vendor's refusals look like.
pub trait Errors: Send + Sync {
    /// Reads the vendor's words out of an error body.
    fn error_message(&self, body: &[u8]) -> VendorError;

    /// Returns the header that holds the vendor's id for a request, in lower case, when there is one;
    /// it is looked at where the body does not have the id.
    fn request_id_header(&self) -> Option<&'static str> {
        None
    }

    /// Says what to do about a refusal with this status, where the vendor's causes are not the usual
    /// ones; `{tenant}` stands for the tenant's name.
    fn advice(&self, _status: u16) -> Option<&'static str> {
        None
    }
}

/// Messages are cut here: enough for every known one, and no screen full of HTML.
const LONGEST: usize = 200;

/// Which members of an error body are read.
#[derive(Debug)]
pub struct ErrorShape {
    /// The vendor's id for the request, for its support.
    pub request_id: &'static str,
    /// The messages: a list of texts.
    pub errors: &'static str,
    /// One more message that some endpoints add.
    pub also: Option<&'static str>,
}

/// Reads the vendor's words out of an error body.
///
/// Messages that are objects with a `message` or `error` are read too, and anything else is shown
/// as JSON.
pub fn error_message(shape: &ErrorShape, body: &[u8]) -> VendorError {
    let Ok(Json::Object(members)) = serde_json::from_slice(body) else {
        let text = plain(&String::from_utf8_lossy(body));
        return VendorError { messages: text.into_iter().collect(), ..VendorError::default() };
    };
    let mut messages = Vec::new();
    match members.get(shape.errors) {
        Some(Json::Array(errors)) => messages.extend(errors.iter().filter_map(message)),
        Some(error) => messages.extend(message(error)),
        // Not the vendor's own shape: what gateways in front of an API say.
        None => messages.extend(spoken(&members).and_then(plain)),
    }
    if let Some(text) = shape.also.and_then(|also| members.get(also)).and_then(message)
        && !messages.contains(&text)
    {
        messages.push(text);
    }
    if messages.is_empty() {
        let known = [Some(shape.request_id), Some(shape.errors), shape.also];
        if members.keys().any(|name| !known.contains(&Some(name.as_str()))) {
            messages.extend(plain(&Json::Object(members.clone()).to_string()));
        }
    }
    let request_id = match members.get(shape.request_id) {
        Some(Json::String(id)) => plain(id),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let texts = |errors: &Json| errors.as_array().is_some_and(|it| it.iter().all(Json::is_string));
    let own = request_id.is_some() || members.get(shape.errors).is_some_and(texts);
    VendorError { request_id, messages, own }
}

fn message(error: &Json) -> Option<String> {
    match error {
        Json::Null => None,
        Json::String(text) => plain(text),
        Json::Object(members) => spoken(members).map_or_else(|| plain(&error.to_string()), plain),
        other => plain(&other.to_string()),
    }
}

fn spoken(members: &Document) -> Option<&str> {
    ["message", "error", "description", "detail"]
        .into_iter()
        .find_map(|name| members.get(name).and_then(Json::as_str))
}

/// Makes one line of a text: white space joined, control characters out; `None` when empty. It is
/// not cut before [`shown`] has looked for secrets in it.
pub fn plain(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Hides secrets in a vendor's words and cuts these short.
///
/// A body can spell a secret in escapes and with control characters, so it is looked for in what is
/// left of them; after the cut half of one would not be found.
pub fn shown(words: VendorError, redactor: &Redactor) -> VendorError {
    let VendorError { request_id, messages, own } = words;
    let short = |text: String| -> String { redactor.redact(&text).chars().take(LONGEST).collect() };
    VendorError {
        request_id: request_id.map(short),
        messages: messages.into_iter().map(short).collect(),
        own,
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorShape, VendorError};

    fn words(body: &[u8]) -> VendorError {
        let shape =
            ErrorShape { request_id: "requestId", errors: "errors", also: Some("userFacingError") };
        let words = super::error_message(&shape, body);
        VendorError { own: words.request_id.is_some(), ..words }
    }

    fn said(request_id: Option<&str>, messages: &[&str]) -> VendorError {
        VendorError {
            request_id: request_id.map(str::to_owned),
            messages: messages.iter().map(|&text| text.to_owned()).collect(),
            own: request_id.is_some(),
        }
    }

    #[test]
    fn reads_the_vendors_own_shape() {
        let body = br#"{"requestId":"4al018","errors":["Bad request","Twice"]}"#;
        assert_eq!(words(body), said(Some("4al018"), &["Bad request", "Twice"]));
    }

    #[test]
    fn reads_errors_that_are_objects_or_no_list() {
        let body = br#"{"errors":[{"message":"No"},{"code":7},null,3]}"#;
        assert_eq!(words(body), said(None, &["No", r#"{"code":7}"#, "3"]));
        assert_eq!(words(br#"{"errors":"No"}"#), said(None, &["No"]));
    }

    #[test]
    fn appends_the_text_for_users_once_and_no_links() {
        let body = br#"{"requestId":1,"errors":["a"],"userFacingError":"b","helpUrl":"https://x"}"#;
        assert_eq!(words(body), said(Some("1"), &["a", "b"]));
        assert_eq!(words(br#"{"errors":["a"],"userFacingError":"a"}"#), said(None, &["a"]));
    }

    #[test]
    fn reads_what_a_gateway_says() {
        assert_eq!(words(br#"{"message":"Forbidden"}"#), said(None, &["Forbidden"]));
        assert_eq!(words(br#"{"code":9}"#), said(None, &[r#"{"code":9}"#]));
    }

    #[test]
    fn reads_a_body_that_is_not_json_without_control_characters() {
        assert_eq!(
            words(b" <h1>\x1b[31mBad\r\n gateway\x07 \xff"),
            said(None, &["<h1>[31mBad gateway \u{fffd}"])
        );
    }

    #[test]
    fn shows_the_start_of_long_words_without_a_part_of_a_secret() {
        let redactor = crate::secret::Redactor::default();
        redactor.learn("s3cret-word");
        let shown = |body: &str| super::shown(words(body.as_bytes()), &redactor);
        assert_eq!(shown(&"é".repeat(999)), said(None, &[&"é".repeat(200)]));
        let padding = "x".repeat(197);
        for spelt in ["s3cret-word", "\\u00733cret-w\\u006frd", "s3cret\\u0007-word"] {
            let body =
                format!(r#"{{"requestId":"{padding}{spelt}","errors":["{padding}{spelt}"]}}"#);
            let expected = format!("{padding}***");
            assert_eq!(shown(&body), said(Some(&expected), &[&expected]));
        }
    }

    #[test]
    fn a_gateways_words_are_not_the_vendors_own() {
        let shape = ErrorShape { request_id: "requestId", errors: "errors", also: None };
        let own = |body: &str| super::error_message(&shape, body.as_bytes()).own;
        assert!(own(r#"{"requestId":"1","errors":["a"]}"#) && own(r#"{"errors":["a"]}"#));
        for body in ["", "<h1>502</h1>", r#"{"message":"a"}"#, r#"{"errors":[{"code":1}]}"#, "[]"] {
            assert!(!own(body), "{body}");
        }
    }

    #[test]
    fn finds_nothing_in_nothing() {
        for body in [&b""[..], b" \n", b"{}", br#"{"errors":[]}"#, br#"{"requestId":null}"#] {
            assert_eq!(words(body), VendorError::default());
        }
    }
}
