//! Where a reader stands in a log.
//!
//! A number alone would not tell a log from another that has grown in its place: a copy of the database that was put back, or a new database,
//! gives the same numbers to other messages. So an offset also says when the message before it came. What came later in the place of that
//! message came at another instant, and with the message before it a log has everything that is before that.

use std::fmt;

use crate::storage::{StorageError, View};

/// A position in a log, which sorts as text as it does in the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Offset {
    /// The number of the message behind it, with the base of the log.
    pub number: u64,
    /// When the message before it came (milliseconds since 1970), 0 where none is kept. `None` in offsets of releases that did not say.
    pub came: Option<i64>,
}

impl Offset {
    /// Before a message of a log with a base.
    ///
    /// Errors: those of the storage.
    pub fn before(view: &dyn View, log: &str, base: u64, number: u64) -> Result<Self, StorageError> {
        let last = number.checked_sub(base + 1);
        let came = last.map(|last| view.came(log, last)).transpose()?.flatten();
        Ok(Self { number, came: Some(came.unwrap_or(0)) })
    }

    /// Behind the last message of a log with a base.
    ///
    /// Errors: those of the storage.
    pub fn end(view: &dyn View, log: &str, base: u64) -> Result<Self, StorageError> {
        Self::before(view, log, base, base + view.tail(log)?.next)
    }

    /// Whether it is one of the log in which this place, of the same number, was found just now. Where the message before it is kept no longer, nothing
    /// tells.
    pub fn is_at(self, place: Self) -> bool {
        place.came == Some(0) || self.came.is_none_or(|came| place.came == Some(came))
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, came) = text.split_once('-').map_or((text, None), |(number, came)| (number, Some(came)));
        let is_number = |text: &str, digits: usize| {
            text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_one = is_number(number, 20) && came.is_none_or(|came| is_number(came, 13));
        let came = came.map(str::parse).transpose().ok()?;
        number.parse().ok().filter(|_| is_one).map(|number| Self { number, came })
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}", self.number)?;
        self.came.map_or(Ok(()), |came| write!(f, "-{:013}", came.clamp(0, 9_999_999_999_999)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read_as_it_was_written_and_those_of_before_are_read() {
        for (text, expected) in [
            ("00000000000000000007", Some((7, None))),
            ("00000000000000000007-1764230000000", Some((7, Some(1_764_230_000_000)))),
            ("00000000000000000000-0000000000000", Some((0, Some(0)))),
            ("00000000000000000007-", None),
            ("00000000000000000007-176423000000", None),
            ("00000000000000000007-+764230000000", None),
            ("00000000000000000007-1764230000000-1", None),
            ("+0000000000000000007", None),
            ("99999999999999999999", None),
            ("7", None),
            ("", None),
        ] {
            let read = Offset::parse(text);
            assert_eq!(read.map(|offset| (offset.number, offset.came)), expected, "{text}");
            assert!(read.is_none_or(|offset| offset.to_string() == text), "{text}");
        }
    }

    #[test]
    fn an_offset_is_of_the_log_whose_message_came_then() {
        let at = |came| Offset { number: 7, came };
        for (given, found, expected) in [
            (Some(5), Some(5), true),
            (Some(5), Some(6), false),
            (Some(0), Some(6), false),
            (Some(5), Some(0), true),
            (None, Some(6), true),
        ] {
            assert_eq!(at(given).is_at(at(found)), expected, "{given:?} {found:?}");
        }
    }
}
