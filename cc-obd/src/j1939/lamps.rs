//! The lamps of diagnostic messages (SAE J1939-73, 5.7.1).

use core::fmt;

use super::{MessageError, Part, array};

/// What a lamp does.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum LampState {
    /// Not lit.
    Off,
    /// Lit.
    On,
    /// Lit, once a second.
    SlowFlash,
    /// Lit, twice a second or faster.
    FastFlash,
    /// The ECU does not drive this lamp.
    NotAvailable,
    /// A value the standard keeps free.
    Reserved,
}

impl LampState {
    /// Whether the lamp is lit, flashing or not; `None` where the ECU does not say.
    pub const fn is_lit(self) -> Option<bool> {
        match self {
            Self::Off => Some(false),
            Self::On | Self::SlowFlash | Self::FastFlash => Some(true),
            Self::NotAvailable | Self::Reserved => None,
        }
    }

    /// The bits of status and flash; a reserved state becomes "not available".
    const fn bits(self) -> (u8, u8) {
        match self {
            Self::Off => (0, 3),
            Self::On => (1, 3),
            Self::SlowFlash => (1, 0),
            Self::FastFlash => (1, 1),
            Self::NotAvailable | Self::Reserved => (3, 3),
        }
    }
}

impl fmt::Display for LampState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "off",
            Self::On => "on",
            Self::SlowFlash => "slow flash",
            Self::FastFlash => "fast flash",
            Self::NotAvailable => "not available",
            Self::Reserved => "reserved",
        })
    }
}

/// The four lamps that an ECU asks for.
///
/// Flashing is told in the second byte. ECUs built before it was defined leave that byte at FF, which says "does not
/// flash". A lamp that is off does not flash, whatever the second byte says.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{LampState, Lamps, MessageError};
///
/// let lamps = Lamps::parse(&[0b01_00_01_11, 0b00_00_11_11])?;
/// assert_eq!(lamps.malfunction_indicator(), LampState::SlowFlash);
/// assert_eq!(lamps.red_stop(), LampState::Off);
/// assert_eq!(lamps.amber_warning(), LampState::On);
/// assert_eq!(lamps.protect(), LampState::NotAvailable);
///
/// assert_eq!(Lamps::parse(&[0x04]).unwrap_err().to_string(), "lamps cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Lamps(pub [u8; 2]);

impl Lamps {
    /// Reads the first two bytes.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        array(data, 0, Part::Lamps).map(Self)
    }

    /// The two bytes of these states.
    pub const fn new(
        malfunction_indicator: LampState,
        red_stop: LampState,
        amber_warning: LampState,
        protect: LampState,
    ) -> Self {
        let [m, r, a, p] =
            [malfunction_indicator.bits(), red_stop.bits(), amber_warning.bits(), protect.bits()];
        Self([m.0 << 6 | r.0 << 4 | a.0 << 2 | p.0, m.1 << 6 | r.1 << 4 | a.1 << 2 | p.1])
    }

    /// An emission-related fault (MIL, SPN 1213).
    pub const fn malfunction_indicator(self) -> LampState {
        self.state(6)
    }

    /// Stop the vehicle (SPN 623).
    pub const fn red_stop(self) -> LampState {
        self.state(4)
    }

    /// Something is wrong, driving on is possible (SPN 624).
    pub const fn amber_warning(self) -> LampState {
        self.state(2)
    }

    /// Something outside the electronics: a coolant too hot (SPN 987).
    pub const fn protect(self) -> LampState {
        self.state(0)
    }

    const fn state(self, shift: u8) -> LampState {
        match (self.0[0] >> shift & 3, self.0[1] >> shift & 3) {
            (0, _) => LampState::Off,
            (1, 0) => LampState::SlowFlash,
            (1, 1) => LampState::FastFlash,
            (1, 3) => LampState::On,
            (3, _) => LampState::NotAvailable,
            _ => LampState::Reserved,
        }
    }
}

impl fmt::Debug for Lamps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lamps")
            .field("malfunction_indicator", &self.malfunction_indicator())
            .field("red_stop", &self.red_stop())
            .field("amber_warning", &self.amber_warning())
            .field("protect", &self.protect())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_status_and_flash_has_a_state_in_every_place() {
        use LampState::{FastFlash, NotAvailable, Off, On, Reserved, SlowFlash};
        for (status, states) in [
            (0, [Off; 4]),
            (1, [SlowFlash, FastFlash, Reserved, On]),
            (2, [Reserved; 4]),
            (3, [NotAvailable; 4]),
        ] {
            for (flash, state) in (0_u8..4).zip(states) {
                for (shift, place) in [
                    (6, Lamps::malfunction_indicator as fn(Lamps) -> LampState),
                    (4, Lamps::red_stop),
                    (2, Lamps::amber_warning),
                    (0, Lamps::protect),
                ] {
                    let lamps = Lamps([status << shift, flash << shift]);
                    assert_eq!(place(lamps), state, "{status} {flash} at {shift}");
                }
            }
        }
    }

    #[test]
    fn written_states_read_the_same() {
        use LampState::{FastFlash, NotAvailable, Off, On, SlowFlash};
        let all = [Off, On, SlowFlash, FastFlash, NotAvailable];
        for (at, state) in all.into_iter().enumerate() {
            let [a, b, c] = [1, 2, 3].map(|step| all[(at + step) % all.len()]);
            let lamps = Lamps::new(state, a, b, c);
            assert_eq!(
                [lamps.malfunction_indicator(), lamps.red_stop(), lamps.amber_warning(), lamps.protect()],
                [state, a, b, c]
            );
        }
    }
}
