//! Many tenants share the files that a process may have open.

use std::fmt::Write as _;

use super::EMEA;
use super::bounded::within;
use crate::harness::World;

/// A configuration with this many tenants of one account, each with a workspace of its own.
fn many(tenants: usize) -> World {
    let world = World::fresh();
    let mut config = "version: 1\ntenants:\n".to_owned();
    for at in 0..tenants {
        write!(
            config,
            "  t{at:03}:\n    provider: gong\n    endpoint: ENDPOINT/\n    credentials: {{accessKey: \
             \"${{env:KEY}}\", accessKeySecret: \"${{env:SECRET}}\"}}\n    limits: {{perSecond: 1000, share: \
             100%}}\n    workspaces:\n      w{at:03}: {{id: \"{EMEA}\"}}\n"
        )
        .expect("a text takes all");
        world.write(&format!("profiles/w{at:03}/a.yaml"), "profile: Collaborator\n");
    }
    world.write("permctl.yaml", &config);
    world
}

#[test]
fn more_tenants_than_files_that_may_be_open_are_read_all_the_same() {
    let world = many(100);
    let ran = within(&world, "ulimit -n 80; exec", &["snapshot", "--out", "live.json"]);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    // They are one workspace at the vendor, which is another matter: each was read.
    assert!(!said.contains("open files"), "{said}");
    let reads = world.sandbox().exchanges();
    let lists = reads.iter().filter(|it| it.request.path == "/v2/all-permission-profiles");
    assert_eq!(lists.count(), 100, "{said}");
}

#[test]
fn too_few_files_that_may_be_open_are_named() {
    let world = many(1);
    // With how few of them the program starts and can't read a file is a matter of the system.
    let mut ran =
        (8..20).map(|files| within(&world, &format!("ulimit -n {files}; exec"), &["plan"]));
    let ran = ran.find(|ran| ran.code == 3).expect("not every file can be read with so few");
    assert!(ran.stderr.contains("os error 24"), "{}", ran.stderr);
    assert!(ran.stderr.contains("allow more (`ulimit -n 4096`)"), "{}", ran.stderr);
}
