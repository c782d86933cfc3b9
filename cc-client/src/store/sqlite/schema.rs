//! The tables, and how an older database becomes a newer one.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::opening::file_name;
use crate::store::{StoreError, sqlite_mend};

/// The version of the tables that this crate writes.
pub(super) const VERSION: i64 = 5;

/// What makes version n + 1 of version n: each has a column or a table more, by which it is known.
const STEPS: [&str; VERSION as usize] = ["
    CREATE TABLE positions (feed TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE records (
        collection TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, value TEXT,
        PRIMARY KEY (collection, key)
    ) STRICT, WITHOUT ROWID;
    -- `outcome` is NULL while a write waits; `version` is the item's with a write in it that is done, until the feed tells of it.
    CREATE TABLE outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, lane TEXT NOT NULL,
        collection TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, base INTEGER, clock TEXT NOT NULL,
        body TEXT NOT NULL, outcome TEXT, version INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX outbox_of_item ON outbox (collection, key, number);
    CREATE INDEX outbox_settled ON outbox (number) WHERE outcome IS NOT NULL;
    CREATE TABLE settled (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, outcome TEXT NOT NULL) STRICT;
    CREATE TABLE small_values (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE locks (name TEXT PRIMARY KEY, owner INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
", "
    -- When the server changed it last (RFC 3339).
    ALTER TABLE records ADD COLUMN updated TEXT;
", "
    -- Rows of the outbox of others than the one whose the rest is.
    CREATE TABLE aside (
        owner TEXT NOT NULL, number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, lane TEXT NOT NULL,
        collection TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, base INTEGER, clock TEXT NOT NULL,
        body TEXT NOT NULL, outcome TEXT
    ) STRICT;
", "
    -- Why the platform rejected it, in its words.
    ALTER TABLE outbox ADD COLUMN detail TEXT;
    ALTER TABLE aside ADD COLUMN detail TEXT;
", sqlite_mend::WIPE];

/// Says whose a file is (`PRAGMA application_id`): `CCL1`. Files of versions before have none.
const OURS: i64 = 0x4343_4C31;

/// The version of a database; 0 of a new one. The number that it bears counts only where its tables are of that version: a bit of it may
/// have flipped.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let number = |pragma: &str| -> Result<i64, StoreError> {
        Ok(connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))?)
    };
    let (found, owner) = (number("user_version")?, number("application_id")?);
    if (found, owner) == (VERSION, OURS) {
        return Ok(found);
    }
    let tables = tables(connection)?;
    let is_flipped = |version: i64| (found ^ version).count_ones() == 1;
    let is_newer = found > VERSION;
    let too_new = Err(StoreError::TooNew { found, known: VERSION });
    match like(&tables)? {
        Some(0) if (found, owner) == (0, 0) => Ok(0),
        Some(0) if owner != OURS => Err(StoreError::Foreign { file: file_name(path) }),
        Some(0) => Err(StoreError::Corrupt),
        Some(version) if is_newer && !is_flipped(version) => too_new,
        Some(version) => Ok(version),
        None if owner != OURS && !tables.iter().any(|column| column.starts_with("outbox.")) => {
            Err(StoreError::Foreign { file: file_name(path) })
        }
        None if is_newer => too_new,
        // An app may have put a table of its own beside ours.
        None if found > 0 => Ok(found),
        None => Err(StoreError::Corrupt),
    }
}

/// The tables of a database with their columns.
fn tables(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut select = connection.prepare(
        "SELECT tables.name || '.' || columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' ORDER BY 1",
    )?;
    let columns = select.query_map([], |row| row.get(0))?;
    Ok(columns.collect::<Result<_, _>>()?)
}

/// Which version has these tables.
fn like(found: &[String]) -> Result<Option<i64>, StoreError> {
    let model = Connection::open_in_memory()?;
    for version in 0..=VERSION {
        if tables(&model)? == found {
            return Ok(Some(version));
        }
        if let Some(step) = STEPS.get(version as usize) {
            model.execute_batch(step)?;
        }
    }
    Ok(None)
}

/// What makes the tables and indexes of a database, word for word; blanks do not count.
fn texts(connection: &Connection) -> Result<BTreeSet<[String; 3]>, StoreError> {
    let mut select = connection.prepare(
        "SELECT CAST(type || '.' || name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) FROM sqlite_schema
         WHERE sql IS NOT NULL",
    )?;
    let texts = select.query_map([], |row| {
        let text = |column| -> rusqlite::Result<String> {
            let bytes = row.get::<_, Vec<u8>>(column)?;
            let text: Cow<'_, str> = String::from_utf8_lossy(&bytes);
            Ok(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
        };
        Ok([text(0)?, text(1)?, text(2)?])
    })?;
    Ok(texts.collect::<Result<_, _>>()?)
}

/// Whether what makes the tables is what one of these versions has written: a byte of it may be another, and then a column has another
/// name, or none. What an app has put beside it does not count.
pub(super) fn is_whole(
    connection: &Connection,
    versions: std::ops::RangeInclusive<i64>,
) -> Result<bool, StoreError> {
    let found = texts(connection)?;
    let model = Connection::open_in_memory()?;
    for (version, step) in (1..).zip(STEPS) {
        model.execute_batch(step)?;
        if versions.contains(&version) && texts(&model)?.is_subset(&found) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Brings a database up to [`VERSION`]; leaves one of a newer version, or of another program, alone.
pub(super) fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let is_done: bool = connection.query_row(
        "SELECT user_version = ?1 AND application_id = ?2 FROM pragma_user_version, pragma_application_id",
        [VERSION, OURS],
        |row| row.get(0),
    )?;
    if is_done {
        return whole(connection);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let found = version(&transaction, path)?;
    for step in STEPS.iter().skip(found.max(0) as usize) {
        transaction.execute_batch(step)?;
    }
    whole(&transaction)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.pragma_update(None, "application_id", OURS)?;
    Ok(transaction.commit()?)
}

fn whole(connection: &Connection) -> Result<(), StoreError> {
    if is_whole(connection, VERSION..=VERSION)? { Ok(()) } else { Err(StoreError::Corrupt) }
}
