//! Logs of a whole bus to signals, at the speed of the disk.

use core::fmt;

use super::CaptureError;
use super::decoder::is_comment;
use super::lines::{Line, Lines};
use crate::frame::{AscLog, CanFrame, CanId, CandumpLine, CsvLog, FrameError, Interface, log_line};
use crate::hex;
use crate::signals::dbc::{Dbc, DbcValues};

/// Reads a log of any size by a DBC file, fed in any chunks: each frame with its values, nothing allocated for a frame.
/// The log is one of `candump`, or an ASC log or a table of frames (CSV).
///
/// [`Decoder`](super::Decoder) does the same beside all that diagnosis needs, and gives owned items; this is for
/// gigabytes.
///
/// # Examples
///
/// ```
/// use cc_obd::capture::{BusLog, CaptureError};
/// use cc_obd::signals::dbc::Dbc;
///
/// let dbc = Dbc::parse(b"BO_ 291 Battery: 2 BMS\n SG_ Voltage : 0|16@1+ (0.1,0) [0|450] \"V\" X\n")?;
/// let mut log = BusLog::new(&dbc);
/// let mut seen = Vec::new();
/// log.push(b"(1436509052.249713) can0 123#A00F\n(1436509052.250000) can0 123#A0F\n", |line| {
///     match line.frame {
///         Ok(frame) => seen.push((line.number, frame.values.map(|value| value.scaled).collect())),
///         Err(error) => {
///             assert_eq!(error.to_string(), "half a byte is missing");
///             seen.push((line.number, vec![]));
///         }
///     }
/// });
/// assert_eq!(seen, [(1, vec![400.0]), (2, vec![])]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct BusLog<'d> {
    dbc: &'d Dbc,
    lines: Lines,
    form: Form,
}

/// What the lines are.
#[derive(Clone)]
enum Form {
    Asc(AscLog),
    Candump,
    Csv(CsvLog),
}

/// One line of a log.
#[derive(Debug)]
pub struct BusLine<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its frame, or why there is none.
    pub frame: Result<BusFrame<'a>, CaptureError>,
}

/// A frame and its values.
pub struct BusFrame<'a> {
    /// The interface, where the line names one.
    pub interface: Option<Interface>,
    /// The time in microseconds, where the line has one: since 1970 for `candump -l` and `-t a`, and where an ASC log has a
    /// date.
    pub micros: Option<i64>,
    /// Who sent it.
    pub id: CanId,
    /// Its data.
    pub data: &'a [u8],
    /// What the data means; nothing where the file has no message of this identifier.
    pub values: DbcValues<'a>,
}

impl<'d> BusLog<'d> {
    /// A reader at the start of a log of `candump`.
    pub fn new(dbc: &'d Dbc) -> Self {
        Self { dbc, lines: Lines::default(), form: Form::Candump }
    }

    /// A reader at the start of an ASC log: see [`AscLog`].
    ///
    /// ```
    /// use cc_obd::capture::BusLog;
    /// use cc_obd::signals::dbc::Dbc;
    ///
    /// let dbc = Dbc::parse(b"BO_ 291 Battery: 2 BMS\n SG_ Voltage : 0|16@1+ (0.1,0) [0|450] \"V\" X\n")?;
    /// let mut log = BusLog::of_asc(&dbc);
    /// let mut seen = Vec::new();
    /// log.push(b"base hex  timestamps absolute\n 0.5 1  123  Rx  d 2 A0 0F\n 0.6 1  123  Rx  d 2 A0\n", |line| {
    ///     seen.push(match line.frame {
    ///         Ok(frame) => format!("{:?} {:?}", frame.micros, frame.values.map(|value| value.scaled).next()),
    ///         Err(error) => error.to_string(),
    ///     });
    /// });
    /// assert_eq!(seen, ["Some(500000) Some(400.0)", "length says 2 bytes, found 1"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_asc(dbc: &'d Dbc) -> Self {
        Self { form: Form::Asc(AscLog::default()), ..Self::new(dbc) }
    }

    /// A reader at the start of a table of frames (CSV): see [`CsvLog`].
    ///
    /// ```
    /// use cc_obd::capture::BusLog;
    /// use cc_obd::signals::dbc::Dbc;
    ///
    /// let dbc = Dbc::parse(b"BO_ 291 Battery: 2 BMS\n SG_ Voltage : 0|16@1+ (0.1,0) [0|450] \"V\" X\n")?;
    /// let mut log = BusLog::of_csv(&dbc);
    /// let mut seen = Vec::new();
    /// log.push(b"timestamp;id;data\n0.5;123;A00F\n0.6;123;A0F\n", |line| {
    ///     seen.push(match line.frame {
    ///         Ok(frame) => format!("{:?} {:?}", frame.micros, frame.values.map(|value| value.scaled).next()),
    ///         Err(error) => error.to_string(),
    ///     });
    /// });
    /// assert_eq!(seen, ["Some(500000) Some(400.0)", "half a byte is missing"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_csv(dbc: &'d Dbc) -> Self {
        Self { form: Form::Csv(CsvLog::default()), ..Self::new(dbc) }
    }

    /// Takes the next bytes, and gives every line that ended in them. Remote requests, error frames, comments and empty
    /// lines are passed over.
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(BusLine<'_>)) {
        let Self { dbc, lines, form } = self;
        let mut data = [0; 64];
        let mut rest = bytes;
        while !rest.is_empty() {
            while matches!(form, Form::Candump)
                && lines.is_at_start()
                && let Some(line) = log_line::read(rest, &mut data)
            {
                rest = &rest[line.read..];
                let data = &data[..line.length];
                let frame = BusFrame {
                    interface: Some(Interface::new(line.interface)),
                    micros: Some(line.micros),
                    id: line.id,
                    data,
                    values: dbc.decode(line.id, data),
                };
                each(BusLine { number: lines.count(), frame: Ok(frame) });
            }
            // One line, or what there is of it, by the parser that knows every form.
            let end = rest.iter().position(|&c| matches!(c, b'\n' | b'\r')).map_or(rest.len(), |end| end + 1);
            let (piece, behind) = rest.split_at(end);
            lines.push(piece, |number, line| rare_line(dbc, form, number, &line, &mut each));
            rest = behind;
        }
    }

    /// Ends the log: a last line without its end is read.
    pub fn finish(&mut self, mut each: impl FnMut(BusLine<'_>)) {
        let Self { dbc, lines, form } = self;
        lines.finish(|number, line| rare_line(dbc, form, number, &line, &mut each));
    }
}

fn rare_line(dbc: &Dbc, form: &mut Form, number: u64, line: &Line<'_>, each: &mut impl FnMut(BusLine<'_>)) {
    let text = match line {
        Line::Text(text) => *text,
        Line::Overlong => return each(BusLine { number, frame: Err(CaptureError::Overlong) }),
    };
    let text = if number == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
    if hex::trim(text).is_empty() || is_comment(text) {
        return;
    }
    match form.read(text) {
        Ok(Some((interface, micros, frame))) => {
            each(BusLine { number, frame: Ok(BusFrame::new(dbc, interface, micros, &frame)) });
        }
        Ok(None) => {}
        Err(error) => each(BusLine { number, frame: Err(CaptureError::Frame(error)) }),
    }
}

/// The interface, the time in microseconds and the frame of a line.
type Heard = (Option<Interface>, Option<i64>, CanFrame);

impl Form {
    fn read(&mut self, text: &[u8]) -> Result<Option<Heard>, FrameError> {
        let read = match self {
            Self::Asc(log) => log.read(text)?,
            Self::Csv(log) => log.read(text)?,
            Self::Candump => {
                let line = CandumpLine::parse(text)?;
                return Ok(line.frame().map(|frame| (line.interface(), line.micros(), *frame)));
            }
        };
        Ok(read.map(|log| (log.interface, log.micros, log.frame)))
    }
}

impl<'a> BusFrame<'a> {
    fn new(dbc: &'a Dbc, interface: Option<Interface>, micros: Option<i64>, frame: &'a CanFrame) -> Self {
        Self {
            interface,
            micros,
            id: frame.id(),
            data: frame.data(),
            values: dbc.decode(frame.id(), frame.data()),
        }
    }
}

impl fmt::Debug for BusFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusFrame({}, {} bytes)", self.id, self.data.len())
    }
}

impl fmt::Debug for BusLog<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BusLog(line {}, {:?})", self.lines.number(), self.dbc)
    }
}
