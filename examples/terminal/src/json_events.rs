//! Finding the events in a stream of JSON: lines, or arrays of any size and layout.

use std::io::BufRead;

use cc_core::Event;

use crate::{Failure, Input};

/// Cuts a stream into the texts of its events without holding more than one of them.
///
/// Outside an array a line is an event; an array starts with `[` and may span lines. What is damaged is a
/// [`Piece::Bad`], and the next event is found again: at the next line, or in an array at the next element, even where a
/// quote or a brace is missing.
#[derive(Debug)]
pub struct JsonEvents {
    input: Input,
    /// Lines that have ended.
    ended: u64,
    place: Place,
    text: Vec<u8>,
}

/// A part of the stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Piece<'a> {
    /// An array begins.
    ArrayStart,
    /// An array ends; always given for an array that began, also where the input ends in it.
    ArrayEnd,
    /// Something that is no event's text, and why.
    Bad(&'static str),
    /// The text of one event, not yet decoded.
    Text(&'a [u8]),
}

/// Longer events are not read.
const LONGEST: usize = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Start,
    Lines,
    /// In an array, before an element or its end.
    BeforeElement {
        after_comma: bool,
    },
    AfterElement,
    /// The array has to be closed by us.
    Unclosed,
}

impl JsonEvents {
    /// Reads the events of an input.
    pub fn new(input: Input) -> Self {
        Self { input, ended: 0, place: Place::Start, text: Vec::new() }
    }

    /// The line, counted from 1, where the piece given last ended.
    pub fn line(&self) -> u64 {
        self.ended + 1
    }

    /// Whether the next piece may have to be waited for: a good moment to send out what was written.
    pub fn is_drained(&self) -> bool {
        self.input.is_drained()
    }

    /// The next event, or why there is none where one should be; `None` at the end. Arrays and lines are all one.
    pub fn next_event(&mut self) -> Result<Option<Result<Event, String>>, Failure> {
        loop {
            return Ok(Some(match self.next()? {
                None => return Ok(None),
                Some(Piece::ArrayStart | Piece::ArrayEnd) => continue,
                Some(Piece::Bad(reason)) => Err(reason.to_owned()),
                Some(Piece::Text(text)) => Event::from_json(text).map_err(|error| error.to_string()),
            }));
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// [`Self::line`] is that of the piece's end until the next call.
    #[allow(
        clippy::should_implement_trait,
        reason = "the piece borrows from the reader, which no Iterator can"
    )]
    pub fn next(&mut self) -> Result<Option<Piece<'_>>, Failure> {
        loop {
            match self.place {
                Place::Start => {
                    if self.input.peek()?.starts_with(BYTE_ORDER_MARK) {
                        self.input.consume(BYTE_ORDER_MARK.len());
                    }
                    self.place = Place::Lines;
                }
                Place::Lines => match self.skip_space()? {
                    None => return Ok(None),
                    Some(b'[') => {
                        self.input.consume(1);
                        self.place = Place::BeforeElement { after_comma: false };
                        return Ok(Some(Piece::ArrayStart));
                    }
                    Some(_) => return self.line_text().map(Some),
                },
                Place::BeforeElement { after_comma } => match self.skip_space()? {
                    None => {
                        self.place = Place::Unclosed;
                        return Ok(Some(Piece::Bad("the array is not closed")));
                    }
                    Some(b']') if after_comma => {
                        self.place = Place::BeforeElement { after_comma: false };
                        return Ok(Some(Piece::Bad("an element is missing between ',' and ']'")));
                    }
                    Some(b']') => return Ok(Some(self.close())),
                    Some(b',') => {
                        self.input.consume(1);
                        self.place = Place::BeforeElement { after_comma: true };
                        return Ok(Some(Piece::Bad("an element is missing before ','")));
                    }
                    Some(_) => return self.element().map(Some),
                },
                Place::AfterElement => match self.skip_space()? {
                    Some(b',') => {
                        self.input.consume(1);
                        self.place = Place::BeforeElement { after_comma: true };
                    }
                    Some(b']') => return Ok(Some(self.close())),
                    None => {
                        self.place = Place::Unclosed;
                        return Ok(Some(Piece::Bad("the array is not closed")));
                    }
                    Some(_) => {
                        self.place = Place::BeforeElement { after_comma: false };
                        return Ok(Some(Piece::Bad("a ',' is missing between two elements")));
                    }
                },
                Place::Unclosed => {
                    self.place = Place::Lines;
                    return Ok(Some(Piece::ArrayEnd));
                }
            }
        }
    }

    /// Consumes the `]`.
    fn close(&mut self) -> Piece<'static> {
        self.input.consume(1);
        self.place = Place::Lines;
        Piece::ArrayEnd
    }

    /// The next byte that is no white space, without consuming it.
    fn skip_space(&mut self) -> Result<Option<u8>, Failure> {
        loop {
            let bytes = self.input.peek()?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let found = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
            let (skip, byte) = (found.unwrap_or(bytes.len()), found.map(|at| bytes[at]));
            self.consume(skip)?;
            if byte.is_some() {
                return Ok(byte);
            }
        }
    }

    /// The rest of the line, without its end.
    fn line_text(&mut self) -> Result<Piece<'_>, Failure> {
        self.text.clear();
        let mut too_long = false;
        loop {
            let bytes = self.input.peek()?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (length, at_end) = (end.unwrap_or(bytes.len()), end.is_some() || bytes.is_empty());
            if self.text.len() + length <= LONGEST {
                self.text.extend_from_slice(&bytes[..length]);
            } else {
                too_long = true;
            }
            // The line end stays, so that the line is still counted as this one.
            self.input.consume(length);
            if at_end {
                break;
            }
        }
        Ok(if too_long { Piece::Bad(TOO_LONG) } else { Piece::Text(self.text.trim_ascii_end()) })
    }

    /// An element of an array: up to the `,` or `]` after it.
    fn element(&mut self) -> Result<Piece<'_>, Failure> {
        self.text.clear();
        let mut scan = Element::default();
        let mut too_long = false;
        let end = loop {
            let bytes = self.input.peek()?;
            if bytes.is_empty() {
                break scan.end_of_input();
            }
            let end = bytes.iter().enumerate().find_map(|(at, &byte)| scan.step(byte).map(|end| (at, end)));
            let length = end.map_or(bytes.len(), |(at, _)| at);
            if self.text.len() + length <= LONGEST {
                self.text.extend_from_slice(&bytes[..length]);
            } else {
                too_long = true;
            }
            self.consume(length)?;
            if let Some((_, end)) = end {
                break end;
            }
        };
        self.place = match end {
            End::Whole | End::Damaged(_) => Place::AfterElement,
            End::NextBegins(_) => Place::BeforeElement { after_comma: false },
        };
        Ok(match end {
            End::Whole if too_long => Piece::Bad(TOO_LONG),
            End::Whole => Piece::Text(self.text.trim_ascii_end()),
            End::Damaged(reason) | End::NextBegins(reason) => Piece::Bad(reason),
        })
    }

    /// Steps over bytes that were peeked at, and counts their lines.
    fn consume(&mut self, length: usize) -> Result<(), Failure> {
        let bytes = self.input.peek()?;
        self.ended += bytes[..length].iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'));
        self.input.consume(length);
        Ok(())
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const TOO_LONG: &str = "an event is longer than 4 MiB";
const NOT_CLOSED: &str = "an event has no closing '}'";

/// How an element ends; the byte that says so is not part of it.
#[derive(Clone, Copy, Debug)]
enum End {
    Whole,
    /// It is damaged; a `,` or `]` comes next, or the end of the input.
    Damaged(&'static str),
    /// It is damaged, and another element may come next without a `,`.
    NextBegins(&'static str),
}

/// Follows one element, byte by byte.
#[derive(Debug, Default)]
struct Element {
    /// The braces and brackets open now.
    open: Vec<u8>,
    within: Within,
    /// The last byte that is neither white space nor in a string.
    last: u8,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Within {
    #[default]
    Structure,
    Text,
    /// After a `\` in a text.
    Escape,
}

impl Element {
    /// Takes the next byte, unless the element ends before it.
    fn step(&mut self, byte: u8) -> Option<End> {
        match (self.within, byte) {
            // No JSON text goes on in another line: a quote is missing.
            (Within::Text | Within::Escape, b'\n') => {
                return Some(End::NextBegins("a text has no closing quote"));
            }
            (Within::Text, b'"') => self.within = Within::Structure,
            (Within::Text, b'\\') => self.within = Within::Escape,
            (Within::Text, _) => {}
            (Within::Escape, _) => self.within = Within::Text,
            (Within::Structure, _) if self.is_complete() && ends_element(byte, self.last) => {
                return Some(End::Whole);
            }
            (Within::Structure, _) if byte.is_ascii_whitespace() => {}
            (Within::Structure, _) => {
                let end = self.structure(byte);
                self.last = byte;
                return end;
            }
        }
        None
    }

    fn structure(&mut self, byte: u8) -> Option<End> {
        match byte {
            b'"' => self.within = Within::Text,
            // Where a name should stand an object begins: the one before was never closed.
            b'{' if self.last == b',' && self.open.last() == Some(&b'{') => {
                return Some(End::NextBegins(NOT_CLOSED));
            }
            b'{' | b'[' if self.open.len() == DEEPEST => {
                return Some(End::NextBegins("an event is nested too deeply"));
            }
            b'{' | b'[' => self.open.push(byte),
            b']' if self.open == [b'{'] => return Some(End::Damaged(NOT_CLOSED)),
            b'}' | b']' => {
                self.open.pop();
            }
            _ => {}
        }
        None
    }

    fn end_of_input(&self) -> End {
        let complete = self.is_complete() && self.within == Within::Structure;
        if complete { End::Whole } else { End::Damaged("the input ends within an event") }
    }

    /// Whether a value has begun and all it opened is closed.
    fn is_complete(&self) -> bool {
        self.last != 0 && self.open.is_empty()
    }
}

/// Whether a byte ends a value whose braces are all closed: after `}`, `]` or a quote any does.
fn ends_element(byte: u8, last: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b']') || matches!(last, b'}' | b']')
}

/// Deeper events are not read.
const DEEPEST: usize = 512;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every piece with its line; texts as they are, damage in angle brackets.
    fn pieces(text: &str) -> Vec<String> {
        let mut events = JsonEvents::new(Input::from_text("test", String::leak(text.to_owned())));
        let mut found = Vec::new();
        loop {
            let piece = match events.next().unwrap() {
                None => return found,
                Some(Piece::ArrayStart) => "[".to_owned(),
                Some(Piece::ArrayEnd) => "]".to_owned(),
                Some(Piece::Bad(reason)) => format!("<{reason}>"),
                Some(Piece::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            };
            found.push(format!("{}:{piece}", events.line()));
        }
    }

    #[test]
    fn events_are_found_in_lines_and_in_arrays() {
        let array_of_two = ["1:[", "1:{\"a\":[1,{}]}", "1:{\"b\":\"]}\\\"\"}", "1:]"];
        for (text, expected) in [
            ("", &[][..]),
            (" \n\r\n", &[]),
            ("\u{feff}{}\r\n\n{}", &["1:{}", "3:{}"]),
            ("[]", &["1:[", "1:]"]),
            ("[\n]\n[]", &["1:[", "2:]", "3:[", "3:]"]),
            ("[{\"a\":[1,{}]},{\"b\":\"]}\\\"\"}]\n", &array_of_two),
            ("[\n {\"a\":\n1}\n , 7 ]", &["1:[", "3:{\"a\":\n1}", "4:7", "4:]"]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn after_damage_the_next_event_is_found_again() {
        for (text, expected) in [
            ("{\"a\":\n{}\n", &["1:{\"a\":", "2:{}"][..]),
            ("[{}", &["1:[", "1:{}", "1:<the array is not closed>", "1:]"]),
            ("[{},]", &["1:[", "1:{}", "1:<an element is missing between ',' and ']'>", "1:]"]),
            ("[,{}]", &["1:[", "1:<an element is missing before ','>", "1:{}", "1:]"]),
            ("[{} {}]", &["1:[", "1:{}", "1:<a ',' is missing between two elements>", "1:{}", "1:]"]),
            ("[{\"a\":\"x},\n{},\n{}]", &["1:[", "1:<a text has no closing quote>", "2:{}", "3:{}", "3:]"]),
            ("[{\"a\":1,\n{}]", &["1:[", "2:<an event has no closing '}'>", "2:{}", "2:]"]),
            ("[{\"a\":1]", &["1:[", "1:<an event has no closing '}'>", "1:]"]),
            (
                "[{\"a\":1",
                &["1:[", "1:<the input ends within an event>", "1:<the array is not closed>", "1:]"],
            ),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }

    #[test]
    fn no_event_longer_than_the_limit_is_held() {
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(
            pieces(&format!("{{\"a\":\"{long}\"}}\n{{}}")),
            ["1:<an event is longer than 4 MiB>", "2:{}"]
        );
        assert_eq!(
            pieces(&format!("[{{\"a\":\"{long}\"}},{{}}]")),
            ["1:[", "1:<an event is longer than 4 MiB>", "1:{}", "1:]"]
        );
    }

    proptest! {
        #[test]
        fn any_text_ends_and_every_array_is_closed(text in "[\\[\\]{}\",:\\\\ \n\r0a]{0,64}") {
            let mut events = JsonEvents::new(Input::from_text("test", String::leak(text)));
            let mut open = 0;
            while let Some(piece) = events.next().unwrap() {
                open += i32::from(piece == Piece::ArrayStart) - i32::from(piece == Piece::ArrayEnd);
                prop_assert!((0..=1).contains(&open));
            }
            prop_assert_eq!(open, 0);
        }

        #[test]
        fn events_between_damaged_ones_are_found(damage in "\"?[{,a0:]{0,6}", array: bool) {
            let (good, other) = ("{\"id\":1}", "{\"id\":2}");
            let text = if array {
                format!("[{good},\n{damage},\n{other}]")
            } else {
                format!("{good}\n{damage}\n{other}\n")
            };
            let found = pieces(&text);
            prop_assert!(found.iter().any(|piece| piece == "1:{\"id\":1}"), "{:?}", found);
            // In an array, open braces may swallow what follows; on lines nothing can.
            prop_assert!(array || found.iter().any(|piece| piece == "3:{\"id\":2}"), "{:?}", found);
        }
    }
}
