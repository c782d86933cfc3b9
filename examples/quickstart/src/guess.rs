//! What a capture is, by its first lines.

use cc_obd::capture::CaptureFormat;
use chrono::TimeDelta;
use clap::ValueEnum;
use example_terminal::{Failure, Input};

/// The forms of a capture.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    /// The text of an ELM327 or STN adapter
    Elm327,
    /// SocketCAN's candump, log or screen format
    Candump,
    /// The lines of a serial CAN adapter (SLCAN)
    Slcan,
    /// The text log of Vector's tools
    Asc,
    /// A table of frames: SavvyCAN, CANedge, python-can and others
    Csv,
    /// A line is REQUEST>RESPONSE in hexadecimal
    Pairs,
    /// The data stream's JSON: an array, or one event a line
    PushV2,
}

impl Format {
    /// What a person calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Elm327 => "ELM327 log",
            Self::Candump => "candump",
            Self::Slcan => "SLCAN log",
            Self::Asc => "ASC log",
            Self::Csv => "table of frames",
            Self::Pairs => "request and answer pairs",
            Self::PushV2 => "push-v2 JSON",
        }
    }

    /// The decoder's name for it, unless it is the data stream.
    pub(crate) fn capture(self) -> Option<CaptureFormat> {
        match self {
            Self::Elm327 => Some(CaptureFormat::Elm327),
            Self::Candump => Some(CaptureFormat::Candump),
            Self::Slcan => Some(CaptureFormat::Slcan),
            Self::Asc => Some(CaptureFormat::Asc),
            Self::Csv => Some(CaptureFormat::Csv),
            Self::Pairs => Some(CaptureFormat::Pairs),
            Self::PushV2 => None,
        }
    }

    /// A capture is in order; the data stream is not: its cars upload when they find a network.
    pub(crate) fn lateness(self) -> TimeDelta {
        if self == Self::PushV2 { TimeDelta::days(1) } else { TimeDelta::zero() }
    }
}

/// The form of an input: as told, or as its first lines look.
pub(crate) fn format(input: Input, told: Option<Format>) -> Result<(Format, Input), Failure> {
    if let Some(format) = told {
        return Ok((format, input));
    }
    let (head, input) = input.look_ahead(ENOUGH, |head| {
        let whole_lines = head.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(0);
        of(&head[..whole_lines]).is_some()
    })?;
    // What looks like nothing else is an adapter's: its log may hold any text.
    Ok((of(&head).unwrap_or(Format::Elm327), input))
}

/// The form that the first telling line has.
fn of(head: &[u8]) -> Option<Format> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = text.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !matches!(line, [] | [b'#' | b';', ..]));
    if let Some([b'{' | b'[', ..]) = first {
        return Some(Format::PushV2);
    }
    Some(match CaptureFormat::detect(head)? {
        CaptureFormat::Asc => Format::Asc,
        CaptureFormat::Candump => Format::Candump,
        CaptureFormat::Csv => Format::Csv,
        CaptureFormat::Elm327 => Format::Elm327,
        CaptureFormat::Pairs => Format::Pairs,
        CaptureFormat::Slcan => Format::Slcan,
    })
}

/// No more is read before guessing.
const ENOUGH: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_telling_line_says_what_a_capture_is() {
        for (head, expected) in [
            ("# a comment\n\n[{\"id\":1}]", Some(Format::PushV2)),
            ("\u{feff}{\"id\":1}\n", Some(Format::PushV2)),
            ("010C>410C1AF8\n", Some(Format::Pairs)),
            ("(1436509052.249713) can0 7E8#03410D32\n", Some(Format::Candump)),
            ("  can0  7E8   [4]  03 41 0D 32\n", Some(Format::Candump)),
            ("date Wed Apr 16 09:21:13.159 am 2014\n", Some(Format::Asc)),
            ("timestamp,arbitration_id,extended,remote,error,dlc,data\n", Some(Format::Csv)),
            ("t7E8403410D32\r", Some(Format::Slcan)),
            ("ATZ\r\rELM327 v1.5\r\r>", Some(Format::Elm327)),
            (">010C\r7E8 04 41 0C 1A F8\r", Some(Format::Elm327)),
            ("# only a comment", None),
            ("", None),
        ] {
            assert_eq!(of(head.as_bytes()), expected, "{head}");
        }
    }
}
