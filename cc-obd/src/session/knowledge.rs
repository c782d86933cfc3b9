//! What the session has learnt.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use core::fmt;

use cc_core::Vin;

use super::{AdapterIdentity, BusProtocol};
use crate::service::Supported;

/// A set of parameter ids or info types.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub struct IdSet([u64; 4]);

impl IdSet {
    /// Whether the id is in it.
    pub const fn contains(&self, id: u8) -> bool {
        self.0[(id >> 6) as usize] >> (id & 0x3F) & 1 == 1
    }

    /// The ids, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u8> + use<> {
        let set = *self;
        (0..=0xFF).filter(move |&id| set.contains(id))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    pub(super) fn add(&mut self, map: Supported) {
        for id in map {
            self.0[usize::from(id >> 6)] |= 1 << (id & 0x3F);
        }
    }
}

impl fmt::Debug for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdSet({} ids)", self.len())
    }
}

/// What one ECU knows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EcuKnowledge {
    /// The parameters of service 01 that it says it supports.
    pub parameters: IdSet,
    /// The info types of service 09 that it says it supports.
    pub info_types: IdSet,
    /// Whether it answers service 19; `None` until it was asked.
    pub answers_uds_codes: Option<bool>,
    /// Its name, where it gives one.
    pub name: Option<Box<str>>,
}

/// What the session knows by now, kept when the line is cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Knowledge {
    /// The adapter; `None` before it was found, and on a CAN bus without one.
    pub adapter: Option<AdapterIdentity>,
    /// The bus; remember it for the next session ([`SessionOptions::protocol`](super::SessionOptions::protocol)).
    pub protocol: Option<BusProtocol>,
    /// The ECUs by the name that their items have: `7E8`, `18DAF110`, `10`; empty where the adapter hides it.
    pub ecus: BTreeMap<Box<str>, EcuKnowledge>,
    /// The vehicle identification number, once read.
    pub vin: Option<Vin>,
    /// Whether it was asked for: then a number that is not there is one that the car does not give.
    pub vin_asked: bool,
    /// Whether its answer came damaged each time: then the car may well give it.
    pub is_vin_damaged: bool,
    /// Whether an answer that names the ECUs, or what they know, came damaged each time: some may be missing. It is asked
    /// for again, and [`Report::Ready`](super::Report::Ready) comes again then.
    pub is_partial: bool,
}

impl Knowledge {
    /// How many ECUs support a parameter of service 01.
    pub fn supporters(&self, parameter: u8) -> usize {
        self.ecus.values().filter(|ecu| ecu.parameters.contains(parameter)).count()
    }

    /// Every parameter of service 01 that an ECU supports.
    pub fn parameters(&self) -> impl Iterator<Item = u8> + '_ {
        (0x01..=0xFF).filter(|&id| self.supporters(id) > 0)
    }

    /// Whether any ECU supports an info type of service 09.
    pub(super) fn gives_info(&self, info_type: u8) -> bool {
        self.ecus.values().any(|ecu| ecu.info_types.contains(info_type))
    }

    pub(super) fn ecu(&mut self, name: Option<&str>) -> &mut EcuKnowledge {
        self.ecus.entry(name.unwrap_or_default().into()).or_default()
    }
}
