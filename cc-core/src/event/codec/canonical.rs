//! The canonical form of JSON that is kept as text: sorted keys, minimal escapes, numbers as received.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::Write as _;

use super::syntax::{Cursor, unescape};
use crate::json::write_string;

/// The order of keys in RFC 8785: by UTF-16 code units.
pub(crate) fn compare_keys(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// Writes a checked JSON value in its canonical form. Its depth was bounded when it was read.
pub(crate) fn write_canonical(json: &str, out: &mut String) {
    match json.as_bytes().first() {
        Some(b'"') => write_text(&json[1..json.len() - 1], out),
        Some(b'[') => {
            let mut items = Vec::new();
            // The text was checked when it was read; the same holds for the objects below.
            let _ = Cursor::new(json.as_bytes(), 0).items(&mut items);
            out.push('[');
            for (i, (start, end)) in items.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_canonical(&json[start..end], out);
            }
            out.push(']');
        }
        Some(b'{') => {
            let mut spans = Vec::new();
            let _ = Cursor::new(json.as_bytes(), 0).members(&mut spans);
            let mut members: Vec<(Vec<u16>, &str)> = spans
                .iter()
                .map(|span| (units(&json[span.key.0..span.key.1]), &json[span.value.0..span.value.1]))
                .collect();
            // Sorting keeps the order of equal keys, so the last of them is the one that counts.
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            out.push('{');
            let mut first = true;
            for (i, (key, value)) in members.iter().enumerate() {
                if members.get(i + 1).is_some_and(|(next, _)| next == key) {
                    continue;
                }
                if !first {
                    out.push(',');
                }
                first = false;
                write_units(key, out);
                out.push(':');
                write_canonical(value, out);
            }
            out.push('}');
        }
        _ => out.push_str(json),
    }
}

/// Writes a string, given as it stands between its quotes, with as few escapes as JSON allows.
fn write_text(inner: &str, out: &mut String) {
    match unescape(inner) {
        Some(text) => write_string(out, &text),
        None => write_units(&units(inner), out),
    }
}

/// The UTF-16 code units of a string, given as it stands between its quotes.
fn units(inner: &str) -> Vec<u16> {
    if let Some(text) = unescape(inner) {
        return text.encode_utf16().collect();
    }
    let (mut out, mut rest) = (Vec::with_capacity(inner.len()), inner);
    while let Some(first) = rest.chars().next() {
        let (piece, tail) = match rest.as_bytes() {
            [b'\\', b'u', ..] => rest.split_at(6),
            [b'\\', ..] => rest.split_at(2),
            _ => rest.split_at(first.len_utf8()),
        };
        match unescape(piece) {
            Some(text) => out.extend(text.encode_utf16()),
            None => out.extend(u16::from_str_radix(&piece[2..], 16)),
        }
        rest = tail;
    }
    out
}

/// Writes a string of UTF-16 code units; half a surrogate pair has no other form than its escape.
fn write_units(units: &[u16], out: &mut String) {
    out.push('"');
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(character) => write_bare(out, character.encode_utf8(&mut [0; 4])),
            // Writing to a String cannot fail.
            Err(half) => drop(write!(out, "\\u{:04x}", half.unpaired_surrogate())),
        }
    }
    out.push('"');
}

fn write_bare(out: &mut String, text: &str) {
    let mut quoted = String::new();
    write_string(&mut quoted, text);
    out.push_str(&quoted[1..quoted.len() - 1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_form() {
        for (json, canonical) in [
            ("{\"b\":1,\"a\":[ true ,null]}", "{\"a\":[true,null],\"b\":1}"),
            ("{\"\\u0061\":1}", "{\"a\":1}"),
            ("{\"a\":1,\"\\u0061\":2}", "{\"a\":2}"),
            ("[1.0,1e3,-0]", "[1.0,1e3,-0]"),
            ("\"\\u00E9\\/\\u000a\"", "\"é/\\n\""),
            ("\"x\\uD800\\\\y\\uD83D\\uDE00\"", "\"x\\ud800\\\\y😀\""),
            ("\"\\uDC00\\uD83D\\u0041\"", "\"\\udc00\\ud83dA\""),
            // U+E000 sorts after U+10000 in UTF-16, where the latter begins with a surrogate.
            ("{\"\u{E000}\":1,\"\u{10000}\":2}", "{\"\u{10000}\":2,\"\u{E000}\":1}"),
            ("{}", "{}"),
        ] {
            let mut out = String::new();
            write_canonical(json, &mut out);
            assert_eq!(out, canonical, "{json}");
        }
    }
}
