//! What a capture is, by its first lines.

use super::CaptureFormat;
use super::decoder::is_comment;
use crate::frame::{AscLog, CandumpLine, CsvLog, SlcanLine};
use crate::hex;

impl CaptureFormat {
    /// The format that the first telling line of a capture has; `None` where none of the lines tells. A line that looks like
    /// nothing else is an adapter's: its log may hold any text.
    ///
    /// ```
    /// use cc_obd::capture::CaptureFormat;
    ///
    /// let detect = |text: &str| CaptureFormat::detect(text.as_bytes());
    /// assert_eq!(detect("(1436509052.249713) can0 7E8#03410D32\n"), Some(CaptureFormat::Candump));
    /// assert_eq!(detect("base hex  timestamps absolute\n"), Some(CaptureFormat::Asc));
    /// assert_eq!(detect("Time Stamp,ID,Extended,Bus,LEN,D1,D2\n"), Some(CaptureFormat::Csv));
    /// assert_eq!(detect(">010C\r41 0C 1A F8\r"), Some(CaptureFormat::Elm327));
    /// assert_eq!(detect("# a comment\n"), None);
    /// ```
    pub fn detect(head: &[u8]) -> Option<Self> {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        head.split(|byte| matches!(byte, b'\r' | b'\n')).find_map(|line| {
            let line = hex::trim(line);
            if line.is_empty() || is_comment(line) {
                return None;
            }
            Some(match line {
                _ if is_pair(line) => Self::Pairs,
                _ if is_asc(line) => Self::Asc,
                _ if CandumpLine::parse(line).is_ok() => Self::Candump,
                _ if CsvLog::is_header(line) => Self::Csv,
                _ if is_slcan(line) => Self::Slcan,
                _ => Self::Elm327,
            })
        })
    }
}

/// `010C>410C1AF8`.
fn is_pair(line: &[u8]) -> bool {
    let mut parts = line.split(|&byte| byte == b'>');
    let is_hex = |part: Option<&[u8]>| part.is_some_and(|part| hex::count_digits(part).is_some());
    is_hex(parts.next()) && is_hex(parts.next()) && parts.next().is_none()
}

/// A line of the header, or one with a frame.
fn is_asc(line: &[u8]) -> bool {
    let starts = |word: &[u8]| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    [&b"date "[..], b"base hex", b"base dec", b"begin triggerblock"].iter().any(|word| starts(word))
        || matches!(AscLog::default().read(line), Ok(Some(_)))
}

/// A frame, or a command that opens the bus: other lines are too short to tell.
fn is_slcan(line: &[u8]) -> bool {
    // `d` and `b` begin words of hexadecimal digits as well.
    let is_frame = matches!(line[0], b't' | b'T' | b'r' | b'R');
    is_frame && matches!(SlcanLine::parse(line), Ok(read) if read.frame().is_some())
}
