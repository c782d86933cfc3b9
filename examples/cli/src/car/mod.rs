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
use cc_obd::session::{BusProtocol, Report, Session, SessionOptions};
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
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=9))]
    protocol: Option<u8>,

    /// Show the whole identification number (VIN) of the car
    #[arg(long)]
    show_vin: bool,
}

impl LineArgs {
    async fn open(&self, transcript: bool) -> Result<Adapter, Failure> {
        let address: AdapterAddress =
            self.address.parse().map_err(|error| failure(&AdapterError::Address(error)))?;
        let session = SessionOptions {
            protocol: self.protocol.and_then(BusProtocol::from_number),
            transcript,
            ..SessionOptions::default()
        };
        let options = AdapterOptions { session, ..AdapterOptions::default() };
        Adapter::open(address, options).await.map_err(|error| failure(&error))
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
        Report::Problem(error) if error.is_no_adapter() && session.knowledge().ecus.is_empty() => {
            Some(Failure::usage(format!("{error}; {}", error.advice())))
        }
        _ => None,
    }
}

/// Says what went wrong on the way.
fn tell(notices: &mut Notices, command: &str, begin: Instant, message: &str, advice: &str) {
    if let Some(line) = notices.take(begin.elapsed(), message, advice) {
        complain(&format!("{command}: {line}"));
    }
}

/// An error and what to do about it.
fn failure(error: &AdapterError) -> Failure {
    Failure::usage(format!("{error}; {}", error.advice()))
}

/// Runs what waits for a line.
fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn duration(text: &str) -> Result<Duration, String> {
    let delta = example_terminal::parse::duration(text).map_err(|error| error.to_string())?;
    delta.to_std().map_err(|error| error.to_string())
}
