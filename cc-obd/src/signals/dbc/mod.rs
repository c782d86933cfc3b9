//! DBC files: what the frames of a bus mean, written down by whoever built the bus.
//!
//! A DBC file names the messages of a CAN bus by identifier, and in each the signals: which bits, in which byte order,
//! times which factor plus which offset, in which unit, within which range, with which words for raw values. The format
//! is Vector's, and so common that nearly every maker's and hobbyist's description of a bus exists in it.
//!
//! [`Dbc::parse`] reads a file and compiles it to a flat table; [`Dbc::decode`] reads a frame's values by it, without
//! allocation. A line that cannot be read is a [`DbcFault`] and does not stop the rest.
//!
//! What is supported, statement by statement, is listed in docs/reference/dbc.md.

mod compile;
mod cursor;
mod error;
mod parse;
mod read;
mod unit;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use crate::frame::CanId;

pub use compile::{DbcMessage, DbcSignal};
pub use error::{DbcError, DbcFault, DbcFaultKind};
pub use read::{DbcValue, DbcValues, Quality, RawValue};

/// A DBC file, compiled.
///
/// # Examples
///
/// ```
/// use cc_core::MeasureUnit;
/// use cc_obd::frame::CanId;
/// use cc_obd::signals::dbc::{Dbc, Quality, RawValue};
///
/// let dbc = Dbc::parse(b"BO_ 291 Battery: 8 BMS
///  SG_ Voltage : 0|16@1+ (0.1,0) [0|450] \"V\" Vector__XXX
///  SG_ Current : 23|16@0- (0.5,0) [-500|500] \"A\" Vector__XXX
///  SG_ Counts : x
/// ")?;
/// let faults: Vec<_> = dbc.faults().iter().map(ToString::to_string).collect();
/// assert_eq!(faults, ["line 4: expected a start bit"]);
///
/// let mut values = dbc.decode(CanId::base(0x123)?, &[0xA0, 0x0F, 0xFF, 0xF6]);
/// let voltage = values.next().unwrap();
/// assert_eq!((voltage.signal.name(), voltage.scaled, voltage.raw), ("Voltage", 400.0, RawValue::Unsigned(4000)));
/// assert_eq!((voltage.signal.unit(), voltage.quality), (Some(MeasureUnit::Volt), Quality::InRange));
/// assert_eq!(values.next().unwrap().scaled, -5.0);
/// assert!(values.next().is_none());
///
/// let error = Dbc::parse(b"{\"commands\": []}").unwrap_err();
/// assert_eq!(error.to_string(), "not a DBC file: line 1: expected a statement");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Dbc {
    /// Sorted by id, 11 bits first.
    messages: Vec<DbcMessage>,
    /// The message of each 11-bit id: its place plus one.
    base: Box<[u32]>,
    /// The 29-bit ids, sorted, and the place of the first of them among the messages.
    extended: Vec<u32>,
    first_extended: usize,
    /// Parameter groups of SAE J1939 and the places of their messages, sorted.
    groups: Vec<(u32, u32)>,
    faults: Vec<DbcFault>,
    fault_count: usize,
}

impl Dbc {
    /// Reads and compiles a file, in UTF-8 or else in Windows-1252.
    pub fn parse(file: &[u8]) -> Result<Self, DbcError> {
        if file.len() > parse::MOST_BYTES {
            return Err(DbcError::TooLarge { bytes: file.len(), most: parse::MOST_BYTES });
        }
        let text = cursor::decode(file);
        let source = parse::Source::read(&text)?;
        let is_empty = source.messages.is_empty();
        let (mut messages, faults) = compile::compile(source);
        if let (true, Some(first)) = (is_empty, faults.kept.first()) {
            return Err(DbcError::NotDbc(first.clone()));
        }
        messages.sort_by_key(|message| (message.id().is_extended(), message.id().raw()));
        let first_extended = messages.partition_point(|message| !message.id().is_extended());
        let mut base = alloc::vec![0; 0x800];
        for (place, message) in messages[..first_extended].iter().enumerate() {
            if let Some(slot) = base.get_mut(message.id().raw() as usize) {
                *slot = place as u32 + 1;
            }
        }
        let extended = messages[first_extended..].iter().map(|message| message.id().raw()).collect();
        let mut groups: Vec<_> = messages
            .iter()
            .enumerate()
            .filter_map(|(place, message)| Some((message.parameter_group?, place as u32)))
            .collect();
        groups.sort_unstable();
        groups.dedup_by_key(|(group, _)| *group);
        Ok(Self {
            messages,
            base: base.into(),
            extended,
            first_extended,
            groups,
            faults: faults.kept,
            fault_count: faults.count,
        })
    }

    /// The values of a frame, of any length. None where no message has the identifier.
    ///
    /// A message of SAE J1939 (attribute `VFrameFormat`, or `ProtocolType`) is known by its parameter group: the frame's
    /// priority, source and destination do not matter, unless a message has exactly its identifier.
    #[inline]
    pub fn decode<'a>(&'a self, id: CanId, data: &'a [u8]) -> DbcValues<'a> {
        DbcValues::new(self.message(id), data)
    }

    /// The message of an identifier, as [`decode`](Self::decode) finds it.
    #[inline]
    pub fn message(&self, id: CanId) -> Option<&DbcMessage> {
        if !id.is_extended() {
            let place = *self.base.get(id.raw() as usize)? as usize;
            return self.messages.get(place.checked_sub(1)?);
        }
        match self.extended.binary_search(&id.raw()) {
            Ok(place) => self.messages.get(self.first_extended + place),
            Err(_) if self.groups.is_empty() => None,
            Err(_) => {
                let group = compile::parameter_group(id.raw());
                let place = self.groups.binary_search_by_key(&group, |(group, _)| *group).ok()?;
                self.messages.get(self.groups[place].1 as usize)
            }
        }
    }

    /// All messages, by identifier, those of 11 bits first.
    pub fn messages(&self) -> &[DbcMessage] {
        &self.messages
    }

    /// What could not be read, by line: the first thousand things.
    pub fn faults(&self) -> &[DbcFault] {
        &self.faults
    }

    /// How many things could not be read.
    pub fn fault_count(&self) -> usize {
        self.fault_count
    }
}

/// Compiles the guide's example.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/guides/decode-a-dbc.md")]
struct Guide;

impl fmt::Debug for Dbc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dbc({} messages, {} faults)", self.messages.len(), self.fault_count)
    }
}
