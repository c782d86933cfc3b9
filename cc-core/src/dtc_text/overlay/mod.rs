//! A user's own table of trouble codes, laid over the words of this crate.
//!
//! Workshops and fleets know what a maker's code means on their cars. They keep it in a table, and the table's words
//! go before ours.

mod csv;
mod error;
mod json;
mod row;

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

pub use error::{RowError, RowFault, TableError};
use row::{RawRow, UserRow};

use super::{DtcText, Origin, compose};
use crate::Dtc;
use crate::Language;

/// A user's own words for trouble codes.
///
/// A row has a `code` in any of the texts a [`Dtc`] reads, and a `component`: what failed, or the whole message.
/// `failure`, `location`, `language` (any [`Language`] tag; without it the row holds for all), `urgency` and `action`
/// (words of [`Urgency`](crate::Urgency) and [`Action`](crate::Action)) may be left out; without the last two those of
/// the code itself hold. A bad row does not stop the others. For one code and language the first row holds.
///
/// A row for a three-byte code or a VAG number holds for that alone; one for a two-byte code holds for all that share
/// its [`p_code`](Dtc::p_code), and a failure type adds its words.
///
/// # Examples
///
/// ```
/// use cc_core::Language;
/// use cc_core::dtc_text::{Origin, Overlay};
/// use cc_core::{Dtc, Urgency};
///
/// let table = "code,component,failure,urgency,language\n\
///              P1351,Ignition module,cable 15 loose,high,en\n\
///              P13,Too short,,,\n";
/// let (overlay, errors) = Overlay::from_csv(table)?;
/// let text = overlay.describe("P1351".parse::<Dtc>()?, Language::English);
/// assert_eq!(text.to_string(), "Ignition module: cable 15 loose");
/// assert_eq!((text.origin, text.urgency), (Origin::User, Urgency::High));
/// assert_eq!(errors[0].to_string(), "line 3: code: expected 5 characters, found 3");
///
/// let error = Overlay::from_csv("component,failure\nPump,broken\n").unwrap_err();
/// assert_eq!(error.to_string(), "the table has no column code");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Overlay {
    rows: BTreeMap<Dtc, Vec<UserRow>>,
}

impl Overlay {
    /// The longest table that is read, in bytes.
    pub const LONGEST_TABLE: usize = 8 << 20;
    /// The most rows a table may have.
    pub const MOST_ROWS: usize = 100_000;
    /// The longest text of a field, in characters.
    pub const LONGEST_TEXT: usize = 200;

    /// Reads a table of comma-separated values (RFC 4180): the first line names the columns, in any order.
    ///
    /// Semicolons separate as well, if the first line has them and no comma: so some spreadsheets write.
    pub fn from_csv(table: &str) -> Result<(Self, Vec<RowError>), TableError> {
        check_length(table)?;
        let mut reader = Reader::default();
        csv::read(table, &mut reader)?;
        Ok((reader.overlay, reader.errors))
    }

    /// Reads a table of JSON: a list of objects, one a row, with the columns as names and texts as values.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dtc_text::Overlay;
    ///
    /// let (overlay, errors) = Overlay::from_json(r#"[
    ///     {"code": "VAG 01314", "component": "Engine control unit", "failure": "no communication"},
    ///     {"code": "P1351", "component": 5}
    /// ]"#)?;
    /// assert_eq!(overlay.len(), 1);
    /// assert_eq!(errors[0].to_string(), "line 3: not an object of texts by the names of columns");
    /// # Ok::<(), cc_core::dtc_text::TableError>(())
    /// ```
    pub fn from_json(table: &str) -> Result<(Self, Vec<RowError>), TableError> {
        check_length(table)?;
        let mut reader = Reader::default();
        json::read(table, &mut reader)?;
        Ok((reader.overlay, reader.errors))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.values().map(Vec::len).sum()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The code in words: the user's where there are any for it in this language, else [`Dtc::describe`].
    pub fn describe(&self, dtc: Dtc, language: Language) -> DtcText {
        let built_in = dtc.describe(language);
        let exact = self.row(dtc, language);
        let by_p_code = || self.row(dtc.p_code()?.into(), language);
        let found = exact.map(|row| (row, true)).or_else(|| Some((by_p_code()?, false)));
        let Some((row, is_exact)) = found else { return built_in };
        let failure_type = match dtc {
            Dtc::J2012Ftb(code) if !is_exact => compose::failure_type(code.failure_type(), language),
            _ => None,
        };
        let (action, urgency) =
            (row.action.unwrap_or(built_in.action), row.urgency.unwrap_or(built_in.urgency));
        DtcText {
            action,
            component: (*row.component).to_owned(),
            failure: row.failure.as_deref().unwrap_or_default().to_owned(),
            failure_type,
            language,
            location: row.location.as_deref().map(ToOwned::to_owned),
            origin: Origin::User,
            urgency,
            what_to_do: compose::what_to_do(row::advice(action, urgency), language).to_owned(),
        }
    }

    /// The row for a code: one in the language before one in any.
    fn row(&self, dtc: Dtc, language: Language) -> Option<&UserRow> {
        let rows = self.rows.get(&dtc)?;
        let of = |wanted| rows.iter().find(|row| row.language == wanted);
        of(Some(language)).or_else(|| of(None))
    }
}

/// A table while it is read.
#[derive(Debug, Default)]
struct Reader {
    overlay: Overlay,
    errors: Vec<RowError>,
    rows: usize,
}

impl Reader {
    /// Takes a row, or says what is wrong with it.
    fn row(&mut self, line: usize, row: Result<RawRow<'_>, RowFault>) -> Result<(), TableError> {
        self.rows += 1;
        if self.rows > Overlay::MOST_ROWS {
            return Err(TableError::Rows { most: Overlay::MOST_ROWS });
        }
        if let Err(fault) = row.and_then(|row| self.add(&row)) {
            self.errors.push(RowError { line, fault });
        }
        Ok(())
    }

    fn add(&mut self, row: &RawRow<'_>) -> Result<(), RowFault> {
        let (dtc, row) = row.check()?;
        let rows = self.overlay.rows.entry(dtc).or_default();
        if rows.iter().any(|other| other.language == row.language) {
            return Err(RowFault::Double);
        }
        rows.push(row);
        Ok(())
    }
}

fn check_length(table: &str) -> Result<(), TableError> {
    if table.len() > Overlay::LONGEST_TABLE {
        return Err(TableError::Length { longest: Overlay::LONGEST_TABLE, found: table.len() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
