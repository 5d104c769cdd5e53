//! Vendors for benchmarks: what the simulator does not stand for.
//!
//! The one of this file takes any credentials and serves one list of ten profiles for every workspace. The
//! simulator knows one tenant; this one stands for many.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

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
        let answer = answer();
        Self { endpoint: format!("http://{}", serve(move |_| answer.clone())) }
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

/// Starts a server that answers each read with the JSON for its path. It ends with this process.
pub fn serve(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it listens");
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || answer_all(stream, &*answer));
        }
    });
    address
}

fn answer_all(mut stream: TcpStream, answer: impl Fn(&str) -> String) {
    // Small answers would otherwise wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let Ok(reading) = stream.try_clone() else { return };
    let mut lines = BufReader::new(reading).lines();
    let mut path = String::new();
    while let Some(Ok(line)) = lines.next() {
        if let Some(asked) = line.strip_prefix("GET ") {
            path = asked.split(' ').next().unwrap_or_default().to_owned();
        }
        // A read has no body, so its head ends it.
        if !line.is_empty() {
            continue;
        }
        let body = answer(&path);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        if stream.write_all((head + &body).as_bytes()).is_err() {
            return;
        }
    }
}
