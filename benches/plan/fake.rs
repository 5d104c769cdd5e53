//! A vendor that takes any credentials and serves one list of ten profiles for every workspace. The
//! simulator knows one tenant; this one stands for many.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::json;

/// How many profiles each workspace has.
const PROFILES: usize = 10;

/// A running fake; it ends with the process.
pub struct Fake {
    /// Where it is.
    pub endpoint: String,
}

impl Fake {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it listens");
        let answer = answer();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = answer.clone();
                std::thread::spawn(move || serve(stream, &answer));
            }
        });
        Self { endpoint: format!("http://{address}") }
    }

    /// Returns a file that describes what it serves.
    pub fn files() -> String {
        let mut files = String::new();
        for number in 0..PROFILES {
            write!(files, "---\nprofile: Profile {number}\nsettings: {{deals: true}}\n")
                .expect("a text takes all");
        }
        files
    }
}

fn answer() -> String {
    let profile = |number| json!({"id": format!("{number}"), "name": format!("Profile {number}"), "deals": true});
    let profiles: Vec<_> = (0..PROFILES).map(profile).collect();
    json!({"requestId": "1", "profiles": profiles}).to_string()
}

/// Answers every request of a connection alike.
fn serve(mut stream: TcpStream, answer: &str) {
    // Small answers would otherwise wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let Ok(reading) = stream.try_clone() else { return };
    let mut lines = BufReader::new(reading).lines();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        answer.len()
    );
    let whole = head + answer;
    while let Some(Ok(line)) = lines.next() {
        // A read has no body, so its head ends it.
        if line.is_empty() && stream.write_all(whole.as_bytes()).is_err() {
            return;
        }
    }
}
