//! Hexadecimal text to bytes: the one place that knows digits and spaces.

/// Why a text is not a row of hexadecimal bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HexFault {
    /// A digit stands alone.
    HalfByte,
    /// A character is neither a digit nor a space.
    NotHex { offset: usize },
    /// More bytes than the buffer takes.
    TooLong,
}

/// The value of each ASCII digit; 0xFF where the character is none. A table, not `match`: this is the inner loop of
/// every text format, and one load a character is what the line-rate benchmark needs.
static DIGITS: [u8; 256] = {
    let mut table = [0xFF_u8; 256];
    let mut value = 0;
    while value < 16 {
        let upper = b"0123456789ABCDEF"[value];
        let lower = b"0123456789abcdef"[value];
        table[upper as usize] = value as u8;
        table[lower as usize] = value as u8;
        value += 1;
    }
    table
};

/// The value of one digit.
pub(crate) fn digit(character: u8) -> Option<u8> {
    let value = DIGITS[usize::from(character)];
    (value < 16).then_some(value)
}

/// Whether the character separates bytes.
pub(crate) fn is_space(character: u8) -> bool {
    matches!(character, b' ' | b'\t')
}

/// Counts the digits of a text of digits and spaces; `None` where another character stands in it, or none at all.
pub(crate) fn count_digits(text: &[u8]) -> Option<usize> {
    let mut digits = 0;
    for &character in text {
        if DIGITS[usize::from(character)] < 16 {
            digits += 1;
        } else if !is_space(character) {
            return None;
        }
    }
    (digits > 0).then_some(digits)
}

/// Reads bytes into `out`, spaces allowed between bytes, and returns how many there are.
pub(crate) fn read_bytes(text: &[u8], out: &mut [u8]) -> Result<usize, HexFault> {
    let mut filled = 0;
    let mut at = 0;
    while at < text.len() {
        let high = DIGITS[usize::from(text[at])];
        if high > 15 {
            if is_space(text[at]) {
                at += 1;
                continue;
            }
            return Err(HexFault::NotHex { offset: at });
        }
        let Some(&second) = text.get(at + 1) else { return Err(HexFault::HalfByte) };
        let low = DIGITS[usize::from(second)];
        if low > 15 {
            return Err(if is_space(second) {
                HexFault::HalfByte
            } else {
                HexFault::NotHex { offset: at + 1 }
            });
        }
        *out.get_mut(filled).ok_or(HexFault::TooLong)? = high << 4 | low;
        filled += 1;
        at += 2;
    }
    Ok(filled)
}

/// Reads pairs of digits as far as they go and there is room; gives the bytes and the characters read.
#[inline]
pub(crate) fn read_pairs(text: &[u8], out: &mut [u8]) -> (usize, usize) {
    let mut length = 0;
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        if (high | low) > 15 {
            break;
        }
        *byte = high << 4 | low;
        length += 1;
    }
    (length, length * 2)
}

/// Reads a number of one to eight digits with nothing else in the text.
pub(crate) fn read_number(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 8 {
        return None;
    }
    text.iter().try_fold(0_u32, |number, &character| Some(number << 4 | u32::from(digit(character)?)))
}

/// The text without leading and trailing spaces.
pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text {
        if !is_space(*first) {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if !is_space(*last) {
            break;
        }
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_with_and_without_spaces() {
        let mut out = [0; 4];
        for text in [&b"41 0C 1A F8"[..], b"410C1AF8", b" 410c 1af8 ", b"41\t0C1A F8"] {
            assert_eq!(read_bytes(text, &mut out), Ok(4));
            assert_eq!(out, [0x41, 0x0C, 0x1A, 0xF8]);
        }
    }

    #[test]
    fn halves_strangers_and_overflow_are_told_apart() {
        let mut out = [0; 2];
        assert_eq!(read_bytes(b"41 0", &mut out), Err(HexFault::HalfByte));
        assert_eq!(read_bytes(b"4 10", &mut out), Err(HexFault::HalfByte));
        assert_eq!(read_bytes(b"41 0X", &mut out), Err(HexFault::NotHex { offset: 4 }));
        assert_eq!(read_bytes(b"410C1A", &mut out), Err(HexFault::TooLong));
        assert_eq!(read_bytes(b"", &mut out), Ok(0));
    }

    #[test]
    fn numbers_have_one_to_eight_digits() {
        assert_eq!(read_number(b"7E8"), Some(0x7E8));
        assert_eq!(read_number(b"18DAF110"), Some(0x18DA_F110));
        assert_eq!(read_number(b""), None);
        assert_eq!(read_number(b"18DAF1100"), None);
        assert_eq!(read_number(b"7G8"), None);
    }
}
