//! Who a node is (SAE J1939-81).

use core::fmt;

use super::network::frame;
use super::{GLOBAL_ADDRESS, Id, MessageError, Part, Pgn, array};
use crate::frame::CanFrame;

/// The NAME of a node: 64 bits that no two nodes share. It is sent to claim an address (60928); of two claims of one
/// address the lower NAME wins.
///
/// `Debug` leaves the identity number out: it is the node's serial number.
///
/// # Examples
///
/// ```
/// use cc_obd::j1939::{MessageError, Name};
///
/// let name = Name::parse(&[0x01, 0x00, 0xA0, 0x15, 0x00, 0x00, 0x00, 0x80])?;
/// assert_eq!((name.identity_number(), name.manufacturer_code()), (1, 173));
/// assert_eq!((name.function(), name.industry_group(), name.is_arbitrary_address_capable()), (0, 0, true));
/// assert_eq!(name.claim(0x00).id().to_string(), "18EEFF00");
///
/// let error = Name::parse(&[1, 2, 3]).unwrap_err();
/// assert_eq!(error.to_string(), "name cut short at offset 0");
/// # Ok::<(), MessageError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Name(pub u64);

impl Name {
    /// Reads the data of an address claim.
    pub fn parse(data: &[u8]) -> Result<Self, MessageError> {
        array(data, 0, Part::Name).map(|bytes| Self(u64::from_le_bytes(bytes)))
    }

    /// The frame that claims an address, or with [`NULL_ADDRESS`](super::NULL_ADDRESS) says that none could be had.
    pub fn claim(self, address: u8) -> CanFrame {
        frame(Id::addressed(6, Pgn::ADDRESS_CLAIMED, GLOBAL_ADDRESS, address), &self.0.to_le_bytes())
    }

    /// The number that the maker gave this node (21 bits).
    pub const fn identity_number(self) -> u32 {
        self.field(0, 21)
    }

    /// Who made the node (11 bits), by SAE's list.
    pub const fn manufacturer_code(self) -> u16 {
        self.field(21, 11) as u16
    }

    /// Which of several ECUs that do the function together (3 bits).
    pub const fn ecu_instance(self) -> u8 {
        self.field(32, 3) as u8
    }

    /// Which of several functions of the kind (5 bits).
    pub const fn function_instance(self) -> u8 {
        self.field(35, 5) as u8
    }

    /// What the node does: 0 is an engine, 3 a transmission (J1939 appendix B11; from 128 on within its industry and
    /// vehicle system).
    pub const fn function(self) -> u8 {
        self.field(40, 8) as u8
    }

    /// The part of the vehicle: tractor, trailer (7 bits), by industry.
    pub const fn vehicle_system(self) -> u8 {
        self.field(49, 7) as u8
    }

    /// Which of several such parts: the second trailer (4 bits).
    pub const fn vehicle_system_instance(self) -> u8 {
        self.field(56, 4) as u8
    }

    /// 0 global, 1 on the road, 2 farming and forestry, 3 construction, 4 marine, 5 industrial.
    pub const fn industry_group(self) -> u8 {
        self.field(60, 3) as u8
    }

    /// Whether the node takes another address where its own is taken.
    pub const fn is_arbitrary_address_capable(self) -> bool {
        self.field(63, 1) == 1
    }

    const fn field(self, first: u32, bits: u32) -> u32 {
        (self.0 >> first & ((1 << bits) - 1)) as u32
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (maker, function, instance) =
            (self.manufacturer_code(), self.function(), self.function_instance());
        write!(f, "Name(maker {maker}, function {function}.{instance})")
    }
}
