//! Just enough of protobuf's text format to read cases: messages, scalars and texts.

/// A message: its fields in order. A scalar is a field without fields.
#[derive(Debug, Default)]
pub(super) struct Field {
    name: String,
    scalar: String,
    fields: Vec<Field>,
}

impl Field {
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    pub(super) fn one(&self, name: &str) -> Option<&Self> {
        self.fields.iter().find(|field| field.name == name)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.one(name).map(|field| &*field.scalar)
    }
}

/// Reads a file; the error is the byte that was not understood.
pub(super) fn parse(text: &[u8]) -> Result<Field, usize> {
    let mut reader = Reader { text, at: 0 };
    let mut root = Field::default();
    reader.fields(&mut root, None)?;
    Ok(root)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at)? {
                b'#' => {
                    while self.text.get(self.at).is_some_and(|byte| *byte != b'\n') {
                        self.at += 1;
                    }
                }
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b';' => self.at += 1,
                byte => return Some(*byte),
            }
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn fields(&mut self, into: &mut Field, end: Option<u8>) -> Result<(), usize> {
        while self.peek() != end {
            let mut name = self.word();
            if name.is_empty() && self.eat(b'[') {
                let start = self.at;
                while self.text.get(self.at).is_some_and(|byte| *byte != b']') {
                    self.at += 1;
                }
                name = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
                self.at += 1;
            }
            if name.is_empty() {
                return Err(self.at);
            }
            self.eat(b':');
            if self.eat(b'[') {
                while !self.eat(b']') {
                    self.value(&name, into)?;
                }
            } else {
                self.value(&name, into)?;
            }
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, name: &str, into: &mut Field) -> Result<(), usize> {
        let mut field = Field { name: name.to_owned(), ..Field::default() };
        match self.peek() {
            Some(b'{') => {
                self.at += 1;
                self.fields(&mut field, Some(b'}'))?;
            }
            Some(b'"' | b'\'') => {
                let mut bytes = Vec::new();
                while let Some(quote @ (b'"' | b'\'')) = self.peek() {
                    self.at += 1;
                    self.quoted(quote, &mut bytes)?;
                }
                field.scalar = String::from_utf8_lossy(&bytes).into_owned();
            }
            _ => {
                field.scalar = self.word();
                if field.scalar.is_empty() {
                    return Err(self.at);
                }
            }
        }
        into.fields.push(field);
        Ok(())
    }

    fn word(&mut self) -> String {
        self.peek();
        let start = self.at;
        let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-+.".contains(byte);
        while self.text.get(self.at).is_some_and(belongs) {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    fn quoted(&mut self, quote: u8, bytes: &mut Vec<u8>) -> Result<(), usize> {
        loop {
            let byte = *self.text.get(self.at).ok_or(self.at)?;
            self.at += 1;
            match byte {
                b'\\' => self.escape(bytes)?,
                byte if byte == quote => return Ok(()),
                byte => bytes.push(byte),
            }
        }
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), usize> {
        let byte = *self.text.get(self.at).ok_or(self.at)?;
        self.at += 1;
        let simple = match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'x' => self.digits(2, 16)? as u8,
            b'0'..=b'7' => {
                self.at -= 1;
                self.digits(3, 8)? as u8
            }
            b'u' | b'U' => {
                let code = self.digits(if byte == b'u' { 4 } else { 8 }, 16)?;
                let code = char::from_u32(code).ok_or(self.at)?;
                bytes.extend_from_slice(code.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            other => other,
        };
        bytes.push(simple);
        Ok(())
    }

    /// At most so many digits.
    fn digits(&mut self, most: usize, radix: u32) -> Result<u32, usize> {
        let start = self.at;
        while self.at < start + most
            && self.text.get(self.at).is_some_and(|byte| char::from(*byte).is_digit(radix))
        {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).map_err(|_| start)?;
        u32::from_str_radix(text, radix).map_err(|_| start)
    }
}
