//! Lines of JSON (`application/x-ndjson`): the second framing of a feed.

use std::fmt;

/// Cuts a stream into lines. An empty line is a heartbeat.
///
/// # Examples
///
/// ```
/// use cc_client::wire::LineParser;
///
/// let mut parser = LineParser::default();
/// let mut input: &[u8] = b"{\"data\":[1]}\n\n{\"con";
/// assert_eq!(parser.next(&mut input)?, Some(&b"{\"data\":[1]}"[..]));
/// assert_eq!(parser.next(&mut input)?, Some(&b""[..]));
/// assert_eq!(parser.next(&mut input)?, None);
/// let mut input: &[u8] = b"trol\":{}}\r\n";
/// assert_eq!(parser.next(&mut input)?, Some(&b"{\"control\":{}}"[..]));
///
/// let error = LineParser::with_limit(4).next(&mut &b"12345"[..]).unwrap_err();
/// assert_eq!(error.to_string(), "a line of more than 4 bytes");
/// # Ok::<(), cc_client::wire::LineError>(())
/// ```
pub struct LineParser {
    limit: usize,
    line: Vec<u8>,
    given: bool,
}

/// Why a stream of lines cannot be read further.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LineError {
    /// A line is longer than allowed.
    #[error("a line of more than {limit} bytes")]
    TooLong {
        /// The longest line that is allowed, in bytes.
        limit: usize,
    },
}

impl Default for LineParser {
    /// Lines of up to 16 MiB.
    fn default() -> Self {
        Self::with_limit(16 << 20)
    }
}

impl LineParser {
    /// A parser at the beginning of a stream.
    pub fn with_limit(limit: usize) -> Self {
        Self { limit, line: Vec::new(), given: false }
    }

    /// The next whole line, without its end; `None` if more input is needed. It takes what it has read from
    /// `input`.
    ///
    /// # Errors
    ///
    /// [`LineError`] if a line is too long: the stream cannot be read further.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<&[u8]>, LineError> {
        if std::mem::take(&mut self.given) {
            self.line.clear();
        }
        let end = memchr::memchr(b'\n', input);
        let part = &input[..end.unwrap_or(input.len())];
        if self.line.len() + part.len() > self.limit {
            return Err(LineError::TooLong { limit: self.limit });
        }
        self.line.extend_from_slice(part);
        *input = &input[end.map_or(input.len(), |end| end + 1)..];
        if end.is_none() {
            return Ok(None);
        }
        self.given = true;
        Ok(Some(self.line.strip_suffix(b"\r").unwrap_or(&self.line)))
    }
}

impl fmt::Debug for LineParser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineParser").field("waiting", &self.line.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
        let (mut parser, mut found) = (LineParser::default(), Vec::new());
        for mut piece in pieces {
            while let Some(line) = parser.next(&mut piece).unwrap() {
                found.push(line.to_vec());
            }
        }
        found
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_lines(text in "[ab\r\n]{0,40}", cuts in prop::collection::vec(0_usize..40, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            prop_assert_eq!(read(cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]])), read([bytes]));
        }
    }
}
