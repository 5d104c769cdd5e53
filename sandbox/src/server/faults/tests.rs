//! Each fault as a client meets it.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::super::Sandbox;
use super::super::tests::{LIST, client, create, has, list, sandbox};
use crate::gong::TOKEN;
use crate::{Damage, Fate, Fault, Kind, Options, Received, RetryAfter, drawn, once};

async fn listed(sandbox: &Sandbox, name: &str) -> bool {
    let list: Json = list(sandbox).await.expect("an answer").json().await.expect("JSON");
    list["profiles"].as_array().expect("a list").iter().any(|profile| profile["name"] == name)
}

/// Starts a sandbox in which the first create has this fault.
async fn faulty(fault: Fault) -> Sandbox {
    let sandbox = sandbox(Options::default()).await;
    sandbox.script(once(|request| request.method == "POST", fault));
    sandbox
}

fn fates(sandbox: &Sandbox) -> Vec<Fate> {
    sandbox.exchanges().iter().map(|exchange| exchange.fate).collect()
}

#[tokio::test]
async fn a_fault_is_for_the_first_request_that_matches_alone() {
    let sandbox = faulty(Fault::Status(503)).await;
    assert_eq!(list(&sandbox).await.expect("an answer").status(), 200);
    for (name, status) in [("X", 503), ("X", 200)] {
        assert_eq!(create(&sandbox, name).await.expect("an answer").status(), status);
    }
    assert_eq!(fates(&sandbox), [Fate::Answered, Fate::Replaced, Fate::Answered]);
}

#[tokio::test]
async fn a_status_of_a_fault_comes_in_the_vendors_shape_and_nothing_is_stored() {
    for status in [401, 403, 500, 502, 503, 504] {
        let sandbox = faulty(Fault::Status(status)).await;
        let refused = create(&sandbox, "X").await.expect("an answer");
        assert_eq!(refused.status(), status);
        assert!(refused.json::<Json>().await.expect("JSON")["errors"].is_array());
        assert!(!has(&sandbox, "X"));
    }
}

#[tokio::test]
async fn how_long_to_wait_is_said_in_seconds_as_a_date_or_not_at_all() {
    for wait in [RetryAfter::Absent, RetryAfter::Seconds(7), RetryAfter::Date(7)] {
        let sandbox = faulty(Fault::RateLimited(wait)).await;
        let refused = create(&sandbox, "X").await.expect("an answer");
        assert_eq!(refused.status(), 429);
        let said = refused.headers().get("retry-after").map(|value| value.to_str().expect("text"));
        match wait {
            RetryAfter::Absent => assert_eq!(said, None),
            RetryAfter::Seconds(_) => assert_eq!(said, Some("7")),
            RetryAfter::Date(_) => {
                let date = said.expect("a date");
                assert!(date.ends_with(" GMT") && date.len() == 29, "{date}");
                let then = jiff::fmt::rfc2822::parse(date).expect("a date").timestamp();
                assert!(then > jiff::Timestamp::now(), "{date}");
            }
        }
        assert!(!has(&sandbox, "X"));
    }
}

#[tokio::test]
async fn a_reset_is_told_from_an_end_and_before_from_after() {
    for (fault, reset, stored) in [
        (Fault::ResetBefore, true, false),
        (Fault::ResetAfter, true, true),
        (Fault::LoseAnswer, false, true),
    ] {
        let sandbox = faulty(fault).await;
        let error = create(&sandbox, "X").await.expect_err("no answer");
        let said = format!("{error:?}");
        assert_eq!(said.contains("ConnectionReset"), reset, "{said}");
        assert_eq!(has(&sandbox, "X"), stored);
    }
}

#[tokio::test]
async fn a_closed_sandbox_refuses_connections_until_it_opens_on_the_same_port() {
    let sandbox = sandbox(Options::default()).await;
    let (client, address) = (client(), format!("{}{LIST}", sandbox.endpoint()));
    let status = || async {
        client.get(&address).bearer_auth(TOKEN).send().await.map(|answer| answer.status().as_u16())
    };
    assert_eq!(status().await.expect("an answer"), 200);
    sandbox.close();
    assert!(status().await.expect_err("no connection").is_connect());
    sandbox.open().expect("the port is still free");
    assert_eq!(status().await.expect("an answer"), 200);
}

#[tokio::test]
async fn a_refusal_for_a_while_ends_by_itself() {
    let sandbox = faulty(Fault::Refuse(Duration::from_millis(100))).await;
    assert!(!create(&sandbox, "X").await.expect_err("a reset").is_connect());
    assert!(create(&sandbox, "X").await.expect_err("no connection").is_connect());
    while create(&sandbox, "X").await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(has(&sandbox, "X"));
}

#[tokio::test]
async fn a_damaged_answer_is_of_a_write_that_was_stored() {
    for damage in [Damage::Truncated, Damage::Malformed, Damage::WebPage] {
        let sandbox = faulty(Fault::Damage(damage)).await;
        let answer = create(&sandbox, "X").await.expect("a status");
        assert_eq!(answer.status(), 200);
        let kind = answer.headers()["content-type"].to_str().expect("text").to_owned();
        assert_eq!(kind.starts_with("text/html"), damage == Damage::WebPage);
        let body = answer.bytes().await;
        assert_eq!(body.is_err(), damage == Damage::Truncated, "{body:?}");
        let json = body.ok().and_then(|body| serde_json::from_slice::<Json>(&body).ok());
        assert_eq!(json, None, "{damage:?}");
        assert!(has(&sandbox, "X"));
        let heard = if damage == Damage::WebPage { Fate::Lost } else { Fate::Damaged };
        assert_eq!(fates(&sandbox), [heard]);
    }
}

#[tokio::test]
async fn a_slow_or_huge_answer_is_whole() {
    let pause = Duration::from_millis(10);
    for damage in [Damage::Slow(4, pause), Damage::Huge(5_000_000)] {
        let sandbox = faulty(Fault::Damage(damage)).await;
        let before = Instant::now();
        let body = create(&sandbox, "X").await.expect("a status").bytes().await.expect("a body");
        match damage {
            Damage::Slow(..) => assert!(before.elapsed() >= pause * 4),
            _ => assert!(body.len() > 5_000_000),
        }
        assert!(serde_json::from_slice::<Json>(&body).expect("JSON").is_object());
    }
}

#[tokio::test]
async fn a_request_can_come_late_and_so_can_its_answer() {
    let time = Duration::from_millis(100);
    for (fault, stored) in [(Fault::Delay(time), false), (Fault::DelayAnswer(time), true)] {
        let sandbox = faulty(fault).await;
        let before = Instant::now();
        let meanwhile = async {
            tokio::time::sleep(time / 2).await;
            has(&sandbox, "X")
        };
        let (answer, meanwhile) = tokio::join!(create(&sandbox, "X"), meanwhile);
        assert_eq!(answer.expect("an answer").status(), 200);
        assert!(before.elapsed() >= time);
        assert_eq!(meanwhile, stored);
        assert!(has(&sandbox, "X"));
    }
}

#[tokio::test]
async fn a_postponed_write_takes_effect_after_other_requests() {
    let sandbox = faulty(Fault::Postpone(2)).await;
    assert!(create(&sandbox, "X").await.is_err());
    for shown in [false, false, true] {
        assert_eq!(listed(&sandbox, "X").await, shown);
    }
}

#[tokio::test]
async fn reads_lag_behind_a_write_so_many_times() {
    let sandbox = faulty(Fault::Stale(2)).await;
    assert_eq!(create(&sandbox, "X").await.expect("an answer").status(), 200);
    for shown in [false, false, true] {
        assert!(has(&sandbox, "X"));
        assert_eq!(listed(&sandbox, "X").await, shown);
    }
}

#[tokio::test]
async fn a_write_can_be_accepted_and_not_kept() {
    let sandbox = faulty(Fault::Pretend).await;
    assert_eq!(create(&sandbox, "X").await.expect("an answer").status(), 200);
    assert!(!has(&sandbox, "X"));
    assert_eq!(fates(&sandbox), [Fate::Pretended]);
}

#[tokio::test]
async fn a_page_can_come_twice() {
    let sandbox = sandbox(Options::default()).await;
    let page = async |cursor: &str| -> Json {
        let address = format!("{}/v2/users{cursor}", sandbox.endpoint());
        let answer = client().get(address).bearer_auth(TOKEN).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    };
    let first = page("").await;
    sandbox.script(once(|_| true, Fault::PageTwice));
    assert_eq!(page("?cursor=whatever").await, first);
    sandbox.script(once(|_| true, Fault::PageTwice));
    assert_ne!(page("?another=list").await, first);
}

#[tokio::test]
async fn a_seed_draws_the_same_faults_again() {
    let name = |fault: Fault| match fault {
        Fault::None => "none".to_owned(),
        Fault::Status(status) => status.to_string(),
        Fault::Stale(reads) => format!("stale {reads}"),
        _ => "another".to_owned(),
    };
    let faults = |seed| {
        let mut script = drawn(seed, 40, &Kind::ALL);
        let request = Received {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            query: Vec::new(),
            authorization: None,
            headers: Vec::new(),
            body: None,
            malformed: false,
        };
        (0..200).map(|_| name(script(&request))).collect::<Vec<_>>()
    };
    assert_eq!(faults(1), faults(1));
    assert_ne!(faults(1), faults(2));
    let unusual = faults(1).iter().filter(|name| *name != "none").count();
    assert!((50..110).contains(&unusual), "{unusual} of 200");
}

#[tokio::test]
async fn a_lost_answer_is_an_error_to_the_client_although_the_write_is_stored() {
    let sandbox = sandbox(Options::default()).await;
    sandbox.script(Box::new(|_| Fault::LoseAnswer));
    assert!(create(&sandbox, "X").await.is_err());
    assert!(has(&sandbox, "X"));
    assert_eq!(sandbox.exchanges().len(), 1, "the client's library must not send it again");
}

#[tokio::test]
async fn somebody_can_change_the_data_just_before_a_request_is_answered() {
    let sandbox = sandbox(Options::default()).await;
    sandbox.script(Box::new(|_| {
        Fault::Edit(Box::new(|vendor| {
            vendor.edit("EMEA Sales", "Deal Desk", "name", json!("X")).expect("the profile");
        }))
    }));
    assert_eq!(create(&sandbox, "X").await.expect("an answer").status(), 422);
}
