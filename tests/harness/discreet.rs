//! No credential in anything that a run leaves behind (promise 10). Every command of every test that
//! runs the program comes through here, with all that `-vv` says.

use std::collections::HashMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use permctl::provider::systems;
use permctl_sandbox::Sandbox;
use serde_json::Value as Json;

/// A shorter text is no token: it would be found in innocent words.
const SHORTEST: usize = 6;

/// Larger files are what a test made to be too large.
const LARGEST: u64 = 5_000_000;

/// Finds the first form of a secret in a text.
#[derive(Debug)]
pub struct Secrets {
    /// By their first bytes, so that a long text is gone through once.
    forms: HashMap<[u8; SHORTEST], Vec<String>>,
}

impl Secrets {
    /// Knows every credential of every simulator, and the tokens that this one gave out.
    pub fn of(sandbox: &Sandbox) -> Self {
        let mut secrets: Vec<String> = systems()
            .flat_map(|system| system.sandbox_credentials)
            .map(|(_, value)| (*value).to_owned())
            .collect();
        for exchange in sandbox.exchanges() {
            let header = exchange.request.authorization.unwrap_or_default();
            let token = header.split_once(' ').map(|(_, token)| token.to_owned());
            secrets.extend(token.filter(|token| token.len() >= SHORTEST));
            gather(&exchange.reply.body, &mut secrets);
        }
        secrets.sort();
        secrets.dedup();
        let mut by_start: HashMap<_, Vec<String>> = HashMap::new();
        for form in secrets.iter().flat_map(|secret| forms(secret)) {
            let start = *form.as_bytes().first_chunk().expect("no form is shorter");
            by_start.entry(start).or_default().push(form);
        }
        Self { forms: by_start }
    }

    /// Returns the form of a secret that a text has in it.
    pub fn find(&self, text: &str) -> Option<&str> {
        text.as_bytes().windows(SHORTEST).enumerate().find_map(|(at, start)| {
            let forms = self.forms.get(start)?.iter().map(String::as_str);
            forms.into_iter().find(|form| text.as_bytes()[at..].starts_with(form.as_bytes()))
        })
    }

    /// Looks through the files of a folder, but for those that the test wrote itself; what is live
    /// there is for its owner only.
    pub fn look_through(&self, folder: &Path, own: impl Fn(&Path) -> bool + Copy) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let (path, kind) = (entry.path(), entry.file_type());
            let Ok(kind) = kind else { continue };
            if kind.is_dir() {
                self.look_through(&path, own);
            } else if kind.is_file()
                && !own(&path)
                && entry.metadata().is_ok_and(|it| it.len() < LARGEST)
                && let Ok(bytes) = std::fs::read(&path)
            {
                let text = String::from_utf8_lossy(&bytes);
                assert_eq!(self.find(&text), None, "in {}:\n{text}", path.display());
            }
        }
    }
}

/// Takes what answers call a token.
fn gather(body: &Json, secrets: &mut Vec<String>) {
    let Some(members) = body.as_object() else { return };
    for (name, value) in members {
        match value {
            Json::String(token)
                if token.len() >= SHORTEST && name.to_lowercase().ends_with("token") =>
            {
                secrets.push(token.clone());
            }
            other => gather(other, secrets),
        }
    }
}

/// The forms that a secret travels in: as it is, in each base64 wherever in a longer text it begins,
/// URL-encoded, in hexadecimal digits.
fn forms(secret: &str) -> Vec<String> {
    let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
    let digits: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        encoded.replace('+', "%20"),
        encoded,
        digits.to_uppercase(),
        digits,
    ];
    for before in 0..3 {
        let longer = format!("{}{secret}", "x".repeat(before));
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&longer);
            // The characters at both ends also depend on what stands beside the secret.
            let start = (before * 8).div_ceil(6);
            let end = longer.len() * 8 / 6;
            forms.push(text[start..end].to_owned());
        }
    }
    forms
}

#[test]
fn a_credential_would_be_noticed_in_any_encoding() {
    let world = super::World::fresh();
    let secrets = Secrets::of(world.sandbox());
    let [(_, key), (_, secret)] = permctl_sandbox::gong::CREDENTIALS else {
        panic!("Gong takes a pair");
    };
    for text in [
        format!("{key}:{secret}"),
        format!("x{secret}!"),
        format!("é{secret}é"),
        format!("ab{secret}?~>"),
    ] {
        for told in [
            text.clone(),
            STANDARD_NO_PAD.encode(&text),
            URL_SAFE_NO_PAD.encode(&text),
            text.bytes().map(|byte| format!("{byte:02X}")).collect(),
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        ] {
            assert!(secrets.find(&format!("Said {told}, so")).is_some(), "{told}");
        }
    }
    assert_eq!(secrets.find("the sandbox has a key and a secret"), None);
    world.write("mine.txt", secret);
    let path = world.folder().join("theirs.txt");
    std::fs::write(&path, secret).expect("the folder can be written to");
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(world)));
    assert!(found.is_err(), "a file that the test did not write was not looked at");
}
