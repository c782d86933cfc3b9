//! The commands that speak to a car, or play one.

pub(crate) mod live;
mod notices;
mod page;
mod plan;
pub(crate) mod scan;
pub(crate) mod sim;
mod summary;
mod view;

use std::future::Future;
use std::time::Duration;

use cc_core::Vin;
use cc_obd::adapter::{Adapter, AdapterAddress, AdapterError, AdapterOptions};
use cc_obd::capture::{CaptureError, Decoded, Item};
use cc_obd::elm::AdapterFault;
use cc_obd::session::{BusProtocol, Knowledge, Report, Session, SessionError, SessionOptions};
use clap::Args;
use example_terminal::Failure;
use tokio::time::Instant;

use crate::complain;
use notices::Notices;

/// Where the car is, and how to speak to it.
#[derive(Args, Debug)]
pub(crate) struct LineArgs {
    /// The adapter: tcp://HOST:PORT, serial:PATH?baud=RATE or can:INTERFACE
    #[arg(value_name = "ADDRESS")]
    address: String,

    /// The protocol to try first, 1 to 9 as adapters number them; 6 is CAN with 11-bit ids at 500 kbit/s
    #[arg(long, value_name = "NUMBER", value_parser = protocol)]
    protocol: Option<BusProtocol>,

    /// Show the whole identification number (VIN) of the car
    #[arg(long)]
    show_vin: bool,
}

impl LineArgs {
    async fn open(&self, transcript: bool) -> Result<Adapter, Failure> {
        let address: AdapterAddress =
            self.address.parse().map_err(|error| failure(&AdapterError::Address(error)))?;
        let session = SessionOptions { protocol: self.protocol, transcript, ..SessionOptions::default() };
        let options = AdapterOptions { session, ..AdapterOptions::default() };
        Adapter::open(address, options).await.map_err(|error| failure(&error))
    }

    /// Whether an adapter stands between: a CAN interface has none.
    fn has_adapter(&self) -> bool {
        !self.address.starts_with("can:")
    }

    fn is_vin_shown(&self) -> bool {
        self.show_vin
    }

    /// The identification number as far as it may be shown: the maker, and no more unless asked.
    fn vin_text(&self, vin: Option<Vin>) -> Option<String> {
        vin.map(|vin| if self.show_vin { vin.to_string() } else { format!("{}…", vin.wmi()) })
    }
}

/// What is there, however often it was said: nothing at the other end can become an adapter by waiting.
fn is_hopeless(report: &Report, session: &Session) -> Option<Failure> {
    match report {
        Report::Problem(error) => {
            let known = session.knowledge();
            let is_none = error.is_no_adapter() && known.ecus.is_empty();
            let is_silent = *error == SessionError::AdapterSilent && known.adapter.is_none();
            (is_none || is_silent).then(|| Failure::usage(format!("{error}; {}", error.advice())))
        }
        _ => None,
    }
}

/// Whether the car answers, as was said by now.
#[derive(Debug, Default)]
struct Mood {
    is_bad: bool,
}

/// What is said where it answers after trouble.
const ANSWERS: &str = "the car answers";

impl Mood {
    /// Takes a report; true where by it the car answers after trouble.
    fn is_better(&mut self, report: &Report) -> bool {
        match report {
            Report::Problem(error) => self.is_bad |= error.is_passing(),
            Report::Ready => return std::mem::take(&mut self.is_bad),
            _ => {}
        }
        false
    }
}

/// Says what went wrong on the way.
fn tell(notices: &mut Notices, command: &str, begin: Instant, message: &str, advice: &str) {
    if let Some(line) = notices.take(begin.elapsed(), message, advice) {
        complain(&format!("{command}: {line}"));
    }
}

/// What came damaged, where an item says so: the message, and what to do about it.
fn damage(report: &Report) -> Option<(String, &'static str)> {
    let Report::Item(Decoded { item: Item::Error(error), .. }) = report else { return None };
    match *error {
        // What the adapter does not know is tried otherwise.
        CaptureError::Adapter(AdapterFault::UnknownCommand) => None,
        CaptureError::Adapter(fault) => {
            let error = SessionError::Fault(fault);
            Some((error.to_string(), error.advice()))
        }
        _ => Some(("an answer came damaged".to_owned(), SessionError::Unreadable { service: 0 }.advice())),
    }
}

/// Why not all was read by the end, where nothing went wrong by then.
fn too_late(known: &Knowledge, option: &str) -> Option<String> {
    let why = match known {
        Knowledge { adapter: None, protocol: None, .. } => {
            "nothing answered by the end; see that nothing else is connected to the adapter, or"
        }
        Knowledge { protocol: None, .. } => "the car was not found by the end: a search takes seconds;",
        _ => return None,
    };
    Some(format!("{why} allow more with {option}"))
}

/// An error and what to do about it.
fn failure(error: &AdapterError) -> Failure {
    Failure::usage(format!("{error}; {}", error.advice()))
}

/// Runs what waits for a line.
fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn protocol(text: &str) -> Result<BusProtocol, String> {
    let protocol = text.parse().ok().and_then(BusProtocol::from_number);
    protocol.ok_or_else(|| "expected 1 to 9, such as 6".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let delta = example_terminal::parse::duration(text).map_err(|error| error.to_string())?;
    delta.to_std().map_err(|error| error.to_string())
}
