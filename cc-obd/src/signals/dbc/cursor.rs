//! A place in the text of a DBC file, and the small things that stand there: words, numbers, texts, marks.

use alloc::borrow::Cow;
use alloc::string::String;
use core::str::FromStr;

use super::error::DbcFaultKind as Kind;

/// The text of a file: UTF-8 where it is, else Windows-1252, which older tools write.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match core::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|&byte| windows_1252(byte)).collect::<String>()),
    }
}

/// A character of Windows-1252; the five bytes it leaves open are control characters.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
        '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// A place in the text. Reading moves it on; a failed read leaves it where the failure is.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    pub(super) line: u32,
}

/// What reading one thing gives.
pub(super) type Read<T> = Result<T, Kind>;

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn bump(&mut self) {
        self.line += u32::from(self.peek() == Some(b'\n'));
        self.at += 1;
    }

    /// Goes over blanks of the line, and `//` comments.
    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
        if self.rest().starts_with("//") {
            let end = self.rest().find('\n');
            self.at = end.map_or(self.text.len(), |end| self.at + end);
        }
    }

    /// Goes over blanks and line ends.
    pub(super) fn skip_space(&mut self) {
        self.skip_blanks();
        while self.peek() == Some(b'\n') {
            self.bump();
            self.skip_blanks();
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The next character, behind space.
    pub(super) fn next_is(&mut self, wanted: u8) -> bool {
        self.skip_space();
        self.peek() == Some(wanted)
    }

    /// Takes this mark if it is next.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let found = self.next_is(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn expect(&mut self, wanted: u8, what: &'static str) -> Read<()> {
        if self.take(wanted) { Ok(()) } else { Err(Kind::Expected { what }) }
    }

    /// Letters, digits and `_`.
    pub(super) fn word(&mut self, what: &'static str) -> Read<&'a str> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.bytes().position(|c| !is_word(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err(Kind::Expected { what });
        }
        self.at += end;
        Ok(&rest[..end])
    }

    /// Whether a word is next that is not a number.
    pub(super) fn name_follows(&mut self) -> bool {
        self.skip_space();
        matches!(self.peek(), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_'))
    }

    /// Whether a number is next.
    pub(super) fn number_follows(&mut self) -> bool {
        self.skip_space();
        matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.'))
    }

    /// Goes over receivers: words and commas, as far as they stand on this line.
    pub(super) fn skip_receivers(&mut self) {
        loop {
            self.skip_blanks();
            let before = self.at;
            if self.peek() == Some(b',') {
                self.at += 1;
                continue;
            }
            let rest = self.rest();
            let end = rest.bytes().position(|c| !is_word(c)).unwrap_or(rest.len());
            if end == 0 || is_statement(&rest[..end]) {
                self.at = before;
                return;
            }
            self.at += end;
        }
    }

    /// Digits only.
    pub(super) fn unsigned<T: FromStr>(&mut self, what: &'static str) -> Read<T> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.bytes().position(|c| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..end].parse().map_err(|_| Kind::Expected { what })?;
        self.at += end;
        Ok(number)
    }

    /// A number with sign, point and exponent.
    pub(super) fn real(&mut self, what: &'static str) -> Read<f64> {
        let text = self.number(what)?;
        text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(Kind::Expected { what })
    }

    /// An end of a range: as [`Self::real`], or infinite, in words or by an exponent that no double has.
    pub(super) fn limit(&mut self, what: &'static str) -> Read<f64> {
        self.skip_space();
        let rest = self.rest();
        let sign = usize::from(matches!(rest.as_bytes().first(), Some(b'+' | b'-')));
        let word = rest.get(sign..).unwrap_or_default();
        let end = word.bytes().position(|c| !c.is_ascii_alphabetic()).unwrap_or(word.len());
        if ["inf", "infinity"]
            .iter()
            .any(|name| word.get(..end).is_some_and(|word| word.eq_ignore_ascii_case(name)))
        {
            self.at += sign + end;
            return Ok(if rest.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        self.number(what)?.parse().map_err(|_| Kind::Expected { what })
    }

    /// A whole number, perhaps negative; above the largest `i64` its two's complement.
    pub(super) fn whole(&mut self, what: &'static str) -> Read<i64> {
        let text = self.number(what)?;
        let text = text.strip_prefix('+').unwrap_or(text);
        let whole = text.parse::<i64>().ok().or_else(|| text.parse::<u64>().ok().map(|big| big as i64));
        // Some tools write `3.0`.
        let rounded = || text.parse::<f64>().ok().map(|real| (real, real as i64));
        whole
            .or_else(|| rounded().and_then(|(real, whole)| (whole as f64 == real).then_some(whole)))
            .ok_or(Kind::Expected { what })
    }

    fn number(&mut self, what: &'static str) -> Read<&'a str> {
        self.skip_space();
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits = |from: usize| {
            bytes
                .iter()
                .skip(from)
                .position(|c| !c.is_ascii_digit())
                .unwrap_or(bytes.len().saturating_sub(from))
        };
        let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let mut end = sign + digits(sign);
        let whole = end > sign;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            if !whole && fraction == 0 {
                return Err(Kind::Expected { what });
            }
            end += 1 + fraction;
        } else if !whole {
            return Err(Kind::Expected { what });
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        self.at += end;
        Ok(&rest[..end])
    }

    /// A text in quotes, on one line.
    pub(super) fn text(&mut self, what: &'static str) -> Read<Cow<'a, str>> {
        self.quoted(what, false)
    }

    /// A text in quotes that may span lines, at the end of a statement.
    pub(super) fn long_text(&mut self, what: &'static str) -> Read<Cow<'a, str>> {
        self.quoted(what, true)
    }

    fn quoted(&mut self, what: &'static str, long: bool) -> Read<Cow<'a, str>> {
        self.expect(b'"', what)?;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let (mut end, mut escaped, mut lines) = (0, false, 0);
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') if bytes.get(end + 1) == Some(&b'"') => {
                    escaped = true;
                    end += 2;
                }
                Some(b'\n') if !long => return Err(Kind::Unclosed),
                None => return Err(Kind::Unclosed),
                Some(byte) => {
                    lines += u32::from(*byte == b'\n');
                    end += 1;
                }
            }
        }
        // A text of several lines ends its statement; if it does not, its quote is missing, and this one is another's.
        if lines > 0 && !rest[end + 1..].trim_start().starts_with(';') {
            return Err(Kind::Unclosed);
        }
        self.at += end + 1;
        self.line += lines;
        let text = &rest[..end];
        Ok(if escaped { Cow::Owned(text.replace("\\\"", "\"")) } else { Cow::Borrowed(text) })
    }

    /// Goes on to the start of the next line that begins with a statement.
    pub(super) fn skip_to_statement(&mut self) {
        loop {
            let Some(end) = self.rest().bytes().position(|c| c == b'\n') else {
                self.at = self.text.len();
                return;
            };
            self.at += end + 1;
            self.line += 1;
            let line = self.rest().trim_start_matches([' ', '\t']);
            let end = line.bytes().position(|c| !is_word(c)).unwrap_or(line.len());
            if is_statement(&line[..end]) {
                return;
            }
        }
    }

    /// Goes over the lines that hold one word each: the symbols behind `NS_ :`.
    pub(super) fn skip_symbols(&mut self) {
        loop {
            self.skip_space();
            let rest = self.rest();
            let line = &rest[..rest.bytes().position(|c| c == b'\n').unwrap_or(rest.len())];
            let symbol = line.trim();
            if symbol.is_empty() || !symbol.bytes().all(is_word) {
                return;
            }
            self.at += line.len();
        }
    }
}

fn is_word(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_'
}

/// The words that statements begin with.
pub(super) fn is_statement(word: &str) -> bool {
    matches!(word, "BO_" | "SG_" | "VERSION" | "NS_" | "BS_" | "BU_") || is_other_statement(word)
}

/// The statements behind the messages.
fn is_other_statement(word: &str) -> bool {
    matches!(
        word,
        "BA_"
            | "BA_DEF_"
            | "BA_DEF_DEF_"
            | "BA_DEF_DEF_REL_"
            | "BA_DEF_REL_"
            | "BA_DEF_SGTYPE_"
            | "BA_REL_"
            | "BA_SGTYPE_"
            | "BO_TX_BU_"
            | "BU_BO_REL_"
            | "BU_EV_REL_"
            | "BU_SG_REL_"
            | "CAT_"
            | "CAT_DEF_"
            | "CM_"
            | "ENVVAR_DATA_"
            | "EV_"
            | "EV_DATA_"
            | "FILTER"
            | "NS_DESC_"
            | "SGTYPE_"
            | "SGTYPE_VAL_"
            | "SG_MUL_VAL_"
            | "SIGTYPE_VALTYPE_"
            | "SIG_GROUP_"
            | "SIG_TYPE_REF_"
            | "SIG_VALTYPE_"
            | "VAL_"
            | "VAL_TABLE_"
    )
}
