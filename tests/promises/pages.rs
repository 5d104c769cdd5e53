//! Promise 6 for lists in pages: a list that can't be whole is an error, after few calls.

use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{reply, says, three_changes};
use crate::harness::World;

const USERS: &str = "/v2/users";

/// A file names somebody, and the vendor gives these pages, over and over.
fn pages(pages: Vec<Json>) -> World {
    let world = three_changes();
    world.write(
        "profiles/emea/lead.yaml",
        "profile: Sales Representative\nsettings:\n  callsAccess: {permissionLevel: managers-team, teamLeadIds: [ada@acme.example]}\n",
    );
    let mut next = pages.into_iter().cycle();
    world.sandbox().script(Box::new(move |request: &Received| match request.path.as_str() {
        USERS => Fault::Reply(reply(200, next.next().expect("a ring has no end"))),
        _ => Fault::None,
    }));
    world
}

fn page(id: &str, cursor: Json, total: u64) -> Json {
    json!({
        "users": [{"id": id, "emailAddress": "ada@acme.example", "active": true}],
        "records": {"totalRecords": total, "cursor": cursor},
    })
}

#[track_caller]
fn refuses(given: Vec<Json>, words: &str) {
    let world = pages(given);
    let ran = world.run(&["plan", "emea"]).exits(4);
    says(&ran, "NOT READ");
    says(&ran, words);
    let calls = world.sandbox().exchanges();
    let calls = calls.iter().filter(|exchange| exchange.request.path == USERS).count();
    assert!(calls < 5, "{calls} calls for a list that never ends");
}

#[test]
fn promise_6_pages_that_lead_back_to_an_earlier_one_are_not_followed() {
    refuses(vec![page("1", json!("a"), 9), page("2", json!("b"), 9)], "the same cursor twice");
}

#[test]
fn promise_6_pages_that_bring_nothing_new_or_more_than_the_list_has_are_not_followed() {
    let cursor = |number: usize| json!(format!("c{number}"));
    let same = (0..20).map(|number| page("1", cursor(number), 1)).collect();
    refuses(same, "a page with nothing new in it and a further page");
    let empty = json!({"users": [], "records": {"totalRecords": 0, "cursor": "x"}});
    refuses(vec![empty], "a page with nothing new in it and a further page");
    let more = (0..20).map(|number| page(&number.to_string(), cursor(number), 1)).collect();
    refuses(more, "pages without end");
}

#[test]
fn promise_6_a_cursor_that_can_not_be_followed_is_not_the_end() {
    for cursor in [json!(7), json!(false), json!({"next": "a"})] {
        refuses(vec![page("1", cursor, 1)], "a `cursor` that is not a text");
    }
}

#[test]
fn promise_6_one_user_on_two_pages_does_not_count_as_two() {
    let given = vec![page("1", json!("a"), 2), page("1", Json::Null, 2)];
    refuses(given, "1 of 2 users and no further page");
}

#[test]
fn pages_that_end_are_one_list() {
    for end in [json!(null), json!("")] {
        let mut other = page("2", end, 2);
        other["users"][0]["emailAddress"] = json!("grace@acme.example");
        let world = pages(vec![page("1", json!("a"), 2), other]);
        let ran = world.run(&["plan", "emea"]).exits(0);
        says(&ran, "ada@acme.example");
    }
}
