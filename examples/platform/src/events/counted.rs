//! How much an event is made of, counted before anything is made of it.
//!
//! A member takes five bytes of a body, and more than a hundred of memory once its event is read: bytes alone bound neither what reading a
//! body takes nor what is held of it. So members and elements are counted where they stand, and what has too many of them is wiped from
//! the body before that is read.

use std::borrow::Cow;

/// The most members of objects and elements of arrays, all together, of one event.
pub(crate) const MOST: usize = 4096;

/// Why an event of more is refused.
pub(super) fn why() -> String {
    format!("expected at most {MOST} members and elements")
}

/// A body without what has too many members.
pub(super) struct Counted<'a> {
    /// The body, in which each of those is no event any more; everything stands where it stood.
    pub(super) body: Cow<'a, [u8]>,
    /// Where they begin.
    wiped: Vec<usize>,
}

impl<'a> Counted<'a> {
    /// Of JSON: the objects of an array that is JSON from end to end.
    pub(super) fn array(body: &'a [u8]) -> Self {
        let mut counted = Self { body: Cow::Borrowed(body), wiped: Vec::new() };
        let mut at = 0;
        while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
            let (count, length) = match rest.first() {
                Some(b'{' | b'"') => object(rest),
                _ => (0, Some(1)),
            };
            let Some(length) = length else { break };
            if count > MOST {
                counted.wipe_json(at, length);
            }
            at += length;
        }
        counted
    }

    /// Of JSON: the lines that are one object each.
    pub(super) fn lines(body: &'a [u8]) -> Self {
        let mut counted = Self { body: Cow::Borrowed(body), wiped: Vec::new() };
        let mut at = 0;
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line).trim_ascii_start();
            let from = at + line.len() - text.len();
            let text = text.trim_ascii_end();
            if text.starts_with(b"{") {
                let (count, length) = object(text);
                if count > MOST && length == Some(text.len()) {
                    counted.wipe_json(from, text.len());
                }
            }
            at += line.len();
        }
        counted
    }

    /// Of protobuf, each event with its length before it.
    pub(super) fn protobuf(body: &'a [u8]) -> Self {
        let mut counted = Self { body: Cow::Borrowed(body), wiped: Vec::new() };
        let mut at = 0;
        while let Some((length, prefix)) = varint(body.get(at..).unwrap_or_default()) {
            let from = at + prefix;
            let Some(to) = usize::try_from(length).ok().and_then(|length| from.checked_add(length)) else {
                break;
            };
            let Some(event) = body.get(from..to) else { break };
            if records(event) > MOST {
                // No field has the number 0.
                counted.body.to_mut()[from..to].fill(0);
                counted.wiped.push(at);
            }
            at = to;
        }
        counted
    }

    fn wipe_json(&mut self, at: usize, length: usize) {
        let object = &mut self.body.to_mut()[at..at + length];
        object.fill(b' ');
        object[0] = b'{';
        object[length - 1] = b'}';
        self.wiped.push(at);
    }

    /// Whether something was wiped between two places.
    pub(super) fn is_wiped(&self, from: usize, to: usize) -> bool {
        let next = self.wiped.partition_point(|wiped| *wiped < from);
        self.wiped.get(next).is_some_and(|wiped| *wiped < to)
    }
}

/// How many members and elements an object (or array, or text) has, with those within them, and how many bytes it is; `None` where it has
/// no end. What is behind its end is not looked at.
pub(super) fn object(json: &[u8]) -> (usize, Option<usize>) {
    let (mut count, mut depth, mut in_text, mut escaped, mut is_first) = (0, 0_usize, false, false, false);
    for (at, byte) in json.iter().enumerate() {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            if depth == 0 && !in_text {
                return (count, Some(at + 1));
            }
            continue;
        }
        if byte.is_ascii_whitespace() {
            continue;
        }
        // What stands behind a bracket that begins is the first of its members, unless that is where it ends.
        count += usize::from((is_first && !matches!(byte, b'}' | b']')) || *byte == b',');
        is_first = matches!(byte, b'{' | b'[');
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && !in_text {
            return (count, Some(at + 1));
        }
    }
    (count, None)
}

/// How many fields the envelope of an event and the messages in it have. What stands deeper has a bound by these: what repeats is a field
/// each time, and of what is in it three are known.
fn records(event: &[u8]) -> usize {
    let (mut rest, mut count) = (event, 0);
    while let Some((field, behind)) = record(rest) {
        (rest, count) = (behind, count + 1);
        let mut within = field;
        while let Some((_, behind)) = record(within) {
            (within, count) = (behind, count + 1);
        }
    }
    count
}

/// The first record: what is in it, if it is of bytes, and what stands behind it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (key, length) = varint(bytes)?;
    let rest = bytes.get(length..)?;
    let skip = match key & 7 {
        0 => varint(rest)?.1,
        1 => 8,
        // Where a group begins and ends: what is in it stands between, and counts where it stands.
        3 | 4 => 0,
        5 => 4,
        2 => {
            let (length, prefix) = varint(rest)?;
            let end = prefix.checked_add(usize::try_from(length).ok()?)?;
            return Some((rest.get(prefix..end)?, rest.get(end..)?));
        }
        _ => return None,
    };
    Some((&[], rest.get(skip..)?))
}

/// A number and how many bytes it is.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7F) << (7 * at);
        if *byte < 0x80 {
            return Some((number, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_counted_where_they_stand() {
        for (json, counted) in [
            ("{}", (0, Some(2))),
            ("{ }, 7", (0, Some(3))),
            (r#"{"a":1}"#, (1, Some(7))),
            (r#"{"a":[],"b":{}}"#, (2, Some(15))),
            (r#"{"a":[1,2,[3]],"b":{"c":"d,e[{\"f,"}}{"#, (7, Some(37))),
            (r#"{"a":[1,2"#, (3, None)),
            (r#""{,\"", 7"#, (0, Some(6))),
        ] {
            assert_eq!(object(json.as_bytes()), counted, "{json}");
        }
    }

    #[test]
    fn what_has_too_many_is_wiped_and_nothing_else_is_moved() {
        let (most, over) = (format!("{{\"a\":[{}0]}}", "0,".repeat(MOST - 2)), "0,".repeat(MOST - 1));
        let over = format!("{{\"a\":[{over}0]}}");
        assert_eq!((object(most.as_bytes()).0, object(over.as_bytes()).0), (MOST, MOST + 1));
        for (before, between, behind) in
            [("[", ",", "]"), ("", "\n", "\n"), ("{\"a\n", " \r\n", ""), (" \n[ ", " , ", "]")]
        {
            let body = format!("{before}{most}{between}{over}{between}{most}{behind}");
            let of = if behind == "]" { Counted::array } else { Counted::lines };
            let counted = of(body.as_bytes());
            let wiped = format!("{{{}}}", " ".repeat(over.len() - 2));
            let expected = format!("{before}{most}{between}{wiped}{between}{most}{behind}");
            assert_eq!(String::from_utf8_lossy(&counted.body), expected);
            let at = before.len() + most.len() + between.len();
            assert!(counted.is_wiped(at, at + 1) && counted.is_wiped(0, body.len()));
            assert!(!counted.is_wiped(0, at) && !counted.is_wiped(at + 1, body.len()));
        }
        assert!(matches!(Counted::lines(most.as_bytes()).body, Cow::Borrowed(_)));
        // An object over several lines is left to who reads it.
        let spread = over.replace("[0", "[\n0");
        assert!(matches!(Counted::lines(spread.as_bytes()).body, Cow::Borrowed(_)));
    }

    #[test]
    fn fields_of_protobuf_are_counted_to_the_message() {
        // A message of so many empty fields.
        let event = |fields: usize| {
            let message = [0x52, 0x00].repeat(fields);
            let mut event = vec![0xFA, 0x02];
            prefixed(message, &mut event);
            event
        };
        assert_eq!(records(&event(7)), 8);
        // A group ends no count, before the message or within it.
        assert_eq!(records(&[&[0x0B, 0x0C], event(7).as_slice()].concat()), 10);
        assert_eq!(records(&[0xFA, 0x02, 0x06, 0x0B, 0x08, 0x01, 0x0C, 0x52, 0x00]), 5);
        let (mut body, mut starts) = (Vec::new(), Vec::new());
        for fields in [MOST - 1, MOST, 3] {
            starts.push(body.len());
            prefixed(event(fields), &mut body);
        }
        let counted = Counted::protobuf(&body);
        assert_eq!(counted.body.len(), body.len());
        let wiped = starts.iter().map(|at| counted.is_wiped(*at, at + 1)).collect::<Vec<_>>();
        assert_eq!(wiped, [false, true, false]);
        // What ends too early is left to who reads it.
        assert!(Counted::protobuf(&[0xFF; 20]).wiped.is_empty());
        assert!(Counted::protobuf(b"\x05\x08").wiped.is_empty());
    }

    fn prefixed(bytes: Vec<u8>, out: &mut Vec<u8>) {
        let mut length = bytes.len();
        while length >= 0x80 {
            out.push(length as u8 | 0x80);
            length >>= 7;
        }
        out.push(length as u8);
        out.extend(bytes);
    }
}
