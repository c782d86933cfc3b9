//! Identifiers and parameter group numbers (SAE J1939-21, 5.2).

use core::fmt;

use crate::frame::CanId;

/// The address of all nodes: 255.
pub const GLOBAL_ADDRESS: u8 = 255;
/// The address of a node that has none: 254.
pub const NULL_ADDRESS: u8 = 254;

/// A parameter group number: what a message is about. 18 bits; prints as decimal, as the standards have it.
///
/// Groups whose second byte is under 240 (PDU1) are sent to an address, the others (PDU2) to all. The low byte of a
/// PDU1 number is zero: in an identifier the destination stands there.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{IdError, Pgn};
///
/// let engine_speed = Pgn::new(61_444)?;
/// assert!(!engine_speed.is_addressed());
/// assert_eq!(engine_speed.to_string(), "61444");
/// assert!(Pgn::REQUEST.is_addressed());
///
/// assert_eq!(Pgn::new(262_144).unwrap_err().to_string(), "parameter group number wider than 18 bits");
/// assert_eq!(Pgn::new(59_905).unwrap_err(), IdError::GroupWithAddress);
/// # Ok::<(), IdError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Pgn(u32);

impl Pgn {
    /// Acknowledgement: ACKM, 59392.
    pub const ACKNOWLEDGEMENT: Self = Self(0xE800);
    /// Address claimed or cannot claim: 60928.
    pub const ADDRESS_CLAIMED: Self = Self(0xEE00);
    /// Request: RQST, 59904.
    pub const REQUEST: Self = Self(0xEA00);
    /// Transport protocol, connection management: TP.CM, 60416.
    pub const TRANSPORT_CONTROL: Self = Self(0xEC00);
    /// Transport protocol, data transfer: TP.DT, 60160.
    pub const TRANSPORT_DATA: Self = Self(0xEB00);
    /// Vehicle identification: VI, 65260.
    pub const VEHICLE_IDENTIFICATION: Self = Self(0xFEEC);
    /// Component identification: CI, 65259.
    pub const COMPONENT_IDENTIFICATION: Self = Self(0xFEEB);
    /// Software identification: SOFT, 65242.
    pub const SOFTWARE_IDENTIFICATION: Self = Self(0xFEDA);

    /// A number of at most 18 bits; one that is addressed must have a low byte of zero.
    pub const fn new(number: u32) -> Result<Self, IdError> {
        let pgn = Self(number);
        match number {
            0x4_0000.. => Err(IdError::GroupTooWide),
            _ if pgn.is_addressed() && number & 0xFF != 0 => Err(IdError::GroupWithAddress),
            _ => Ok(pgn),
        }
    }

    pub(crate) const fn known(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Whether messages of this group go to an address (PDU1).
    pub const fn is_addressed(self) -> bool {
        self.0 >> 8 & 0xFF < 240
    }

    /// The three bytes in which requests and the transport protocol carry it, low byte first.
    pub const fn to_bytes(self) -> [u8; 3] {
        let [low, middle, high, _] = self.0.to_le_bytes();
        [low, middle, high]
    }

    /// Reads the three bytes; `None` where the number is wider than 18 bits. Some senders leave an address in the low
    /// byte of an addressed group: it is passed over.
    pub const fn from_bytes([low, middle, high]: [u8; 3]) -> Option<Self> {
        if high > 3 {
            return None;
        }
        let pgn = Self(u32::from_le_bytes([low, middle, high, 0]));
        Some(if pgn.is_addressed() { Self(pgn.0 & 0x3_FF00) } else { pgn })
    }
}

impl fmt::Display for Pgn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Pgn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pgn({} = {:05X})", self.0, self.0)
    }
}

/// The identifier of a J1939 frame: all its 29 bits mean something.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::CanId;
/// use cc_obd::j1939::{Id, IdError, Pgn};
///
/// let id = Id::of("18EA0021".parse()?).unwrap();
/// assert_eq!((id.priority(), id.pgn(), id.destination(), id.source()), (6, Pgn::REQUEST, 0x00, 0x21));
/// assert_eq!(id.can_id(), "18EA0021".parse()?);
///
/// // To all: the destination is no part of the identifier.
/// let id = Id::new(3, Pgn::new(61_444).unwrap(), 0xFF, 0x00).unwrap();
/// assert_eq!(id.can_id().to_string(), "0CF00400");
/// let error = Id::new(3, Pgn::new(61_444).unwrap(), 0x21, 0x00).unwrap_err();
/// assert_eq!(error.to_string(), "messages of this parameter group go to all nodes");
/// assert_eq!(Id::of("7E8".parse()?), None);
/// # Ok::<(), cc_obd::frame::FrameError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Id {
    priority: u8,
    pgn: Pgn,
    destination: u8,
    source: u8,
}

impl Id {
    /// The parts: a priority of 0 (first) to 7, the group, who it is for ([`GLOBAL_ADDRESS`] is all), who sends it.
    pub const fn new(priority: u8, pgn: Pgn, destination: u8, source: u8) -> Result<Self, IdError> {
        if priority > 7 {
            return Err(IdError::PriorityTooWide);
        }
        if !pgn.is_addressed() && destination != GLOBAL_ADDRESS {
            return Err(IdError::NotAddressed);
        }
        Ok(Self { priority, pgn, destination, source })
    }

    /// The transport protocol's and the network's own frames: addressed groups, known priorities.
    pub(crate) const fn addressed(priority: u8, pgn: Pgn, destination: u8, source: u8) -> Self {
        Self { priority: priority & 7, pgn, destination, source }
    }

    /// Takes an identifier apart; `None` for one of 11 bits.
    #[inline]
    pub const fn of(id: CanId) -> Option<Self> {
        if !id.is_extended() {
            return None;
        }
        let raw = id.raw();
        let (group, low) = (raw >> 8 & 0x3_FFFF, (raw >> 8 & 0xFF) as u8);
        let addressed = Pgn(group).is_addressed();
        Some(Self {
            priority: (raw >> 26) as u8,
            pgn: Pgn(if addressed { group & 0x3_FF00 } else { group }),
            destination: if addressed { low } else { GLOBAL_ADDRESS },
            source: (raw & 0xFF) as u8,
        })
    }

    /// Put together again.
    pub const fn can_id(self) -> CanId {
        let low = if self.pgn.is_addressed() { self.destination as u32 } else { 0 };
        CanId::of_29_bits((self.priority as u32) << 26 | (self.pgn.0 | low) << 8 | self.source as u32)
    }

    /// 0 to 7; the lower one wins the bus.
    pub const fn priority(self) -> u8 {
        self.priority
    }

    /// What the message is about.
    pub const fn pgn(self) -> Pgn {
        self.pgn
    }

    /// Who it is for; [`GLOBAL_ADDRESS`] is all.
    pub const fn destination(self) -> u8 {
        self.destination
    }

    /// Who sent it.
    pub const fn source(self) -> u8 {
        self.source
    }
}

/// Why parts do not make an identifier.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IdError {
    /// The number of a group has 18 bits.
    #[error("parameter group number wider than 18 bits")]
    GroupTooWide,
    /// The low byte of an addressed group is where the address goes.
    #[error("the low byte of an addressed parameter group is zero")]
    GroupWithAddress,
    /// Only groups whose second byte is under 240 have a destination.
    #[error("messages of this parameter group go to all nodes")]
    NotAddressed,
    /// Priorities are 0 to 7.
    #[error("priority wider than 3 bits")]
    PriorityTooWide,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identifiers_come_apart_as_the_standard_says() {
        for (raw, priority, pgn, destination, source) in [
            (0x0CF0_0400, 3, 61_444, 255, 0),
            (0x18FE_CA00, 6, 65_226, 255, 0),
            (0x18EE_FF0B, 6, 60_928, 255, 0x0B),
            (0x1CEC_F900, 7, 60_416, 0xF9, 0),
            (0x18EA_FFF9, 6, 59_904, 255, 0xF9),
            (0x0000_00FE, 0, 0, 0, 0xFE),
            (0x1DF1_1223, 7, 0x1F112, 255, 0x23),
        ] {
            let id = Id::of(CanId::extended(raw).unwrap()).unwrap();
            assert_eq!(
                (id.priority(), id.pgn().number(), id.destination(), id.source()),
                (priority, pgn, destination, source),
                "{raw:08X}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_identifier_survives(raw in 0_u32..=0x1FFF_FFFF) {
            let can = CanId::extended(raw).unwrap();
            let id = Id::of(can).unwrap();
            prop_assert_eq!(id.can_id(), can);
            prop_assert_eq!(Id::new(id.priority(), id.pgn(), id.destination(), id.source()), Ok(id));
            prop_assert_eq!(Pgn::from_bytes(id.pgn().to_bytes()), Some(id.pgn()));
        }
    }
}
