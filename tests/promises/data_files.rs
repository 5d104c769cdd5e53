//! Promise 10, files: those that permctl reads again are never redacted, and hold no credential. What a
//! reference to a credential may stand for.

use std::process::Command;

use permctl_sandbox::gong::ACCESS_KEY_SECRET;
use serde_json::json;

use super::{BY_ID, says, three_changes};
use crate::harness::{Ran, World};

/// Runs a command that a vendor's answer with a credential in it must end.
fn refuses(world: &World, arguments: &[&str], file: &str, place: &str) {
    let ran = world.run(arguments).exits(6);
    let said = format!("{file} was not written: {place} holds a credential that permctl uses");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert!(!world.folder().join(file).exists(), "{file}");
}

#[test]
fn promise_10_a_file_that_would_hold_a_credential_is_not_written() {
    let world = three_changes();
    world.edit(super::EMEA, "Deal Desk", "description", json!(format!("key: {ACCESS_KEY_SECRET}")));
    refuses(&world, &["plan", "--out", "p.json"], "p.json", "`description` of Deal Desk");
    let place = "`document.description` of Deal Desk";
    refuses(&world, &["snapshot", "--out", "s.json"], "s.json", place);
    let file = "profiles/emea/deal-desk.yaml";
    world.write(file, "profile: Deal Desk\ndescription: short\nsettings: {}\n");
    says(&world.run(&["plan"]).exits(0), "key: ***");
    std::fs::remove_file(world.folder().join(file)).expect("it is there");
    let ran = world.run(&["import"]).exits(6);
    let said = format!("{file} was not written: `description` of Deal Desk holds a credential");
    assert!(ran.stderr.contains(&said), "{}", ran.stderr);
    assert!(!world.folder().join("profiles/amer").exists(), "no file is written");
}

/// Plans with the secret of Gong's key in a file.
fn with_file(world: &World, contents: &[u8]) -> Ran {
    let config = BY_ID.replace("${env:SECRET}", "${file:secret}");
    world.write("permctl.yaml", &config);
    std::fs::write(world.folder().join("secret"), contents).expect("the folder can be written to");
    world.run(&["plan", "emea"])
}

#[test]
fn promise_10_a_credential_is_read_from_a_file_as_editors_and_shells_write_it() {
    let world = World::fresh();
    for (before, after) in [("\u{feff}", "\r\n"), ("", "\n"), ("\u{feff}", "")] {
        // The name of the test's own file may hold the credential.
        world.write("secret", "");
        let text = format!("{before}{ACCESS_KEY_SECRET}{after}");
        let _ = with_file(&world, text.as_bytes()).exits(0);
    }
    #[cfg(unix)]
    {
        std::fs::remove_file(world.folder().join("secret")).expect("it is there");
        let made = Command::new("mkfifo").arg(world.folder().join("secret")).status();
        assert!(made.expect("mkfifo is there").success());
        let pipe = world.folder().join("secret");
        let writer = std::thread::spawn(move || std::fs::write(pipe, ACCESS_KEY_SECRET));
        let _ = world.run(&["plan", "emea"]).exits(0);
        writer.join().expect("the writer ends").expect("the pipe takes it");
    }
}

#[test]
fn promise_10_what_can_be_no_credential_is_refused_at_once_and_not_shown() {
    let world = World::fresh();
    world.write("secret", "");
    let long = "a".repeat(16 * 1024 + 1);
    for (contents, why) in [
        (long.as_bytes(), "its value is longer than 16 kB"),
        (b"s3cr3\n", "its value has fewer than 6 characters"),
        (b"s3cr3t-1\ns3cr3t-2\n", "its value is empty or has line breaks in it"),
        (b"\xff\xfes\0e\0", "the file secret is not UTF-8"),
        ("\u{feff}".as_bytes(), "its value is empty"),
    ] {
        let ran = with_file(&world, contents).exits(3);
        assert!(ran.stderr.contains(why), "{why}\n{}", ran.stderr);
        assert!(ran.stderr.contains("permctl.yaml:6:"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("s3cr3"), "{}", ran.stderr);
    }
    #[cfg(unix)]
    for device in ["/dev/zero", "/"] {
        world
            .write("permctl.yaml", &BY_ID.replace("${env:SECRET}", &format!("${{file:{device}}}")));
        let ran = world.run(&["plan", "emea"]).exits(3);
        let why = format!("the file {device} is neither a regular file nor a pipe");
        assert!(ran.stderr.contains(&why), "{}", ran.stderr);
    }
    world.write("permctl.yaml", BY_ID);
    for (value, why) in [("", "is not set or empty"), ("abc", "fewer than 6 characters")] {
        let ran = world.run_with(&["plan", "emea"], &[("SECRET", value)]).exits(3);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
}

#[test]
fn promise_10_a_default_in_a_reference_is_refused_and_not_shown() {
    let world = World::fresh();
    for reference in [
        "${env:K:-s3cr3t-x}",
        "${env:K:=s3cr3t-x}",
        "${env:K:?s3cr3t-x}",
        "${env:K-s3cr3t-x}",
        "${env:K=s3cr3t-x}",
        "${file:k:-s3cr3t-x}",
        "${file:k:=s3cr3t-x}",
        "$s3cr3t-x",
    ] {
        world.write("permctl.yaml", &BY_ID.replace("${env:SECRET}", reference));
        for arguments in [&["validate"][..], &["plan"], &["plan", "--format", "json"]] {
            let ran = world.run(arguments).exits(3);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains("must be a reference to a secret"), "{reference}\n{said}");
            assert!(!said.contains("s3cr3t"), "{said}");
        }
    }
}

#[test]
fn promise_14_a_long_or_repetitive_credential_costs_no_time() {
    let world = three_changes();
    for secret in ["a".repeat(16 * 1024), "ab".repeat(8 * 1024)] {
        let limits = ["--timeout", "20s"];
        let ran = world.run_with(&["plan", limits[0], limits[1]], &[("SECRET", &secret)]);
        let ran = ran.exits(4);
        assert!(ran.stdout.contains("401"), "the vendor refuses it:\n{}", ran.stdout);
    }
}
