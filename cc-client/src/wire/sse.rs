//! Server-sent events, as the HTML standard defines their text: incremental, linear, bounded.
//!
//! Bytes come in whatever pieces the network makes of them; any split gives the same items. A line ends with LF, CR or
//! CRLF, also where CR and LF come in different pieces. What has not ended by the end of the stream is not an event.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use memchr::memchr2;

/// Reads a stream of server-sent events.
///
/// # Examples
///
/// ```
/// use cc_client::wire::{SseItem, SseParser};
///
/// let mut parser = SseParser::default();
/// let mut input: &[u8] = b": still here\n\nevent: data\ndata: [1,\ndata: 2]\n";
/// assert_eq!(parser.next(&mut input)?, Some(SseItem::Comment));
/// assert_eq!(parser.next(&mut input)?, None);
///
/// // The blank line that ends the event comes with the next piece.
/// let mut input: &[u8] = b"\n";
/// let Some(SseItem::Event(event)) = parser.next(&mut input)? else { panic!("no event") };
/// assert_eq!((event.name.as_ref(), event.data.as_ref()), ("data", "[1,\n2]"));
///
/// let mut small = SseParser::with_limit(8);
/// let error = small.next(&mut &b"data: this is far too long"[..]).unwrap_err();
/// assert_eq!(error.to_string(), "an event of more than 8 bytes");
/// # Ok::<(), cc_client::wire::SseError>(())
/// ```
pub struct SseParser {
    limit: usize,
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    data: Vec<u8>,
    name: Vec<u8>,
    /// How many bytes the event has in lines that are no data.
    beside: usize,
    id: Option<Box<str>>,
    has_data: bool,
    /// What was given last is still in the buffers.
    given: bool,
    /// The last byte was CR: an LF right behind it belongs to it.
    after_cr: bool,
    start: Start,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Start {
    /// Nothing but the first bytes of a byte order mark came so far.
    Mark,
    Over,
}

/// What a stream holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SseItem<'a> {
    /// A comment: the sender is alive.
    Comment,
    /// An event.
    Event(SseEvent<'a>),
    /// How long to wait before connecting again, as the sender wishes.
    Retry(Duration),
}

/// One event.
#[derive(Clone, Eq, PartialEq)]
pub struct SseEvent<'a> {
    /// Its type; `message` if the sender did not say.
    pub name: Cow<'a, str>,
    /// Its data lines, joined by LF. Bytes that are not UTF-8 became U+FFFD.
    pub data: Cow<'a, str>,
    /// The last id that the sender gave, with this event or an earlier one.
    pub id: Option<&'a str>,
}

impl fmt::Debug for SseEvent<'_> {
    /// Shows no data: it may be a position.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseEvent")
            .field("name", &self.name)
            .field("bytes", &self.data.len())
            .finish_non_exhaustive()
    }
}

/// Why a stream cannot be read further.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SseError {
    /// A line or an event is longer than allowed.
    #[error("an event of more than {limit} bytes")]
    TooLong {
        /// The most bytes that are allowed.
        limit: usize,
    },
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

impl Default for SseParser {
    /// Events of up to 16 MiB.
    fn default() -> Self {
        Self::with_limit(16 << 20)
    }
}

impl SseParser {
    /// A parser at the beginning of a stream. A line may have `limit` bytes behind the name of its field. An
    /// event may have `limit` bytes of data, and 64 KiB more of other lines.
    pub fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            data: Vec::new(),
            name: Vec::new(),
            beside: 0,
            id: None,
            has_data: false,
            given: false,
            after_cr: false,
            start: Start::Mark,
        }
    }

    /// The next item; `None` if more input is needed. It takes what it has read from `input`.
    ///
    /// # Errors
    ///
    /// [`SseError::TooLong`]: the stream cannot be read further.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<SseItem<'_>>, SseError> {
        if self.given {
            self.given = false;
            self.has_data = false;
            self.data.clear();
            self.name.clear();
            self.beside = 0;
        }
        while !input.is_empty() {
            if self.after_cr {
                self.after_cr = false;
                if input[0] == b'\n' {
                    *input = &input[1..];
                    continue;
                }
            }
            let Some(end) = memchr2(b'\n', b'\r', input) else {
                self.keep(input)?;
                *input = &[];
                break;
            };
            let (line, rest) = (&input[..end], &input[end + 1..]);
            self.after_cr = input[end] == b'\r';
            *input = rest;
            let word = if self.line.is_empty() {
                // As one that comes in pieces.
                self.fits(line)?;
                self.take(line)?
            } else {
                self.keep(line)?;
                let whole = std::mem::take(&mut self.line);
                let word = self.take(&whole);
                self.line = whole;
                self.line.clear();
                word?
            };
            match word {
                Word::Nothing => {}
                Word::Comment => return Ok(Some(SseItem::Comment)),
                Word::Retry(retry) => return Ok(Some(SseItem::Retry(retry))),
                Word::End if self.has_data => {
                    self.given = true;
                    return Ok(Some(SseItem::Event(self.event())));
                }
                Word::End => {
                    self.name.clear();
                    self.beside = 0;
                }
            }
        }
        Ok(None)
    }

    fn event(&self) -> SseEvent<'_> {
        let data = self.data.strip_suffix(b"\n").unwrap_or(&self.data);
        let name =
            if self.name.is_empty() { Cow::Borrowed("message") } else { String::from_utf8_lossy(&self.name) };
        SseEvent { name, data: String::from_utf8_lossy(data), id: self.id.as_deref() }
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), SseError> {
        self.fits(part)?;
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// Whether the line may have this part as well.
    fn fits(&self, part: &[u8]) -> Result<(), SseError> {
        // A field's name and its separator are no data.
        let is_short = self.line.len() + part.len() <= self.limit + b"retry: ".len() + BOM.len();
        if is_short { Ok(()) } else { Err(SseError::TooLong { limit: self.limit }) }
    }

    /// Takes a whole line.
    fn take(&mut self, mut line: &[u8]) -> Result<Word, SseError> {
        if self.start == Start::Mark {
            self.start = Start::Over;
            line = line.strip_prefix(BOM).unwrap_or(line);
        }
        if line.is_empty() {
            return Ok(Word::End);
        }
        let (field, value) = match memchr::memchr(b':', line) {
            Some(0) => return Ok(Word::Comment),
            Some(colon) => {
                let value = &line[colon + 1..];
                (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        if field != b"data" {
            // Else an event without an end could have a name anew in each line, for ever.
            self.beside += line.len() + 1;
            if self.beside > self.limit + BESIDE {
                return Err(SseError::TooLong { limit: self.limit });
            }
        }
        match field {
            b"data" => {
                if self.data.len() + value.len() > self.limit {
                    return Err(SseError::TooLong { limit: self.limit });
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
                self.data.push(b'\n');
            }
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            b"id" if !value.contains(&0) => {
                self.id = (!value.is_empty()).then(|| String::from_utf8_lossy(value).into());
            }
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                let millis = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
                return Ok(Word::Retry(Duration::from_millis(millis.unwrap_or(u64::MAX))));
            }
            _ => {}
        }
        Ok(Word::Nothing)
    }
}

/// The bytes that lines which are no data may have beyond the limit of those that are.
const BESIDE: usize = 64 << 10;

/// What a line says.
enum Word {
    Comment,
    End,
    Nothing,
    Retry(Duration),
}

impl fmt::Debug for SseParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseParser")
            .field("limit", &self.limit)
            .field("waiting", &(self.line.len() + self.data.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything in a stream that comes in these pieces, as text.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let (mut parser, mut found) = (SseParser::default(), Vec::new());
        for mut piece in pieces {
            while let Some(item) = parser.next(&mut piece).unwrap() {
                found.push(match item {
                    SseItem::Comment => "comment".to_owned(),
                    SseItem::Retry(retry) => format!("retry {}", retry.as_millis()),
                    SseItem::Event(event) => {
                        format!("{} {:?} {}", event.name, event.data, event.id.unwrap_or("-"))
                    }
                });
            }
        }
        found
    }

    #[test]
    fn reads_what_the_standard_says() {
        for (text, expected) in [
            ("data: a\n\n", &["message \"a\" -"][..]),
            ("data: a\r\rdata: b\r\n\r\n", &["message \"a\" -", "message \"b\" -"]),
            ("data\n\ndata\ndata\n\ndata:\n", &["message \"\" -", "message \"\\n\" -"]),
            ("data:  two spaces\n\n", &["message \" two spaces\" -"]),
            ("event: x\n\ndata: a\n\n", &["message \"a\" -"]),
            ("event: x\nevent: y\ndata: a\n\n", &["y \"a\" -"]),
            (
                "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
                &["message \"a\" 7", "message \"b\" 7", "message \"c\" -"],
            ),
            ("id: 7\nid: 8\0\ndata: a\n\n", &["message \"a\" 7"]),
            ("retry: 250\nretry: 2s\nretry:\n\n", &["retry 250"]),
            ("retry: 99999999999999999999999\n", &["retry 18446744073709551615"]),
            (": beat\n:\n", &["comment", "comment"]),
            ("\u{feff}data: a\n\n", &["message \"a\" -"]),
            ("\u{feff}\u{feff}data: a\n\n", &[]),
            ("data: unfinished", &[]),
            ("data: unfinished\n", &[]),
            ("Data: other\nunknown: field\n\n", &[]),
        ] {
            assert_eq!(read([text.as_bytes()]), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(read([&b"data: \xFF\n\n"[..]]), ["message \"\u{fffd}\" -"]);
    }

    #[test]
    fn an_event_of_many_lines_is_bounded_as_a_long_one_is() {
        let mut parser = SseParser::with_limit(10);
        let text = "data: four\n".repeat(3);
        assert_eq!(parser.next(&mut text.as_bytes()), Err(SseError::TooLong { limit: 10 }));
        let mut parser = SseParser::with_limit(10);
        let mut names = std::iter::repeat_n(&b"event: x\n"[..], 10_000);
        assert!(names.any(|mut line| parser.next(&mut line) == Err(SseError::TooLong { limit: 10 })));
        let mut parser = SseParser::with_limit(10);
        let mut events = std::iter::repeat_n(&b"event: x\n\n"[..], 10_000);
        assert!(events.all(|mut event| parser.next(&mut event) == Ok(None)), "each has an end");
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_items(
            lines in prop::collection::vec("(data|id|event|retry|:|x)?(: ?)?[a-c0-9\u{e9}]{0,3}(\n|\r|\r\n){1,2}", 0..12),
            cuts in prop::collection::vec(0_usize..80, 0..8),
        ) {
            let text = lines.concat();
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
            prop_assert_eq!(read(pieces), read([bytes]));
        }

        #[test]
        fn nothing_makes_it_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8)) {
            let mut parser = SseParser::with_limit(64);
            for piece in &pieces {
                let mut piece = piece.as_slice();
                while let Ok(Some(_)) = parser.next(&mut piece) {}
            }
        }
    }
}
