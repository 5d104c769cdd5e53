//! Answers: received whole, within limits, and judged by their status. What they hold is not
//! understood here.

#![expect(clippy::disallowed_methods, reason = "a vendor may say when to come back as a date")]

use std::time::{Duration, SystemTime};

use percent_encoding::percent_decode_str;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value as Json;
use tokio::time::Instant;

use crate::model::document::{MOST_OF_ANSWER, Unreadable, readable};
use crate::provider::http::error::{ApiError, Cause};
use crate::provider::http::vendor_error::VendorError;

/// The longest answer that is taken, in bytes: 200 profiles are about half a megabyte.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// The longest body that is looked through for a vendor's words: they are short, and the rest is a page.
pub(super) const LONGEST_WORDS: usize = 1024 * 1024;

/// The longest pause that a vendor can ask for; no run waits for more, and clocks end somewhere.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// A longer header says something else, and a part of it would say nothing.
const LONGEST_HEADER: usize = 200;

/// What to do about an answer of the vendor's that makes no sense.
const UNEXPECTED: &str = "run the command again; if it stays so, ask the vendor's support, or check what \
    stands between this machine and `endpoint` of tenant {tenant}";

/// An answer of any status, with all of its body.
pub(super) struct Response {
    /// The status.
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Response {
    /// Returns a header, unless it is empty or too long to be shown.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let value = text(&self.headers, name)?;
        (!value.is_empty() && value.len() <= LONGEST_HEADER).then(|| value.to_owned())
    }

    /// Returns all of its body.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body of a status that is fine, or what another status means.
    pub(super) fn judge(
        self,
        fine: &[StatusCode],
        words: impl FnOnce(&Self, &[u8]) -> VendorError,
    ) -> Result<Vec<u8>, Cause> {
        let status = self.status;
        let retry_after = retry_after(&self.headers, SystemTime::now());
        let words = || words(&self, &self.body);
        match status {
            status if fine.contains(&status) => Ok(self.body),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Cause::RateLimited { retry_after, words: words() })
            }
            status if status.is_server_error() => {
                Err(Cause::Unavailable { status: status.as_u16(), retry_after, words: words() })
            }
            status if status.is_client_error() => {
                Err(Cause::Refused { status: status.as_u16(), words: words() })
            }
            status => Err(Cause::InvalidResponse(format!("status {}", status.as_u16()))),
        }
    }
}

/// Sends a request and receives the whole answer.
pub(super) async fn receive(builder: reqwest::RequestBuilder) -> Result<Response, Cause> {
    let mut response = builder.send().await.map_err(|error| {
        if error.is_connect() || error.is_builder() {
            Cause::NotSent(chain(&error))
        } else {
            lost(&error)
        }
    })?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Vec::new();
    loop {
        if !status.is_success() && body.len() > LONGEST_WORDS {
            break;
        }
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_ANSWER => {
                return Err(Cause::InvalidResponse("an answer of more than 64 MiB".to_owned()));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // An error's words are worth less than its status, so a broken error body is fine.
            Err(_) if !status.is_success() => break,
            Err(error) => return Err(lost(&error)),
        }
    }
    Ok(Response { status, headers, body })
}

fn lost(error: &reqwest::Error) -> Cause {
    match error.is_timeout() {
        true => Cause::TimedOut(chain(error)),
        false => Cause::Lost(chain(error)),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Reads how long the vendor asks to wait: seconds, or a date in one of HTTP's three forms.
///
/// A date is of the vendor's clock, so it is compared with the vendor's `Date` where there is one.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let asked = text(headers, RETRY_AFTER.as_str())?;
    if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number can have is still a long time.
        let seconds = asked.parse().map_or(LONGEST_RETRY_AFTER, Duration::from_secs);
        return Some(seconds.min(LONGEST_RETRY_AFTER));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let now = text(headers, DATE.as_str()).and_then(date).unwrap_or(now);
    let wait = date(asked)?.duration_since(now).unwrap_or_default();
    Some(wait.min(LONGEST_RETRY_AFTER))
}

/// A whole answer, not yet understood.
///
/// As text it takes a fifth of the memory that it takes as values, so answers that have to wait for
/// others wait like this.
#[derive(Debug)]
pub struct Answer {
    pub(super) tenant: String,
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) body: Vec<u8>,
    /// The vendor's id for the request, where a header had it.
    pub(super) request_id: Option<String>,
    pub(super) asked_at: Instant,
}

impl Answer {
    /// Returns when the request left: what the answer shows is not older.
    pub fn asked_at(&self) -> Instant {
        self.asked_at
    }

    /// Returns the segments of the path that was asked for, decoded.
    pub fn segments(&self) -> Vec<String> {
        let path = self.target.split('?').next().unwrap_or_default();
        let segments = path.trim_start_matches('/').split('/');
        segments.map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned()).collect()
    }

    /// Reads the answer.
    ///
    /// # Errors
    /// When it is not JSON, or an object in it has a member twice.
    pub fn json(&self) -> Result<Json, ApiError> {
        let readable = readable(&self.body, MOST_OF_ANSWER);
        if let Err(Unreadable::TooMany(most)) = readable {
            return Err(self.foreign(format!("an answer of more than {most} values")));
        }
        let json = serde_json::from_slice(&self.body)
            .map_err(|error| self.foreign(format!("an answer that is not JSON ({error})")))?;
        match readable {
            Err(Unreadable::Twice(member)) => {
                Err(self.invalid(format!("an object with the member `{member}` twice")))
            }
            _ => Ok(json),
        }
    }

    /// Returns a list that the route gives under a member.
    ///
    /// # Errors
    /// When it is not there or no list.
    pub fn list<'a>(&self, json: &'a Json, member: &str) -> Result<&'a Vec<Json>, ApiError> {
        let list = json.get(member).and_then(Json::as_array);
        list.ok_or_else(|| self.foreign(format!("an answer without the list `{member}`")))
    }

    /// Returns a text that every item of a route has under a member.
    ///
    /// # Errors
    /// When it is not there or no text.
    pub fn text(&self, item: &Json, member: &str) -> Result<String, ApiError> {
        let text = item.get(member).and_then(Json::as_str).map(str::to_owned);
        text.ok_or_else(|| self.invalid(format!("an item without a text `{member}`")))
    }

    /// Returns an id that every item of a route has under a member: a number, or a text.
    ///
    /// # Errors
    /// When it is not there or neither of them.
    pub fn id(&self, item: &Json, member: &str) -> Result<String, ApiError> {
        match item.get(member) {
            Some(Json::Number(id)) => Ok(id.to_string()),
            Some(Json::String(id)) => Ok(id.clone()),
            _ => Err(self.invalid(format!("an item without a number or text `{member}`"))),
        }
    }

    /// Makes the error for an answer that is the vendor's, and not what the route gives.
    pub fn invalid(&self, what: impl Into<String>) -> ApiError {
        ApiError { advice: Some(UNEXPECTED), ..self.foreign(what) }
    }

    /// Makes the error for an answer that may be another server's.
    fn foreign(&self, what: impl Into<String>) -> ApiError {
        ApiError::new(&self.tenant, self.method, &self.target, Cause::InvalidResponse(what.into()))
    }
}

/// Writes out an error and its causes without the URL, which could hold what should not be printed.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push(cause.to_string());
        source = cause.source();
    }
    if error.is_timeout() {
        words.insert(0, "no answer in time".to_owned());
    }
    words.dedup();
    if words.is_empty() { "the connection failed".to_owned() } else { words.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn asked(retry_after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        super::retry_after(&headers, httpdate::parse_http_date(NOW).unwrap())
    }

    #[test]
    fn a_pause_is_read_as_seconds_and_as_each_form_of_a_date() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (text, expected) in [
            ("0", seconds(0)),
            (" 120 ", seconds(120)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", seconds(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", seconds(60)),
            ("Sun Nov  6 08:50:37 1994", seconds(60)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", seconds(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(asked(text, None), expected, "{text}");
        }
    }

    #[test]
    fn a_date_is_compared_with_the_vendors_own_clock() {
        let later = Some("Sun, 06 Nov 1994 09:00:00 GMT");
        let expected = Some(Duration::from_secs(5));
        assert_eq!(asked("Sun, 06 Nov 1994 09:00:05 GMT", later), expected);
    }

    #[test]
    fn a_pause_without_end_is_a_long_one() {
        for text in
            ["18446744073709551615", "99999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"]
        {
            assert_eq!(asked(text, None), Some(LONGEST_RETRY_AFTER), "{text}");
        }
    }
}
