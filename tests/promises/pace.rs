//! Promise 12: the vendor's rate is respected, measured at the send.

use std::time::Duration;

use permctl::provider::http::{Limiter, Rate};

use super::three_changes;
use crate::harness::pace::{Setting, measure};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn promise_12_a_vendor_that_counts_three_calls_a_second_never_has_to_refuse() {
    let world = three_changes();
    // The share leaves room for what lies between sending and arriving on a busy machine.
    let config = super::BY_ID.replace("perSecond: 1000, share: 100%", "perSecond: 3, share: 80%");
    world.write("permctl.yaml", &config);
    world.sandbox().set_options(|options| options.rate = Some((3, SECOND)));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let statuses: Vec<u16> =
        world.sandbox().exchanges().iter().map(|exchange| exchange.reply.status).collect();
    // Two lists, three writes, one list to verify.
    assert_eq!(statuses, [200; 6]);
}

#[test]
fn promise_12_a_vendor_that_is_busy_is_waited_for_as_long_as_it_says() {
    let world = three_changes();
    world.sandbox().set_options(|options| options.rate = Some((2, SECOND)));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let refused = |status: u16| {
        world
            .sandbox()
            .exchanges()
            .iter()
            .filter(|exchange| exchange.reply.status == status)
            .count()
    };
    assert!(refused(429) > 0, "nothing was refused, so nothing was waited for");
    assert_eq!(world.writes().iter().filter(|write| write.reply.status == 200).count(), 3);
}

/// `cargo bench --bench pace` does it at the vendor's real rate, for minutes.
const QUICK: Setting = Setting {
    requests: 120,
    rate: (30, SECOND),
    jitter: Duration::ZERO,
    connecting: Duration::ZERO,
};

#[test]
fn promise_12_requests_over_a_real_connection_take_the_time_that_the_rate_allows() {
    let seen = measure(QUICK);
    assert_eq!(seen.answered, QUICK.requests, "nothing may be lost");
    assert!(seen.took >= 3 * SECOND, "the first 30 go at once, the last 30 after 3 s: {seen:?}");
}

#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "the clock stands still but for this test")]
async fn promise_12_the_whole_rate_is_used_and_no_more() {
    let limiter = Limiter::new(Some(Rate { calls: 30, per: SECOND }), 1.0);
    let start = tokio::time::Instant::now();
    let mut sent = Vec::new();
    for _ in 0..QUICK.requests {
        while let Some(wait) = limiter.turn() {
            tokio::time::sleep(wait).await;
        }
        sent.push(start.elapsed());
    }
    for (first, later) in sent.iter().zip(&sent[30..]) {
        assert!(*later - *first >= SECOND, "31 requests in {:?}", *later - *first);
    }
    let last = sent[sent.len() - 1];
    assert!(last <= 3 * SECOND + Duration::from_millis(100), "the rate is not used up: {last:?}");
}

#[test]
fn promise_12_requests_that_come_late_are_refused_at_times_and_never_lost() {
    let seen = measure(Setting { jitter: Duration::from_millis(300), ..QUICK });
    assert!(seen.refused > 0, "nothing was refused, so nothing is shown: {seen:?}");
    assert_eq!(seen.answered, QUICK.requests, "{seen:?}");
}

#[test]
fn promise_12_slow_connections_bring_no_more_requests_together_than_the_vendor_takes() {
    let connecting = Duration::from_millis(600);
    let seen = measure(Setting { requests: 12, rate: (3, SECOND), connecting, ..QUICK });
    assert_eq!((seen.answered, seen.refused), (12, 0), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn promise_12_a_pause_that_a_vendor_without_a_published_rate_asks_for_is_kept() {
    let limiter = Limiter::new(None, 1.0);
    assert!((0..1_000).all(|_| limiter.turn().is_none()), "no rate holds requests back");
    limiter.pause(2 * SECOND);
    assert_eq!(limiter.turn(), Some(2 * SECOND));
    tokio::time::advance(2 * SECOND).await;
    assert_eq!(limiter.turn(), None);
}
