//! Rows of the tables as values, and back: what a row says that was damaged is never believed.

use rusqlite::{Connection, OptionalExtension, params};

use crate::decide::SendOutcome;
use crate::store::memory::view;
use crate::store::{Item, LeftOut, REMEMBERED, Record, Row, STAMP, Settled, StoreError};
use crate::wire::{Detail, ProblemCode};
use crate::{Offset, Stamp, Write, WriteId, WriteKind};

pub(super) fn position(connection: &Connection, feed: &str) -> Result<Option<Offset>, StoreError> {
    let mut select = connection.prepare_cached("SELECT position FROM positions WHERE feed = ?1")?;
    let text: Option<String> = select.query_row([feed], |row| row.get(0)).optional()?;
    text.map(|text| Offset::new(&text).ok_or(StoreError::Corrupt)).transpose()
}

pub(super) fn set_position(connection: &Connection, feed: &str, to: &Offset) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO positions (feed, position) VALUES (?1, ?2)
         ON CONFLICT (feed) DO UPDATE SET position = excluded.position",
    )?;
    insert.execute(params![feed, to.as_str()])?;
    Ok(())
}

pub(super) fn value(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let mut select = connection.prepare_cached("SELECT value FROM small_values WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get(0)).optional()?)
}

pub(super) fn set_value(connection: &Connection, name: &str, value: &[u8]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO small_values (name, value) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?;
    insert.execute(params![name, value])?;
    Ok(())
}

/// Keeps the latest stamp that was given out; writes may arrive in another order than their stamps.
pub(super) fn keep_stamp(connection: &Connection, stamp: Option<Stamp>) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached("SELECT value FROM small_values WHERE name = ?1")?;
    let known: Option<Vec<u8>> = select.query_row([STAMP], |row| row.get(0)).optional()?;
    let known = known.and_then(|known| String::from_utf8(known).ok()?.parse().ok());
    match stamp.filter(|stamp| Some(*stamp) > known) {
        Some(latest) => set_value(connection, STAMP, latest.to_string().as_bytes()),
        None => Ok(()),
    }
}

/// Stamps what waits anew, from the first row that is stamped later than `latest`.
pub(super) fn stamp_anew(
    connection: &Connection,
    lane: &str,
    latest: Stamp,
    first: Stamp,
) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT number, clock FROM outbox WHERE lane = ?1 AND outcome IS NULL ORDER BY number",
    )?;
    let mut update = connection.prepare_cached("UPDATE outbox SET clock = ?2 WHERE number = ?1")?;
    let (mut last, mut next) = (first, None);
    let mut rows = select.query([lane])?;
    while let Some(row) = rows.next()? {
        // One that cannot be read is found when it is to be sent.
        let Some(clock) = readable(row.get::<_, String>(1))?.and_then(|clock| clock.parse::<Stamp>().ok())
        else {
            continue;
        };
        if let Some(stamp) = next.or((clock > latest).then_some(first)) {
            update.execute(params![row.get::<_, i64>(0)?, stamp.to_string()])?;
            (last, next) = (stamp, Some(stamp.next()));
        }
    }
    set_value(connection, STAMP, last.to_string().as_bytes())
}

/// Keeps a record, unless what is there is as new. Of the same version it may say when that was, where nobody had: an answer to a write
/// does not; and what it is, where a listing did not know it yet.
pub(super) fn keep(connection: &Connection, record: &Record) -> Result<bool, StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO records (collection, key, version, value, updated) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (collection, key)
         DO UPDATE SET version = excluded.version, value = excluded.value, updated = excluded.updated
         WHERE excluded.version > version OR (excluded.version = version AND (
            (updated IS NULL AND excluded.updated IS NOT NULL) OR (value IS NULL AND excluded.value IS NOT NULL)))",
    )?;
    let version = i64::try_from(record.version).unwrap_or(i64::MAX);
    let updated = record.updated.map(|updated| updated.to_rfc3339());
    let changed = insert.execute(params![record.collection, record.key, version, record.value, updated])? > 0;
    if changed {
        let of_item = "collection = ?1 AND key = ?2 AND version <= ?3";
        leave(connection, of_item, params![record.collection, record.key, version])?;
    }
    Ok(changed)
}

/// Remembers what became of rows: the outcome follows, and where they are. Numbers say in which order they were settled, and are none that rows
/// behind them have: what has waited long is not forgotten before what was settled earlier.
pub(super) const SETTLED: &str = "INSERT OR REPLACE INTO settled (number, id, outcome)
    SELECT max(number, (SELECT coalesce(max(number), 0) FROM settled) + row_number() OVER (ORDER BY number)), id,";

/// Writes that are done, and of which the feed has told, leave the outbox; what became of them is remembered.
pub(super) fn leave(
    connection: &Connection,
    told: &str,
    params: &[&dyn rusqlite::ToSql],
) -> Result<(), StoreError> {
    let done = format!("outcome IN ('applied', 'duplicate') AND {told}");
    let insert = format!("{SETTLED} outcome FROM outbox WHERE {done}");
    if connection.prepare_cached(&insert)?.execute(params)? > 0 {
        connection.prepare_cached(&format!("DELETE FROM outbox WHERE {done}"))?.execute(params)?;
    }
    Ok(())
}

/// Forgets what was settled before the latest that are remembered. Numbers have gaps, so they are counted: each time that a tenth came to them,
/// for that walks over all of them.
pub(super) fn forget(connection: &Connection) -> Result<(), StoreError> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM settled WHERE number <= CASE
            WHEN (SELECT max(number) FROM settled) - (SELECT min(number) FROM settled) >= ?1 + ?1 / 10
            THEN (SELECT number FROM settled ORDER BY number DESC LIMIT 1 OFFSET ?1) END",
    )?;
    delete.execute([REMEMBERED as i64])?;
    Ok(())
}

pub(super) fn record_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Record> {
    let (version, updated): (i64, Option<String>) = (row.get(2)?, row.get(4)?);
    Ok(Record {
        collection: row.get(0)?,
        key: row.get(1)?,
        version: version as u64,
        updated: updated.and_then(|updated| updated.parse().ok()),
        value: row.get(3)?,
    })
}

pub(super) fn known(
    connection: &Connection,
    collection: &str,
    key: &str,
) -> Result<Option<Record>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT collection, key, version, value, updated FROM records WHERE collection = ?1 AND key = ?2",
    )?;
    Ok(select.query_row([collection, key], record_of).optional()?)
}

/// An item, with what is done laid over it, and what waits unless it is left out.
pub(super) fn seen(
    connection: &Connection,
    (collection, key): (&str, &str),
    with_waiting: bool,
) -> Result<Option<Item>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox
         WHERE collection = ?1 AND key = ?2 AND (outcome IN ('applied', 'duplicate') OR (?3 AND outcome IS NULL))
         ORDER BY number",
    )?;
    let mut writes = Vec::new();
    for row in select.query_map(params![collection, key, with_waiting], row_of)? {
        // What cannot be read shows nothing.
        if let Ok((row, outcome)) = row? {
            writes.push((row.write, outcome.is_none()));
        }
    }
    let writes: Vec<(&Write, bool)> = writes.iter().map(|(write, waits)| (write, *waits)).collect();
    Ok(view(key, known(connection, collection, key)?, &writes))
}

/// A row of the outbox, and the word for its outcome; or its number, where the rest cannot be read.
pub(super) type Read = Result<(Row, Option<String>), u64>;

/// Reads a row of the outbox: its columns up to the outcome, in their order.
pub(super) fn row_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Read> {
    let number = row.get::<_, i64>(0)? as u64;
    let read = || -> rusqlite::Result<Option<(Row, Option<String>)>> {
        let (kind, base, clock): (String, Option<i64>, String) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let kind = WriteKind::ALL.iter().find(|(_, word)| *word == kind);
        let (Some((kind, _)), Ok(clock)) = (kind, clock.parse()) else { return Ok(None) };
        let write = Write {
            id: WriteId(row.get(1)?),
            collection: row.get(2)?,
            key: row.get(3)?,
            kind: *kind,
            base: base.map(|base| base as u64),
            clock,
            body: row.get(7)?,
        };
        Ok(Some((Row { number, write, detail: None }, row.get(8)?)))
    };
    match read() {
        Ok(found) => Ok(found.ok_or(number)),
        Err(error) if is_of_value(&error) => Ok(Err(number)),
        Err(error) => Err(error),
    }
}

/// What is left of a row that cannot be read: its place, and its id, collection and key as far as they are there. The body is empty.
pub(super) fn rest_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let text = |column| match row.get_ref(column) {
        Ok(rusqlite::types::ValueRef::Text(bytes)) => std::str::from_utf8(bytes).unwrap_or_default().into(),
        _ => Box::<str>::default(),
    };
    let write = Write {
        id: WriteId(row.get(1).unwrap_or_default()),
        collection: text(2),
        key: text(3),
        kind: WriteKind::Patch,
        base: None,
        clock: Stamp { millis: 0, counter: 0, node: 0 },
        body: Box::default(),
    };
    Ok(Row { number: row.get::<_, i64>(0)? as u64, write, detail: None })
}

/// Whether an error is one value's, which is of another type or no UTF-8, and not the database's.
pub(super) fn is_of_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    )
}

/// A row as it was read; `None` where a value of it cannot be read.
pub(super) fn readable<T>(row: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(error) if is_of_value(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes rows that cannot be read out of the way of the rest: they are told as [`SendOutcome::Unreadable`].
pub(super) fn set_unreadable(connection: &Connection, numbers: &[u64]) -> Result<(), StoreError> {
    // One without an id gets one, so that it can be discarded.
    let mut update = connection.prepare_cached(
        "UPDATE outbox SET outcome = ?2, id = CASE length(id) WHEN 16 THEN id ELSE randomblob(16) END
         WHERE number = ?1",
    )?;
    for number in numbers {
        update.execute(params![*number as i64, word_of(SendOutcome::Unreadable)])?;
    }
    Ok(())
}

/// What waits of a lane, up to so many rows of so many bytes, of other items than those; and rows among it that cannot be read.
pub(super) fn waiting(
    connection: &Connection,
    lane: &str,
    (rows, bytes): (u32, u32),
    left_out: &LeftOut,
) -> Result<(Vec<Row>, Vec<u64>), StoreError> {
    let others = if left_out.is_empty() {
        String::new()
    } else {
        format!("AND (collection, key) NOT IN (VALUES {})", vec!["(?, ?)"; left_out.len()].join(", "))
    };
    let mut select = connection.prepare_cached(&format!(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox AS waits
         WHERE lane = ? AND outcome IS NULL AND NOT EXISTS (
             SELECT 1 FROM outbox AS open WHERE open.collection = waits.collection AND open.key = waits.key
             AND open.outcome = 'conflict') {others}
         ORDER BY number LIMIT ?"
    ))?;
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&lane];
    for (collection, key) in left_out {
        values.extend([collection as &dyn rusqlite::ToSql, key]);
    }
    values.push(&rows);
    let (mut found, mut size, mut unreadable) = (Vec::new(), 0, Vec::new());
    for row in select.query_map(values.as_slice(), row_of)? {
        let row = match row? {
            Ok((row, _)) => row,
            Err(number) => {
                unreadable.push(number);
                continue;
            }
        };
        size += row.write.body.len();
        if size > bytes as usize && !found.is_empty() {
            break;
        }
        found.push(row);
    }
    Ok((found, unreadable))
}

/// The base of a write: where what lies just behind the version that was shown is one's own, and the feed has yet to tell of it, that one.
pub(super) fn base_of(connection: &Connection, write: &Write) -> Result<Option<u64>, StoreError> {
    let mut found = write.clone();
    if write.is_of_latest() {
        let mut select = connection.prepare_cached(
            "SELECT number, id, collection, key, kind, base, clock, body, outcome, version FROM outbox
             WHERE collection = ?1 AND key = ?2 AND outcome IN ('applied', 'duplicate') ORDER BY number",
        )?;
        let done = |row: &rusqlite::Row<'_>| Ok((row_of(row)?, row.get::<_, i64>(9)?));
        for done in select.query_map([&write.collection, &write.key], done)? {
            let Some((Ok((done, _)), version)) = readable(done)? else { continue };
            let version = u64::try_from(version).unwrap_or(0);
            found.base = found.base_behind(version, done.write.makes()).or(found.base);
        }
    }
    Ok(found.base)
}

/// What was written on top of a write that is done now has seen it.
fn set_base_after(
    connection: &Connection,
    number: i64,
    write: &Write,
    version: Option<u64>,
) -> Result<(), StoreError> {
    let Some((base, before)) = write.base_on_top(version) else { return Ok(()) };
    let mut update = connection.prepare_cached(
        "UPDATE outbox SET base = ?4
         WHERE collection = ?1 AND key = ?2 AND number > ?3 AND outcome IS NULL AND coalesce(base, 0) <= ?5
         AND lane = (SELECT lane FROM outbox WHERE number = ?3)",
    )?;
    update.execute(params![write.collection, write.key, number, base as i64, before as i64])?;
    Ok(())
}

pub(super) fn settle(connection: &Connection, one: &Settled) -> Result<(), StoreError> {
    let number = one.number as i64;
    let mut select = connection.prepare_cached(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome FROM outbox
         WHERE number = ?1 AND id = ?2 AND outcome IS NULL",
    )?;
    let Some(row) = select.query_row(params![number, one.id.0], row_of).optional()? else { return Ok(()) };
    let write = match row {
        Ok((row, _)) => row.write,
        // It was damaged while it was on its way.
        Err(number) => return set_unreadable(connection, &[number]),
    };
    match one.outcome {
        SendOutcome::Applied | SendOutcome::Duplicate => {
            let version = one.version.map_or(0, |version| i64::try_from(version).unwrap_or(i64::MAX));
            let mut update = connection
                .prepare_cached("UPDATE outbox SET outcome = ?2, version = ?3 WHERE number = ?1")?;
            update.execute(params![number, word_of(one.outcome), version])?;
            set_base_after(connection, number, &write, one.version)?;
            let mut select = connection
                .prepare_cached("SELECT version FROM records WHERE collection = ?1 AND key = ?2")?;
            let known: Option<i64> =
                select.query_row([&write.collection, &write.key], |row| row.get(0)).optional()?;
            let known = known.unwrap_or(0);
            if version <= known {
                leave(connection, "number = ?1", params![number])?;
            }
        }
        SendOutcome::Depends | SendOutcome::Unreadable => {}
        SendOutcome::Conflict | SendOutcome::Rejected(_) => {
            if let Some(record) = &one.current {
                keep(connection, record)?;
            }
            let mut update =
                connection.prepare_cached("UPDATE outbox SET outcome = ?2, detail = ?3 WHERE number = ?1")?;
            let detail = one.detail.as_ref().map(Detail::as_str);
            update.execute(params![number, word_of(one.outcome), detail])?;
        }
    }
    Ok(())
}

const REJECTED: &str = "rejected:";

pub(super) fn word_of(outcome: SendOutcome) -> String {
    match outcome {
        SendOutcome::Applied => "applied".to_owned(),
        SendOutcome::Conflict => "conflict".to_owned(),
        SendOutcome::Depends => "depends".to_owned(),
        SendOutcome::Duplicate => "duplicate".to_owned(),
        SendOutcome::Rejected(code) => format!("{REJECTED}{code}"),
        SendOutcome::Unreadable => "unreadable".to_owned(),
    }
}

pub(super) fn outcome_of(word: &str) -> Result<SendOutcome, StoreError> {
    Ok(match word {
        "applied" => SendOutcome::Applied,
        "conflict" => SendOutcome::Conflict,
        "depends" => SendOutcome::Depends,
        "duplicate" => SendOutcome::Duplicate,
        "unreadable" => SendOutcome::Unreadable,
        _ => {
            let code = word.strip_prefix(REJECTED).ok_or(StoreError::Corrupt)?;
            SendOutcome::Rejected(ProblemCode::from_word(code))
        }
    })
}
