//! How the tests of every simulator talk to it: over real HTTP.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value as Json;

use super::{Options, Sandbox, Vendor, start};

/// Starts a vendor under these readings.
pub async fn sandbox(vendor: Box<dyn Vendor>, readings: &[(&str, &str)]) -> Sandbox {
    let sandbox = start(vendor, Options::default()).await.expect("a free port");
    readings.iter().for_each(|(name, value)| sandbox.choose(name, value).expect("a reading"));
    sandbox
}

/// Begins a request; `target` is below the endpoint.
pub fn request(sandbox: &Sandbox, method: Method, target: &str) -> RequestBuilder {
    let client = Client::builder().no_proxy().build().expect("a client");
    client.request(method, format!("{}{target}", sandbox.endpoint()))
}

/// Sends a request; an empty answer is `null`, and any other has to be JSON.
pub async fn send(mut request: RequestBuilder, body: Option<Json>) -> (u16, Json) {
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    let body = if text.is_empty() { Json::Null } else { text.parse().expect("JSON") };
    (status, body)
}

/// Sends a read that is answered with 200.
pub async fn read(request: RequestBuilder) -> Json {
    let (status, body) = send(request, None).await;
    assert_eq!(status, 200, "{body}");
    body
}
