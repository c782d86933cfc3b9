//! The grammar of JSON (RFC 8259), read in place: where an object's members stand, without building a tree.
//!
//! Nesting is followed with a counter and never with the stack, so no input can overflow it.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// How deep objects and arrays may be nested within an event, the event itself being the first level.
pub(crate) const DEEPEST: u32 = 128;

/// Why a text is not JSON, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SyntaxError {
    /// Nested deeper than [`DEEPEST`].
    Depth(usize),
    /// Something else was expected at an offset.
    Expected(&'static str, usize),
}

impl SyntaxError {
    /// Whether the text is right as far as it goes: more bytes could still make it JSON.
    pub(crate) fn is_at_end(self, bytes: &[u8]) -> bool {
        let Self::Expected(what, at) = self else { return false };
        let rest = bytes.get(at..).unwrap_or_default();
        rest.is_empty() || what == A_VALUE && WORDS.iter().any(|word| word.as_bytes().starts_with(rest))
    }
}

/// One member of an object: where its key and value stand in the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// The key, between its quotes.
    pub(crate) key: (usize, usize),
    /// The value.
    pub(crate) value: (usize, usize),
    /// Whether the key is written with escapes.
    pub(crate) escaped: bool,
    /// Whether a field took the member.
    pub(crate) used: bool,
}

/// A place in the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: usize,
}

const A_VALUE: &str = "a value";
const WORDS: [&str; 3] = ["true", "false", "null"];

/// What a byte means inside a string: 0 for itself, 1 for an end, an escape or an error.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = true;
        i += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(crate) fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn expected<T>(&self, what: &'static str) -> Result<T, SyntaxError> {
        Err(SyntaxError::Expected(what, self.at.min(self.bytes.len())))
    }

    #[inline]
    fn byte(&mut self, byte: u8, what: &'static str) -> Result<(), SyntaxError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.expected(what)
        }
    }

    /// Reads a whole object and notes its members.
    pub(crate) fn members(&mut self, spans: &mut Vec<Span>) -> Result<(), SyntaxError> {
        self.byte(b'{', "an object")?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let (key, escaped) = self.key()?;
            let start = self.at;
            self.value(1)?;
            spans.push(Span { key, value: (start, self.at), escaped, used: false });
            self.space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.space();
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.expected("',' or '}'"),
            }
        }
    }

    /// Reads a whole array and notes where its items stand.
    pub(crate) fn items(&mut self, items: &mut Vec<(usize, usize)>) -> Result<(), SyntaxError> {
        self.byte(b'[', "an array")?;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            let start = self.at;
            self.value(1)?;
            items.push((start, self.at));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.expected("',' or ']'"),
            }
        }
    }

    /// Reads a key, the colon and the space around it; gives where the key stands and whether it has escapes.
    #[inline]
    fn key(&mut self) -> Result<((usize, usize), bool), SyntaxError> {
        self.byte(b'"', "a key")?;
        let start = self.at;
        let escaped = self.string_tail()?;
        let key = (start, self.at - 1);
        self.space();
        self.byte(b':', "':'")?;
        self.space();
        Ok((key, escaped))
    }

    /// Reads the rest of a string whose opening quote was read; gives whether it has escapes.
    #[inline]
    fn string_tail(&mut self) -> Result<bool, SyntaxError> {
        let mut escaped = false;
        loop {
            while let Some(&byte) = self.bytes.get(self.at) {
                if SPECIAL[usize::from(byte)] {
                    break;
                }
                self.at += 1;
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                match self.peek() {
                                    Some(digit) if digit.is_ascii_hexdigit() => self.at += 1,
                                    _ => return self.expected("four hex digits"),
                                }
                            }
                        }
                        _ => return self.expected("an escape"),
                    }
                }
                Some(_) => return self.expected("no control character"),
                None => return self.expected("the end of a string"),
            }
        }
    }

    #[inline]
    fn number(&mut self) -> Result<(), SyntaxError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    #[inline]
    fn digits(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.expected("a digit") } else { Ok(()) }
    }

    fn word(&mut self, word: &'static str) -> Result<(), SyntaxError> {
        if self.bytes[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            self.expected(A_VALUE)
        }
    }

    /// Reads one value of any kind that stands `outside` levels deep.
    #[inline]
    pub(crate) fn value(&mut self, outside: u32) -> Result<(), SyntaxError> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string_tail().map(|_| ())
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'{' | b'[') => self.nested(outside),
            _ => self.expected(A_VALUE),
        }
    }

    /// Reads an object or array of any shape. One bit a level says whether it is an object.
    fn nested(&mut self, outside: u32) -> Result<(), SyntaxError> {
        let (mut kinds, mut depth) = (0_u128, 0_u32);
        loop {
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    if outside + depth >= DEEPEST {
                        return Err(SyntaxError::Depth(self.at));
                    }
                    let object = open == b'{';
                    self.at += 1;
                    self.space();
                    if self.peek() == Some(open + 2) {
                        // An empty one: '}' and ']' follow their openers by two in ASCII.
                        self.at += 1;
                    } else {
                        (kinds, depth) = (kinds << 1 | u128::from(object), depth + 1);
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                }
                _ => self.value(outside + depth)?,
            }
            loop {
                if depth == 0 {
                    return Ok(());
                }
                self.space();
                let object = kinds & 1 == 1;
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.space();
                        if object {
                            self.key()?;
                        }
                        break;
                    }
                    Some(b'}') if object => self.at += 1,
                    Some(b']') if !object => self.at += 1,
                    _ => return self.expected(if object { "',' or '}'" } else { "',' or ']'" }),
                }
                (kinds, depth) = (kinds >> 1, depth - 1);
            }
        }
    }
}

/// The text of a checked JSON string, given without its quotes; `None` if half of a surrogate pair stands alone in
/// it, which no Unicode text can hold.
pub(crate) fn unescape(inner: &str) -> Option<Cow<'_, str>> {
    let Some(first) = inner.find('\\') else {
        return Some(Cow::Borrowed(inner));
    };
    let mut out = String::with_capacity(inner.len());
    out.push_str(&inner[..first]);
    let mut rest = &inner[first..];
    while let Some(tail) = rest.strip_prefix('\\') {
        let (character, length) = escape(tail)?;
        out.push(character);
        rest = &tail[length..];
        let next = rest.find('\\').unwrap_or(rest.len());
        out.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Some(Cow::Owned(out))
}

/// The character of an escape, given without its backslash, and the length of the escape.
fn escape(tail: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(tail.get(at..at + 4)?, 16).ok();
    Some(match tail.as_bytes().first()? {
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{C}', 1),
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'u' => match unit(1)? {
            high @ 0xD800..0xDC00 => {
                let low = if tail.get(5..7)? == "\\u" { unit(7)? } else { return None };
                let (0xDC00..0xE000) = low else { return None };
                (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))?, 11)
            }
            plain => (char::from_u32(plain)?, 5),
        },
        plain => (char::from(*plain), 1),
    })
}

/// A checked JSON text without the white space around its tokens, so that it fits on one line.
pub(crate) fn minified(json: &str) -> Box<str> {
    if !json.bytes().any(|b| b <= b' ') {
        return json.into();
    }
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for character in json.chars() {
        if in_string || !matches!(character, ' ' | '\n' | '\r' | '\t') {
            out.push(character);
        }
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::{format, vec};

    use proptest::prelude::*;

    use super::*;

    fn accepts(json: &str) -> bool {
        let mut cursor = Cursor::new(json.as_bytes(), 0);
        cursor.space();
        if cursor.value(0).is_err() {
            return false;
        }
        cursor.space();
        cursor.at == json.len()
    }

    #[test]
    fn the_grammar_is_json_and_nothing_else() {
        for json in [
            "{}",
            "[]",
            "[{}]",
            "{\"a\":[1,{\"b\":null}],\"c\":\"\\u00e9\"}",
            " [ 1 , 2 ] ",
            "-0",
            "1e400",
            "\"\\ud800\"",
            "[[],[],{}]",
            "0.1E-7",
        ] {
            assert!(accepts(json), "{json}");
        }
        for json in [
            "",
            "{",
            "}",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "-",
            "+1",
            ".5",
            "1e",
            "tru",
            "nul",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "[1 2]",
            "[1}",
            "{\"a\":1]",
            "NaN",
            "'a'",
            "[1],",
        ] {
            assert!(!accepts(json), "{json}");
        }
    }

    #[test]
    fn nesting_has_a_floor_and_never_uses_the_stack() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(accepts(&nested(128)));
        assert_eq!(Cursor::new(nested(129).as_bytes(), 0).value(0), Err(SyntaxError::Depth(128)));
        assert_eq!(Cursor::new("[".repeat(1_000_000).as_bytes(), 0).value(0), Err(SyntaxError::Depth(128)));
    }

    #[test]
    fn escapes_are_read_and_half_a_pair_is_not_text() {
        for (inner, text) in [
            ("plain", Some("plain")),
            ("a\\n\\t\\\\\\/\\\"", Some("a\n\t\\/\"")),
            ("\\u00e9\\u20AC", Some("é€")),
            ("\\ud83d\\ude00!", Some("😀!")),
            ("\\ud83d", None),
            ("\\ude00", None),
            ("\\ud83d\\n", None),
            ("\\ud83d\\u0041", None),
        ] {
            assert_eq!(unescape(inner).as_deref(), text, "{inner}");
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_accepts_is_what_is_accepted(
            json in prop_oneof!["[\\[\\]{}\",:0-9eE.+\\- \\\\untrfalse]{0,24}", "\\PC{0,16}"]
        ) {
            let other = serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok();
            prop_assert_eq!(accepts(&json), other, "{}", json);
        }

        #[test]
        fn any_text_survives_its_escapes(text: String) {
            let mut json = String::new();
            crate::json::write_string(&mut json, &text);
            prop_assert!(accepts(&json));
            let inner = &json[1..json.len() - 1];
            prop_assert_eq!(unescape(inner).unwrap().to_string(), text);
        }
    }

    #[test]
    fn only_the_space_between_tokens_goes() {
        assert_eq!(&*minified("{ \"a b\\\" \" :\n[1, 2 ] }"), "{\"a b\\\" \":[1,2]}");
        let mut spans = vec![];
        let mut cursor = Cursor::new(b"{ \"a\" : 1 , \"b\":{} }", 0);
        cursor.members(&mut spans).unwrap();
        assert_eq!((cursor.at, spans.len(), spans[1].value), (20, 2, (16, 18)));
    }
}
