//! An adapter at hand: a [`Session`] with a line under it.
//!
//! The line is a serial port (a USB or Bluetooth adapter, or a pseudo-terminal), a TCP connection (a Wi-Fi adapter, or
//! `ccars sim`), or a SocketCAN interface (Linux). [`AdapterAddress`] says which, as text. When the line breaks it is
//! opened again, with growing pauses, and the session goes on with all it knows.
//!
//! This module acts, so it needs tokio and reads the clock; what to say is decided in [`crate::session`].
//!
//! # Examples
//!
//! ```no_run
//! use std::time::Duration;
//! use cc_core::SignalId;
//! use cc_obd::adapter::{Adapter, AdapterEvent};
//! use cc_obd::capture::Item;
//! use cc_obd::session::{Job, Report};
//!
//! # async fn read() -> Result<(), Box<dyn std::error::Error>> {
//! let mut adapter = Adapter::connect("tcp://127.0.0.1:35000").await?;
//! adapter.session().watch(&SignalId::ENGINE_SPEED, Duration::from_millis(500))?;
//! adapter.session().start(Job::Codes);
//! loop {
//!     match adapter.next().await? {
//!         AdapterEvent::Report(Report::Item(decoded)) => println!("{}", decoded.to_canonical_json()),
//!         AdapterEvent::Report(Report::Problem(error)) => eprintln!("{error}: {}", error.advice()),
//!         _ => {}
//!     }
//! }
//! # }
//! ```

mod address;
mod advice;
mod line;

use core::fmt;
use core::pin::Pin;
use std::boxed::Box;
use std::io;
use std::time::Duration;
use std::vec::Vec;

use cc_core::Timestamp;
use tokio::time::{Instant, sleep_until, timeout};

pub use address::{AdapterAddress, AdapterAddressError};

use advice::CAN_UP;

use crate::session::{Input, Output, Report, Session, SessionOptions};
use line::{Heard, Line};

/// How an adapter is kept.
#[derive(Clone, Debug)]
pub struct AdapterOptions {
    /// How the session goes about it. Its epoch is replaced by the clock's instant.
    pub session: SessionOptions,
    /// Whether a line that breaks is opened again.
    pub reconnect: bool,
    /// The first pause before that. Each one doubles it, until the car answers again.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for AdapterOptions {
    fn default() -> Self {
        Self {
            session: SessionOptions::default(),
            reconnect: true,
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(15),
        }
    }
}

/// What an adapter gives.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub enum AdapterEvent {
    /// The session has something to tell.
    Report(Report),
    /// The next bytes of a recording ([`SessionOptions::transcript`]).
    Transcript(Vec<u8>),
}

/// Why there is no line.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The text is no address.
    #[error("{0}")]
    Address(#[from] AdapterAddressError),
    /// The line broke, and shall not be opened again.
    #[error("the line to {address} broke: {source}")]
    Broken {
        /// Where to.
        address: AdapterAddress,
        /// Why.
        source: io::Error,
    },
    /// The line could not be opened.
    #[error("{address} cannot be opened: {source}")]
    Open {
        /// Where to.
        address: AdapterAddress,
        /// Why.
        source: io::Error,
    },
}

impl AdapterError {
    /// What a person can do about it, as a fragment of a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Address(error) => error.advice(),
            Self::Broken { address: AdapterAddress::Can { .. }, .. } => CAN_UP,
            Self::Broken { .. } => "see that the adapter is in its plug and in reach",
            Self::Open { address, source } => match address {
                AdapterAddress::Can { .. } => advice::can(source),
                AdapterAddress::Serial { .. } => advice::serial(source),
                AdapterAddress::Tcp { .. } => advice::tcp(source),
            },
        }
    }
}

/// A session with its line; see the [module](self).
pub struct Adapter {
    address: AdapterAddress,
    options: AdapterOptions,
    session: Session,
    started: Instant,
    line: Option<Line>,
    /// What waits to be written.
    pending: Vec<u8>,
    pause: Duration,
    again_at: Instant,
    /// The attempt to open the line anew.
    opening: Option<Opening>,
    buffer: Box<[u8]>,
}

/// A line that is being opened.
type Opening = Pin<Box<dyn Future<Output = io::Result<Line>> + Send>>;

/// How long opening a line may take.
const OPENING: Duration = Duration::from_secs(10);

impl Adapter {
    /// Opens a line with the usual options.
    pub async fn connect(address: &str) -> Result<Self, AdapterError> {
        Self::open(address.parse()?, AdapterOptions::default()).await
    }

    /// Opens a line. An error where it cannot be opened now; from then on it is opened again and again.
    pub async fn open(address: AdapterAddress, mut options: AdapterOptions) -> Result<Self, AdapterError> {
        let line = opened(&address)
            .await
            .map_err(|source| AdapterError::Open { address: address.clone(), source })?;
        // The two clocks are read together, once the line is there: opening it may take seconds.
        let started = Instant::now();
        options.session.epoch = wall_clock();
        let session = if matches!(address, AdapterAddress::Can { .. }) {
            Session::with_can(options.session.clone())
        } else {
            Session::with_adapter(options.session.clone())
        };
        let mut adapter = Self {
            address,
            pause: options.first_pause,
            options,
            session,
            started,
            line: Some(line),
            pending: Vec::new(),
            again_at: started,
            opening: None,
            buffer: Box::new([0; 4096]),
        };
        adapter.session.handle(Duration::ZERO, Input::Connected);
        Ok(adapter)
    }

    /// Where the line leads.
    pub fn address(&self) -> &AdapterAddress {
        &self.address
    }

    /// The session: to watch signals, start jobs, and see what is known. Do not call its `handle` and `poll`.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Waits for what comes next. Nothing is lost where the future is dropped before it is done.
    pub async fn next(&mut self) -> Result<AdapterEvent, AdapterError> {
        loop {
            while let Some(output) = self.session.poll() {
                match output {
                    Output::Report(report) => {
                        if report == Report::Ready {
                            self.pause = self.options.first_pause;
                        }
                        return Ok(AdapterEvent::Report(report));
                    }
                    Output::Transcript(bytes) => return Ok(AdapterEvent::Transcript(bytes)),
                    Output::Send(bytes) => self.pending.extend(bytes),
                    Output::SendFrame(frame) => {
                        if let Some(Line::Can(socket)) = &self.line
                            && let Err(error) = socket.write(&frame)
                        {
                            self.broke(error)?;
                        }
                    }
                    Output::Hangup => self.broke(io::ErrorKind::TimedOut.into())?,
                }
            }
            self.wait().await?;
        }
    }

    async fn wait(&mut self) -> Result<(), AdapterError> {
        let Some(line) = &mut self.line else {
            // Kept over calls: where the future of a call is dropped, the attempt goes on with the next one.
            let opening = self.opening.get_or_insert_with(|| {
                let (address, at) = (self.address.clone(), self.again_at);
                Box::pin(async move {
                    sleep_until(at).await;
                    opened(&address).await
                })
            });
            let line = opening.await;
            self.opening = None;
            if let Ok(line) = line {
                self.line = Some(line);
                let now = self.started.elapsed();
                self.session.set_clock(now, wall_clock());
                self.session.handle(now, Input::Connected);
            } else {
                self.pause_longer();
            }
            return Ok(());
        };
        let far = Duration::from_secs(3_600);
        let deadline = self.session.next_deadline().map_or(Instant::now() + far, |due| self.started + due);
        // An adapter takes one command at a time: while one goes out, nothing comes in.
        let (pending, buffer) = (&self.pending, &mut self.buffer);
        let act = async {
            if pending.is_empty() {
                line.read(buffer).await
            } else {
                line.write(pending).await.map(Heard::Written)
            }
        };
        let heard = tokio::select! {
            biased;
            heard = act => heard,
            () = sleep_until(deadline) => Ok(Heard::Nothing),
        };
        let now = self.started.elapsed();
        match heard {
            Ok(Heard::Written(length)) => {
                self.pending.drain(..length.min(self.pending.len()));
            }
            Ok(Heard::Bytes(0)) => return self.broke(io::ErrorKind::UnexpectedEof.into()),
            Ok(Heard::Bytes(length)) => {
                let bytes = self.buffer.get(..length).unwrap_or_default();
                self.session.handle(now, Input::Received(bytes));
            }
            Ok(Heard::Frame(frame)) => self.session.handle(now, Input::Frame(&frame)),
            Ok(Heard::Nothing) => self.session.handle(now, Input::Tick),
            Err(error) => return self.broke(error),
        }
        Ok(())
    }

    /// The next attempt comes behind a pause, and the one after it behind a longer one. That the line opens is not enough
    /// to begin with a short one again: whatever is at a wrong port takes every call.
    fn pause_longer(&mut self) {
        self.again_at = Instant::now() + self.pause;
        self.pause = self.pause.saturating_mul(2).min(self.options.longest_pause);
    }

    /// The line is gone.
    fn broke(&mut self, source: io::Error) -> Result<(), AdapterError> {
        self.line = None;
        self.pending.clear();
        self.pause_longer();
        self.session.handle(self.started.elapsed(), Input::Disconnected);
        if self.options.reconnect {
            return Ok(());
        }
        Err(AdapterError::Broken { address: self.address.clone(), source })
    }
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Adapter({}, open: {}, {:?})", self.address, self.line.is_some(), self.session)
    }
}

async fn opened(address: &AdapterAddress) -> io::Result<Line> {
    timeout(OPENING, Line::open(address)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "an adapter lives in real time; the session under it is told the instant"
)]
fn wall_clock() -> Timestamp {
    std::time::SystemTime::now().into()
}
