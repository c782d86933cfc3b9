//! The first line of a table: which column is what.

use super::FrameError;
use super::log_frame::Word;

/// The columns of a table of frames, by their place from 0.
#[derive(Clone, Default)]
pub(super) struct Columns {
    pub(super) separator: u8,
    pub(super) time: Option<usize>,
    /// Microseconds in one whole number of a time.
    pub(super) unit: i64,
    /// Nothing names the unit: a fraction tells of seconds.
    pub(super) is_unit_guessed: bool,
    pub(super) id: Option<usize>,
    pub(super) extended: Option<usize>,
    pub(super) bus: Option<usize>,
    /// The length in bytes.
    pub(super) length: Option<usize>,
    /// The data length code.
    pub(super) code: Option<usize>,
    pub(super) flexible: Option<usize>,
    pub(super) remote: Option<usize>,
    pub(super) error: Option<usize>,
    pub(super) kind: Option<usize>,
    pub(super) data: Option<usize>,
    pub(super) is_base64: bool,
    /// The first of the columns that have a byte each, and how many there are.
    pub(super) first_byte: Option<usize>,
    pub(super) bytes: usize,
}

/// What a column is.
#[derive(Clone, Copy)]
enum Column {
    Time(Unit),
    Id,
    Extended,
    Bus,
    Length,
    Code,
    Flexible,
    Remote,
    Error,
    Kind,
    Data,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Unit {
    Unknown,
    Seconds,
    Millis,
    Micros,
}

/// The names of columns without spaces, signs and capital letters.
const NAMES: &[(&[u8], Column)] = &[
    (b"addr", Column::Id),
    (b"address", Column::Id),
    (b"arbitrationid", Column::Id),
    (b"bus", Column::Bus),
    (b"buschannel", Column::Bus),
    (b"canid", Column::Id),
    (b"canbus", Column::Bus),
    (b"channel", Column::Bus),
    (b"data", Column::Data),
    (b"databytes", Column::Data),
    (b"datahex", Column::Data),
    (b"datalength", Column::Length),
    (b"dlc", Column::Code),
    (b"edl", Column::Flexible),
    (b"error", Column::Error),
    (b"ext", Column::Extended),
    (b"extended", Column::Extended),
    (b"fd", Column::Flexible),
    (b"fdf", Column::Flexible),
    (b"frameid", Column::Id),
    (b"id", Column::Id),
    (b"ide", Column::Extended),
    (b"identifier", Column::Id),
    (b"interface", Column::Bus),
    (b"isextended", Column::Extended),
    (b"len", Column::Length),
    (b"length", Column::Length),
    (b"messageid", Column::Id),
    (b"payload", Column::Data),
    (b"remote", Column::Remote),
    (b"rtr", Column::Remote),
    (b"t", Column::Time(Unit::Unknown)),
    (b"time", Column::Time(Unit::Unknown)),
    (b"timems", Column::Time(Unit::Millis)),
    (b"times", Column::Time(Unit::Seconds)),
    (b"timestamp", Column::Time(Unit::Unknown)),
    (b"timestampepoch", Column::Time(Unit::Seconds)),
    (b"timestampms", Column::Time(Unit::Millis)),
    (b"timestamps", Column::Time(Unit::Seconds)),
    (b"timestampus", Column::Time(Unit::Micros)),
    (b"timeus", Column::Time(Unit::Micros)),
    (b"type", Column::Kind),
];

/// The longest name that is compared.
const LONGEST: usize = 16;

impl Columns {
    /// Reads a header.
    pub(super) fn of(line: &[u8]) -> Result<Self, FrameError> {
        let separator = [b';', b'\t', b',']
            .into_iter()
            .max_by_key(|separator| line.iter().filter(|c| *c == separator).count())
            .unwrap_or(b',');
        let mut columns = Self { separator, ..Self::default() };
        let (mut unit, mut is_python) = (Unit::Unknown, false);
        for (place, cell) in cells(line, separator).enumerate() {
            let mut buffer = [0; LONGEST];
            let Some(name) = plain_name(cell.text, &mut buffer) else { continue };
            if let Some(number) = byte_number(name) {
                // D1 to D8, or from 0: one behind the other.
                match columns.first_byte {
                    None if number <= 1 => (columns.first_byte, columns.bytes) = (Some(place), 1),
                    Some(first) if place == first + columns.bytes && columns.bytes < 64 => columns.bytes += 1,
                    _ => {}
                }
                continue;
            }
            is_python |= name == b"arbitrationid";
            let Some((_, column)) = NAMES.iter().find(|(known, _)| *known == name) else { continue };
            let slot = match column {
                Column::Time(of_name) => {
                    if columns.time.is_none() {
                        unit = *of_name;
                    }
                    &mut columns.time
                }
                Column::Id => &mut columns.id,
                Column::Extended => &mut columns.extended,
                Column::Bus => &mut columns.bus,
                Column::Length => &mut columns.length,
                Column::Code => &mut columns.code,
                Column::Flexible => &mut columns.flexible,
                Column::Remote => &mut columns.remote,
                Column::Error => &mut columns.error,
                Column::Kind => &mut columns.kind,
                Column::Data => &mut columns.data,
            };
            // The first of two that mean the same.
            slot.get_or_insert(place);
        }
        if columns.id.is_none() {
            return Err(FrameError::MissingColumn { what: "identifiers" });
        }
        if columns.data.is_none() && columns.first_byte.is_none() {
            return Err(FrameError::MissingColumn { what: "data" });
        }
        // Whole numbers are microseconds in the tables of SavvyCAN, which have a column a byte.
        columns.is_unit_guessed = unit == Unit::Unknown;
        columns.unit = match unit {
            Unit::Micros => 1,
            Unit::Millis => 1_000,
            Unit::Unknown if columns.first_byte.is_some() && columns.extended.is_some() => 1,
            Unit::Seconds | Unit::Unknown => 1_000_000,
        };
        columns.is_base64 = is_python && columns.data.is_some() && columns.remote.is_some();
        Ok(columns)
    }
}

/// The cells of a line with their places: without the spaces and quotes around them. A separator between quotes is text.
pub(super) fn cells(line: &[u8], separator: u8) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let rest = line.get(at..)?;
        let mut quoted = false;
        let end = rest.iter().position(|&c| {
            quoted ^= c == b'"';
            c == separator && !quoted
        });
        let (cell, start) = (&rest[..end.unwrap_or(rest.len())], at);
        at += cell.len() + 1;
        let is_edge = |c: &u8| matches!(c, b' ' | b'\t' | b'"');
        let before = cell.iter().take_while(|c| is_edge(c)).count();
        let behind = cell[before..].iter().rev().take_while(|c| is_edge(c)).count();
        Some(Word { text: &cell[before..cell.len() - behind], offset: start + before })
    })
}

/// Letters and digits of a name, small; `None` where there are none, or too many.
fn plain_name<'b>(cell: &[u8], buffer: &'b mut [u8; LONGEST]) -> Option<&'b [u8]> {
    let mut length = 0;
    for character in cell.iter().filter(|c| c.is_ascii_alphanumeric()) {
        *buffer.get_mut(length)? = character.to_ascii_lowercase();
        length += 1;
    }
    (length > 0).then(|| &buffer[..length])
}

/// The number of a column for one byte: `d1`, `data0`, `b7`, `byte3`.
fn byte_number(name: &[u8]) -> Option<u32> {
    let split = name.iter().position(u8::is_ascii_digit)?;
    let (word, digits) = name.split_at(split);
    if !matches!(word, b"b" | b"byte" | b"d" | b"data" | b"databyte") {
        return None;
    }
    core::str::from_utf8(digits).ok()?.parse().ok().filter(|number| *number <= 64)
}
