//! Connections: accepted, bounded in time, and drained.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt as _;

use crate::auth::peer;
use crate::counts::{Counts, OneOf};
use crate::guard;
use crate::node::Node;
use crate::patient::Patient;
use crate::routes::{metrics_router, router};

/// The longest that draining takes.
const DRAIN: Duration = Duration::from_secs(30);
/// How long those who came meanwhile get for their answer.
const LATE: Duration = Duration::from_secs(1);

/// What the system keeps of an answer that its reader does not take, bytes; it may double that. As much as it likes is megabytes.
const UNSENT: u32 = 128 << 10;
/// How long nothing more is said of connections that are not accepted.
const QUIET: Duration = Duration::from_secs(30);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Listens at an address, with little room in the system for what nobody reads.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Those that are accepted have it, too.
    socket.set_send_buffer_size(UNSENT)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` is over; then ends streams, lets requests end, and closes. Until it closes, whoever comes is told that it
/// drains.
pub async fn serve(
    node: Arc<Node>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let door = Door::of(router(node.clone()), &node);
    let workers = crate::work::start(&node);
    let connections = GracefulShutdown::new();
    door.open(&listener, &connections, stop).await;
    node.drain();
    let began = tokio::time::Instant::now();
    let late = GracefulShutdown::new();
    let drained = async {
        if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
            tracing::warn!("connections were cut");
        }
    };
    door.open(&listener, &late, drained).await;
    drop(listener);
    // Each has one answer to take.
    let _ = tokio::time::timeout(LATE, late.shutdown()).await;
    workers.stop(DRAIN.saturating_sub(began.elapsed()).max(LATE)).await;
    Ok(())
}

/// Serves figures, and nothing else, until the node drains.
pub async fn serve_metrics(node: Arc<Node>, listener: TcpListener) {
    let door = Door::of(metrics_router(node.clone()), &node);
    let mut draining = node.draining();
    let stop = async {
        let _ = draining.wait_for(|draining| *draining).await;
    };
    let connections = GracefulShutdown::new();
    door.open(&listener, &connections, stop).await;
    let _ = tokio::time::timeout(LATE, connections.shutdown()).await;
}

/// What stands behind a listener.
struct Door {
    app: Router,
    node: Arc<Node>,
    /// How many connections each address has.
    each: Counts,
}

/// The most connections of one address where nothing else is said: so many that others have room as well.
pub(crate) fn connections_of_one() -> u32 {
    #[cfg(unix)]
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    let files = None::<u64>;
    files.map_or(u32::MAX, |files| u32::try_from(files / 4 * 3).unwrap_or(u32::MAX))
}

impl Door {
    fn of(app: Router, node: &Arc<Node>) -> Self {
        Self { app, node: node.clone(), each: Counts::default() }
    }

    /// A connection among those of its address; `None` where that has as many as it may.
    fn one_more(&self, peer: SocketAddr) -> Option<OneOf> {
        let (address, config) = (peer.ip().to_canonical(), &self.node.config);
        let is_trusted = config.proxies.iter().any(|proxy| proxy.to_canonical() == address);
        self.each.one_more(peer::name(address), if is_trusted { u32::MAX } else { config.connections })
    }

    /// Lets connections in until `stop` is over.
    async fn open(
        &self,
        listener: &TcpListener,
        connections: &GracefulShutdown,
        stop: impl Future<Output = ()> + Send,
    ) {
        let mut stop = std::pin::pin!(stop);
        let (mut told, mut refused) = (None::<tokio::time::Instant>, 0_u64);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => return,
            };
            match accepted {
                Ok((stream, peer)) => match self.one_more(peer) {
                    Some(one) => self.serve(connections, stream, peer, one),
                    None => {
                        self.node.metrics.connections_refused.fetch_add(1, Relaxed);
                    }
                },
                Err(error) => {
                    // Too many open files, above all: those that end make room.
                    refused += 1;
                    if told.is_none_or(|told| told.elapsed() >= QUIET) {
                        let why = crate::words::of(&error);
                        tracing::warn!(why, tries = refused, "connections are not accepted");
                        (told, refused) = (Some(tokio::time::Instant::now()), 0);
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn serve(&self, connections: &GracefulShutdown, stream: TcpStream, peer: SocketAddr, one: OneOf) {
        let _ = stream.set_nodelay(true);
        let app = self.app.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().oneshot(request)
        });
        // Who takes nothing for three heartbeats is gone, or means ill.
        let patience = Duration::from_millis(self.node.config.heartbeat.saturating_mul(3));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(self.node.config.request))
            .keep_alive(!self.node.is_draining())
            .max_headers(guard::MOST_HEADERS * 4)
            // Of a head, and of what waits for the socket.
            .max_buf_size(guard::MOST_BYTES * 4)
            .serve_connection(TokioIo::new(Patient::new(stream, patience)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // That a peer went away is no error of ours.
            let _ = connection.await;
            drop(one);
        });
    }
}
