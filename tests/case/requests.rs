//! Writes as text. Of an update of a whole document, its vendor shows the members that differ from
//! what was served just before, and checks that all others went back as they came.

use serde_json::{Map, Value as Json};

use crate::Shown;
use crate::harness::world::World;

/// Writes every write request in order.
pub fn text(world: &World, shown: Shown) -> String {
    let exchanges = world.sandbox().exchanges();
    let mut text = String::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        let request = &exchange.request;
        if !world.sandbox().with_vendor(|vendor| vendor.is_write(request)) {
            continue;
        }
        let query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let none = Map::new();
        let body = request.body.as_ref().map_or(Some(&none), Json::as_object);
        let body = body.expect("a body is an object");
        let members: Vec<String> = shown(&exchanges[..at], request, body)
            .iter()
            .map(|(name, value)| format!("  {}: {value}", Json::from(name.as_str())))
            .collect();
        let separator = if text.is_empty() { "" } else { "\n" };
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let body = match request.body {
            Some(_) => format!("{{\n{}\n}}\n", members.join(",\n")),
            None => String::new(),
        };
        text.push_str(&format!("{separator}{} {}{query}\n{body}", request.method, request.path));
    }
    text
}
