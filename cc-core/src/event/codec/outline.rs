//! Brackets and quotes alone: where a value might end, also one that is no JSON.
//!
//! This is no grammar. It says when it is worth reading an item that was not whole yet, and where a broken one may be
//! over; what an item is, [`super::syntax`] decides.

/// Follows brackets and quotes from the start of an item. It can stop at any byte and go on later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// The next byte to look at.
    pub(super) at: usize,
    braces: usize,
    brackets: usize,
    within: Within,
    /// Whether a value has just ended, after which none may begin.
    after_value: bool,
    /// How many spaces the line has, while it has nothing else.
    indent: Option<u64>,
    /// The indent of the line that the brace of the last mark begins.
    pub(super) begins: Option<u64>,
}

/// What the outline met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mark {
    /// The last open bracket closed; the outline is after it.
    Closed,
    /// A line begins with an opening brace.
    Line,
    /// A bracket closes that is not open.
    Mismatch,
    /// A comma or closing bracket outside the item.
    Separator,
    /// A line ends within a text.
    Unclosed,
    /// A value begins where none may, also at the beginning of a line.
    Unexpected,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Within {
    /// After a backslash in a text.
    Escape,
    Structure,
    Text,
}

impl Outline {
    pub(super) fn new(at: usize) -> Self {
        Self {
            at,
            braces: 0,
            brackets: 0,
            within: Within::Structure,
            after_value: false,
            indent: None,
            begins: None,
        }
    }

    /// Goes on to the next mark, if one comes before the end of the bytes. After [`Mark::Closed`] the outline is behind
    /// the bracket, at any other mark at its byte; going on from there is allowed.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Option<(Mark, usize)> {
        while let Some(&byte) = bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            if let Some(mark) = self.step(byte) {
                return Some((mark, if mark == Mark::Closed { self.at } else { at }));
            }
        }
        None
    }

    /// Goes on to the end of the bytes, whatever comes.
    pub(super) fn follow(&mut self, bytes: &[u8]) {
        while self.next(bytes).is_some() {}
    }

    fn step(&mut self, byte: u8) -> Option<Mark> {
        self.begins = if byte == b'{' { self.indent } else { None };
        self.indent = match byte {
            b'\n' => Some(0),
            b' ' | b'\t' | b'\r' => self.indent.map(|indent| indent + 1),
            _ => None,
        };
        match (self.within, byte) {
            (Within::Escape, _) => self.within = Within::Text,
            (Within::Text, b'"' | b'\n') => {
                self.within = Within::Structure;
                return (byte == b'\n').then_some(Mark::Unclosed);
            }
            (Within::Text, b'\\') => self.within = Within::Escape,
            (Within::Text, _) => {}
            (Within::Structure, b' ' | b'\t' | b'\r' | b'\n') => {}
            (Within::Structure, _) => return self.structure(byte),
        }
        None
    }

    fn structure(&mut self, byte: u8) -> Option<Mark> {
        let begins = matches!(byte, b'"' | b'{' | b'[');
        let mark = match self.begins {
            _ if begins && self.after_value => Some(Mark::Unexpected),
            Some(_) => Some(Mark::Line),
            None => None,
        };
        self.after_value = !matches!(byte, b'{' | b'[' | b',' | b':');
        match byte {
            b'"' => self.within = Within::Text,
            b'{' => self.braces += 1,
            b'[' => self.brackets += 1,
            b'}' if self.braces > 0 => self.braces -= 1,
            b']' if self.brackets > 0 => self.brackets -= 1,
            b'}' if self.brackets > 0 => return Some(Mark::Mismatch),
            b']' if self.braces > 0 => return Some(Mark::Mismatch),
            b',' | b']' if self.braces + self.brackets == 0 => return Some(Mark::Separator),
            _ => return mark,
        }
        let closes = matches!(byte, b'}' | b']') && self.braces + self.brackets == 0;
        if closes { Some(Mark::Closed) } else { mark }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn marks_stand_where_an_item_may_end() {
        use Mark::{Closed, Line, Mismatch, Separator, Unclosed, Unexpected};
        for (text, expected) in [
            ("{\"a\":[1,{}]} ,", &[(Closed, 12), (Separator, 13)][..]),
            ("{\"}]\\\"\"}", &[(Closed, 8)]),
            ("nothing]", &[(Separator, 7)]),
            ("{\"a\n}", &[(Unclosed, 3), (Closed, 5)]),
            ("{\"a\":1\n{\"b\":2}", &[(Unexpected, 7)]),
            ("[\n {},\n{\"\n{", &[(Line, 3), (Line, 7), (Unclosed, 9), (Unexpected, 10)]),
            ("{]", &[(Mismatch, 1)]),
            ("[}", &[(Mismatch, 1)]),
            ("}{\"a\":1}", &[(Unexpected, 1), (Closed, 8)]),
            ("{\"a\":\"\\", &[]),
        ] {
            let mut outline = Outline::new(0);
            let marks: Vec<_> = core::iter::from_fn(|| outline.next(text.as_bytes())).collect();
            assert_eq!((&marks[..], outline.at), (expected, text.len()), "{text}");
            // Byte by byte it is the same.
            let mut outline = Outline::new(0);
            let pieces = (0..=text.len()).map(|end| &text.as_bytes()[..end]);
            let marks: Vec<_> = pieces.filter_map(|piece| outline.next(piece)).collect();
            assert_eq!(marks, expected, "{text}");
        }
    }
}
