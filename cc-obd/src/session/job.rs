//! What can be asked of the car once, beside polling.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{ConfirmClear, Knowledge};

/// Something to do once. The answers come as items, then [`Report::Finished`](super::Report::Finished).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Job {
    /// Clear codes, freeze frames and test results in all ECUs (service 04), and read the codes again.
    ClearCodes(ConfirmClear),
    /// Read stored, pending and permanent codes (services 03, 07, 0A), and on CAN those of service 19.
    Codes,
    /// Read the freeze frames (service 02).
    FreezeFrames,
    /// Read the names and calibrations of the ECUs (service 09).
    Info,
    /// Read the results of the tests that the ECUs make of the car (service 06, on CAN).
    Monitors,
    /// Read the state of the monitors (service 01, parameters 01 and 41).
    Readiness,
    /// A request of your own, service byte first, 7 bytes at the most. Not one that clears codes: those are refused.
    Request {
        /// The ECU, by the name its items have; `None`: all.
        ecu: Option<Box<str>>,
        /// The request.
        bytes: Vec<u8>,
    },
    /// Read the vehicle identification number (service 09).
    Vin,
    /// Read the voltage at the plug (`AT RV`).
    Voltage,
}

/// The number of a job, in the order in which they were started.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct JobId(pub u64);

/// One request of a job.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Ask {
    pub(super) ecu: Option<Box<str>>,
    pub(super) request: Vec<u8>,
    /// Whether no answer at all is an error of the job.
    pub(super) is_needed: bool,
    pub(super) tries: u8,
}

impl Ask {
    pub(super) fn all(request: &[u8]) -> Self {
        Self { ecu: None, request: request.to_vec(), is_needed: false, tries: 0 }
    }

    pub(super) fn needed(mut self) -> Self {
        self.is_needed = true;
        self
    }

    pub(super) fn service(&self) -> u8 {
        self.request.first().copied().unwrap_or_default()
    }
}

impl Job {
    /// The requests to begin with; answers may bring more.
    pub(super) fn asks(&self, known: &Knowledge) -> Vec<Ask> {
        let is_can = known.protocol.is_none_or(super::BusProtocol::is_can);
        match self {
            Self::ClearCodes(_) => Vec::from([Ask::all(&[0x04]).needed()]),
            Self::Codes => {
                let mut asks = Vec::from([Ask::all(&[0x03]).needed(), Ask::all(&[0x07])]);
                if is_can {
                    asks.push(Ask::all(&[0x0A]));
                    asks.extend(known.ecus.iter().filter_map(|(name, ecu)| {
                        let asked = !name.is_empty() && ecu.answers_uds_codes != Some(false);
                        // All but the two bits that say that a test has not ended: without them, lists hold every code.
                        asked.then(|| Ask { ecu: Some(name.clone()), ..Ask::all(&[0x19, 0x02, 0xAF]) })
                    }));
                }
                asks
            }
            Self::FreezeFrames => Vec::from([Ask::all(&[0x02, 0x02, 0x00])]),
            Self::Info => {
                let types = [0x04, 0x06, 0x0A].into_iter();
                types.filter(|&id| known.gives_info(id)).map(|id| Ask::all(&[0x09, id])).collect()
            }
            Self::Monitors if is_can => Vec::from([Ask::all(&[0x06, 0x00])]),
            Self::Monitors | Self::Voltage => Vec::new(),
            Self::Readiness => {
                let mut asks = Vec::from([Ask::all(&[0x01, 0x01]).needed()]);
                if known.supporters(0x41) > 0 {
                    asks.push(Ask::all(&[0x01, 0x41]));
                }
                asks
            }
            Self::Request { ecu, bytes } => Vec::from([Ask { ecu: ecu.clone(), ..Ask::all(bytes) }.needed()]),
            Self::Vin => Vec::from([Ask::all(&[0x09, 0x02])]),
        }
    }
}
