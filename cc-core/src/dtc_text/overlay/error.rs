//! What can be wrong with a user's table.

use crate::DtcParseError;

/// Why a row of a user's table is left out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct RowError {
    /// The line it starts on; the first is 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: RowFault,
}

/// What is wrong with a row.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RowFault {
    /// A field has a character that no text has, such as a line end.
    #[error("{column}: a control character")]
    Character {
        /// The column.
        column: &'static str,
    },
    /// The code is not one.
    #[error("code: {0}")]
    Code(DtcParseError),
    /// The row has more fields than the table has columns.
    #[error("expected {expected} fields, found {found}")]
    Columns {
        /// How many columns the table has.
        expected: usize,
        /// How many fields the row has.
        found: usize,
    },
    /// A row above has the same code and language.
    #[error("the code has a row in this language above")]
    Double,
    /// A text is too long.
    #[error("{column}: expected at most {longest} characters")]
    Length {
        /// The column.
        column: &'static str,
        /// How long it may be.
        longest: usize,
    },
    /// A field that every row needs is empty or not there.
    #[error("{column}: missing")]
    Missing {
        /// The column.
        column: &'static str,
    },
    /// A JSON row is not an object with texts.
    #[error("not an object of texts by the names of columns")]
    Object,
    /// Something stands between a closing quotation mark and the next field, or the mark is not closed.
    #[error("a quotation mark inside a field, or one that is not closed")]
    Quote,
    /// A field has none of its words.
    #[error("{column}: expected {expected}")]
    Word {
        /// The column.
        column: &'static str,
        /// The words there are.
        expected: &'static str,
    },
}

/// Why a whole table is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TableError {
    /// A column has a name that no column has.
    #[error(
        "column {number} has an unknown name, expected code, component, failure, location, language, urgency or action"
    )]
    Column {
        /// Which column, from 1.
        number: usize,
    },
    /// A column stands there twice.
    #[error("the table has two columns {column}")]
    Double {
        /// The column.
        column: &'static str,
    },
    /// The text is not a list of JSON values.
    #[error("not a JSON list, at line {line}")]
    Json {
        /// Where it stops being one, from 1.
        line: usize,
    },
    /// The text is too long.
    #[error("expected at most {longest} bytes, found {found}")]
    Length {
        /// How long it may be.
        longest: usize,
        /// How long it is.
        found: usize,
    },
    /// A column that every table needs is not there.
    #[error("the table has no column {column}")]
    Missing {
        /// The column.
        column: &'static str,
    },
    /// There are too many rows.
    #[error("expected at most {most} rows")]
    Rows {
        /// How many there may be.
        most: usize,
    },
}
