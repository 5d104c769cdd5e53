//! Routes and requests: a provider's table of what may be sent, and one request of it.
//!
//! The effect of a route is part of its type, so that no command that holds just a reader can send
//! a write. Nothing is sent here.

use std::marker::PhantomData;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

/// Marks routes and requests that only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadEffect {}

/// Marks routes and requests that change something at the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteEffect {}

/// Marks routes that give a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {}

/// What stays as it is in a segment of a path: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One entry of a provider's route table.
#[derive(Debug, PartialEq, Eq)]
pub struct Route<Effect> {
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the endpoint, without a query; `{name}` stands for a segment that each
    /// request gives.
    pub path: &'static str,
    effect: PhantomData<Effect>,
}

impl<Effect> Route<Effect> {
    /// Makes an entry.
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path, effect: PhantomData }
    }

    /// Starts a request of this route.
    pub fn request(&'static self) -> Request<Effect> {
        Request {
            route: self,
            segments: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }
}

/// One request, ready to be sent: a route with its parameters.
#[derive(Debug, PartialEq, Eq)]
pub struct Request<Effect: 'static> {
    /// Which route.
    pub route: &'static Route<Effect>,
    /// What stands for each `{name}` of the path, not encoded.
    pub segments: Vec<(&'static str, String)>,
    /// Query parameters in order; never secrets.
    pub query: Vec<(&'static str, String)>,
    /// Headers beside those that every request has; never secrets.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body.
    pub body: Option<Json>,
}

impl<Effect> Request<Effect> {
    /// Says what a `{name}` of the path stands for; it is encoded when it is sent.
    #[must_use = "returns the request with the segment"]
    pub fn segment(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.segments.push((name, value.into()));
        self
    }

    /// Adds a query parameter.
    #[must_use = "returns the request with the parameter"]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Adds a header.
    #[must_use = "returns the request with the header"]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the JSON body.
    #[must_use = "returns the request with the body"]
    pub fn body(mut self, body: Json) -> Self {
        self.body = Some(body);
        self
    }

    /// Returns the path, encoded.
    ///
    /// # Panics
    /// When a `{name}` was not given a value: a mistake in a provider.
    pub fn path(&self) -> String {
        let mut path = String::new();
        let mut rest = self.route.path;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').expect("route tables close their braces");
            let (_, value) = self
                .segments
                .iter()
                .find(|(given, _)| *given == name)
                .expect("a provider gives every segment of a route");
            path.push_str(before);
            path.extend(utf8_percent_encode(value, SEGMENT));
            rest = after;
        }
        path.push_str(rest);
        path
    }

    /// Returns the path and query as text, for messages and previews.
    pub fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path();
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.query.iter().map(|(name, value)| (*name, value.as_str())))
            .finish();
        format!("{}?{query}", self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::{ReadEffect, Route};

    static ROLE: Route<ReadEffect> = Route::new("GET", "/roles/{role}/users");

    #[test]
    fn a_segment_can_hold_any_text_without_becoming_another_path() {
        for (role, path) in [
            ("agent", "/roles/agent/users"),
            ("a/b?c#d%", "/roles/a%2Fb%3Fc%23d%25/users"),
            ("Zoë B", "/roles/Zo%C3%AB%20B/users"),
        ] {
            assert_eq!(ROLE.request().segment("role", role).path(), path);
        }
        let request = ROLE.request().segment("role", "x").query("a b", "c&d");
        assert_eq!(request.target(), "/roles/x/users?a+b=c%26d");
    }
}
