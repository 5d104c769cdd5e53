//! A door with a certificate in front of a simulated vendor, which speaks plain HTTP by itself.
//!
//! The certificate is for `localhost`, `127.0.0.1` and `us-1.api.gong.io`, from an authority that
//! no machine trusts. Its key is public: it protects nothing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::World;

/// How the door is come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Directly, at this address of the machine.
    At(&'static str),
    /// As through a proxy: it is asked for a tunnel first.
    Tunnel,
}

/// A door, open until the world ends.
pub struct Door {
    /// Where it is.
    pub port: u16,
    /// What a proxy was asked, in its own words.
    pub asked: Arc<Mutex<Vec<String>>>,
}

/// Returns a file of the certificates.
pub fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/harness/certificates").join(name)
}

impl World {
    /// Opens a door with a certificate in front of the vendor.
    pub fn door(&self, way: Way) -> Door {
        let vendor = self.sandbox().endpoint().trim_start_matches("http://").to_owned();
        self.runtime.block_on(open(vendor, way))
    }
}

/// Opens a door in front of an address.
async fn open(vendor: String, way: Way) -> Door {
    let certificate = CertificateDer::from_pem_file(file("server.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(file("server.key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the versions are safe")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is the certificate's");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = if let Way::At(address) = way { address } else { "127.0.0.1" };
    let listener = TcpListener::bind((address, 0)).await.expect("there is a free port");
    let port = listener.local_addr().expect("it listens").port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (vendor, acceptor, hear) = (vendor.clone(), acceptor.clone(), Arc::clone(&hear));
            tokio::spawn(async move {
                if way == Way::Tunnel {
                    let asked = tunnel(&mut stream).await;
                    hear.lock().expect("no holder of this lock can panic").push(asked);
                }
                // A client that does not like the certificate goes away, which is its right.
                let Ok(mut secure) = acceptor.accept(stream).await else { return };
                let mut behind = TcpStream::connect(vendor).await.expect("the vendor is there");
                let _ = copy_bidirectional(&mut secure, &mut behind).await;
            });
        }
    });
    Door { port, asked }
}

/// Grants a tunnel and returns what was asked.
async fn tunnel(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { break };
        head.push(byte);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.expect("the client waits");
    String::from_utf8_lossy(&head).into_owned()
}
