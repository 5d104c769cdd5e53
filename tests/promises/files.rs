//! What becomes of files that can't be read or written as usual.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::three_changes;
use crate::harness::{Ran, World, config};

/// One file with a mistake that can be shown, whatever lies beside it.
fn with_a_mistake() -> World {
    let world = World::fresh();
    world.write("profiles/emea/z.yaml", "profile: Z\ncolour: blue\n");
    world
}

fn pipe(world: &World, path: &str) -> std::path::PathBuf {
    let path = world.folder().join(path);
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
    assert!(made.success());
    path
}

/// Validates, and gives up after a while.
#[track_caller]
fn validate(world: &World) -> Ran {
    let mut command = world.command(&["validate"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let start = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().expect("it can be ended");
            panic!("validate waits for ever");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    world.ran(child.wait_with_output().expect("it has ended"))
}

#[track_caller]
fn shows(world: &World, words: &[&str]) {
    let ran = validate(world).exits(3);
    for words in words {
        assert!(ran.stdout.contains(words), "no {words:?} in\n{}\n{}", ran.stdout, ran.stderr);
    }
}

const MISTAKE: &str = "profiles/emea/z.yaml:2:1";

#[test]
fn a_file_that_is_not_utf_8_is_one_finding_among_others() {
    let world = with_a_mistake();
    fs::write(world.folder().join("profiles/emea/a.yaml"), b"profile: A\ndescription: caf\xe9\n")
        .unwrap();
    shows(&world, &["error[file-unreadable]", "profiles/emea/a.yaml:2:17", "UTF-8", MISTAKE]);
}

#[test]
fn a_link_to_nothing_is_one_finding_among_others() {
    let world = with_a_mistake();
    symlink("nowhere.yaml", world.folder().join("profiles/emea/a.yaml")).unwrap();
    shows(&world, &["error[file-unreadable]", "profiles/emea/a.yaml", MISTAKE]);
}

#[test]
fn a_link_can_not_show_what_lies_outside_the_profiles() {
    let world = with_a_mistake();
    world.write("notes.txt", "the password is hunter22\n");
    world.write("elsewhere/b.yaml", "password: hunter22\n");
    world.write("profiles/emea/real.yaml", "profile: Real\nnew: true\n");
    for (target, link) in [
        ("../../notes.txt", "a.yaml"),
        ("/proc/self/environ", "b.yaml"),
        ("../../elsewhere", "c"),
        ("../../elsewhere/b.yaml", "d.yaml"),
    ] {
        let link = format!("profiles/emea/{link}");
        symlink(target, world.folder().join(&link)).unwrap();
        let ran = validate(&world).exits(3);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        for words in [&*format!("{link} is a link out of the folder of the profiles"), MISTAKE] {
            assert!(said.contains(words), "no {words:?} in\n{said}");
        }
        assert!(!said.contains("hunter22") && !said.contains("SECRET"), "{said}");
        fs::remove_file(world.folder().join(&link)).unwrap();
    }
    // A link within the profiles is as good as the file.
    symlink("../emea/real.yaml", world.folder().join("profiles/emea/same.yaml")).unwrap();
    shows(&world, &["profiles/emea/same.yaml:1:10", "profiles/emea/real.yaml:1:10"]);
}

#[test]
fn the_folder_of_the_profiles_is_no_link_itself() {
    let world = with_a_mistake();
    world.write("elsewhere/emea/b.yaml", "password: hunter22\n");
    symlink("elsewhere", world.folder().join("linked")).unwrap();
    for link in ["linked", "linked/"] {
        let ran = world.run(&["validate", "--profiles", link]).exits(3);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("is a link out of the folder of the profiles"), "{said}");
        assert!(!said.contains("hunter22"), "{said}");
    }
}

#[test]
fn what_is_no_regular_file_is_never_waited_for() {
    let world = with_a_mistake();
    pipe(&world, "profiles/emea/a.yaml");
    shows(&world, &["error[file-unreadable]", "not a regular file", MISTAKE]);
    symlink("/dev/zero", world.folder().join("profiles/emea/b.yaml")).unwrap();
    shows(&world, &["profiles/emea/a.yaml", "profiles/emea/b.yaml", MISTAKE]);
}

#[test]
fn a_huge_file_is_not_taken_into_memory() {
    let world = with_a_mistake();
    let file = fs::File::create(world.folder().join("profiles/emea/a.yaml")).unwrap();
    file.set_len(1 << 40).unwrap();
    shows(&world, &["error[yaml-limit]", "profiles/emea/a.yaml", "10 MB", MISTAKE]);
}

#[test]
fn a_configuration_that_can_not_be_read_is_a_finding_too() {
    let world = World::fresh();
    fs::write(world.folder().join("permctl.yaml"), b"version: 1\n# caf\xe9\n").unwrap();
    world.write("profiles/emea/a.yaml", "profile: A\n");
    shows(&world, &["error[file-unreadable]", "permctl.yaml:2:6", "1 error."]);
}

#[test]
fn the_case_of_an_ending_does_not_hide_a_file() {
    let world = World::fresh();
    world.write("profiles/emea/B.YAML", "profile: B\ncolour: blue\n");
    shows(&world, &["profiles/emea/B.YAML:2:1"]);
}

#[test]
fn an_ignore_entry_that_has_expired_only_warns() {
    let world = World::fresh();
    let ignored = |until: &str| {
        let entry = format!("{{profile: Deal Desk, reason: theirs, until: {until}}}");
        let amer = "amer: {name: AMER Sales}";
        world.write(
            "permctl.yaml",
            &config("gong")
                .replace(amer, &format!("amer: {{name: AMER Sales, ignore: [{entry}]}}")),
        );
    };
    world.write("profiles/amer/a.yaml", "profile: Deal Desk\n");
    ignored("2001-01-01");
    let ran = validate(&world).exits(0);
    assert!(ran.stdout.contains("warning[ignore-expired]"), "{}", ran.stdout);
    ignored("2999-01-01");
    shows(&world, &["error[ignored-and-managed]"]);
}

#[test]
fn what_is_saved_through_a_link_goes_where_the_link_points() {
    let world = three_changes();
    fs::create_dir(world.folder().join("store")).unwrap();
    world.write("store/old.json", "old");
    for (link, target) in [("a.json", "store/old.json"), ("b.json", "store/new.json")] {
        symlink(target, world.folder().join(link)).unwrap();
        let _ = world.run(&["plan", "--out", link]).exits(0);
        let link = fs::symlink_metadata(world.folder().join(link)).unwrap();
        assert!(link.is_symlink(), "the link to {target} was replaced");
        assert!(world.read(target).contains("plan_version"));
    }
}

#[test]
fn what_is_saved_to_a_pipe_goes_through_the_pipe() {
    let world = three_changes();
    let path = pipe(&world, "out");
    // Open at both ends, so that nobody waits for anybody: an empty plan fits into the pipe.
    let mut reader = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let _ = world.run(&["plan", "amer", "--out", "out"]).exits(0);
    assert!(fs::symlink_metadata(&path).unwrap().file_type().is_fifo(), "the pipe was replaced");
    let mut text = vec![0; 1 << 16];
    let length = reader.read(&mut text).unwrap();
    assert!(String::from_utf8_lossy(&text[..length]).contains("plan_version"));
}

#[test]
fn links_that_lead_to_each_other_end_at_once() {
    let world = with_a_mistake();
    let folder = world.folder().join("profiles/emea");
    for link in ["a", "b", "c"] {
        symlink(".", folder.join(link)).unwrap();
    }
    symlink("../..", folder.join("up")).unwrap();
    shows(
        &world,
        &[
            "could not list profiles/emea/a: it is a link to a folder that it lies in",
            "profiles/emea/c",
            "profiles/emea/up is a link out of the folder of the profiles",
            MISTAKE,
        ],
    );
    // No link leads back, and there are more ways than anyone waits for.
    let world = with_a_mistake();
    let folder = world.folder().join("profiles/emea");
    for depth in 0..15 {
        let below = folder.join(format!("d{depth}"));
        fs::create_dir(&below).unwrap();
        for link in 0..4 {
            symlink(format!("../d{}", depth + 1), below.join(format!("l{link}"))).unwrap();
        }
    }
    shows(&world, &["there are more than 10000 folders below the profiles", MISTAKE]);
}

#[test]
fn one_folder_serves_two_workspaces_through_links() {
    let world = World::fresh();
    world.write("profiles/shared/a.yaml", "profile: A\ncolour: blue\n");
    for workspace in ["emea", "amer"] {
        symlink("shared", world.folder().join("profiles").join(workspace)).unwrap();
    }
    shows(&world, &["profiles/emea/a.yaml:2:1", "profiles/amer/a.yaml:2:1"]);
}

#[test]
fn a_lock_that_is_no_regular_file_is_not_read() {
    let world = three_changes();
    fs::create_dir_all(world.folder().join(".permctl")).unwrap();
    let lock = world.folder().join(".permctl/lock");
    let refused = |world: &World| {
        let ran = world.run(&["apply", "--auto-approve", "--timeout", "20s"]).exits(1);
        let said = "it is not a regular file";
        assert!(ran.stderr.contains(said) && ran.stderr.contains("lock"), "{}", ran.stderr);
        assert!(world.writes().is_empty());
        fs::remove_file(&lock).unwrap();
    };
    pipe(&world, ".permctl/lock");
    refused(&world);
    for target in ["/dev/zero", "../permctl.yaml", "nowhere"] {
        symlink(target, &lock).unwrap();
        refused(&world);
    }
}

#[test]
fn a_configuration_that_another_user_left_in_a_folder_above_is_used_only_when_it_is_named() {
    let world = three_changes();
    let above = world.folder().join("permctl.yaml");
    // Only an administrator can give a file away.
    if std::os::unix::fs::chown(&above, Some(1), Some(1)).is_ok() {
        let mut below = world.command(&["validate"]);
        below.current_dir(world.folder().join("profiles"));
        let ran = world.ran(below.output().expect("it runs")).exits(3);
        let said = "permctl.yaml belongs to another user, so it is not used";
        assert!(ran.stderr.contains(said) && ran.stderr.contains("--config"), "{}", ran.stderr);
        let named = ["validate", "--config", above.to_str().expect("it is UTF-8")];
        let _ = world.run(&named).exits(0);
        let _ = world.run(&["validate"]).exits(0);
    }
}
