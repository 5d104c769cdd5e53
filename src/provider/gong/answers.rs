//! The shape of Gong's errors: `{"requestId": "...", "errors": ["..."]}`, read with tolerance.
//!
//! Whatever comes back, a proxy's HTML page included, ends as short plain words. It judges nothing:
//! what a status means is the sender's business, and hiding secrets that of the redactor.

use serde_json::Value as Json;

use crate::profile::Document;
use crate::provider::VendorWords;

/// Messages are cut here: enough for every known one, and no screen full of HTML.
const LONGEST: usize = 200;

/// Reads the vendor's words out of an error body.
///
/// Gong's errors are texts. Objects with a `message` or `error` are read too, and anything else is
/// shown as JSON. Some endpoints add `userFacingError`, which is appended, and links, which are not.
pub fn words(body: &[u8]) -> VendorWords {
    let Ok(Json::Object(members)) = serde_json::from_slice(body) else {
        let text = plain(&String::from_utf8_lossy(body));
        return VendorWords { request_id: None, messages: text.into_iter().collect() };
    };
    let mut messages = Vec::new();
    match members.get("errors") {
        Some(Json::Array(errors)) => messages.extend(errors.iter().filter_map(message)),
        Some(error) => messages.extend(message(error)),
        // Not Gong's own shape: what gateways in front of an API say.
        None => messages.extend(spoken(&members).and_then(plain)),
    }
    if let Some(text) = members.get("userFacingError").and_then(message)
        && !messages.contains(&text)
    {
        messages.push(text);
    }
    if messages.is_empty() {
        let known = ["requestId", "errors", "userFacingError"];
        if members.keys().any(|name| !known.contains(&name.as_str())) {
            messages.extend(plain(&Json::Object(members.clone()).to_string()));
        }
    }
    let request_id = match members.get("requestId") {
        Some(Json::String(id)) => plain(id),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    VendorWords { request_id, messages }
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

/// Makes one short line of a text: white space joined, control characters out; `None` when empty.
fn plain(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::provider::VendorWords;

    fn said(request_id: Option<&str>, messages: &[&str]) -> VendorWords {
        VendorWords {
            request_id: request_id.map(str::to_owned),
            messages: messages.iter().map(|&text| text.to_owned()).collect(),
        }
    }

    #[test]
    fn reads_gongs_own_shape() {
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
    fn shows_the_start_of_a_body_that_is_not_json_without_control_characters() {
        assert_eq!(
            words(b" <h1>\x1b[31mBad\r\n gateway\x07 \xff"),
            said(None, &["<h1>[31mBad gateway \u{fffd}"])
        );
        assert_eq!(words("é".repeat(999).as_bytes()), said(None, &[&"é".repeat(200)]));
    }

    #[test]
    fn finds_nothing_in_nothing() {
        for body in [&b""[..], b" \n", b"{}", br#"{"errors":[]}"#, br#"{"requestId":null}"#] {
            assert_eq!(words(body), VendorWords::default());
        }
    }
}
