//! Bytes in any chunks to lines.

use alloc::vec::Vec;
use core::fmt;

use super::ElmEvent;
use super::event::{classify, is_command};
use crate::hex;

/// The longest line kept, in bytes. The longest K-line answer (260 bytes) takes 780 characters with spaces.
pub const MAX_LINE: usize = 1024;

/// Splits an adapter's text into [`ElmEvent`]s. Feed it any chunks: the events are the same.
///
/// NUL bytes, which adapters and their clones let slip in, are dropped. Any other control byte, and any byte above ASCII,
/// stands where something else was: a line of data that has one is an [`ElmEvent::Damaged`], and so is a line of nothing
/// else. Words of the adapter are still known by what is left of them.
///
/// # Examples
///
/// ```
/// use cc_obd::elm::{AdapterFault, ElmEvent, Scanner};
///
/// let mut scanner = Scanner::new();
/// let mut seen = Vec::new();
/// for chunk in [&b"0100\rSEARCHI"[..], b"NG...4100BE3FA813\r\r>NO DA", b"TA\r"] {
///     scanner.feed(chunk, |event| {
///         seen.push(match event {
///             ElmEvent::Data(text) => String::from_utf8_lossy(text).into_owned(),
///             other => format!("{other:?}"),
///         });
///     });
/// }
/// assert_eq!(seen, ["Echo(4 bytes)", "Searching", "4100BE3FA813", "Prompt", "Fault(NoData)"]);
/// ```
#[derive(Clone, Default)]
pub struct Scanner {
    pending: Vec<u8>,
    overlong: bool,
    /// How many bytes of the line were taken, the dropped ones too.
    taken: usize,
    /// The first byte that is no text, and its offset.
    noise: Option<(u8, usize)>,
}

impl Scanner {
    /// A scanner at the start of a line.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and calls `each` for every event they complete.
    pub fn feed(&mut self, chunk: &[u8], mut each: impl FnMut(ElmEvent<'_>)) {
        let mut rest = chunk;
        while let Some(end) = rest.iter().position(|&byte| matches!(byte, b'\r' | b'\n' | b'>')) {
            let (line, ended_by) = (&rest[..end], rest[end]);
            rest = &rest[end + 1..];
            // Hand-written shortcut: a whole clean line inside the chunk is read in place, without a copy.
            if self.taken == 0 && line.len() <= MAX_LINE && is_clean(line) {
                classify(line, &mut each);
            } else {
                self.keep(line);
                self.end_line(&mut each);
            }
            if ended_by == b'>' {
                each(ElmEvent::Prompt);
            }
        }
        self.keep(rest);
    }

    /// Ends the input: a last line without its end is an event too.
    pub fn finish(&mut self, mut each: impl FnMut(ElmEvent<'_>)) {
        self.end_line(&mut each);
    }

    fn keep(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let offset = self.taken;
            self.taken = offset.saturating_add(1);
            if is_noise(byte) {
                if byte != 0 {
                    self.noise = self.noise.or(Some((byte, offset)));
                }
                continue;
            }
            if self.pending.len() == MAX_LINE {
                self.overlong = true;
                return;
            }
            self.pending.push(byte);
        }
    }

    fn end_line(&mut self, each: &mut impl FnMut(ElmEvent<'_>)) {
        if self.overlong {
            each(ElmEvent::Overlong);
        } else if let Some((byte, offset)) = self.noise {
            self.end_damaged(ElmEvent::Damaged { byte, offset }, each);
        } else {
            classify(&self.pending, &mut |event| each(event));
        }
        self.pending.clear();
        (self.overlong, self.taken, self.noise) = (false, 0, None);
    }

    /// What a line with noise still says: the adapter's own words. Of digits nobody knows which are missing.
    fn end_damaged(&self, damage: ElmEvent<'_>, each: &mut impl FnMut(ElmEvent<'_>)) {
        let mut is_told = false;
        let mut tell = |each: &mut dyn FnMut(ElmEvent<'_>)| {
            if !core::mem::replace(&mut is_told, true) {
                each(damage);
            }
        };
        if hex::trim(&self.pending).is_empty() {
            return tell(each);
        }
        classify(&self.pending, &mut |event| match event {
            ElmEvent::Data(_) | ElmEvent::Unknown(_) | ElmEvent::Voltage(_) => tell(each),
            ElmEvent::Echo(text) if !is_command(text) => tell(each),
            _ => each(event),
        });
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scanner({} bytes waiting)", self.pending.len())
    }
}

fn is_noise(byte: u8) -> bool {
    byte >= 0x7F || (byte < 0x20 && byte != b'\t')
}

fn is_clean(line: &[u8]) -> bool {
    // No early exit, so that the compiler may take many bytes at once.
    !line.iter().fold(false, |noise, &byte| noise | is_noise(byte))
}
