//! Measuring the pace: many requests of one tenant against a vendor that enforces its rate, counted
//! where they arrive. What lies between the two makes them late, each by another time.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use permctl::provider::gong::{Gong, PROFILES};
use permctl::provider::http::{Connection, Credentials, Limiter, Run, TenantClient, Transport};
use permctl::provider::{Rate, find};
use permctl::secret::{Redactor, Secret};
use permctl_sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET};
use permctl_sandbox::{Options, Received, Reply};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// How many requests.
    pub requests: usize,
    /// What the vendor serves in any stretch of this length, and what the client knows it to.
    pub rate: (u32, Duration),
    /// How late a request is at most.
    pub jitter: Duration,
    /// How long making a connection takes at most; each takes another time.
    pub connecting: Duration,
}

/// What the vendor saw.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Requests that it answered.
    pub answered: usize,
    /// Requests that it refused with 429.
    pub refused: usize,
    /// From the first arrival to the last.
    pub took: Duration,
}

/// Sends that many requests as fast as the pace of one tenant allows.
pub fn measure(setting: Setting) -> Seen {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(measured(setting))
}

async fn measured(setting: Setting) -> Seen {
    let Setting { requests, rate, jitter, connecting } = setting;
    let system = find("gong").expect("it is in the registry");
    let options = Options { rate: Some(rate), ..Options::default() };
    let sandbox = permctl_sandbox::start((system.sandbox)(), options).await;
    let sandbox = sandbox.expect("loopback has a free port");
    let arrivals: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let note = Arc::clone(&arrivals);
    // It is asked about requests that are within the rate, as they arrive.
    sandbox.script(Box::new(move |_: &Received| {
        note.lock().expect("no holder of this lock can panic").push(Instant::now());
        permctl_sandbox::Fault::None
    }));
    let vendor = sandbox.endpoint().trim_start_matches("http://").to_owned();
    let base = match jitter.is_zero() && connecting.is_zero() {
        true => vendor,
        false => late(vendor, jitter, connecting).await,
    };
    let base = format!("http://{base}").parse().expect("an address is a part of a URL");
    let credentials = Credentials::Basic(Secret::new(ACCESS_KEY), Secret::new(ACCESS_KEY_SECRET));
    let pace = Rate { calls: rate.0, per: rate.1 };
    let tenant = TenantClient::connect(Connection {
        name: "acme".to_owned(),
        base,
        credentials,
        limiter: Limiter::new(Some(pace), 1.0),
        redactor: Redactor::default(),
        transport: Transport::default(),
        run: Arc::new(Run::default()),
        day: None,
    });
    let reader = tenant.reader(&Gong);
    let all = (0..requests)
        .map(|_| reader.send(PROFILES.request().query("workspaceId", "7273476131570014205")));
    let answers = join_all(all).await;
    let refused = |reply: &Reply| reply.status == 429;
    let refused = sandbox.exchanges().iter().filter(|it| refused(&it.reply)).count();
    let arrivals = arrivals.lock().expect("no holder of this lock can panic");
    let (first, last) = (arrivals.iter().min(), arrivals.iter().max());
    let took = *last.expect("some arrived") - *first.expect("some arrived");
    Seen { answered: answers.iter().filter(|answer| answer.is_ok()).count(), refused, took }
}

/// Stands between client and vendor, and is late with each request by another time.
async fn late(vendor: String, jitter: Duration, connecting: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("it listens").to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let vendor = vendor.clone();
            tokio::spawn(async move {
                chance(connecting).await;
                let behind = TcpStream::connect(vendor).await.expect("the vendor is there");
                let (mut from, mut back) = stream.into_split();
                let (mut answers, mut to) = behind.into_split();
                let asking = async {
                    let mut part = [0; 4096];
                    loop {
                        // A request of this client comes in one part, and waits for its answer.
                        let length = from.read(&mut part).await.unwrap_or(0);
                        chance(jitter).await;
                        if length == 0 || to.write_all(&part[..length]).await.is_err() {
                            break;
                        }
                    }
                };
                tokio::join!(asking, tokio::io::copy(&mut answers, &mut back)).1.unwrap_or(0);
            });
        }
    });
    address
}

/// Waits for a while, at most so long.
async fn chance(most: Duration) {
    let most = u64::try_from(most.as_micros()).expect("it is a small number");
    tokio::time::sleep(Duration::from_micros(fastrand::u64(..=most))).await;
}
