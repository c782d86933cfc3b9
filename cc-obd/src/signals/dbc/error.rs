//! What is wrong with a DBC file: lines that were left out, and files that are refused.

use alloc::vec::Vec;

/// Why a file is not read at all.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DbcError {
    /// No line describes a message, and some line could not be read: this is no DBC file.
    #[error("not a DBC file: {0}")]
    NotDbc(DbcFault),
    /// More bytes than any real file has.
    #[error("{bytes} bytes, a DBC file has at most {most}")]
    TooLarge {
        /// How many bytes the file has.
        bytes: usize,
        /// How many are read.
        most: usize,
    },
    /// More messages or signals than any real file has.
    #[error("line {line}: more than {most} {what}")]
    TooMany {
        /// The line, from 1.
        line: u32,
        /// `messages` or `signals`.
        what: &'static str,
        /// How many are read.
        most: usize,
    },
}

/// One thing that could not be read; the rest of the file stands.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {kind}")]
pub struct DbcFault {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong there.
    pub kind: DbcFaultKind,
}

/// What is wrong with a line. Unless a variant says otherwise, what the line describes is left out.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DbcFaultKind {
    /// The signal reaches beyond the length that its message states. It is kept: a longer frame may hold it.
    #[error("the signal ends at bit {end}, its message has {bits}")]
    BeyondMessage {
        /// The first bit behind the signal, in the order of transmission.
        end: u32,
        /// The bits of the message.
        bits: u32,
    },
    /// A message's id, or a signal's name within its message, was there before.
    #[error("this {what} was described before")]
    Duplicate {
        /// `message` or `signal`.
        what: &'static str,
    },
    /// Something else stands there.
    #[error("expected {what}")]
    Expected {
        /// What belongs there.
        what: &'static str,
    },
    /// The identifier does not fit into 11 bits, or into 29 where its top bit says that it is extended.
    #[error("identifier wider than 11 bits, or 29 with bit 31 set")]
    IdTooWide,
    /// A number of the signal or message is impossible.
    #[error("{field} out of range")]
    OutOfRange {
        /// `bit length`, `factor` (of 0, which makes all values one), `float length`, `message length`, `start bit` ….
        field: &'static str,
    },
    /// The signal is multiplexed, but nothing says by which selector, or selectors go in a circle or too deep.
    #[error("no selector for this multiplexed signal")]
    Selector,
    /// A text does not end on its line (in comments and attributes: in the file).
    #[error("text without closing quote")]
    Unclosed,
    /// A message that the file does not describe.
    #[error("no such message")]
    UnknownMessage,
    /// A signal that its message does not have.
    #[error("no such signal")]
    UnknownSignal,
    /// No statement of a DBC file begins so.
    #[error("unknown statement")]
    UnknownStatement,
}

/// Faults, the first thousand of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    pub(super) kept: Vec<DbcFault>,
    pub(super) count: usize,
}

/// How many faults are kept; the rest are counted.
const MOST: usize = 1000;

impl Faults {
    pub(super) fn add(&mut self, line: u32, kind: DbcFaultKind) {
        self.count += 1;
        if self.kept.len() < MOST {
            self.kept.push(DbcFault { line, kind });
        }
    }
}
