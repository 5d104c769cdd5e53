//! octoDNS beside permctl, in one run: the same number of objects in as many containers, as far from the
//! vendor, as many of them changed. Its objects are address records, which have three values; a profile has
//! fifty.
//!
//! `pip install octodns octodns-powerdns` puts it on the path; without it the row says so.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::fake::serve;
use crate::run::{middle, temporary};
use crate::table::Table;

const ZONES: usize = 10;
const RECORDS: usize = 100;
/// How many records of each zone are changed.
const CHANGED: usize = 4;
const LATENCY: Duration = Duration::from_millis(100);
const TIMES: usize = 3;

/// Plans 1,000 records with octoDNS; `ours` is what `plan` of 1,000 profiles took, in milliseconds.
pub fn octodns(table: &mut Table, ours: f64) {
    let what = "octoDNS, 40 of 1,000 records changed, 10 zones, 100 ms";
    let version = Command::new("octodns-sync").arg("--version").stderr(Stdio::null()).output();
    let Ok(version) = version else {
        table.note(&format!("{what}: not installed (`pip install octodns octodns-powerdns`)"));
        return;
    };
    let version = String::from_utf8_lossy(&version.stdout).trim().replace("octoDNS ", "");
    let calls = Arc::new(AtomicUsize::new(0));
    let port = vendor(&calls);
    let folder = temporary();
    write_zones(folder.path(), port);
    let times = (0..TIMES).map(|_| {
        calls.store(0, Ordering::Relaxed);
        let start = Instant::now();
        let ran = Command::new("octodns-sync")
            .args(["--config-file", "config.yaml", "--quiet"])
            .current_dir(folder.path())
            .output()
            .expect("octoDNS starts");
        let time = start.elapsed();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        time
    });
    let theirs = middle(times.collect());
    let calls = calls.load(Ordering::Relaxed);
    let what = what.replace("octoDNS", &format!("octoDNS {version}"));
    table.row(&what, "-", f64::INFINITY, theirs, "ms", Some(calls));
    table.ratio("time of `plan`, 40 of 1,000 changed / octoDNS", ours / theirs, None);
}

/// Starts a server of zones, as PowerDNS publishes its API; returns its port.
fn vendor(calls: &Arc<AtomicUsize>) -> u16 {
    let calls = Arc::clone(calls);
    let address = serve(move |path| {
        calls.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(LATENCY);
        answer(path)
    });
    address.port()
}

fn answer(path: &str) -> String {
    let Some((_, zone)) = path.split_once("/zones/") else {
        return match path.ends_with("/config") {
            true => json!([]).to_string(),
            false => json!({"version": "4.9.0"}).to_string(),
        };
    };
    let rrset = |number| {
        json!({
            "name": format!("r{number}.{zone}"), "type": "A", "ttl": 300,
            "records": [{"content": address(number, true), "disabled": false}],
        })
    };
    json!({"name": zone, "rrsets": (0..RECORDS).map(rrset).collect::<Vec<_>>()}).to_string()
}

fn address(number: usize, live: bool) -> String {
    let last = if live && number < CHANGED { 2 } else { 1 };
    format!("10.0.{number}.{last}")
}

fn write_zones(folder: &Path, port: u16) {
    let mut config = format!(
        "manager:\n  max_workers: 10\nproviders:\n  files:\n    class: octodns.provider.yaml.YamlProvider\n    \
         directory: ./zones\n    default_ttl: 300\n    enforce_order: false\n  dns:\n    \
         class: octodns_powerdns.PowerDnsProvider\n    host: 127.0.0.1\n    port: {port}\n    api_key: key\nzones:\n"
    );
    fs::create_dir_all(folder.join("zones")).expect("a folder");
    for zone in 0..ZONES {
        let name = format!("z{zone}.example.");
        write!(config, "  {name}:\n    sources: [files]\n    targets: [dns]\n")
            .expect("a text takes all");
        let mut records = String::new();
        for number in 0..RECORDS {
            let value = address(number, false);
            writeln!(records, "r{number}: {{type: A, value: {value}}}").expect("a text takes all");
        }
        fs::write(folder.join(format!("zones/{name}yaml")), records).expect("a file");
    }
    fs::write(folder.join("config.yaml"), config).expect("a file");
}
