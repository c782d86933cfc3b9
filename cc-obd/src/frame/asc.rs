//! The text logs of Vector's tools (`.asc`), which many others write too.

use chrono::NaiveDate;

use super::log_frame::{LogFrame, Word, Words, bytes_of_code, seconds};
use super::{CanFrame, CanId, FrameError, Interface};
use crate::hex;

/// Reads the lines of an ASC log, one after the other: a header says how numbers and times are written, then come events, of
/// which the frames of CAN and CAN FD are read.
///
/// ```text
/// date Wed Apr 16 09:21:13.159 am 2014
/// base hex  timestamps absolute
///    0.012345 1  7E8             Rx   d 4 03 41 0D 32
///    0.020000 CANFD   1 Rx   18DAF110x   1 0 9 12 0A 62 F1 90 00 …
/// ```
///
/// Times count from `date`, or from 1970 where none is given; the date has no time zone, and is taken as UTC. Remote and
/// error frames, and the events of other buses and of the measurement, have no frame.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{AscLog, FrameError};
///
/// let mut log = AscLog::default();
/// assert_eq!(log.read(b"date Thu Jan 1 00:00:10 1970")?, None);
/// assert_eq!(log.read(b"base hex  timestamps absolute")?, None);
/// let heard = log.read(b"   0.012345 1  7E8             Rx   d 4 03 41 0D 32")?.unwrap();
/// assert_eq!((heard.micros, heard.frame.id().to_string().as_str()), (Some(10_012_345), "7E8"));
/// assert_eq!(heard.interface.unwrap().to_string(), "1");
///
/// let cut = log.read(b"   0.02 1  7E8             Rx   d 4 03 41 0D").unwrap_err();
/// assert_eq!(cut.to_string(), "length says 4 bytes, found 3");
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AscLog {
    is_decimal: bool,
    is_relative: bool,
    /// When the measurement began.
    start: i64,
    /// The time of the last event, since then.
    last: i64,
}

/// The flag of CAN FD in the flags behind the data.
const FLEXIBLE: u32 = 1 << 12;

impl AscLog {
    /// Reads the next line, without its line end. `None` for a line without a data frame.
    pub fn read(&mut self, line: &[u8]) -> Result<Option<LogFrame>, FrameError> {
        let mut words = Words::new(line);
        let Some(first) = words.next() else { return Ok(None) };
        if !first.text[0].is_ascii_digit() {
            return if self.header(first.text, words) { Ok(None) } else { Err(FrameError::UnknownShape) };
        }
        let time = seconds(first.text).ok_or(FrameError::NotANumber { offset: first.offset })?;
        self.last = if self.is_relative { self.last.saturating_add(time) } else { time };
        let Some(channel) = words.next() else { return Ok(None) };
        let (channel, frame) = if channel.text.eq_ignore_ascii_case(b"CANFD") {
            let Some(channel) = words.next() else { return Ok(None) };
            (channel, self.flexible(words)?)
        } else {
            (channel, self.classic(words)?)
        };
        let micros = self.start.checked_add(self.last);
        Ok(frame.map(|frame| LogFrame { interface: Some(Interface::new(channel.text)), micros, frame }))
    }

    /// Takes a line of the header, or one between events. Gives whether it is one.
    fn header(&mut self, first: &[u8], mut words: Words<'_>) -> bool {
        match &first.to_ascii_lowercase()[..] {
            b"date" => {
                // A date in words of another language is passed over: times count from 1970 then.
                self.start = date(words).unwrap_or(0);
            }
            // `Begin Triggerblock`, with the date again.
            b"begin" => {
                words.next();
                if self.start == 0 {
                    self.start = date(words).unwrap_or(0);
                }
            }
            b"base" => {
                for word in words {
                    match &word.text.to_ascii_lowercase()[..] {
                        b"dec" => self.is_decimal = true,
                        b"hex" => self.is_decimal = false,
                        b"relative" => self.is_relative = true,
                        b"absolute" => self.is_relative = false,
                        _ => {}
                    }
                }
            }
            b"end" | b"internal" | b"no" | b"measurement" | b"version" | b"previous" => {}
            comment => return comment.starts_with(b"//"),
        }
        true
    }

    /// What follows the channel: `7E8 Rx d 4 03 41 0D 32`, or another event.
    fn classic(&self, mut words: Words<'_>) -> Result<Option<CanFrame>, FrameError> {
        let (Some(id), Some(direction), Some(kind)) = (words.next(), words.next(), words.next()) else {
            return Ok(None);
        };
        if !is_direction(direction.text) || !kind.text.eq_ignore_ascii_case(b"d") {
            return Ok(None);
        }
        let id = self.id(id)?;
        let length = words.next().ok_or(FrameError::UnknownShape)?;
        let length = self.number(length)?;
        let length = bytes_of_code(length as usize, false)
            .ok_or(FrameError::TooLong { found: length as usize, most: 8 })?;
        self.frame(id, length, &mut words, false).map(Some)
    }

    /// What follows the channel of CAN FD: direction, identifier, perhaps a name, two flags, the length as a code and as a
    /// number, data, and more numbers. Older versions write the identifier first.
    fn flexible(&self, mut words: Words<'_>) -> Result<Option<CanFrame>, FrameError> {
        let (Some(first), Some(second)) = (words.next(), words.next()) else { return Ok(None) };
        let id = if is_direction(first.text) {
            second
        } else if is_direction(second.text) {
            first
        } else {
            return Ok(None);
        };
        if id.text.eq_ignore_ascii_case(b"ErrorFrame") {
            return Ok(None);
        }
        let id = self.id(id)?;
        let is_flag = |word: &Word<'_>| matches!(word.text, b"0" | b"1");
        let mut next = || words.next().ok_or(FrameError::UnknownShape);
        let mut flag = next()?;
        if !is_flag(&flag) {
            flag = next()?;
        }
        let switched = next()?;
        if !is_flag(&flag) || !is_flag(&switched) {
            return Err(FrameError::UnknownShape);
        }
        let (code, length) = (next()?, next()?);
        let code = hex::read_number(code.text).ok_or(FrameError::NotHex { offset: code.offset })?;
        let length = decimal(length.text).ok_or(FrameError::NotANumber { offset: length.offset })? as usize;
        let remote = length == 0 && code != 0;
        if bytes_of_code(code as usize, true).is_none_or(|of_code| of_code != length && !remote) {
            let stated = bytes_of_code(code as usize, true).unwrap_or(code as usize);
            return Err(FrameError::LengthMismatch { stated, found: length });
        }
        let frame = self.frame(id, length, &mut words, true)?;
        // Duration, length in bits, flags: a frame of the classic kind may stand here, too.
        let flags = words.nth(2).and_then(|flags| hex::read_number(flags.text));
        let is_classic = length <= 8 && flags.is_some_and(|flags| flags & FLEXIBLE == 0);
        Ok(if remote { None } else { Some(if is_classic { CanFrame::cut(id, frame.data()) } else { frame }) })
    }

    fn frame(
        &self,
        id: CanId,
        length: usize,
        words: &mut Words<'_>,
        is_fd: bool,
    ) -> Result<CanFrame, FrameError> {
        let mut data = [0; 64];
        let data = data.get_mut(..length).ok_or(FrameError::TooLong { found: length, most: 64 })?;
        for (found, byte) in data.iter_mut().enumerate() {
            let word = words.next().ok_or(FrameError::LengthMismatch { stated: length, found })?;
            if word.text.starts_with(b"Length") || word.text.starts_with(b"//") {
                return Err(FrameError::LengthMismatch { stated: length, found });
            }
            let number = self.number(word)?;
            *byte = u8::try_from(number).map_err(|_| FrameError::NotAByte { offset: word.offset })?;
        }
        if is_fd { CanFrame::new_fd(id, data) } else { CanFrame::new(id, data) }
    }

    /// `7E8`, `18DAF110x`, `0x7E8`.
    fn id(&self, word: Word<'_>) -> Result<CanId, FrameError> {
        let (digits, is_extended) = match word.text {
            [digits @ .., b'x' | b'X'] => (digits, true),
            digits => (digits, false),
        };
        let digits = digits.strip_prefix(b"0x").unwrap_or(digits);
        let number = self.number(Word { text: digits, ..word })?;
        match (is_extended, u16::try_from(number)) {
            (true, _) => CanId::extended(number),
            (false, Ok(number)) => CanId::base(number),
            (false, Err(_)) => Err(FrameError::IdTooWide { bits: 11 }),
        }
    }

    /// A number in the base of the log.
    fn number(&self, word: Word<'_>) -> Result<u32, FrameError> {
        if self.is_decimal {
            decimal(word.text).ok_or(FrameError::NotANumber { offset: word.offset })
        } else {
            hex::read_number(word.text).ok_or(FrameError::NotHex { offset: word.offset })
        }
    }
}

fn is_direction(text: &[u8]) -> bool {
    matches!(text, b"Rx" | b"Tx" | b"TxRq" | b"rx" | b"tx")
}

fn decimal(text: &[u8]) -> Option<u32> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// `Wed Apr 16 09:21:13.159 am 2014`: microseconds since 1970, as if it were UTC.
fn date(words: Words<'_>) -> Option<i64> {
    let mut words = words.map(|word| word.text).skip(1);
    let (month, day, time) = (month(words.next()?)?, decimal(words.next()?)?, words.next()?);
    let (half, year) = match words.next()? {
        half @ (b"am" | b"pm" | b"AM" | b"PM") => (Some(half[0].to_ascii_lowercase()), words.next()?),
        year => (None, year),
    };
    let mut parts = time.splitn(3, |&c| c == b':');
    let (hour, minute) = (decimal(parts.next()?)?, decimal(parts.next()?)?);
    let second = seconds(parts.next()?)?;
    let hour = match half {
        Some(b'p') if hour < 12 => hour + 12,
        Some(b'a') if hour == 12 => 0,
        _ => hour,
    };
    let year = i32::try_from(decimal(year)?).ok()?;
    let midnight = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, 0)?;
    midnight.and_utc().timestamp_micros().checked_add(second)
}

/// The month by the start of its name, in English and German.
fn month(name: &[u8]) -> Option<u32> {
    const NAMES: [(&[u8], u32); 15] = [
        (b"jan", 1),
        (b"feb", 2),
        (b"mar", 3),
        (b"m\xC3\xA4r", 3),
        (b"m\xE4r", 3),
        (b"apr", 4),
        (b"may", 5),
        (b"mai", 5),
        (b"jun", 6),
        (b"jul", 7),
        (b"aug", 8),
        (b"sep", 9),
        (b"o", 10),
        (b"nov", 11),
        (b"de", 12),
    ];
    let is = |start: &[u8]| name.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    NAMES.iter().find(|(start, _)| is(start)).map(|(_, month)| *month)
}
