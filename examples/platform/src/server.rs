//! Connections: accepted, bounded in time, and drained.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};
use tower::ServiceExt as _;

use crate::node::Node;
use crate::patient::Patient;
use crate::routes::router;

/// The longest that draining takes.
const DRAIN: Duration = Duration::from_secs(30);

/// What the system keeps of an answer that its reader does not take, bytes; it may double that. As much as it likes is megabytes.
const UNSENT: u32 = 128 << 10;
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

/// Serves until `stop` is over; then ends streams, lets requests end, and closes.
pub async fn serve(
    node: Arc<Node>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let app = router(node.clone());
    // Who takes nothing for three heartbeats is gone, or means ill.
    let patience = Duration::from_millis(node.config.heartbeat.saturating_mul(3));
    let connections = GracefulShutdown::new();
    let workers = crate::work::start(&node);
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Too many open files, above all: those that end make room.
                tracing::warn!(kind = ?error.kind(), "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            app.clone().oneshot(request)
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(node.config.request))
            .max_headers(64)
            // Of a head, and of what waits for the socket.
            .max_buf_size(32 << 10)
            .serve_connection(TokioIo::new(Patient::new(stream, patience)), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // That a peer went away is no error of ours.
            let _ = connection.await;
        });
    }
    drop(listener);
    node.drain();
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::warn!("connections were cut");
    }
    workers.stop().await;
    Ok(())
}
