//! A bounded run of the readers over damaged files: bytes that are changed, doubled, moved and cut, by a seed.

use std::path::Path;

use crate::harness::World;

mod targets;

/// How often each file of a corpus is damaged.
const ROUNDS: u64 = 40;

/// Words that mean something to a reader, put into the middle of others.
const WORDS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "\n---\n",
    "\"",
    "#",
    "&a",
    "*a",
    "until: 2026-11-27",
    "value: ",
    "18446744073709551616",
    "\u{e9}",
];

/// Damages bytes in a few places.
fn damaged(bytes: &[u8], other: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut bytes = bytes.to_vec();
    for _ in 0..dice.usize(1..4) {
        let at = dice.usize(0..=bytes.len());
        let end = (at + dice.usize(0..40)).min(bytes.len());
        match dice.u8(0..5) {
            0 => _ = bytes.splice(at..at, dice.choice(WORDS).unwrap_or_default().bytes()),
            1 => _ = bytes.drain(at..end),
            2 => _ = bytes.splice(at..at, bytes[at..end].to_vec()),
            3 if !other.is_empty() => {
                let from = dice.usize(0..other.len());
                let to = (from + dice.usize(0..80)).min(other.len());
                _ = bytes.splice(at..end, other[from..to].to_vec());
            }
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Tries a reader with each file and with damaged ones.
fn run(corpus: &[Vec<u8>], target: fn(&[u8])) {
    assert!(!corpus.is_empty(), "there is nothing to damage");
    for (at, bytes) in corpus.iter().enumerate() {
        target(bytes);
        let other = &corpus[(at + 1) % corpus.len()];
        for round in 0..ROUNDS {
            target(&damaged(bytes, other, at as u64 * ROUNDS + round));
        }
    }
}

#[test]
fn damaged_files_are_read_to_an_end() {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery");
    let mut paths: Vec<_> = std::fs::read_dir(gallery)
        .expect("it can be listed")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| std::fs::read(path).expect("it can be read");
    run(&paths.iter().map(read).collect::<Vec<_>>(), targets::files);
}

#[test]
fn damaged_snapshots_and_plans_are_read_to_an_end() {
    let world = World::fresh();
    world.write(
        "profiles/emea/a.yaml",
        "profile: Collaborator\nowner: me\nsettings: {aiBuilder: {value: true, until: 2099-01-01, reason: a}}\n---\nprofile: \
         Brand New\nnew: true\nsettings: {callsAccess: {permissionLevel: all}}\n",
    );
    world.write("profiles/amer/a.yaml", "profile: Collaborator\nunlisted: deny\n");
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let (live, plan) = (world.read("live.json"), world.read("plan.json"));
    // The first bytes matter most: a whole snapshot is long.
    for length in [2_000, 20_000] {
        let cut = |text: &str| text.as_bytes()[..text.len().min(length)].to_vec();
        run(&[cut(&live), live.clone().into_bytes()], targets::snapshot);
        run(&[cut(&plan), plan.clone().into_bytes()], targets::plan);
    }
}
