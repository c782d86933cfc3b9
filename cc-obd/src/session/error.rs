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
    /// Whatever is sent, the same comes back: a broken adapter, or none.
    #[error("what answers says the same to every command, as a broken adapter does")]
    AnswersAlike,
    /// Another car answers than the one that the job was started for.
    #[error("another car answers than the one this was meant for")]
    CarChanged,
    /// The ECUs that answered a moment ago answer no more.
    #[error("the car answers no more")]
    CarLost,
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
    /// What is sent comes back, and nothing else.
    #[error("what is sent comes back and nothing else: that is no adapter")]
    EchoesOnly,
    /// The adapter reported a fault again and again.
    #[error("the adapter says: {0}")]
    Fault(AdapterFault),
    /// Data come without end and without a prompt.
    #[error("data come without end, and no prompt")]
    Flood,
    /// The adapter does not take the command that addresses one ECU (`AT SH`).
    #[error("the adapter cannot set headers (command ATSH), so no ecu can be asked alone")]
    HeaderRefused,
    /// The answer to a request came damaged each time, and the adapter does not show who sent its lines (`AT H1`): those of
    /// several ECUs run into each other.
    #[error(
        "the answer to request {service:02x} is damaged each time, and the adapter shows no headers (command ATH1)"
    )]
    Headless {
        /// The service of the request.
        service: u8,
    },
    /// What is at the other end does not speak as an adapter does.
    #[error("what answers is not an elm327 adapter")]
    NotAnAdapter,
    /// No ECU answers service 01 for this signal.
    #[error("the car does not give {signal}")]
    NotGiven {
        /// The signal.
        signal: SignalId,
    },
    /// The adapter answers the command for its voltage with something else, or not at all.
    #[error("the adapter does not give the voltage (command ATRV)")]
    NoVoltage,
    /// The catalogue knows the signal, but from elsewhere than service 01.
    #[error("{signal} is not among the values that any car can be asked for")]
    NotPolled {
        /// The signal.
        signal: SignalId,
    },
    /// The adapter restarts whenever the car is asked.
    #[error("the adapter restarts again and again")]
    RestartsAgain,
    /// Nobody answered a request.
    #[error("no answer to request {service:02x}")]
    Unanswered {
        /// The service of the request.
        service: u8,
    },
    /// The catalogue has no such signal.
    #[error("the catalogue has no signal {signal}")]
    UnknownSignal {
        /// The name.
        signal: SignalId,
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
            Self::AnswersAlike | Self::EchoesOnly | Self::NotAnAdapter => {
                "choose another port or baud rate: adapters show up as a serial port or listen on tcp port 35000; if it is \
                 one, unplug it and plug it in again"
            }
            Self::CarChanged => "start it again if this car is meant, too",
            Self::CarLost => "wait: it is asked again every second; if it stays silent, turn the ignition on",
            Self::CarSilent | Self::Fault(AdapterFault::UnableToConnect | AdapterFault::BusInit) => {
                "turn the ignition on (a hybrid or electric car: to ready), and see that the plug sits tight"
            }
            Self::ClearRefused { .. } => "turn the engine off, leave the ignition on, and try again",
            Self::Disconnected => "wait: the session goes on once the adapter is back",
            Self::Fault(fault) => fault_advice(*fault),
            Self::Flood => {
                "unplug the adapter and plug it in again; if that does not help, choose another port or baud rate"
            }
            Self::HeaderRefused => {
                "replace the adapter: without headers codes that only one ecu alone is asked for are not read"
            }
            Self::Headless { .. } => {
                "replace the adapter: without headers the long answers of several ecus cannot be told apart"
            }
            Self::NoVoltage => "nothing: only the voltage at the plug is missing",
            Self::NotGiven { .. } => "watch another signal: cars give those that their supported lists name",
            Self::NotPolled { .. } | Self::UnknownSignal { .. } => {
                "choose one that the reference of signals lists with service 01"
            }
            Self::RestartsAgain => {
                "check the car's battery and the plug: the adapter loses its supply; else replace the adapter"
            }
            Self::Unanswered { .. } => "nothing: not every car knows every request",
            Self::Unreadable { .. } => {
                "replace the adapter, or move it away from what disturbs its radio link"
            }
        }
    }

    /// Whether waiting may help: the session tries again by itself.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::AdapterSilent | Self::CarLost | Self::CarSilent | Self::Disconnected | Self::Fault(_)
        )
    }

    /// Whether what is at the other end is no adapter, or a broken one: waiting will not help.
    pub fn is_no_adapter(&self) -> bool {
        matches!(self, Self::AnswersAlike | Self::EchoesOnly | Self::Flood | Self::NotAnAdapter)
    }
}

fn fault_advice(fault: AdapterFault) -> &'static str {
    match fault {
        AdapterFault::BufferFull => "watch fewer signals at once, or use a faster line",
        AdapterFault::InternalError(_) | AdapterFault::Feedback | AdapterFault::OutOfMemory => {
            "unplug the adapter and plug it in again; if that does not help, replace it"
        }
        AdapterFault::LowVoltageReset | AdapterFault::LowPowerAlert => {
            "check the car's battery: the adapter lost its supply"
        }
        AdapterFault::SerialOverflow => {
            "use a slower line (another baud rate), and close whatever else uses it"
        }
        AdapterFault::Stopped => {
            "close whatever else uses the adapter: something was sent to it while it answered"
        }
        AdapterFault::UnknownCommand => "replace the adapter: it lacks what its version promises",
        _ => "see that the plug sits tight and no other tester is on the bus",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_is_about_the_fault() {
        for (fault, word) in [
            (AdapterFault::Stopped, "while it answered"),
            (AdapterFault::BufferFull, "fewer signals"),
            (AdapterFault::BusInit, "ignition"),
            (AdapterFault::UnableToConnect, "ignition"),
            (AdapterFault::LowVoltageReset, "battery"),
            (AdapterFault::CanError, "sits tight"),
            (AdapterFault::UnknownCommand, "replace"),
        ] {
            let advice = SessionError::Fault(fault).advice();
            assert!(advice.contains(word), "{fault}: {advice}");
        }
    }
}
