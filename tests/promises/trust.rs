//! Promise 10, whom we talk to: a server that can't prove who it is gets nothing.

use super::{BY_ID, says, three_changes};
use crate::harness::World;
use crate::harness::door::{Way, file};

fn authority() -> String {
    file("authority.pem").display().to_string()
}

/// Three changes, of a vendor at `https://HOST:PORT`.
fn behind(way: Way, host: &str) -> World {
    let world = three_changes();
    let port = world.door(way).port;
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", &format!("https://{host}:{port}")));
    world
}

#[test]
fn promise_10_a_server_whose_authority_nobody_trusts_gets_nothing() {
    let world = behind(Way::At("127.0.0.1"), "localhost");
    let ran = world.run(&["plan", "emea"]).exits(4);
    says(&ran, "could not be sent");
    says(&ran, "certificate");
    says(&ran, "with `--ca-file`");
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_private_authority_can_be_added() {
    let world = behind(Way::At("127.0.0.1"), "localhost");
    let _ = world.run(&["plan", "emea", "--ca-file", &authority()]).exits(0);
    let _ = world.run_with(&["plan", "emea"], &[("PERMCTL_CA_FILE", &authority())]).exits(0);
    let _ = world.run(&["apply", "--auto-approve", "--ca-file", &authority()]).exits(0);
    assert_eq!(world.writes().len(), 3);
}

#[test]
#[cfg(target_os = "linux")] // Elsewhere a machine may have one loopback address only.
fn promise_10_a_certificate_of_another_name_is_refused() {
    let world = behind(Way::At("127.0.0.2"), "127.0.0.2");
    let ran = world.run(&["plan", "emea", "--ca-file", &authority()]).exits(4);
    says(&ran, "certificate not valid for name");
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_file_that_holds_no_authority_is_bad_usage() {
    let world = three_changes();
    world.write("empty.pem", "");
    world.write("broken.pem", "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n");
    for name in ["empty.pem", "broken.pem", "missing.pem", "permctl.yaml"] {
        let ran = world.run(&["plan", "--ca-file", name]).exits(64);
        assert!(
            ran.stderr.contains(&format!("could not use {name} of `--ca-file`")),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_proxy_of_the_environment_is_used_for_the_vendors_hosts() {
    let world = three_changes();
    let door = world.door(Way::Tunnel);
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", "https://us-1.api.gong.io"));
    let proxy = format!("http://127.0.0.1:{}", door.port);
    let ran =
        world.run_with(&["plan", "--ca-file", &authority()], &[("HTTPS_PROXY", &proxy)]).exits(0);
    says(&ran, "Plan: 0 to create, 3 to update");
    let asked = door.asked.lock().unwrap();
    assert!(
        asked.iter().all(|asked| asked.starts_with("CONNECT us-1.api.gong.io:443 ")),
        "{asked:?}"
    );
    // The proxy tunnels; what goes through is for the vendor's eyes.
    assert!(!asked.is_empty() && asked.iter().all(|asked| !asked.contains("Basic")), "{asked:?}");
}
