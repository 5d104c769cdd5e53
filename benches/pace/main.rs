//! Measures the pace against a vendor that enforces its rate, as the vendor sees it.
//!
//! `cargo bench --bench pace` takes some five minutes: 300 requests at 3 a second, three times. The
//! tests have a quicker version of it. What is counted is what arrived, so the start of the program is
//! not a part of it.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::print_stdout, reason = "the lines are the result")]

#[path = "../../tests/harness/pace.rs"]
mod pace;

use std::time::Duration;

use pace::{Setting, measure};

fn main() {
    // `cargo test --all-targets` builds and runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let second = Duration::from_secs(1);
    let even = Setting {
        requests: 300,
        rate: (3, second),
        jitter: Duration::ZERO,
        connecting: Duration::ZERO,
    };
    for (what, setting) in [
        ("loopback", even),
        ("up to 100 ms late", Setting { jitter: Duration::from_millis(100), ..even }),
        ("up to 500 ms late", Setting { jitter: Duration::from_millis(500), ..even }),
    ] {
        let seen = measure(setting);
        // The time that the rate allows it in, divided by the time that it took.
        let stretches = setting.requests.div_ceil(setting.rate.0 as usize) - 1;
        let least = setting.rate.1 * u32::try_from(stretches).expect("it is a small number");
        let used = least.as_secs_f64() / seen.took.as_secs_f64();
        println!(
            "{what}: {} requests at 3/s in {:.1} s, {:.1}% of the rate; {} answered 429, {} lost",
            setting.requests,
            seen.took.as_secs_f64(),
            100.0 * used,
            seen.refused,
            setting.requests - seen.answered,
        );
        assert_eq!(seen.answered, setting.requests, "nothing may be lost");
        if setting.jitter.is_zero() {
            assert!(seen.refused == 0 && used >= 0.97, "{seen:?}");
        }
    }
}
