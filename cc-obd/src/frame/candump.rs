//! The line formats of SocketCAN's `candump`.

use core::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, digit1, space0, space1};
use nom::combinator::{map_opt, opt, rest};
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};

use super::{CanFrame, CanId, FrameError};
use crate::hex;

/// One line of a `candump` log: `(1436509052.249713) can0 7E8#03410D32`, the same with `##` and a flag digit for
/// CAN FD, or the screen format `can0  7E8   [4]  03 41 0D 32`.
///
/// # Examples
///
/// ```
/// use cc_obd::frame::{CandumpLine, FrameError};
///
/// let line = CandumpLine::parse(b"(1436509052.249713) can0 7E8#03410D32")?;
/// assert_eq!(line.micros(), Some(1_436_509_052_249_713));
/// let frame = line.frame().unwrap();
/// assert_eq!((frame.id().to_string().as_str(), frame.data()), ("7E8", &[3, 0x41, 0x0D, 0x32][..]));
///
/// assert_eq!(line.interface().unwrap().to_string(), "can0");
///
/// assert_eq!(CandumpLine::parse(b"can0 7E8#0341F"), Err(FrameError::HalfByte));
/// # Ok::<(), FrameError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct CandumpLine {
    interface: Option<Interface>,
    micros: Option<i64>,
    frame: Option<CanFrame>,
}

/// The name of a network interface: at most 15 bytes, as Linux has them.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Interface([u8; 15]);

impl Interface {
    /// What is longer than a name can be is cut.
    pub(crate) fn new(name: &[u8]) -> Self {
        let mut text = [0; 15];
        for (to, from) in text.iter_mut().zip(name) {
            *to = *from;
        }
        Self(text)
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        write!(f, "{}", self.0[..length].escape_ascii())
    }
}

impl fmt::Debug for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Interface({self})")
    }
}

impl CandumpLine {
    /// Reads a line without its line end.
    pub fn parse(line: &[u8]) -> Result<Self, FrameError> {
        // Offsets count from here, so that only what is behind is cut.
        let line = line.trim_ascii_end();
        let (body, micros) = opt(terminated(timestamp, space1))
            .parse(hex::trim(line))
            .map_err(|_: nom::Err<()>| FrameError::UnknownShape)?;
        // The interface may be missing. A `(` that is not a time stamp is damage, not an interface name.
        let interface =
            terminated(take_while1(|c: u8| !matches!(c, b'(' | b'#') && !c.is_ascii_whitespace()), space1);
        let (body, interface) =
            opt(interface).parse(body).map_err(|_: nom::Err<()>| FrameError::UnknownShape)?;
        let frame = if let Ok((behind, fields)) = log_fields(body) {
            // A blank in the data would cut it.
            if !matches!(hex::trim(behind), b"" | b"R" | b"T" | b"X") {
                return Err(FrameError::NotHex { offset: line.len() - behind.len() });
            }
            let end = line.len() - behind.len();
            log_frame(&fields, end)?
        } else {
            let unknown = |_| bad_id(body, line.len()).unwrap_or(FrameError::UnknownShape);
            let (_, fields) = screen_fields(body).map_err(unknown)?;
            screen_frame(&fields, line.len())?
        };
        Ok(Self { interface: interface.map(Interface::new), micros, frame })
    }

    /// The interface that received the frame, where the line names it.
    pub fn interface(&self) -> Option<Interface> {
        self.interface
    }

    /// The time stamp in microseconds as the log states it (since 1970 for `candump -l` and `-t a`), if there is one.
    pub fn micros(&self) -> Option<i64> {
        self.micros
    }

    /// The frame; `None` for a remote request or an error frame, which carry no data.
    pub fn frame(&self) -> Option<&CanFrame> {
        self.frame.as_ref()
    }
}

impl fmt::Debug for CandumpLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CandumpLine")
            .field("interface", &self.interface)
            .field("micros", &self.micros)
            .field("frame", &self.frame)
            .finish()
    }
}

type Fields<'a> = IResult<&'a [u8], LineFields<'a>, ()>;

/// The parts of a line before they are understood.
struct LineFields<'a> {
    id: &'a [u8],
    /// How many bytes the identifier and all behind it have.
    left: usize,
    /// How many bytes the data and all behind it have.
    from_data: usize,
    /// `#` or `##x` in a log, the digits between brackets on a screen.
    mark: Mark<'a>,
    data: &'a [u8],
}

enum Mark<'a> {
    Classic,
    Flexible,
    Length(&'a [u8]),
}

/// `(seconds.fraction)`, or the date form of `candump -t A`.
fn timestamp(input: &[u8]) -> IResult<&[u8], i64, ()> {
    delimited(char('('), alt((map_opt(take_while1(|c| c != b')'), date_micros), seconds)), char(')'))
        .parse(input)
}

fn seconds(input: &[u8]) -> IResult<&[u8], i64, ()> {
    map_opt((space0, digit1, char('.'), digit1), |(_, whole, _, fraction): (_, &[u8], _, &[u8])| {
        micros(number(whole)?, fraction)
    })
    .parse(input)
}

fn date_micros(text: &[u8]) -> Option<i64> {
    let text = core::str::from_utf8(text).ok()?;
    let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    Some(time.and_utc().timestamp_micros())
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |sum, digit| sum.checked_mul(10)?.checked_add(i64::from(digit - b'0')))
}

fn micros(seconds: i64, fraction: &[u8]) -> Option<i64> {
    let mut micros = seconds;
    for place in 0..6 {
        let digit = fraction.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        micros = micros.checked_mul(10)?.checked_add(digit)?;
    }
    Some(micros)
}

fn is_word(c: u8) -> bool {
    !c.is_ascii_whitespace()
}

/// `7E8#03410D32`, `7E8##103410D32`, `7E8#R`; what is left may be the direction, `T` or `R`.
fn log_fields(input: &[u8]) -> Fields<'_> {
    let whole = input.len();
    let (input, id) = take_while1(|c: u8| c.is_ascii_hexdigit())(input)?;
    let (input, mark) =
        alt((tag("##").map(|_| Mark::Flexible), tag("#").map(|_| Mark::Classic))).parse(input)?;
    let (input, data) = take_while(is_word)(input)?;
    Ok((input, LineFields { id, left: whole - input.len(), from_data: data.len(), mark, data }))
}

/// `7E8   [4]  03 41 0D 32`, with `RX - -` before it (`candump -x`) and `'.A.2'` behind it (`-a`).
fn screen_fields(input: &[u8]) -> Fields<'_> {
    let direction =
        (alt((tag("RX"), tag("TX"))), space1, take_while1(is_word), space1, take_while1(is_word), space1);
    let (input, _) = opt(direction).parse(input)?;
    let left = input.len();
    let (input, id) = terminated(take_while1(|c: u8| c.is_ascii_hexdigit()), space1).parse(input)?;
    let (input, length) = delimited(char('['), digit1, char(']')).parse(input)?;
    let (input, text) = rest(input)?;
    let data = text.iter().position(|&c| c == b'\'').map_or(text, |quote| &text[..quote]);
    // What is cut before the data.
    let blank = data.len() - data.trim_ascii_start().len();
    let from_data = text.len() - blank;
    Ok((input, LineFields { id, left, from_data, mark: Mark::Length(length), data }))
}

/// What stands before `#` or `[4]` and is no identifier, in a line of so many bytes that the text ends.
fn bad_id(text: &[u8], end: usize) -> Option<FrameError> {
    let length = text.iter().position(|&c| c == b'#' || c.is_ascii_whitespace())?;
    let bad = text[..length].iter().position(|&c| hex::digit(c).is_none())?;
    let is_frame = matches!(text[length..].trim_ascii_start(), [b'#' | b'[', ..]);
    is_frame.then_some(FrameError::NotAnId { offset: end - text.len() + bad })
}

/// The identifier of a line that ends at `end`.
fn id(fields: &LineFields<'_>, end: usize) -> Result<CanId, FrameError> {
    CanId::from_digits(fields.id).map_err(|error| match error {
        FrameError::UnknownShape => FrameError::NotAnId { offset: end - fields.left },
        error => error,
    })
}

/// `end` is where the fields end in the line.
fn log_frame(fields: &LineFields<'_>, end: usize) -> Result<Option<CanFrame>, FrameError> {
    let id = match fields.id.len() {
        // Error frames have bit 29 set and no data of a car.
        8 if hex::read_number(fields.id).is_some_and(|id| id & 0x2000_0000 != 0) => return Ok(None),
        _ => id(fields, end)?,
    };
    let (data, fd) = match (&fields.mark, fields.data) {
        (Mark::Flexible, [flags, data @ ..]) if hex::digit(*flags).is_some() => (data, true),
        (Mark::Flexible, _) => return Err(FrameError::UnknownShape),
        (_, [b'R' | b'r', ..]) => return Ok(None),
        (_, data) => (data, false),
    };
    CanFrame::from_hex(id, data, fd).map(Some).map_err(|error| error.behind(end - data.len()))
}

/// `end` is where the fields end in the line.
fn screen_frame(fields: &LineFields<'_>, end: usize) -> Result<Option<CanFrame>, FrameError> {
    let id = id(fields, end);
    let Mark::Length(digits) = fields.mark else { return Err(FrameError::UnknownShape) };
    let stated =
        number(digits).and_then(|stated| usize::try_from(stated).ok()).ok_or(FrameError::UnknownShape)?;
    let data = hex::trim(fields.data);
    if data.starts_with(b"remote request") || data.ends_with(b"ERRORFRAME") {
        return Ok(None);
    }
    // FD lengths are printed with two digits, classic ones with one.
    let frame = CanFrame::from_hex(id?, data, digits.len() == 2)
        .map_err(|error| error.behind(end - fields.from_data))?;
    let found = frame.data().len();
    if stated == found { Ok(Some(frame)) } else { Err(FrameError::LengthMismatch { stated, found }) }
}
