//! A list of JSON objects as a table.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::row::RawRow;
use super::{Reader, RowFault, TableError};

/// Reads a list of rows.
pub(super) fn read(table: &str, reader: &mut Reader) -> Result<(), TableError> {
    let rows: Vec<&RawValue> =
        serde_json::from_str(table).map_err(|error| TableError::Json { line: error.line().max(1) })?;
    let (mut line, mut counted) = (1, 0);
    for raw in rows {
        // The value is a part of the table, so the distance of their starts is where it stands.
        let at = (raw.get().as_ptr() as usize).saturating_sub(table.as_ptr() as usize);
        line += table.get(counted..at).map_or(0, |between| between.matches('\n').count());
        counted = at;
        reader.row(line, row(raw))?;
    }
    Ok(())
}

/// The names are the columns.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct JsonRow<'a> {
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    code: Cow<'a, str>,
    #[serde(borrow)]
    component: Cow<'a, str>,
    #[serde(borrow)]
    failure: Cow<'a, str>,
    #[serde(borrow)]
    language: Cow<'a, str>,
    #[serde(borrow)]
    location: Cow<'a, str>,
    #[serde(borrow)]
    urgency: Cow<'a, str>,
}

fn row(raw: &RawValue) -> Result<RawRow<'_>, RowFault> {
    let JsonRow { action, code, component, failure, language, location, urgency } =
        serde_json::from_str(raw.get()).map_err(|_| RowFault::Object)?;
    Ok(RawRow { fields: [code, component, failure, location, language, urgency, action] })
}
