//! The decode table of services 01 and 02, compiled from cc-core's signal catalogue.

use alloc::vec::Vec;

use cc_core::{ObdSource, SignalId, ValueKind, catalogue};

use crate::hex;
use crate::service::{AnswerError, Layer, Parameter, live_data};

/// A value as a parameter gives it, in the unit of the signal's catalogue row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PidValue {
    /// A signal of kind boolean.
    Bool(bool),
    /// Any other signal.
    Number(f64),
}

/// One reading of service 01 or 02.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PidReading<'a> {
    /// Which signal.
    pub signal: &'a SignalId,
    /// Its value.
    pub value: PidValue,
}

/// Which bits of which parameter are which signal. Built once, from every catalogue row with a service 01 source:
/// a parameter is added by adding its row there.
///
/// # Examples
///
/// ```
/// use cc_core::SignalId;
/// use cc_obd::pid::{PidTable, PidValue};
///
/// let table = PidTable::standard();
/// let reading = table.read_line(b"41 0C 1A F8")?.unwrap();
/// assert_eq!((reading.signal, reading.value), (&SignalId::ENGINE_SPEED, PidValue::Number(1726.0)));
///
/// let refused = table.read_line(b"7F 01 12").unwrap_err();
/// assert_eq!(refused.to_string(), "service 01 refused: sub-function not supported (0x12)");
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PidTable {
    rows: Vec<PidRow>,
    /// Where the rows of each parameter start; those of the next one end them.
    starts: [u16; 257],
}

#[derive(Clone, Debug)]
struct PidRow {
    signal: SignalId,
    source: ObdSource,
    is_bool: bool,
}

impl PidTable {
    /// The table of the catalogue's rows.
    pub fn standard() -> Self {
        let mut rows: Vec<_> = catalogue()
            .iter()
            .filter_map(|row| {
                let source = row.obd.filter(|source| source.service == 0x01)?;
                let signal = row.id.parse().ok()?;
                Some(PidRow { signal, source, is_bool: row.kind == ValueKind::Bool })
            })
            .collect();
        rows.sort_by_key(|row| row.source.pid);
        let mut starts = [0; 257];
        for (pid, start) in starts.iter_mut().enumerate() {
            *start = rows.partition_point(|row| usize::from(row.source.pid) < pid) as u16;
        }
        Self { rows, starts }
    }

    /// The signals of one parameter, in the catalogue's order. A signal whose bits the data does not reach, or whose
    /// own bit says that the car has no such sensor, is left out.
    #[inline]
    pub fn read<'a>(&'a self, parameter: Parameter<'a>) -> impl Iterator<Item = PidReading<'a>> + use<'a> {
        let pid = usize::from(parameter.id);
        let rows = usize::from(self.starts[pid])..usize::from(self.starts[pid + 1]);
        self.rows[rows].iter().filter_map(move |row| {
            let value = row.read(parameter.data)?;
            Some(PidReading { signal: &row.signal, value })
        })
    }

    /// The first signal of one data line of an adapter: an answer to service 01 with or without spaces, bare or
    /// behind an 11-bit id and a single frame's length byte. `Ok(None)` where the line is no such answer, or where
    /// the catalogue has no signal for it.
    ///
    /// This is the shortcut for polling loops, where one line is one value: no state, no allocation. Everything else
    /// goes through [`crate::capture::Decoder`].
    pub fn read_line(&self, line: &[u8]) -> Result<Option<PidReading<'_>>, AnswerError> {
        // Hand-written: an id and eight bytes at the most, read into registers, then the same table as everywhere.
        let line = hex::trim(line);
        let mut bytes = [0; 9];
        let (from, text) = match line {
            [b'7', _, _, b' ', rest @ ..] => (1, rest),
            [b'7', _, _, rest @ ..] if line.len() % 2 == 1 && !line.contains(&b' ') => (1, rest),
            _ => (0, line),
        };
        let Ok(length) = hex::read_bytes(text, &mut bytes) else { return Ok(None) };
        let answer = match (from, &bytes[..length]) {
            (0, []) => return Ok(None),
            (0, answer) => answer,
            (_, [single @ 1..=7, rest @ ..]) => rest
                .get(..usize::from(*single))
                .ok_or(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 })?,
            _ => return Ok(None),
        };
        match live_data(answer) {
            Ok(data) => Ok(data.iter().next().and_then(|parameter| self.first(parameter))),
            Err(AnswerError::OtherService { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the catalogue has a signal of this parameter.
    pub(crate) fn knows(&self, parameter: u8) -> bool {
        let pid = usize::from(parameter);
        self.starts[pid] < self.starts[pid + 1]
    }

    fn first(&self, parameter: Parameter<'_>) -> Option<PidReading<'_>> {
        let pid = usize::from(parameter.id);
        let rows = &self.rows[usize::from(self.starts[pid])..usize::from(self.starts[pid + 1])];
        rows.iter().find_map(|row| Some(PidReading { signal: &row.signal, value: row.read(parameter.data)? }))
    }
}

impl PidRow {
    #[inline]
    fn read(&self, data: &[u8]) -> Option<PidValue> {
        if self.is_bool {
            return Some(PidValue::Bool(self.source.raw_in(data)? != 0));
        }
        self.source.value_in(data).map(PidValue::Number)
    }
}
