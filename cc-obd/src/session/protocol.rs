//! The buses that a diagnostic plug may carry.

use core::fmt;

use crate::service::Framing;

/// A bus, by the number that ELM327 adapters give it (`AT SP`, `AT DPN`).
///
/// # Examples
///
/// ```
/// use cc_obd::session::BusProtocol;
///
/// let can = BusProtocol::from_number(6).unwrap();
/// assert_eq!(can.to_string(), "ISO 15765-4 CAN, 11-bit ids, 500 kbit/s");
/// assert!(can.is_can() && !can.has_long_ids());
/// assert_eq!(BusProtocol::from_number(0), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BusProtocol {
    /// SAE J1850, pulse width modulation, 41.6 kbit/s.
    J1850Pwm = 1,
    /// SAE J1850, variable pulse width, 10.4 kbit/s.
    J1850Vpw = 2,
    /// ISO 9141-2.
    Iso9141 = 3,
    /// ISO 14230-4 (KWP2000), started at 5 baud.
    KwpSlow = 4,
    /// ISO 14230-4 (KWP2000), started fast.
    KwpFast = 5,
    /// ISO 15765-4, 11-bit ids, 500 kbit/s.
    Can11At500 = 6,
    /// ISO 15765-4, 29-bit ids, 500 kbit/s.
    Can29At500 = 7,
    /// ISO 15765-4, 11-bit ids, 250 kbit/s.
    Can11At250 = 8,
    /// ISO 15765-4, 29-bit ids, 250 kbit/s.
    Can29At250 = 9,
}

impl BusProtocol {
    /// Every bus, by its number.
    pub const ALL: [Self; 9] = [
        Self::J1850Pwm,
        Self::J1850Vpw,
        Self::Iso9141,
        Self::KwpSlow,
        Self::KwpFast,
        Self::Can11At500,
        Self::Can29At500,
        Self::Can11At250,
        Self::Can29At250,
    ];

    /// The bus of a number; `None` for 0, which means any, and for buses that no car diagnosis uses.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Its number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether it is CAN.
    pub const fn is_can(self) -> bool {
        self.number() >= 6
    }

    /// Whether its frames have 29-bit ids.
    pub const fn has_long_ids(self) -> bool {
        matches!(self, Self::Can29At500 | Self::Can29At250)
    }

    /// How answers are framed.
    pub const fn framing(self) -> Framing {
        if self.is_can() { Framing::Can } else { Framing::Kline }
    }

    /// Reads what `AT DPN` says: `6`, or `A6` where the adapter searched.
    pub(super) fn from_answer(text: &str) -> Option<Self> {
        let text = text.trim();
        let digit = text.strip_prefix(['A', 'a']).filter(|rest| !rest.is_empty()).unwrap_or(text);
        Self::from_number(u8::from_str_radix(digit, 16).ok()?)
    }
}

impl fmt::Display for BusProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::J1850Pwm => "SAE J1850 PWM",
            Self::J1850Vpw => "SAE J1850 VPW",
            Self::Iso9141 => "ISO 9141-2",
            Self::KwpSlow => "ISO 14230-4 KWP2000, slow start",
            Self::KwpFast => "ISO 14230-4 KWP2000, fast start",
            Self::Can11At500 => "ISO 15765-4 CAN, 11-bit ids, 500 kbit/s",
            Self::Can29At500 => "ISO 15765-4 CAN, 29-bit ids, 500 kbit/s",
            Self::Can11At250 => "ISO 15765-4 CAN, 11-bit ids, 250 kbit/s",
            Self::Can29At250 => "ISO 15765-4 CAN, 29-bit ids, 250 kbit/s",
        })
    }
}
