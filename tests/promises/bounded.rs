//! Promise 14: whatever comes from a vendor or lies in a file, a run takes little memory and little time.
//! The system ends a run here that takes more.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use super::{BY_ID, says};
use crate::harness::{Ran, World};

/// What a run may take: kilobytes of memory, program and all, and seconds.
const LIMITS: (u32, u32) = (400_000, 10);

/// A tenant that asks for a token first.
const SIGNED_IN: &str = "\
version: 1
tenants:
  acme:
    provider: webex
    endpoint: ENDPOINT
    tokenEndpoint: ENDPOINT
    credentials: {refreshToken: \"${env:KEY}\", clientId: \"${env:KEY}\", clientSecret: \"${env:SECRET}\"}
    workspaces:
      center: {id: \"f3d1c2ab-0b6e-4f7a-9c1d-5e8a7b6c4d3f\"}
";

/// Runs the program within the limits.
fn bounded(world: &World, arguments: &[&str]) -> Ran {
    let (memory, seconds) = LIMITS;
    within(world, &format!("ulimit -v {memory}; exec timeout {seconds}"), arguments)
}

/// Runs the program within limits that the system sets, as a shell says them.
pub fn within(world: &World, limits: &str, arguments: &[&str]) -> Ran {
    let plain = world.command(arguments);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{limits} \"$0\" \"$@\""));
    command.arg(plain.get_program()).args(plain.get_args());
    command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(world.folder());
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    world.ran(command.stdin(Stdio::null()).output().expect("sh is there"))
}

/// Packs a body as a server does.
fn packed(body: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip");
    let gzip = gzip.arg("-1").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut gzip = gzip.spawn().expect("gzip is there");
    let mut into = gzip.stdin.take().expect("it is a pipe");
    let body = body.to_owned();
    let writer = std::thread::spawn(move || into.write_all(&body));
    let output = gzip.wait_with_output().expect("it ends");
    writer.join().expect("the writer ends").expect("gzip takes it");
    output.stdout
}

/// Answers every request with this status and this packed body.
fn serve(status: u16, body: Vec<u8>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                request.extend(byte);
            }
            let asked = String::from_utf8_lossy(&request).to_lowercase();
            let length = asked.split("content-length: ").nth(1).and_then(|it| it.lines().next());
            let length = length.and_then(|it| it.parse().ok()).unwrap_or_default();
            let _ = stream.read_exact(&mut vec![0; length]);
            let head = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    format!("http://{address}")
}

fn many(first: &str, again: &str, size: usize) -> Vec<u8> {
    let mut body = first.as_bytes().to_vec();
    while body.len() < size {
        body.extend_from_slice(again.as_bytes());
    }
    body
}

#[test]
fn promise_14_an_answer_of_millions_of_values_or_without_end_is_refused() {
    let empty = many("{\"profiles\": [[]", ",[]", 60_000_000);
    let mut members = b"{\"profiles\": [{\"id\": \"1\"".to_vec();
    (0..2_000_000).for_each(|number| members.extend(format!(",\"{number}\":1").into_bytes()));
    // A member twice does not hide what follows.
    let twice = many("{\"profiles\": [{\"a\": 1, \"a\": 1}", ",[]", 60_000_000);
    for (status, body, words) in [
        (200, empty, "an answer of more than 1000000 values"),
        (200, members, "an answer of more than 1000000 values"),
        (200, twice, "an answer of more than 1000000 values"),
        (200, many("{\"profiles\": [", " ", 100_000_000), "an answer of more than 64 MiB"),
        (400, many("{\"errors\": [\"no\"", ",\"no\"", 100_000_000), "400"),
        (400, many("no", " no", 100_000_000), "400"),
    ] {
        let world = World::fresh();
        let endpoint = serve(status, packed(&body));
        world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", &endpoint));
        world.write("profiles/emea/a.yaml", "profile: Collaborator\nsettings: {}\n");
        let ran = bounded(&world, &["plan", "emea"]).exits(4);
        says(&ran, words);
    }
}

#[test]
fn promise_14_a_sign_in_that_answers_millions_of_values_is_refused() {
    let world = World::fresh();
    for first in ["[]", "{\"a\": 1, \"a\": 1}"] {
        let first = format!("{{\"access_token\": \"a\", \"x\": [{first}");
        let endpoint = serve(200, packed(&many(&first, ",[]", 60_000_000)));
        world.write("permctl.yaml", &SIGNED_IN.replace("ENDPOINT", &endpoint));
        let ran = bounded(&world, &["snapshot", "--out", "live.json"]).exits(4);
        let words = "an answer to the sign-in of more than 1000000 values";
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn promise_14_a_plan_or_a_snapshot_of_millions_of_values_is_refused() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: Collaborator\nsettings: {}\n");
    let (many_values, cut) = ("it has more than 2000000 values", "it ends in the middle");
    for (first, again, of_plan, of_snapshot) in [
        ("{\"plan_version\": 2, \"x\": [[]", ",[]", many_values, cut),
        ("{\"snapshot_version\": 2, \"x\": [{}", ",{}", many_values, cut),
        ("{\"workspaces\": {\"emea\": [{}", ",{}", many_values, cut),
        ("[1", ",1", many_values, "expected `{` at byte 1"),
        ("[", " ", "EOF while parsing", "expected `{` at byte 1"),
    ] {
        std::fs::write(world.folder().join("big.json"), many(first, again, 90_000_000)).unwrap();
        for (arguments, words) in
            [(&["show", "big.json"][..], of_plan), (&["plan", "--live", "big.json"], of_snapshot)]
        {
            let ran = bounded(&world, arguments).exits(3);
            assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        }
    }
}

#[test]
fn promise_14_a_plan_of_almost_the_most_values_takes_little_memory_wherever_they_stand() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: A\nnew: true\nsettings: {}\n");
    let _ = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    let plan = world.read("plan.json");
    for (place, first, one, last, words) in [
        ("\"selection\": [", "", "\"a\",", "", "digest sha256:"),
        ("\"changes\": [{", "\"other\": [", "1,", "1],", "digest sha256:"),
        ("\"changes\": [{", "\"preview\": [", "1,", "1],", "expected struct Call"),
        (
            "\"changes\": [{",
            "\"preview\": [{\"method\": \"PUT\", \"target\": \"/\", \"body\": [",
            "1,",
            "1]}],",
            "digest sha256:",
        ),
        ("\"transitions\": [", "", "1,", "", "expected struct Transition"),
        ("\"transitions\": [", "{\"origins\": [", "1,", "1]},", "expected struct Origin"),
        (
            "\"transitions\": [",
            "{\"after\": {",
            "\"s#\": 1,",
            "\"s\": 1}},",
            "expected true, false",
        ),
        (
            "\"transitions\": [",
            "{\"after\": {",
            "\"s#\": true,",
            "\"s\": true}},",
            "1000000 settings",
        ),
        (
            "\"transitions\": [",
            "{\"after\": {\"s\": true}, \"origins\": \"",
            "1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 ",
            "\"},",
            "names no places",
        ),
        (
            "\"transitions\": [",
            "{\"after\": {\"s\": {\"unknown\": [",
            "1,",
            "1]}}},",
            "do not fit its digest",
        ),
    ] {
        let (before, after) = plan.split_once(place).unwrap_or_else(|| panic!("{place}: {plan}"));
        let mut text = format!("{before}{place}{first}");
        (0..1_900_000).for_each(|number| text += &one.replace('#', &number.to_string()));
        world.write("big.json", &format!("{text}{last}{after}").replace(",]", "]"));
        let ran = bounded(&world, &["show", "big.json"]);
        assert!(ran.stderr.contains(words), "{place}{first}{one}: {}{}", ran.code, ran.stderr);
        assert_eq!(ran.code == 0, words.starts_with("digest"), "{place}: {}", ran.stderr);
    }
}

#[test]
fn promise_14_of_a_snapshot_only_the_selected_workspaces_are_read_and_none_may_be_too_large() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: Collaborator\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let taken = world.read("live.json");
    let (before, _) = taken.split_once("    \"emea\": ").expect("emea comes last");
    let large = many("[[]", ",[]", 60_000_000);
    let text = [before.as_bytes(), b"    \"emea\": ", &large, b"]}}"].concat();
    std::fs::write(world.folder().join("big.json"), text).unwrap();
    let _ = bounded(&world, &["plan", "amer", "--live", "big.json"]).exits(0);
    let ran = bounded(&world, &["plan", "--live", "big.json"]).exits(3);
    let words = "workspace emea: it has more than 2000000 values";
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
}

#[test]
fn promise_14_a_file_of_nothing_but_mistakes_and_names_of_any_length_take_no_time() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let mut text = "profile: Collaborator\nsettings:\n".to_owned();
    (0..300_000).for_each(|number| text.push_str(&format!("  unknownSetting{number}: true\n")));
    world.write("profiles/emea/a.yaml", &text);
    let ran = bounded(&world, &["validate"]).exits(3);
    says(&ran, "there are more than 5000 mistakes; the rest of the files is not looked at");
    let mut text = String::new();
    (0..200_000).for_each(|number| text.push_str(&format!("unknown{number}: true\n")));
    world.write("profiles/emea/a.yaml", &text);
    let _ = bounded(&world, &["validate"]).exits(3);
    for (number, letter) in ["a", "b"].into_iter().enumerate() {
        let name = letter.repeat(100_000);
        let file = format!("profiles/emea/{letter}.yaml");
        world.write(&file, &format!("profile: {name}\nsettings: {{}}\n"));
        assert!(number < 2);
    }
    world.write("profiles/emea/a.yaml", "profile: Collaborator\nsettings: {}\n");
    let ran = bounded(&world, &["validate"]).exits(3);
    says(&ran, "has 100000 letters, and 1000 are the most");
}
