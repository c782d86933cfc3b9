//! Which diagnostic message is which (SAE J1939-73).

use core::fmt;

use super::{Pgn, Request};
use crate::frame::CanFrame;

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident $pgn:literal;)*) => {
        /// A diagnostic message. `Display` gives its short name, such as `DM1`.
        ///
        /// # Examples
        ///
        /// ```
        /// use cc_obd::j1939::{DiagnosticMessage, Pgn};
        ///
        /// assert_eq!(DiagnosticMessage::of(Pgn::new(65_226)?), Some(DiagnosticMessage::Dm1));
        /// assert_eq!(DiagnosticMessage::Dm1.to_string(), "DM1");
        /// // A tester (F9) asks everyone to clear its active codes.
        /// let frame = DiagnosticMessage::Dm11.request(0xFF, 0xF9);
        /// assert_eq!((frame.id().to_string().as_str(), frame.data()), ("18EAFFF9", &[0xD3, 0xFE, 0x00][..]));
        ///
        /// assert_eq!(DiagnosticMessage::of(Pgn::new(61_444)?), None);
        /// # Ok::<(), cc_obd::j1939::IdError>(())
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum DiagnosticMessage {
            $($(#[$doc])* $name,)*
        }

        impl DiagnosticMessage {
            /// Every message, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The parameter group that carries it.
            pub const fn pgn(self) -> Pgn {
                match self {
                    $(Self::$name => Pgn::known($pgn),)*
                }
            }

            /// The message that a group is.
            pub const fn of(pgn: Pgn) -> Option<Self> {
                match pgn.number() {
                    $($pgn => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for DiagnosticMessage {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = match self {
                    $(Self::$name => stringify!($name),)*
                };
                write!(f, "DM{}", &name[2..])
            }
        }
    };
}

messages! {
    /// Active codes, sent every second and on change: [`CodeList`](super::CodeList).
    Dm1 65226;
    /// Previously active codes: [`CodeList`](super::CodeList).
    Dm2 65227;
    /// A request for it clears the previously active codes; answered by an [`Acknowledgement`](super::Acknowledgement).
    Dm3 65228;
    /// Freeze frames: [`FreezeFrames`](super::FreezeFrames).
    Dm4 65229;
    /// Counts of codes and state of the monitors: [`Readiness`](super::Readiness).
    Dm5 65230;
    /// Pending codes, emission-related: [`CodeList`](super::CodeList).
    Dm6 65231;
    /// A request for it clears the active codes; answered by an [`Acknowledgement`](super::Acknowledgement).
    Dm11 65235;
    /// Active codes that light the malfunction indicator: [`CodeList`](super::CodeList).
    Dm12 65236;
    /// How often the monitors ran: [`PerformanceRatios`](super::PerformanceRatios).
    Dm20 49664;
    /// Distance and time with the malfunction indicator on and since codes were cleared:
    /// [`DistanceAndTime`](super::DistanceAndTime).
    Dm21 49408;
    /// Previously active codes that lit the malfunction indicator: [`CodeList`](super::CodeList).
    Dm23 64949;
    /// Which parameters the ECU can give in its freeze frames, data and tests: [`SupportedSpns`](super::SupportedSpns).
    Dm24 64950;
    /// Freeze frames of the parameters that DM24 names: [`FreezeFrames`](super::FreezeFrames).
    Dm25 64951;
    /// The monitors in this trip: [`TripReadiness`](super::TripReadiness).
    Dm26 64952;
    /// Pending codes, all: [`CodeList`](super::CodeList).
    Dm27 64898;
    /// Permanent codes, which only the ECU itself can clear: [`CodeList`](super::CodeList).
    Dm28 64896;
    /// How many codes there are of each kind: [`CodeCounts`](super::CodeCounts).
    Dm29 40448;
}

impl DiagnosticMessage {
    /// Whether the message is a list of codes behind the lamps.
    pub const fn is_code_list(self) -> bool {
        matches!(self, Self::Dm1 | Self::Dm2 | Self::Dm6 | Self::Dm12 | Self::Dm23 | Self::Dm27 | Self::Dm28)
    }

    /// The frame that asks for it; for DM3 and DM11 that is the command to clear.
    pub fn request(self, destination: u8, source: u8) -> CanFrame {
        Request { pgn: self.pgn() }.frame(destination, source)
    }
}
