//! Promise 10, what is printed: credentials appear nowhere, whatever a vendor answers. That none is
//! in what a run says or leaves behind is looked at after every run of every test (`harness`).

use std::io::{Read as _, Write as _};

use permctl_sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET};
use serde_json::json;

use super::{PROFILES, answer, reply, three_changes};
use crate::harness::World;

/// The key, its secret and the pair: as they are, and in base64.
const FORMS: [&str; 5] = [
    ACCESS_KEY,
    ACCESS_KEY_SECRET,
    "c2FuZGJveC1rZXk",
    "c2FuZGJveC1zZWNyZXQ",
    "c2FuZGJveC1rZXk6c2FuZGJveC1zZWNyZXQ=",
];

const COMMANDS: [&[&str]; 10] = [
    &["validate"],
    &["plan"],
    &["plan", "--out", "plan.json"],
    &["plan", "--format", "json"],
    &["drift"],
    &["snapshot", "--out", "live.json"],
    &["import"],
    &["apply", "plan.json"],
    &["apply", "--auto-approve"],
    &["show", "plan.json"],
];

#[test]
fn promise_10_credentials_appear_in_no_output_and_no_file() {
    let world = three_changes();
    for arguments in COMMANDS {
        let _ = world.run(arguments);
    }
    assert!(world.folder().join("plan.json").exists() && world.folder().join("live.json").exists());
}

#[test]
fn promise_10_credentials_that_a_vendor_says_back_are_not_shown() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    for body in [
        json!({"errors": FORMS, "requestId": FORMS[4]}),
        json!({"errors": [format!("Basic {} is wrong for {}", FORMS[4], FORMS[0])]}),
        json!({"authorization": FORMS}),
    ] {
        answer(&world, "GET", PROFILES, reply(401, body));
        for arguments in COMMANDS {
            let _ = world.run(arguments);
        }
        let ran = world.run(&["plan"]).exits(4);
        assert!(ran.stdout.contains("***"), "the vendor's words are shown:\n{}", ran.stdout);
    }
}

#[test]
fn promise_10_a_cut_in_a_long_message_leaves_no_part_of_a_credential() {
    let world = three_changes();
    for padding in 180..200 {
        let message = format!("{}{ACCESS_KEY_SECRET}", "x".repeat(padding));
        answer(&world, "GET", PROFILES, reply(401, json!({"errors": [message]})));
        let ran = world.run(&["plan", "emea"]).exits(4);
        assert!(!ran.stdout.contains("xsand"), "{}", ran.stdout);
    }
}

/// Answers every request with this status and exactly these bytes; the sandbox writes JSON in one way.
fn answer_with(status: u16, body: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if !matches!(stream.read(&mut byte), Ok(1)) {
                    break;
                }
                request.extend(byte);
            }
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}");
            let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn promise_10_a_cut_leaves_no_part_of_a_credential_in_whatever_letters_it_comes() {
    let (first, rest) = ACCESS_KEY_SECRET.split_at(1);
    let escaped = format!("\\u{:04x}{rest}", first.as_bytes()[0]);
    // Control characters are left out of what is shown, and what is left is the credential.
    let parted = format!("{first}\\u0007{rest}");
    for spelt in [escaped, parted] {
        let cut = (180..200).map(|padding| format!("\"{}{spelt}\"", "x".repeat(padding)));
        let errors = cut.collect::<Vec<_>>().join(",");
        let endpoint = answer_with(401, format!("{{\"errors\":[{errors}]}}"));
        let world = three_changes();
        world.write("permctl.yaml", &super::BY_ID.replace("ENDPOINT", &endpoint));
        let ran = world.run(&["plan", "emea"]).exits(4);
        assert!(ran.stdout.contains("xxx***"), "{}", ran.stdout);
        assert!(!ran.stdout.contains(&format!("x{}", &ACCESS_KEY_SECRET[..3])), "{}", ran.stdout);
    }
}

/// Configurations with a credential typed into them, each wrong in some way that is said.
const TYPED: [&str; 26] = [
    "credentials: {acessKey: S3CRET, accessKeySecret: \"${env:KEY}\"}",
    "credentials: {apiKey: S3CRET, apiSecret: S3CRET}",
    "credentials: {accessKey: S3CRET}",
    "credentials: {accessKey: \"${env:KEY:-S3CRET}\", accessKeySecret: \"${env:KEY}\"}",
    "credentials: S3CRET",
    "credentials: [S3CRET, S3CRET]",
    "credentials: {S3CRET, S3CRET}",
    "credentials:\n      S3CRETKEY: S3CRET",
    "credentials:\n      S3CRET: S3CRET\n      S3CRET: S3CRET",
    "credentials:\n    - S3CRET\n    - accessKeySecret: S3CRET",
    "credentials: {accessKey: S3CRET, accessKey: S3CRET}",
    "credentials: {accessKey: \"S3CRET, accessKeySecret: \"${env:KEY}\"}",
    "credentials:\n      accessKey: \"S3CRET\n      accessKeySecret: \"S3CRET\"",
    "credentials:\n    accessKey: S3CRET\n    accessKeySecret: S3CRET",
    "credentials:\n  accessKey: S3CRET\n  accessKeySecret: S3CRET",
    "credentials:\naccessKey: S3CRET\naccessKeySecret: S3CRET",
    "credentials:\n      accessKey:\n   S3CRET",
    "credentials:\n      accessKey: !mine S3CRET",
    "credential: {accessKey: S3CRET}",
    "password: S3CRET",
    "tokenEndpoint: https://u:S3CRET@webexapis.com",
    "endpoint: \"htps://u:S3CRET@api.gong.io\"",
    "endpoint: \"u:S3CRET@api.gong.io\"",
    "url: https://u:S3@CRET@api.gong.io",
    "endpoint: https://api.gong.io/?key=S3CRET",
    "credentials: {accessKey: S3CRET\u{e9}\u{202e}, token: S3CRET}",
];

#[test]
fn promise_10_a_credential_typed_into_the_configuration_is_not_shown_whatever_is_wrong_there() {
    let world = World::fresh();
    let before = "version: 1\ntenants:\n  acme:\n    provider: gong\n";
    let other = "    workspaces: {emea: {id: \"1\"}}\n";
    let flow = "  b: {provider: gong, endpoint: \"https://u:S3CRET@api.gong.io\", nothing: 1, workspaces: 1}\n";
    let mut files = vec![format!("version: 1\ntenants:\n{flow}").into_bytes()];
    for typed in TYPED {
        files.push(format!("{before}    {typed}\n{other}").into_bytes());
        files.push(format!("{before}{other}    {typed}\n").into_bytes());
    }
    // A letter that is not UTF-8 stops the reading in this very line.
    files.push([before.as_bytes(), b"    credentials: {token: S3CRET\xe9}\n"].concat());
    for file in files {
        std::fs::write(world.folder().join("permctl.yaml"), &file).expect("it can be written");
        let file = String::from_utf8_lossy(&file);
        for arguments in [&["plan"][..], &["validate", "--format", "json"]] {
            let ran = world.run(arguments).exits(3);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains("permctl.yaml"), "the place is shown of\n{file}\n{said}");
            assert!(!said.contains("S3C") && !said.contains("CRET"), "of\n{file}\n{said}");
        }
    }
}

#[test]
fn promise_10_a_secret_in_a_file_is_refused_and_not_shown() {
    let world = World::fresh();
    world.write("permctl.yaml", &super::BY_ID.replace("${env:SECRET}", "s3cr3t-in-plain-text"));
    let ran = world.run(&["validate"]).exits(3);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("s3cr3t"), "{}", ran.stderr);
}
