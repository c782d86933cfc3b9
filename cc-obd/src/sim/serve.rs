//! The simulated adapter on real lines: TCP and a pseudo-terminal.
//!
//! One client at a time, as a real adapter has it; what it was told stays while clients come and go. Time is the time
//! since the [`Server`] was made.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//! use cc_obd::adapter::{Adapter, AdapterEvent};
//! use cc_obd::session::Report;
//! use cc_obd::sim::Scenario;
//! use cc_obd::sim::serve::Server;
//! use tokio::net::TcpListener;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = format!("tcp://{}", listener.local_addr()?);
//! let server = tokio::spawn(Server::new(Scenario::standard()).tcp(listener));
//! let mut adapter = Adapter::connect(&address).await?;
//! while adapter.next().await? != AdapterEvent::Report(Report::Ready) {}
//! assert_eq!(adapter.session().knowledge().ecus.len(), 2);
//! # server.abort();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::convert::Infallible;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};

use super::{Elm327, Scenario, SimOutput};

#[cfg(unix)]
mod pty;
#[cfg(unix)]
pub use pty::Pty;

/// A simulated adapter that clients can connect to.
#[derive(Debug)]
pub struct Server {
    adapter: Elm327,
    started: Instant,
}

/// How a client went.
enum Left {
    /// It closed the line.
    Client,
    /// The adapter did, as its scenario wants.
    Adapter,
}

impl Server {
    /// A server whose scenario begins now.
    pub fn new(scenario: Scenario) -> Self {
        Self { adapter: Elm327::new(scenario), started: Instant::now() }
    }

    /// Serves one TCP client after the other. Ends with an error of the listener only.
    pub async fn tcp(mut self, listener: TcpListener) -> io::Result<Infallible> {
        loop {
            let (mut stream, _) = listener.accept().await?;
            // A client that is gone already is no reason to stop.
            let _ = stream.set_nodelay(true);
            let _ = self.attend(&mut stream).await;
            self.adapter.reconnect();
        }
    }

    /// Serves whoever opens a pseudo-terminal. Ends with an error of the terminal only.
    #[cfg(unix)]
    pub async fn pty(mut self, mut pty: Pty) -> io::Result<Infallible> {
        loop {
            self.attend(&mut pty).await?;
            self.adapter.reconnect();
        }
    }

    async fn attend(&mut self, line: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<Left> {
        let mut buffer = [0; 1024];
        loop {
            while let Some(output) = self.adapter.poll(self.started.elapsed()) {
                match output {
                    SimOutput::Bytes(bytes) => line.write_all(&bytes).await?,
                    SimOutput::Close => return Ok(Left::Adapter),
                }
            }
            let deadline = self.adapter.next_deadline().map(|due| self.started + due);
            let wait = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => core::future::pending().await,
                }
            };
            tokio::select! {
                read = line.read(&mut buffer) => {
                    let length = read?;
                    if length == 0 {
                        return Ok(Left::Client);
                    }
                    self.adapter.handle(self.started.elapsed(), buffer.get(..length).unwrap_or_default());
                }
                () = wait => {}
            }
        }
    }
}
