//! The rows of the four tables: read from a damaged database, whether a walk or a page alone leads to them, and put into a new one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Params, Row, params};

use super::Salvaged;
use super::walk::{Walked, middle, walk};
use crate::admin::accounts::RULES;
use crate::events::history::History;
use crate::events::vehicle_of;
use crate::items::Spot;
use crate::kinds;
use crate::storage::sqlite::tables::whole;
use crate::storage::sqlite::{NEVER, failed};
use crate::storage::{JOINT, StorageError, from_json, key};

/// More than there can be.
const MOST_LOGS: i64 = 1 << 40;
const MOST_MESSAGES: i64 = 1 << 50;
const MOST_LARGE: i64 = 1 << 50;

/// Where the item is kept that a row of a listing leads to: by its value, or of a message of a conversation by its name.
fn leads_to(way: &str, value: &[u8]) -> Result<Option<String>, StorageError> {
    let mut parts = way.split(JOINT);
    if parts.next() == Some("seen") {
        return Ok(Some(from_json::<Spot>(value)?.place()));
    }
    let (org, message) = (parts.next(), parts.nth(1));
    Ok(org.zip(message).map(|(org, message)| key(&["item", org, "messages", "", message])))
}

/// What was found so far.
pub(super) struct Found<'a> {
    new: &'a Connection,
    logs: BTreeMap<i64, Log>,
    /// The keys of rows that do not read as what they are.
    left_out: BTreeSet<Vec<u8>>,
    /// Something could not be read.
    pub(super) is_less: bool,
}

struct Log {
    name: String,
    first: i64,
    /// `None` where the row is lost, and only an index knew the log.
    next: Option<i64>,
}

/// Gives rows to `keep`, which gives the key of one that fits, up to one that cannot be read.
fn each<K>(
    old: &Connection,
    sql: &str,
    params: impl Params,
    mut keep: impl FnMut(&Row<'_>) -> Result<Option<K>, StorageError>,
) -> Result<Walked<K>, StorageError> {
    let Ok(mut select) = old.prepare_cached(sql) else { return Ok((None, false)) };
    let Ok(mut rows) = select.query(params) else { return Ok((None, false)) };
    let mut last = None;
    loop {
        match rows.next() {
            Ok(Some(row)) => last = keep(row)?.or(last),
            Ok(None) => return Ok((last, true)),
            Err(_) => return Ok((last, false)),
        }
    }
}

/// Whether a database finds nothing wrong with itself.
fn is_sound(old: &Connection) -> bool {
    let verdict = old.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    verdict.is_ok_and(|verdict| verdict == "ok")
}

/// Whether what is large is kept apart: not in a file of before.
fn has_large(old: &Connection) -> bool {
    old.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'large'", [], |_| Ok(())).is_ok()
}

fn order(backwards: bool) -> &'static str {
    if backwards { "DESC" } else { "ASC" }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "a walk goes by texts, too")]
#[expect(clippy::unnecessary_wraps, reason = "between two texts may be none")]
fn halves(low: &i64, high: &i64) -> Option<i64> {
    Some(low + (high - low) / 2)
}

fn keep_value(
    new: &Connection,
    left_out: &mut BTreeSet<Vec<u8>>,
    row: &Row<'_>,
) -> Result<Option<String>, StorageError> {
    // Else it is a row of another table, on a page that is looked at by itself.
    let (Ok(ValueRef::Text(name)), Ok(value @ (ValueRef::Blob(_) | ValueRef::Integer(..0)))) =
        (row.get_ref(0), row.get_ref(1))
    else {
        return Ok(None);
    };
    let Some(key) = std::str::from_utf8(name).ok().map(str::to_owned) else {
        left_out.insert(name.to_owned());
        return Ok(None);
    };
    // What is kept apart is looked at once all of that is there.
    if value.as_blob().is_ok_and(|value| !kinds::is_value(&key, value)) {
        left_out.insert(name.to_owned());
        return Ok(Some(key));
    }
    let mut insert = new.prepare_cached("INSERT OR IGNORE INTO map VALUES (?, ?)").map_err(failed)?;
    insert.execute(params![key, ToSqlOutput::Borrowed(value)]).map_err(failed)?;
    Ok(Some(key))
}

fn keep_message(new: &Connection, row: &Row<'_>) -> Result<Option<i64>, StorageError> {
    let (Ok(log), Ok(number), Ok(at), Ok(body @ (ValueRef::Blob(_) | ValueRef::Integer(..0)))) =
        (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, i64>(2), row.get_ref(3))
    else {
        return Ok(None);
    };
    let sql = "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?)";
    let mut insert = new.prepare_cached(sql).map_err(failed)?;
    insert.execute(params![log, number, at, ToSqlOutput::Borrowed(body)]).map_err(failed)?;
    Ok(Some(number))
}

fn keep_large(new: &Connection, row: &Row<'_>) -> Result<Option<i64>, StorageError> {
    let (Ok(id), Ok(log), Ok(name), Ok(body @ ValueRef::Blob(_))) =
        (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, Value>(2), row.get_ref(3))
    else {
        return Ok(None);
    };
    let sql = "INSERT OR IGNORE INTO large VALUES (?, ?, ?, ?)";
    let mut insert = new.prepare_cached(sql).map_err(failed)?;
    insert.execute(params![id, log, name, ToSqlOutput::Borrowed(body)]).map_err(failed)?;
    Ok(Some(id))
}

fn keep_log(logs: &mut BTreeMap<i64, Log>, row: &Row<'_>) -> Option<i64> {
    let (id, name) = (row.get::<_, i64>(0).ok()?, row.get(1).ok()?);
    let (first, next) = (row.get::<_, i64>(2).ok()?, row.get::<_, i64>(3).ok()?);
    if !(1..=MOST_LOGS).contains(&id) || !(0..=next).contains(&first) {
        return None;
    }
    if logs.get(&id).is_none_or(|known| known.next.is_none()) {
        logs.insert(id, Log { name, first, next: Some(next) });
    }
    Some(id)
}

impl<'a> Found<'a> {
    pub(super) fn new(new: &'a Connection) -> Self {
        Self { new, logs: BTreeMap::new(), left_out: BTreeSet::new(), is_less: false }
    }

    /// Everything that the tables lead to.
    pub(super) fn all(&mut self, old: &Connection) -> Result<(), StorageError> {
        self.is_less |= !is_sound(old);
        self.large(old)?;
        self.map(old)?;
        self.logs(old)?;
        if self.is_less {
            self.names(old)?;
        }
        self.messages(old)
    }

    /// Whether a table leads to any of its rows; one that does not is not walked through in vain.
    fn leads(&mut self, old: &Connection, table: &str, key: &str) -> bool {
        let any = |backwards| {
            let sql = format!("SELECT 1 FROM {table} ORDER BY {key} {} LIMIT 1", order(backwards));
            let found = old.query_row(&sql, [], |_| Ok(()));
            matches!(found, Ok(()) | Err(rusqlite::Error::QueryReturnedNoRows))
        };
        let leads = any(false) || any(true);
        self.is_less |= !leads;
        leads
    }

    fn map(&mut self, old: &Connection) -> Result<(), StorageError> {
        if !self.leads(old, "map", "key") {
            return Ok(());
        }
        let mut read = |low: &String, high: &String, backwards: bool| {
            let order = order(backwards);
            let sql = format!("SELECT key, value FROM map WHERE key > ? AND key <= ? ORDER BY key {order}");
            each(old, &sql, [low, high], |row| keep_value(self.new, &mut self.left_out, row))
        };
        let all = (String::new(), "\u{7f}".to_owned());
        self.is_less |= !walk(all, &mut read, &|low, high| middle(low, high))?;
        Ok(())
    }

    fn large(&mut self, old: &Connection) -> Result<(), StorageError> {
        if !has_large(old) || !self.leads(old, "large", "id") {
            return Ok(());
        }
        let mut read = |low: &i64, high: &i64, backwards: bool| {
            let order = order(backwards);
            let sql =
                format!("SELECT id, log, name, body FROM large WHERE id > ? AND id <= ? ORDER BY id {order}");
            each(old, &sql, [low, high], |row| keep_large(self.new, row))
        };
        self.is_less |= !walk((0, MOST_LARGE), &mut read, &halves)?;
        Ok(())
    }

    fn logs(&mut self, old: &Connection) -> Result<(), StorageError> {
        if !self.leads(old, "logs", "id") {
            return Ok(());
        }
        let mut read = |low: &i64, high: &i64, backwards: bool| {
            let order = order(backwards);
            let sql = format!(
                "SELECT id, name, first, next FROM logs WHERE id > ? AND id <= ? ORDER BY id {order}"
            );
            each(old, &sql, [low, high], |row| Ok(keep_log(&mut self.logs, row)))
        };
        self.is_less |= !walk((0, MOST_LOGS), &mut read, &halves)?;
        Ok(())
    }

    fn messages(&mut self, old: &Connection) -> Result<(), StorageError> {
        if !self.leads(old, "messages", "log") {
            return Ok(());
        }
        for (id, log) in &self.logs {
            let next = log.next.unwrap_or(MOST_MESSAGES);
            let mut read = |low: &i64, high: &i64, backwards: bool| {
                let order = order(backwards);
                let sql = format!(
                    "SELECT log, number, at, body FROM messages WHERE log = ? AND number > ? AND number <= ? ORDER BY number {order}"
                );
                each(old, &sql, [id, low, high], |row| keep_message(self.new, row))
            };
            self.is_less |= !walk((-1, next), &mut read, &halves)?;
        }
        Ok(())
    }

    /// What a page has, by itself in the place of all tables; false where something of it cannot be read.
    pub(super) fn page(&mut self, one: &Connection) -> Result<bool, StorageError> {
        let select = "SELECT key, value FROM map";
        let values = each(one, select, [], |row| keep_value(self.new, &mut self.left_out, row))?;
        let select = "SELECT log, number, at, body FROM messages";
        let messages = each(one, select, [], |row| keep_message(self.new, row))?;
        let select = "SELECT id, name, first, next FROM logs NOT INDEXED";
        let logs = each(one, select, [], |row| Ok(keep_log(&mut self.logs, row)))?;
        let is_read = values.1 && messages.1 && logs.1;
        if !has_large(one) {
            return Ok(is_read);
        }
        let select = "SELECT id, log, name, body FROM large";
        let large = each(one, select, [], |row| keep_large(self.new, row))?;
        Ok(is_read && large.1)
    }

    /// The logs that an index knows and the table does not.
    fn names(&mut self, old: &Connection) -> Result<(), StorageError> {
        let sql = "SELECT id, name FROM logs INDEXED BY sqlite_autoindex_logs_1 ORDER BY name";
        each(old, sql, [], |row| {
            let (Ok(id), Ok(name)) = (row.get::<_, i64>(0), row.get::<_, String>(1)) else {
                return Ok(None::<()>);
            };
            self.logs.entry(id).or_insert(Log { name, first: 0, next: None });
            Ok(None)
        })?;
        Ok(())
    }

    /// Takes the rows away whose value was kept apart and is lost, or does not read.
    fn forget_lost(&mut self) -> Result<(), StorageError> {
        let apart = concat!("SELECT key, ", whole!(value), " FROM map WHERE value < 0");
        let mut select = self.new.prepare(apart).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let mut lost = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let key: String = row.get(0).map_err(failed)?;
            let value = row.get_ref(1).map_err(failed)?;
            if !value.as_blob().is_ok_and(|value| kinds::is_value(&key, value)) {
                lost.push(key);
            }
        }
        for key in lost {
            self.new.execute("DELETE FROM map WHERE key = ?", [&key]).map_err(failed)?;
            self.left_out.insert(key.into_bytes());
        }
        Ok(())
    }

    /// What the logs of streams have.
    fn kinds(&self) -> Result<kinds::Logs, StorageError> {
        let mut logs = kinds::Logs::default();
        let streams = concat!(
            "SELECT ",
            whole!(value),
            " FROM map WHERE key > 'stream' || char(31) AND key < 'stream '"
        );
        let mut select = self.new.prepare(streams).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            logs.note(&row.get::<_, Vec<u8>>(0).map_err(failed)?)?;
        }
        Ok(logs)
    }

    /// Takes the rows away that lead to items that are lost, so that listings have the others; whether there were any.
    fn forget_ways(&self) -> Result<bool, StorageError> {
        let ways = concat!(
            "SELECT key, ",
            whole!(value),
            " FROM map WHERE key > 'seen' || char(31) AND key < 'seen ' OR key > 'talk' || char(31) AND key < 'talk '"
        );
        let mut select = self.new.prepare(ways).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let mut lost = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let (way, value): (String, Vec<u8>) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            let Some(place) = leads_to(&way, &value)? else { continue };
            let mut item = self.new.prepare_cached("SELECT 1 FROM map WHERE key = ?").map_err(failed)?;
            if !item.exists([place]).map_err(failed)? {
                lost.push(way);
            }
        }
        for way in &lost {
            self.new.execute("DELETE FROM map WHERE key = ?", [way]).map_err(failed)?;
        }
        Ok(!lost.is_empty())
    }

    /// Makes rows that lead to a message; those that are there stay.
    fn find_by(&self, rows: impl Iterator<Item = (String, Vec<u8>)>) -> Result<(), StorageError> {
        for (key, value) in rows {
            let sql = "INSERT OR IGNORE INTO map VALUES (?, ?)";
            let mut insert = self.new.prepare_cached(sql).map_err(failed)?;
            insert.execute(params![key, value]).map_err(failed)?;
        }
        Ok(())
    }

    /// Writes the logs: each without holes, from behind its last gap. What else is kept of a vehicle stands before that, for its history.
    pub(super) fn finish(mut self) -> Result<Salvaged, StorageError> {
        self.forget_lost()?;
        let is_less = self.is_less || !self.left_out.is_empty();
        if is_less {
            // What follows from accounts and items is worked out anew at the next start.
            let derived = "DELETE FROM map WHERE key = ?1 OR (key > ?2 AND key < ?3)";
            let (low, high) = (format!("positions{JOINT}"), "positions ");
            self.new.execute(derived, params![RULES, low, high]).map_err(failed)?;
        }
        let mut kept = Salvaged { left_out: self.left_out.len() as u64, ..Salvaged::default() };
        let kinds = self.kinds()?;
        for (id, log) in std::mem::take(&mut self.logs) {
            let last = "SELECT max(number) FROM messages WHERE log = ?";
            let last: Option<i64> = self.new.query_row(last, [id], |row| row.get(0)).map_err(failed)?;
            // Of a log that only an index knew, nothing is known but what is there.
            let Some(next) = log.next.or_else(|| last?.checked_add(1)) else { continue };
            let (mut first, mut oldest) = (next, NEVER);
            // A history finds each event by itself, also before a gap.
            let history = vehicle_of(&log.name).map(|(org, vehicle)| History::of(org, vehicle));
            let is_found_alone = history.is_some();
            let (mut is_whole, mut unreadable) = (true, Vec::new());
            let sql = concat!(
                "SELECT number, at, ",
                whole!(body),
                " FROM messages WHERE messages.log = ? AND number < ? ORDER BY number DESC"
            );
            let mut select = self.new.prepare_cached(sql).map_err(failed)?;
            let mut rows = select.query([id, next]).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                let number: i64 = row.get(0).map_err(failed)?;
                let is_next = is_whole && number == first - 1 && number >= log.first;
                if !is_next && !is_found_alone {
                    break;
                }
                let body = row.get_ref(2).map_err(failed)?;
                if !body.as_blob().is_ok_and(|body| kinds.is_message(&log.name, body)) {
                    kept.left_out += 1;
                    is_whole = false;
                    unreadable.push(number);
                    continue;
                }
                oldest = oldest.min(row.get(1).map_err(failed)?);
                if let Some(history) = history.as_ref().filter(|_| is_less) {
                    let body = body.as_blob().unwrap_or_default();
                    self.find_by(history.rows_of(body, number.max(0) as u64))?;
                }
                if is_next {
                    first = number;
                } else {
                    is_whole = false;
                }
            }
            drop(rows);
            let from = if is_found_alone { 0 } else { first };
            let sql = "DELETE FROM messages WHERE log = ? AND (number < ? OR number >= ?)";
            self.new.execute(sql, [id, from, next]).map_err(failed)?;
            for number in unreadable {
                let sql = "DELETE FROM messages WHERE log = ? AND number = ?";
                self.new.execute(sql, [id, number]).map_err(failed)?;
            }
            let row = params![id, log.name, first, next, oldest];
            let sql = "INSERT OR IGNORE INTO logs VALUES (?, ?, ?, ?, ?)";
            if self.new.execute(sql, row).map_err(failed)? > 0 {
                kept.logs_cut += u64::from(first > log.first);
            }
        }
        self.is_less |= self.forget_ways()?;
        // What nobody can name any more.
        let strays = "DELETE FROM messages WHERE log NOT IN (SELECT id FROM logs)";
        self.is_less |= self.new.execute(strays, []).map_err(failed)? > 0;
        let strays = "DELETE FROM large WHERE CASE log
            WHEN 0 THEN NOT EXISTS (SELECT 1 FROM map WHERE key = name AND value = -id)
            ELSE NOT EXISTS (SELECT 1 FROM messages WHERE messages.log = large.log AND number = name AND messages.body = -id) END";
        self.new.execute(strays, []).map_err(failed)?;
        kept.is_less = self.is_less || kept.left_out > 0 || kept.logs_cut > 0;
        kept.count(self.new)?;
        Ok(kept)
    }
}
