//! Comma-separated values (RFC 4180), read where they stand.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::row::{COLUMNS, RawRow};
use super::{Reader, RowFault, TableError};

/// Reads a table: a line of names, then rows.
pub(super) fn read(table: &str, reader: &mut Reader) -> Result<(), TableError> {
    let table = table.strip_prefix('\u{FEFF}').unwrap_or(table);
    let header = table.lines().next().unwrap_or_default();
    let separator = if header.contains(';') && !header.contains(',') { ';' } else { ',' };
    let mut records = Records { rest: table, line: 1, separator };
    let columns =
        records.next().map_or_else(|| Ok(Vec::new()), |(_, names)| columns(&names.unwrap_or_default()))?;
    for column in ["code", "component"] {
        if !columns.iter().any(|at| COLUMNS.get(*at) == Some(&column)) {
            return Err(TableError::Missing { column });
        }
    }
    for (line, fields) in records {
        // A line with nothing on it is not a row.
        if fields.as_ref().is_ok_and(|fields| fields.iter().all(|field| field.trim().is_empty())) {
            continue;
        }
        reader.row(line, fields.and_then(|fields| row(fields, &columns)))?;
    }
    Ok(())
}

/// The columns by their places in [`COLUMNS`].
fn columns(names: &[Cow<'_, str>]) -> Result<Vec<usize>, TableError> {
    let mut columns = Vec::with_capacity(names.len());
    for (i, name) in names.iter().enumerate() {
        let at = COLUMNS.iter().position(|column| name.trim().eq_ignore_ascii_case(column));
        let at = at.ok_or(TableError::Column { number: i + 1 })?;
        if columns.contains(&at) {
            return Err(TableError::Double { column: COLUMNS.get(at).copied().unwrap_or_default() });
        }
        columns.push(at);
    }
    Ok(columns)
}

fn row<'a>(fields: Vec<Cow<'a, str>>, columns: &[usize]) -> Result<RawRow<'a>, RowFault> {
    if fields.len() > columns.len() {
        return Err(RowFault::Columns { expected: columns.len(), found: fields.len() });
    }
    let mut row = RawRow::default();
    for (field, at) in fields.into_iter().zip(columns) {
        if let Some(place) = row.fields.get_mut(*at) {
            *place = field;
        }
    }
    Ok(row)
}

/// The records of a table, each with the line it starts on.
struct Records<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
}

impl<'a> Iterator for Records<'a> {
    type Item = (usize, Result<Vec<Cow<'a, str>>, RowFault>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (start, record) = (self.line, self.rest);
        let mut fields = Vec::new();
        loop {
            match self.field() {
                Ok((field, more)) => {
                    fields.push(field);
                    if !more {
                        return Some((start, Ok(fields)));
                    }
                }
                Err(fault) => {
                    // An open quotation mark would take the rest of the table with it: go on at the next line.
                    self.rest = record.split_once('\n').map_or("", |(_, rest)| rest);
                    self.line = start + 1;
                    return Some((start, Err(fault)));
                }
            }
        }
    }
}

impl<'a> Records<'a> {
    /// The next field, and whether the record goes on behind it.
    fn field(&mut self) -> Result<(Cow<'a, str>, bool), RowFault> {
        let field = if let Some(quoted) = self.rest.strip_prefix('"') {
            self.quoted(quoted)?
        } else {
            let separator = self.separator;
            let end = self.rest.find([separator, '\n', '"']).unwrap_or(self.rest.len());
            let (field, rest) = self.rest.split_at(end);
            if rest.starts_with('"') {
                return Err(RowFault::Quote);
            }
            self.rest = rest;
            // A line may end in CR LF; before a separator the CR is a part of the field.
            let ended = (!rest.starts_with(separator)).then(|| field.strip_suffix('\r')).flatten();
            Cow::Borrowed(ended.unwrap_or(field))
        };
        if let Some(rest) = self.rest.strip_prefix(self.separator) {
            self.rest = rest;
            return Ok((field, true));
        }
        match self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')) {
            Some(rest) => {
                self.rest = rest;
                self.line += 1;
                Ok((field, false))
            }
            None if self.rest.is_empty() => Ok((field, false)),
            None => Err(RowFault::Quote),
        }
    }

    /// A field from behind its opening quotation mark; two marks stand for one.
    fn quoted(&mut self, quoted: &'a str) -> Result<Cow<'a, str>, RowFault> {
        let mut field = String::new();
        let mut rest = quoted;
        loop {
            let Some((part, behind)) = rest.split_once('"') else { return Err(RowFault::Quote) };
            field.push_str(part);
            let Some(behind_both) = behind.strip_prefix('"') else {
                self.rest = behind;
                self.line += field.matches('\n').count();
                return Ok(Cow::Owned(field));
            };
            field.push('"');
            rest = behind_both;
        }
    }
}
