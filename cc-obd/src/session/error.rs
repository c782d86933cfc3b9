//! What can go wrong between an adapter and a car, and what a person can do about it.

use alloc::boxed::Box;

use cc_core::SignalId;

use crate::elm::AdapterFault;
use crate::service::NegativeResponse;

/// What went wrong. The session goes on by itself wherever it can; [`advice`](Self::advice) says what a person can do.
///
/// # Examples
///
/// ```
/// use cc_obd::session::SessionError;
///
/// let error = SessionError::CarSilent;
/// assert_eq!(error.to_string(), "no ecu answers on any protocol");
/// assert_eq!(error.advice(), "turn the ignition on (a hybrid or electric car: to ready), and see that the plug sits tight");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SessionError {
    /// Nothing comes back from the adapter.
    #[error("the adapter does not answer")]
    AdapterSilent,
    /// No ECU answers.
    #[error("no ecu answers on any protocol")]
    CarSilent,
    /// An ECU refused to clear its codes.
    #[error("ecu {ecu} did not clear its codes: {reason}")]
    ClearRefused {
        /// The ECU.
        ecu: Box<str>,
        /// Its refusal.
        reason: NegativeResponse,
    },
    /// The line was cut.
    #[error("the line to the adapter was cut")]
    Disconnected,
    /// The adapter reported a fault again and again.
    #[error("the adapter says: {0}")]
    Fault(AdapterFault),
    /// What is at the other end does not speak as an adapter does.
    #[error("what answers is not an elm327 adapter")]
    NotAnAdapter,
    /// No ECU answers service 01 for this signal, or the catalogue has no parameter for it.
    #[error("the car does not give {signal}")]
    NotGiven {
        /// The signal.
        signal: SignalId,
    },
    /// Nobody answered a request.
    #[error("no answer to request {service:02x}")]
    Unanswered {
        /// The service of the request.
        service: u8,
    },
    /// The answer to a request came damaged each time.
    #[error("the answer to request {service:02x} is damaged each time")]
    Unreadable {
        /// The service of the request.
        service: u8,
    },
}

impl SessionError {
    /// What a person at the car can do about it, as a fragment of a sentence.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::AdapterSilent => {
                "see that the adapter has power and nothing else is connected to it, try another baud rate \
                 (38400, 115200, 9600), or unplug it and plug it in again"
            }
            Self::CarSilent | Self::Fault(AdapterFault::UnableToConnect) => {
                "turn the ignition on (a hybrid or electric car: to ready), and see that the plug sits tight"
            }
            Self::ClearRefused { .. } => "turn the engine off, leave the ignition on, and try again",
            Self::Disconnected => "wait: the session goes on once the adapter is back",
            Self::Fault(AdapterFault::LowVoltageReset | AdapterFault::LowPowerAlert) => {
                "check the car's battery: the adapter lost its supply"
            }
            Self::Fault(AdapterFault::BufferFull) => "watch fewer signals at once, or use a faster line",
            Self::Fault(_) => "see that the plug sits tight and no other tester is on the bus",
            Self::NotAnAdapter => {
                "choose another port: adapters show up as a serial port or listen on tcp port 35000"
            }
            Self::NotGiven { .. } => "watch another signal: cars give those that their supported lists name",
            Self::Unanswered { .. } => "nothing: not every car knows every request",
            Self::Unreadable { .. } => {
                "replace the adapter, or move it away from what disturbs its radio link"
            }
        }
    }

    /// Whether waiting may help: the session tries again by itself.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::AdapterSilent | Self::CarSilent | Self::Disconnected | Self::Fault(_))
    }
}
