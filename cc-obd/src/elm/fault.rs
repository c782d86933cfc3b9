//! The words an adapter says instead of data.

use core::fmt;

/// What an ELM327 or STN adapter reports instead of data (ELM327 data sheet, "Error messages and alerts").
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
    /// `ERRnn`: an internal error of the adapter, with its number.
    InternalError(u8),
    /// `LP ALERT`: low-power mode starts in two seconds.
    LowPowerAlert,
    /// `LV RESET`: the adapter restarted since its supply voltage fell.
    LowVoltageReset,
    /// `NO DATA`: nothing answered in time. Not a failure of the adapter: the car may not know the request.
    NoData,
    /// `<RX ERROR`: the frame of this line was received damaged.
    ReceiveErrorHere,
    /// `STOPPED`: a character from the host interrupted the answer.
    Stopped,
    /// `?`: the adapter does not understand the command.
    UnknownCommand,
    /// `UNABLE TO CONNECT`: no protocol answered.
    UnableToConnect,
}

impl AdapterFault {
    /// The fault that a whole line states, spaces around it ignored; `None` for any other text.
    pub fn from_text(text: &[u8]) -> Option<Self> {
        let text = crate::hex::trim(text);
        if text == b"?" {
            return Some(Self::UnknownCommand);
        }
        if let Some(number) = internal_error(text) {
            return Some(Self::InternalError(number));
        }
        WORDS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|&(_, fault)| fault)
    }

    /// Finds the first fault word inside a line, with what stands before and after it.
    pub(crate) fn find(text: &[u8]) -> Option<(&[u8], Self, &[u8])> {
        // A word has a letter beyond F in it; digits and spaces alone, the usual line, are passed over at once.
        let mut found: Option<(usize, usize, Self)> = None;
        for &(word, fault) in &WORDS {
            let place = text.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word));
            if let Some(start) = place
                && found.is_none_or(|(earlier, length, _)| {
                    start < earlier || (start == earlier && word.len() > length)
                })
            {
                found = Some((start, word.len(), fault));
            }
        }
        found.map(|(start, length, fault)| (&text[..start], fault, &text[start + length..]))
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
            Self::InternalError(number) => return write!(f, "internal error {number}"),
            Self::LowPowerAlert => "low power alert",
            Self::LowVoltageReset => "low voltage reset",
            Self::NoData => "no data",
            Self::ReceiveErrorHere => "receive error in this line",
            Self::Stopped => "stopped",
            Self::UnknownCommand => "command not understood",
            Self::UnableToConnect => "unable to connect",
        })
    }
}

/// `ERR` and two digits.
fn internal_error(text: &[u8]) -> Option<u8> {
    match text {
        [b'E' | b'e', b'R' | b'r', b'R' | b'r', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some((tens - b'0') * 10 + (ones - b'0'))
        }
        _ => None,
    }
}

/// Every word; where one starts with another (`<DATA ERROR`), the longer match wins in [`AdapterFault::find`].
const WORDS: [(&[u8], AdapterFault); 20] = [
    (b"ACT ALERT", AdapterFault::ActivityAlert),
    (b"BUFFER FULL", AdapterFault::BufferFull),
    (b"BUFFERFULL", AdapterFault::BufferFull),
    (b"BUS BUSY", AdapterFault::BusBusy),
    (b"BUSBUSY", AdapterFault::BusBusy),
    (b"BUS ERROR", AdapterFault::BusError),
    (b"BUSERROR", AdapterFault::BusError),
    (b"CAN ERROR", AdapterFault::CanError),
    (b"CANERROR", AdapterFault::CanError),
    (b"DATA ERROR", AdapterFault::DataError),
    (b"<DATA ERROR", AdapterFault::DataErrorHere),
    (b"FB ERROR", AdapterFault::Feedback),
    (b"LP ALERT", AdapterFault::LowPowerAlert),
    (b"LV RESET", AdapterFault::LowVoltageReset),
    (b"NO DATA", AdapterFault::NoData),
    (b"NODATA", AdapterFault::NoData),
    (b"<RX ERROR", AdapterFault::ReceiveErrorHere),
    (b"RX ERROR", AdapterFault::ReceiveErrorHere),
    (b"STOPPED", AdapterFault::Stopped),
    (b"UNABLE TO CONNECT", AdapterFault::UnableToConnect),
];
