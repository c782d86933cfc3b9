//! Where output goes.

use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};

use crate::Failure;

/// Standard output, buffered. Lines leave at once when a person watches, and in blocks otherwise; either way the
/// first bytes leave when [`Output::flush`] says so.
#[derive(Debug)]
pub struct Output {
    writer: BufWriter<StdoutLock<'static>>,
}

impl Output {
    /// Standard output.
    pub fn stdout() -> Self {
        Self { writer: BufWriter::with_capacity(64 * 1024, io::stdout().lock()) }
    }

    /// Writes a text and a line end.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.write_all(b"\n")?;
        Ok(())
    }

    /// Writes a text as it is.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    /// Writes bytes that are no text.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.writer.write_all(bytes)?)
    }

    /// Sends out what was written so far: call it before waiting for more input.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// The text without what would steer a terminal: a name in somebody's data must not move the cursor or change a title.
///
/// ```
/// use example_terminal::printable;
///
/// assert_eq!(printable("ECU \u{1b}[2J 7"), "ECU \u{fffd}[2J 7");
/// assert_eq!(printable("70 °C"), "70 °C");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        text.replace(char::is_control, "\u{fffd}").into()
    } else {
        text.into()
    }
}
