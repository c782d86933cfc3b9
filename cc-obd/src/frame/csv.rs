//! Tables of frames (CSV), as loggers and their tools write them.

use core::fmt;

use super::csv_header::{Columns, cells};
use super::log_frame::{LogFrame, Word, bytes_of_code, seconds};
use super::{CanFrame, CanId, FrameError, Interface};
use crate::hex::{self, HexFault};

/// Reads a table of frames, line by line: the first names the columns, each further one is a frame.
///
/// The columns are known by the names that SavvyCAN (GVRET), CANedge and CLX loggers, python-can and cabana give them, in any
/// order; comma, semicolon or tab between them. Identifiers are hexadecimal. Data stand in one column (hexadecimal, or the
/// base 64 of python-can) or a byte a column.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{CsvLog, FrameError};
///
/// let mut log = CsvLog::default();
/// assert_eq!(log.read(b"Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8")?, None);
/// let heard = log.read(b"166064000,000007E8,false,Rx,0,4,03,41,0D,32,,,,")?.unwrap();
/// assert_eq!((heard.micros, heard.frame.id().to_string().as_str()), (Some(166_064_000), "7E8"));
/// assert_eq!(heard.frame.data(), [0x03, 0x41, 0x0D, 0x32]);
///
/// let cut = log.read(b"166064000,000007E8,false,Rx,0,4,03,41,,,,,,").unwrap_err();
/// assert_eq!(cut.to_string(), "length says 4 bytes, found 2");
/// let other = CsvLog::default().read(b"time,speed,rpm").unwrap_err();
/// assert_eq!(other.to_string(), "the table has no column of identifiers");
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Default)]
pub struct CsvLog {
    state: State,
}

#[derive(Clone, Default)]
enum State {
    #[default]
    Start,
    /// The header names no table of frames: that was said once.
    Unknown,
    Table(Columns),
}

impl CsvLog {
    /// Reads the next line, without its line end. `None` for the header, for empty lines, and for rows of remote requests and
    /// error frames.
    pub fn read(&mut self, line: &[u8]) -> Result<Option<LogFrame>, FrameError> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(None);
        }
        let State::Table(columns) = &self.state else {
            if matches!(self.state, State::Start) {
                self.state = State::Unknown;
                self.state = State::Table(Columns::of(line)?);
            }
            return Ok(None);
        };
        let read = Row::of(columns, line).read(columns);
        // Logs that were joined have their headers in between.
        if read.is_err()
            && let Ok(again) = Columns::of(line)
        {
            self.state = State::Table(again);
            return Ok(None);
        }
        read
    }

    /// Whether a line may be the header of such a table.
    pub(crate) fn is_header(line: &[u8]) -> bool {
        Columns::of(line).is_ok()
    }
}

impl fmt::Debug for CsvLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Start => "CsvLog(before its header)",
            State::Unknown => "CsvLog(no table of frames)",
            State::Table(_) => "CsvLog",
        })
    }
}

/// The cells of a row that matter, as they stand there.
#[derive(Default)]
struct Row<'a> {
    time: Option<Word<'a>>,
    id: Option<Word<'a>>,
    extended: Option<Word<'a>>,
    bus: Option<Word<'a>>,
    length: Option<Word<'a>>,
    code: Option<Word<'a>>,
    flexible: Option<Word<'a>>,
    remote: Option<Word<'a>>,
    error: Option<Word<'a>>,
    kind: Option<Word<'a>>,
    data: Option<Word<'a>>,
    bytes: Bytes,
}

/// Bytes that have a column each.
struct Bytes {
    bytes: [u8; 64],
    /// How many are there before the first empty cell.
    filled: usize,
    /// Where a byte is none.
    stranger: Option<usize>,
}

impl Default for Bytes {
    fn default() -> Self {
        Self { bytes: [0; 64], filled: 0, stranger: None }
    }
}

impl Bytes {
    fn take(&mut self, place: usize, cell: Word<'_>) {
        if place != self.filled || cell.text.is_empty() {
            return;
        }
        let number = hex::read_number(digits_of(cell.text)).and_then(|number| u8::try_from(number).ok());
        match (self.bytes.get_mut(place), number) {
            (Some(byte), Some(number)) => *byte = number,
            _ => self.stranger = self.stranger.or(Some(cell.offset)),
        }
        self.filled += 1;
    }
}

impl<'a> Row<'a> {
    fn of(columns: &Columns, line: &'a [u8]) -> Self {
        let mut row = Self::default();
        for (place, cell) in cells(line, columns.separator).enumerate() {
            if let Some(byte) = columns.first_byte.and_then(|first| place.checked_sub(first))
                && byte < columns.bytes
            {
                row.bytes.take(byte, cell);
                continue;
            }
            let slots = [
                (columns.time, &mut row.time),
                (columns.id, &mut row.id),
                (columns.extended, &mut row.extended),
                (columns.bus, &mut row.bus),
                (columns.length, &mut row.length),
                (columns.code, &mut row.code),
                (columns.flexible, &mut row.flexible),
                (columns.remote, &mut row.remote),
                (columns.error, &mut row.error),
                (columns.kind, &mut row.kind),
                (columns.data, &mut row.data),
            ];
            for (_, slot) in slots.into_iter().filter(|(column, _)| *column == Some(place)) {
                // An empty cell says nothing.
                *slot = Some(cell).filter(|cell| !cell.text.is_empty());
            }
        }
        row
    }

    fn read(&self, columns: &Columns) -> Result<Option<LogFrame>, FrameError> {
        let micros = match self.time {
            None => None,
            Some(cell) => {
                Some(columns.micros(cell.text).ok_or(FrameError::NotANumber { offset: cell.offset })?)
            }
        };
        let id = self.id.ok_or(FrameError::UnknownShape)?;
        if is_true(self.remote) || is_true(self.error) {
            return Ok(None);
        }
        let id = self.id(id)?;
        let stated = match (number(self.length)?, number(self.code)?) {
            (Some(length), _) => Some(length),
            (None, Some(code)) => {
                Some(bytes_of_code(code, true).ok_or(FrameError::TooLong { found: code, most: 64 })?)
            }
            (None, None) => None,
        };
        let (data, found) = match (self.data, columns.data, self.bytes.stranger) {
            (Some(cell), _, _) => column(cell, columns.is_base64)?,
            (None, Some(_), _) => ([0; 64], 0),
            (None, None, Some(offset)) => return Err(FrameError::NotHex { offset }),
            (None, None, None) => (self.bytes.bytes, self.bytes.filled),
        };
        // Columns of bytes go on to the width of the table; what is behind the length is filling.
        let length = stated.unwrap_or(found);
        if found < length || (columns.data.is_some() && found > length) {
            return Err(FrameError::LengthMismatch { stated: length, found });
        }
        let data = data.get(..length).ok_or(FrameError::TooLong { found: length, most: 64 })?;
        let is_fd = is_true(self.flexible) || (columns.flexible.is_none() && length > 8);
        let frame = if is_fd { CanFrame::new_fd(id, data)? } else { CanFrame::new(id, data)? };
        Ok(Some(LogFrame { interface: self.bus.map(|bus| Interface::new(bus.text)), micros, frame }))
    }

    /// The identifier: 29 bits where a column, an `x` behind it, or its size says so.
    fn id(&self, cell: Word<'_>) -> Result<CanId, FrameError> {
        let (digits, marked) = match digits_of(cell.text) {
            [digits @ .., b'x' | b'X'] => (digits, true),
            digits => (digits, false),
        };
        let number = hex::read_number(digits).ok_or(FrameError::NotHex { offset: cell.offset })?;
        // CLX loggers: the lowest bit of the type.
        let by_kind = self.kind.and_then(|kind| match kind.text {
            [digit @ b'0'..=b'9'] => Some(digit % 2 == 1),
            _ => None,
        });
        let is_extended = match self.extended {
            None => by_kind.unwrap_or(digits.len() == 8 || number > 0x7FF),
            told => is_true(told),
        };
        match (marked || is_extended, u16::try_from(number)) {
            (true, _) => CanId::extended(number),
            (false, Ok(number)) => CanId::base(number),
            (false, Err(_)) => Err(FrameError::IdTooWide { bits: 11 }),
        }
    }
}

/// A length.
fn number(cell: Option<Word<'_>>) -> Result<Option<usize>, FrameError> {
    let read = |cell: Word<'_>| core::str::from_utf8(cell.text).ok()?.parse().ok();
    cell.map(|cell| read(cell).ok_or(FrameError::NotANumber { offset: cell.offset })).transpose()
}

/// Data that stand in one column.
fn column(cell: Word<'_>, is_base64: bool) -> Result<([u8; 64], usize), FrameError> {
    let mut data = [0; 64];
    let digits = digits_of(cell.text);
    let read = if is_base64 { base64(cell.text, &mut data) } else { hex::read_bytes(digits, &mut data) };
    let length = read.map_err(|fault| match fault {
        HexFault::HalfByte => FrameError::HalfByte,
        HexFault::NotHex { offset } => {
            FrameError::NotHex { offset: cell.offset + offset + (cell.text.len() - digits.len()) }
        }
        HexFault::TooLong => FrameError::TooLong { found: digits.len() / 2, most: 64 },
    })?;
    Ok((data, length))
}

/// Base 64 (RFC 4648, section 4), as python-can writes data.
fn base64(text: &[u8], out: &mut [u8; 64]) -> Result<usize, HexFault> {
    let (mut bits, mut have, mut length) = (0_u32, 0, 0);
    for (offset, &character) in text.iter().enumerate() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return Err(HexFault::NotHex { offset }),
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            *out.get_mut(length).ok_or(HexFault::TooLong)? = (bits >> have) as u8;
            length += 1;
        }
    }
    Ok(length)
}

fn digits_of(cell: &[u8]) -> &[u8] {
    cell.strip_prefix(b"0x").or_else(|| cell.strip_prefix(b"0X")).unwrap_or(cell)
}

fn is_true(cell: Option<Word<'_>>) -> bool {
    let is_yes = |text: &[u8]| matches!(text, [b'1' | b't' | b'T' | b'x' | b'X' | b'y' | b'Y', ..]);
    cell.is_some_and(|cell| is_yes(cell.text))
}

impl Columns {
    /// A time, in microseconds: seconds with a fraction, a whole number in the table's unit, or a date.
    fn micros(&self, cell: &[u8]) -> Option<i64> {
        if cell.contains(&b':') {
            return date_time(cell);
        }
        let unit = match (self.is_unit_guessed, cell.iter().any(|c| matches!(c, b'.' | b','))) {
            (true, true) => 1_000_000,
            // Whole numbers that count from 1970 tell their unit by their size.
            (true, false) if cell.len() >= 15 => 1,
            (true, false) if cell.len() >= 12 && self.unit != 1 => 1_000,
            _ => self.unit,
        };
        let millionths = i128::from(seconds(cell)?) * i128::from(unit);
        i64::try_from(millionths / 1_000_000).ok()
    }
}

/// `2020-01-13T06:44:36.199750Z`, with a space for the T, without a zone; UTC where none is given.
fn date_time(cell: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(cell).ok()?;
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    let plain = |form| chrono::NaiveDateTime::parse_from_str(text, form).ok();
    let time = plain("%Y-%m-%d %H:%M:%S%.f").or_else(|| plain("%Y-%m-%dT%H:%M:%S%.f"))?;
    Some(time.and_utc().timestamp_micros())
}
