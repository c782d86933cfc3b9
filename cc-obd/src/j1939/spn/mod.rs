//! The parameters of the common groups (SAE J1939-71): which bits of which message are which value.
//!
//! A parameter that the sender does not have, or whose sensor is broken, has a number of its own (SAE J1939-71, 5.1.4,
//! table 1): all ones are "not available", FE in the highest byte is an error, FB to FD are kept for other uses. None of
//! them is ever a value here.
//!
//! The table's page is `docs/reference/j1939.md`.
//!
//! # Examples
//!
//! ```
//! use cc_obd::j1939::{Pgn, spn::{SpnTable, SpnValue}};
//!
//! let table = SpnTable::standard();
//! let eec1 = [0xFF, 0xFF, 0xFF, 0x68, 0x13, 0xFF, 0xFF, 0xFF];
//! let known: Vec<_> = table
//!     .read(Pgn::new(61_444)?, &eec1)
//!     .filter(|reading| reading.value != SpnValue::NotAvailable)
//!     .map(|reading| (reading.spn.number, reading.signal.as_str(), reading.value))
//!     .collect();
//! assert_eq!(known, [(190, "engine_speed", SpnValue::Number(621.0))]);
//!
//! // A group that the table does not have gives nothing; nor do bytes that were not sent.
//! assert_eq!(table.read(Pgn::new(65_280)?, &eec1).count(), 0);
//! assert_eq!(table.read(Pgn::new(61_444)?, &eec1[..3]).filter(|r| r.spn.number == 190).count(), 0);
//! # Ok::<(), cc_obd::j1939::IdError>(())
//! ```

mod identification;
mod row;
mod table;

use alloc::vec::Vec;

use cc_core::SignalId;

use super::Pgn;

pub use identification::{Fields, component_identification, read_vin, software_identification, vin};
pub use row::{Group, Spn, SpnKind, SpnValue};
pub use table::groups;

/// One parameter of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpnReading<'a> {
    /// Its row.
    pub spn: &'static Spn,
    /// Its signal: the catalogue's where the catalogue has it, else one of the row's name.
    pub signal: &'a SignalId,
    /// Its value.
    pub value: SpnValue,
}

/// The table with its signals, built once.
#[derive(Clone, Debug)]
pub struct SpnTable {
    /// The signals of all rows, in the order of the groups.
    signals: Vec<SignalId>,
    /// Where the signals of each group start.
    starts: Vec<usize>,
}

impl SpnTable {
    /// The table of [`groups`].
    pub fn standard() -> Self {
        let (mut signals, mut starts) = (Vec::new(), Vec::new());
        for group in groups() {
            starts.push(signals.len());
            // A test proves that every name is one.
            signals.extend(group.spns.iter().filter_map(|spn| spn.id.parse().ok()));
        }
        Self { signals, starts }
    }

    /// The parameters of a message, in the order of its bytes. A parameter that the data does not reach is left out.
    #[inline]
    pub fn read<'a>(&'a self, pgn: Pgn, data: &'a [u8]) -> impl Iterator<Item = SpnReading<'a>> + use<'a> {
        let at = groups().binary_search_by_key(&pgn.number(), |group| group.pgn).ok();
        let group = at.and_then(|at| Some((groups().get(at)?.spns, *self.starts.get(at)?)));
        let (spns, start) = group.unwrap_or((&[], 0));
        let signals = self.signals.get(start..).unwrap_or_default();
        spns.iter()
            .zip(signals)
            .filter_map(move |(spn, signal)| Some(SpnReading { spn, signal, value: spn.read(data)? }))
    }
}

impl Default for SpnTable {
    fn default() -> Self {
        Self::standard()
    }
}
