//! The tables, and how an older database becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use crate::store::StoreError;

/// The version of the tables that this crate writes.
pub(super) const VERSION: i64 = 3;

/// What makes version n + 1 of version n.
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
"];

/// Brings a database up to [`VERSION`]; leaves one of a newer version alone.
pub(super) fn upgrade(connection: &mut Connection) -> Result<(), StoreError> {
    let version = |connection: &Connection| -> Result<i64, StoreError> {
        Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
    };
    if version(connection)? == VERSION {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let found = version(&transaction)?;
    if found > VERSION {
        return Err(StoreError::TooNew { found, known: VERSION });
    }
    for step in STEPS.iter().skip(found.max(0) as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}
