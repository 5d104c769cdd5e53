//! Promise 12: the vendor's rate is respected, measured at the send.

use std::time::Duration;

use super::three_changes;

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
