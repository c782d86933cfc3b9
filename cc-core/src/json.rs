//! Canonical JSON (RFC 8785): one text for one value, on every platform.
//!
//! Keys are sorted by their UTF-16 code units, numbers are written as ECMAScript writes them, strings are escaped as
//! little as JSON allows. The writer is our own so that no other crate's feature can change a byte of the output.

use alloc::string::String;
use core::fmt::Write as _;

/// Writes a number as ECMAScript does (RFC 8785 §3.2.2.3); NaN and infinities, which JSON lacks, as `null`.
///
/// # Examples
///
/// ```
/// let mut out = String::new();
/// cc_core::json::write_number(&mut out, 1e21);
/// cc_core::json::write_number(&mut out, -0.0);
/// assert_eq!(out, "1e+210");
/// ```
pub fn write_number(out: &mut String, value: f64) {
    if value.is_finite() {
        out.push_str(ryu_js::Buffer::new().format_finite(value));
    } else {
        out.push_str("null");
    }
}

/// Writes a string with its quotes (RFC 8785 §3.2.2.2).
///
/// # Examples
///
/// ```
/// let mut out = String::new();
/// cc_core::json::write_string(&mut out, "70 °C\n\"hot\"");
/// assert_eq!(out, r#""70 °C\n\"hot\"""#);
/// ```
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0C => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            control => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{control:04x}");
            }
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Writes an object, member by member; the caller gives the keys in RFC 8785 order, which for plain ASCII keys is the
/// order of their bytes.
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> ObjectWriter<'a> {
    /// Opens the object.
    pub fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    /// Writes a key and gives the place for its value.
    pub fn key(&mut self, key: &str) -> &mut String {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        write_string(self.out, key);
        self.out.push(':');
        self.out
    }

    /// Writes a member whose value is a string.
    pub fn string(&mut self, key: &str, value: &str) {
        write_string(self.key(key), value);
    }

    /// Writes a member whose value is a string or null.
    pub fn optional_string(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(key, value),
            None => self.key(key).push_str("null"),
        }
    }

    /// Writes a member whose value is a number.
    pub fn number(&mut self, key: &str, value: f64) {
        write_number(self.key(key), value);
    }

    /// Writes a member whose value is true or false.
    pub fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).push_str(if value { "true" } else { "false" });
    }

    /// Closes the object.
    pub fn end(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_rfc_8785_appendix_b_does() {
        for (bits, text) in [
            (0x0000_0000_0000_0000_u64, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
        ] {
            let mut out = String::new();
            write_number(&mut out, f64::from_bits(bits));
            assert_eq!(out, text);
        }
    }
}
