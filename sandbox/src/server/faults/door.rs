//! The listening socket, which can be closed and opened again, and connections that can be reset.
//!
//! A closed door is a port without a listener, so a client is refused by its own system, as it
//! is when a vendor is down. Nothing here knows what is said on a connection.

#![expect(clippy::disallowed_methods, reason = "slow connections wait")]

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

/// A listening socket that can be taken away.
#[derive(Clone)]
pub struct Door(Arc<Mutex<Hinge>>);

struct Hinge {
    address: SocketAddr,
    listener: Option<TcpListener>,
    /// Bound again, and not yet known to the runtime: only it can make a listener of this.
    reopened: Option<std::net::TcpListener>,
    /// Who waits for the next connection.
    waiting: Option<Waker>,
    /// Told whenever all connections are to close.
    closing: watch::Sender<()>,
    /// How long a new connection takes until anything is heard on it.
    connecting: Duration,
}

impl Door {
    /// Takes over a socket.
    pub fn new(listener: TcpListener) -> io::Result<Self> {
        let hinge = Hinge {
            address: listener.local_addr()?,
            listener: Some(listener),
            reopened: None,
            waiting: None,
            closing: watch::Sender::new(()),
            connecting: Duration::ZERO,
        };
        Ok(Self(Arc::new(Mutex::new(hinge))))
    }

    /// Closes every connection, and refuses new ones from now on.
    pub fn close(&self) {
        let mut hinge = self.hinge();
        hinge.listener = None;
        hinge.reopened = None;
        hinge.closing.send_replace(());
    }

    /// Takes connections again, on the same port.
    pub fn open(&self) -> io::Result<()> {
        let mut hinge = self.hinge();
        if hinge.listener.is_none() && hinge.reopened.is_none() {
            let listener = std::net::TcpListener::bind(hinge.address)?;
            listener.set_nonblocking(true)?;
            hinge.reopened = Some(listener);
        }
        if let Some(waiting) = hinge.waiting.take() {
            waiting.wake();
        }
        Ok(())
    }

    /// Lets each new connection take this long from now on.
    pub fn slow_down(&self, connecting: Duration) {
        self.hinge().connecting = connecting;
    }

    fn hinge(&self) -> MutexGuard<'_, Hinge> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<(Line, SocketAddr)>> {
        let mut hinge = self.hinge();
        hinge.waiting = Some(context.waker().clone());
        if let Some(reopened) = hinge.reopened.take() {
            hinge.listener = Some(TcpListener::from_std(reopened)?);
        }
        let Some(listener) = &hinge.listener else { return Poll::Pending };
        let accepted = std::task::ready!(listener.poll_accept(context));
        let mut closing = hinge.closing.subscribe();
        let connecting = hinge.connecting;
        Poll::Ready(accepted.map(|(stream, address)| {
            // Small answers would otherwise wait for the client's delayed acknowledgement.
            let _ = stream.set_nodelay(true);
            let closing = Box::pin(async move {
                let _ = closing.changed().await;
            });
            let connecting = (!connecting.is_zero()).then(|| Box::pin(sleep(connecting)));
            let (reset, door) = (Arc::default(), self.clone());
            (Line { stream, connecting, closing: Some(closing), reset, door }, address)
        }))
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            // A connection that broke while it was made is the client's to notice.
            if let Ok(accepted) = poll_fn(|context| self.poll_accept(context)).await {
                return accepted;
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.hinge().address)
    }
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    /// Ends when the connection is made; `None` once it is.
    connecting: Option<Pin<Box<Sleep>>>,
    /// Ends when the connection is to close; `None` once it did.
    closing: Option<BoxFuture<'static, ()>>,
    reset: Arc<AtomicBool>,
    door: Door,
}

/// Lets the answer to a request reset its connection, or close the door that it came through.
#[derive(Clone)]
pub struct Handle {
    reset: Arc<AtomicBool>,
    /// The door.
    pub door: Door,
}

impl Handle {
    /// Makes the end of the connection a reset instead of an orderly one.
    pub fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Door>> for Handle {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        let Line { reset, door, .. } = stream.io();
        Self { reset: Arc::clone(reset), door: door.clone() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // Without time to linger the system sends a reset instead of an end.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(connecting) = &mut self.connecting {
            std::task::ready!(connecting.as_mut().poll(context));
            self.connecting = None;
        }
        if let Some(closing) = &mut self.closing
            && closing.as_mut().poll(context).is_ready()
        {
            self.closing = None;
        }
        if self.closing.is_none() {
            // Nothing read is the end of the connection.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
