//! Bytes in hexadecimal digits, two a byte, lower case: there is one way to write them.

use std::fmt;

pub(crate) fn write(bytes: &[u8], out: &mut impl fmt::Write) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// Fills the bytes from lower-case digits, two a byte; `Err` says where a character is none.
pub(crate) fn read(text: &str, bytes: &mut [u8]) -> Result<(), usize> {
    let digit = |offset: usize| match text.as_bytes().get(offset) {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        _ => Err(offset),
    };
    if text.len() != bytes.len() * 2 {
        return Err(text.len());
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = digit(place * 2)? << 4 | digit(place * 2 + 1)?;
    }
    Ok(())
}
