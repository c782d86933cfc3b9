//! The usual line of a `candump` log, read without a detour: `(1436509052.249713) can0 7E8#03410D32`.
//!
//! Logs of a whole bus have millions of these. What looks otherwise in any way is left to `CandumpLine`, which knows
//! every form and says what is wrong.

use super::CanId;
use crate::hex;

/// A line's frame; the data lies in the caller's buffer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct LogLine<'a> {
    pub(crate) micros: i64,
    pub(crate) interface: &'a [u8],
    pub(crate) id: CanId,
    pub(crate) is_fd: bool,
    /// How many bytes of data there are.
    pub(crate) length: usize,
    /// How many bytes of text were read, the line end included.
    pub(crate) read: usize,
}

/// Reads a line at the start of a text, line end included.
#[inline]
pub(crate) fn read<'a>(text: &'a [u8], data: &mut [u8; 64]) -> Option<LogLine<'a>> {
    let rest = text.strip_prefix(b"(")?;
    // Ten digits of seconds, six of their fraction: years 2001 to 2286.
    let (seconds, rest) = digits::<10>(rest)?;
    let (fraction, rest) = digits::<6>(rest.strip_prefix(b".")?)?;
    let micros = seconds * 1_000_000 + fraction;
    let rest = rest.strip_prefix(b") ")?;
    let end = rest.iter().take(16).position(|&c| c <= b' ')?;
    let (interface, rest) = rest.split_at(end);
    // A name of other characters may be something else.
    if end == 0 || end > 15 || interface.iter().any(|&c| c == b'(' || c == b'#') {
        return None;
    }
    let rest = rest.strip_prefix(b" ")?;
    let (id, rest) = match (rest.get(3), rest.get(8)) {
        (Some(b'#'), _) => (CanId::base(hex::read_number(&rest[..3])? as u16).ok()?, &rest[4..]),
        (_, Some(b'#')) => (CanId::extended(hex::read_number(&rest[..8])?).ok()?, &rest[9..]),
        _ => return None,
    };
    let (is_fd, most, rest) = match rest {
        [b'#', flags, rest @ ..] => (hex::digit(*flags).map(|_| true)?, 64, rest),
        _ => (false, 8, rest),
    };
    let (length, taken) = hex::read_pairs(rest, &mut data[..most]);
    let rest = match &rest[taken..] {
        // The direction, which newer versions write.
        [b' ', b'R' | b'T', rest @ ..] => rest,
        rest => rest,
    };
    let ([b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..]) = rest else { return None };
    Some(LogLine { micros, interface, id, is_fd, length, read: text.len() - rest.len() })
}

#[inline]
fn digits<const N: usize>(text: &[u8]) -> Option<(i64, &[u8])> {
    let (digits, rest) = text.split_first_chunk::<N>()?;
    let mut number = 0_i64;
    let mut stranger = false;
    for &digit in digits {
        let value = digit.wrapping_sub(b'0');
        stranger |= value > 9;
        number = number * 10 + i64::from(value);
    }
    (!stranger).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;
    use crate::frame::CandumpLine;

    #[test]
    fn usual_lines_are_read_and_others_left_alone() {
        let mut data = [0; 64];
        let line = read(b"(1436509052.249713) can0 7E8#03410D32\nmore", &mut data).unwrap();
        assert_eq!(
            (line.micros, line.interface, line.length, line.read),
            (1_436_509_052_249_713, &b"can0"[..], 4, 38)
        );
        assert_eq!(data[..4], [0x03, 0x41, 0x0D, 0x32]);
        for usual in ["(1436509052.249713) can0 18DAF110#\r\n", "(1436509052.249713) vcan12 123##1AABB R\n"] {
            assert!(read(usual.as_bytes(), &mut data).is_some(), "{usual}");
        }
        for other in [
            "(1436509052.249713) can0 7E8#03410D32",
            "(1436509052.249713) can0 7E8#03410D32\r",
            "(1436509052.249713) can0 7E8#R\n",
            "(1436509052.249713) can0 7E8#034\n",
            "(1436509052.249713) can0 7E8#010203040506070809\n",
            "(1436509052.249713) can0 FE8#01\n",
            "(1436509052.249713) can0 200000FF#01\n",
            "(1436509052.249713)  can0 7E8#01\n",
            "(0.5) can0 7E8#01\n",
            "can0 7E8#01\n",
            "",
        ] {
            assert_eq!(read(other.as_bytes(), &mut data), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_whole_parser_reads(
            time in r"[0-9]{10}\.[0-9]{6}|[0-9]{9,10}\.[0-9]{5,6}",
            interface in "[a-z]{1,6}[0-9]|[a-z(#]{1,17}",
            id in "[0-7][0-9A-F]{2}|1[0-9A-F]{7}|[0-9A-F]{3,9}",
            data in "#([0-9A-Fa-f]{2}){0,9}|##1([0-9A-F]{2}){0,65}|#{1,3}[0-9A-FRg]{0,20}",
            end in "( [RTX])?\r?\n",
        ) {
            let text = alloc::format!("({time}) {interface} {id}{data}{end}");
            let mut data = [0; 64];
            if let Some(line) = read(text.as_bytes(), &mut data) {
                prop_assert_eq!(line.read, text.len());
                let whole = CandumpLine::parse(text.trim_end_matches(['\r', '\n']).as_bytes());
                let whole = whole.unwrap();
                let frame = whole.frame().unwrap();
                prop_assert_eq!((frame.id(), frame.is_fd()), (line.id, line.is_fd));
                prop_assert_eq!(frame.data(), &data[..line.length]);
                prop_assert_eq!(whole.micros(), Some(line.micros));
                let interface = whole.interface().unwrap().to_string();
                prop_assert_eq!(interface.as_bytes(), line.interface);
            }
        }
    }
}
