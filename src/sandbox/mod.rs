//! The sandbox: vendors' APIs, simulated over real HTTP on loopback.

use serde_json::Value as Json;

pub mod gong;

/// A request as the simulator received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `GET`, `PUT`, ...
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// Decoded query parameters in order.
    pub query: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The parsed body, when there was one and it was JSON.
    pub body: Option<Json>,
    /// Whether a body was sent that was not JSON.
    pub malformed: bool,
}

/// A simulator's answer: status, extra headers, JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside `content-type`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Json,
}
