//! The words an adapter says instead of data.

use core::fmt;

use super::word;

/// What an ELM327 or STN adapter reports instead of data (ELM327 data sheet, "Error messages and alerts";
/// the reference manual of STN adapters has the same chapter).
///
/// # Examples
///
/// ```
/// use cc_obd::elm::AdapterFault;
///
/// assert_eq!(AdapterFault::from_text(b"NO DATA"), Some(AdapterFault::NoData));
/// assert_eq!(AdapterFault::from_text(b"41 0C 1A F8"), None);
/// assert_eq!(AdapterFault::InternalError(94).to_string(), "internal error 94");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AdapterFault {
    /// `ACT ALERT`: no activity for long; the adapter goes to sleep soon.
    ActivityAlert,
    /// `BUFFER FULL`: answers came faster than the adapter could send them on; some are lost.
    BufferFull,
    /// `BUS BUSY`: too much traffic to send the request.
    BusBusy,
    /// `BUS ERROR`: an invalid signal on the bus.
    BusError,
    /// `BUS INIT: ERROR` (or `BUS INIT: ...ERROR`): the slow or fast start of a K-line failed.
    BusInit,
    /// `CAN ERROR`: the CAN controller could not send or receive, often a wrong bit rate.
    CanError,
    /// `DATA ERROR`: an answer whose checksum or format was wrong, and which was not shown.
    DataError,
    /// `<DATA ERROR`: the line that this word ends has a wrong checksum or format.
    DataErrorHere,
    /// `FB ERROR`: feedback missing; the output line does not follow.
    Feedback,
    /// `FC RX TIMEOUT` (STN): the car began to take a long request, and never asked for its rest.
    FlowControlTimeout,
    /// `ERRnn`: an internal error of the adapter, with its number.
    InternalError(u8),
    /// `LP ALERT`: low-power mode starts in two seconds.
    LowPowerAlert,
    /// `LV RESET`: the adapter restarted since its supply voltage fell.
    LowVoltageReset,
    /// `NO DATA`: nothing answered in time. Not a failure of the adapter: the car may not know the request.
    NoData,
    /// `OUT OF MEMORY` (STN): no room is left for the filters, the schedule or the message.
    OutOfMemory,
    /// `<RX ERROR`: the frame of this line was received damaged.
    ReceiveErrorHere,
    /// `UART RX OVERFLOW` (STN): the host sent faster than the adapter took it; a part of the command is lost.
    SerialOverflow,
    /// `STOPPED`: a character from the host interrupted the answer.
    Stopped,
    /// `?`: the adapter does not understand the command.
    UnknownCommand,
    /// `UNABLE TO CONNECT`: no protocol answered.
    UnableToConnect,
    /// `ERROR` and nothing else, as clones say that a bus did not start or that a command failed.
    Unspecified,
}

impl AdapterFault {
    /// The fault that a whole line states, spaces around it ignored; `None` for any other text. A word may lack its
    /// spaces, and may have an exclamation mark before it, as alerts do.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        let text = crate::hex::trim(text);
        let text = text.strip_prefix(b"!").unwrap_or(text);
        let (length, fault) = word::whole_line(text).or_else(|| word::at_start(text))?;
        (length == text.len()).then_some(fault)
    }

    /// Finds the first fault word inside a line, with what stands before and after it.
    pub(crate) fn find(text: &[u8]) -> Option<(&[u8], Self, &[u8])> {
        (0..text.len()).find_map(|start| {
            let (length, fault) = word::at_start(&text[start..])?;
            Some((&text[..start], fault, &text[start + length..]))
        })
    }

    /// Whether the word means silence (the car did not answer) rather than damage.
    ///
    /// ```
    /// use cc_obd::elm::AdapterFault;
    /// assert!(AdapterFault::NoData.is_silence());
    /// assert!(!AdapterFault::CanError.is_silence());
    /// ```
    pub fn is_silence(self) -> bool {
        matches!(self, Self::NoData | Self::UnableToConnect)
    }
}

impl fmt::Display for AdapterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ActivityAlert => "activity alert",
            Self::BufferFull => "buffer full",
            Self::BusBusy => "bus busy",
            Self::BusError => "bus error",
            Self::BusInit => "bus start failed",
            Self::CanError => "can error",
            Self::DataError => "data error",
            Self::DataErrorHere => "data error in this line",
            Self::Feedback => "feedback error",
            Self::FlowControlTimeout => "flow control timeout",
            Self::InternalError(number) => return write!(f, "internal error {number}"),
            Self::LowPowerAlert => "low power alert",
            Self::LowVoltageReset => "low voltage reset",
            Self::NoData => "no data",
            Self::OutOfMemory => "out of memory",
            Self::ReceiveErrorHere => "receive error in this line",
            Self::SerialOverflow => "serial receive overflow",
            Self::Stopped => "stopped",
            Self::UnknownCommand => "command not understood",
            Self::UnableToConnect => "unable to connect",
            Self::Unspecified => "error",
        })
    }
}
