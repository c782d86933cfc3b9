//! The tables: what a look and a transaction do to them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use bytes::Bytes;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{AT_ONCE, Health, NEVER, SHORT, failed};
use crate::bus::News;
use crate::storage::{Edit, Forgotten, JOINT, Part, Scan, StorageError, Tail, View};

/// A log as the tables know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    pub id: i64,
    pub tail: Tail,
}

pub(super) struct Snapshot<'a> {
    pub connection: &'a Connection,
    pub at: i64,
    pub health: &'a Health,
}

pub(super) struct Transaction<'a> {
    connection: &'a Connection,
    at: i64,
    health: &'a Health,
    news: BTreeMap<String, News>,
    logs: &'a mut BTreeMap<String, Log>,
    /// The logs that it changed, as they were.
    before: BTreeMap<String, Option<Log>>,
    /// How many messages it appended, and how many bytes they are.
    appended: (usize, usize),
}

/// Knows logs again as they were.
pub(super) fn put_back(logs: &mut BTreeMap<String, Log>, before: BTreeMap<String, Option<Log>>) {
    for (name, log) in before {
        match log {
            Some(log) => logs.insert(name, log),
            None => logs.remove(&name),
        };
    }
}

/// Selects the value of a row of the map, or the body of a message, wherever it stands. One that is missing does not read.
macro_rules! whole {
    (value) => {
        "iif(value < 0, (SELECT body FROM large WHERE id = -value AND log = 0 AND name = key), value)"
    };
    (body) => {
        "iif(body < 0, (SELECT large.body FROM large WHERE id = -messages.body AND large.log = messages.log AND name = number), body)"
    };
}
pub(super) use whole;

fn get(connection: &Connection, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
    let sql = concat!("SELECT ", whole!(value), " FROM map WHERE key = ?");
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    select.query_row([key], |row| row.get(0)).optional().map_err(failed)
}

fn scan(
    connection: &Connection,
    health: &Health,
    range: Scan<'_>,
) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
    let rows = concat!("key, ", whole!(value), " FROM map WHERE key");
    walk(connection, health, range, rows, |row| Ok((row.get(0)?, row.get(1)?)), |(key, _)| key)
}

/// The values, which may be long, are not read.
fn keys(connection: &Connection, health: &Health, range: Scan<'_>) -> Result<Vec<String>, StorageError> {
    walk(connection, health, range, "key FROM map WHERE key", |row| row.get(0), |key| key)
}

fn walk<T>(
    connection: &Connection,
    health: &Health,
    range: Scan<'_>,
    rows: &str,
    row: fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    key: fn(&T) -> &String,
) -> Result<Vec<T>, StorageError> {
    let (low, high) = bounds(range.prefix);
    let (after, order) = match (range.backwards, range.after.is_some()) {
        (false, false) => ("", ""),
        (false, true) => ("> ?4 AND key ", ""),
        (true, false) => ("", " DESC"),
        (true, true) => ("< ?4 AND key ", " DESC"),
    };
    let sql = format!("SELECT {rows} {after}> ?1 AND key < ?2 ORDER BY key{order} LIMIT ?3");
    let limit = i64::try_from(range.limit).unwrap_or(i64::MAX);
    let mut select = connection.prepare_cached(&sql).map_err(failed)?;
    let found = match range.after {
        None => select.query_map(params![low, high, limit], row),
        Some(after) => select.query_map(params![low, high, limit, after], row),
    };
    let found: Vec<T> = found.and_then(Iterator::collect).map_err(failed)?;
    is_whole(connection, health, &range, &found.iter().map(|row| key(row).as_str()).collect::<Vec<_>>())?;
    Ok(found)
}

/// A key that is not where it belongs ends a walk too early, or stands within it: nobody is given less without a word.
fn is_whole(
    connection: &Connection,
    health: &Health,
    scan: &Scan<'_>,
    found: &[&str],
) -> Result<(), StorageError> {
    let damaged = Err(StorageError::Damaged { what: "the order of the database" });
    let (low, high) = bounds(scan.prefix);
    let is_ordered = found.windows(2).all(|pair| match pair {
        [one, other] => (one < other) != scan.backwards,
        _ => true,
    });
    if !is_ordered || !found.iter().all(|name| **name > *low && **name < *high) {
        return damaged;
    }
    if found.len() >= scan.limit {
        return Ok(());
    }
    // Nor does more follow behind a row that ended the walk, nor behind those that were since put before it: further is looked where
    // it is known that something is damaged.
    let far = if matches!(health.get(), Some(StorageError::Damaged { .. })) { 1000 } else { 8 };
    let last = found.last().copied().or(scan.after);
    let (than, from, order) =
        if scan.backwards { ("<", last.unwrap_or(&high), "DESC") } else { (">", last.unwrap_or(&low), "") };
    let sql = format!("SELECT key FROM map WHERE key {than} ?1 ORDER BY key {order} LIMIT ?2");
    let mut select = connection.prepare_cached(&sql).map_err(failed)?;
    let mut rows = select.query(params![from, far]).map_err(failed)?;
    let mut near: Vec<String> = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let name = row.get_ref(0).map_err(failed)?.as_bytes().unwrap_or_default();
        if name > low.as_bytes() && name < high.as_bytes() {
            return damaged;
        }
        // What is not in order farther away is met by others.
        if near.len() < 2 {
            near.push(row.get(0).map_err(failed)?);
        }
    }
    if let [one, other] = &near[..]
        && (one < other) == scan.backwards
    {
        return damaged;
    }
    // Nor was one passed over by the search for the beginning.
    if let Some(first) = found.first().copied().or(near.first().map(String::as_str)) {
        let (than, order) = if scan.backwards { (">", "") } else { ("<", "DESC") };
        let sql = format!("SELECT key FROM map WHERE key {than} ? ORDER BY key {order} LIMIT 2");
        let mut select = connection.prepare_cached(&sql).map_err(failed)?;
        let mut rows = select.query([first]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let name = row.get_ref(0).map_err(failed)?.as_bytes().unwrap_or_default();
            let is_before = scan
                .after
                .is_some_and(|after| name == after.as_bytes() || (name < after.as_bytes()) != scan.backwards);
            if name > low.as_bytes() && name < high.as_bytes() && !is_before {
                return damaged;
            }
        }
    }
    // From the other end nothing more is met.
    let (low, high, order) = if scan.backwards {
        (low.as_str(), last.map_or(&*high, |last| last.min(&*high)), "")
    } else {
        (last.map_or(&*low, |last| last.max(&*low)), high.as_str(), "DESC")
    };
    let sql = format!("SELECT 1 FROM map WHERE key > ? AND key < ? ORDER BY key {order} LIMIT 1");
    let mut select = connection.prepare_cached(&sql).map_err(failed)?;
    let more = select.query_row([low, high], |_| Ok(())).optional().map_err(failed)?;
    more.map_or(Ok(()), |()| damaged)
}

/// All keys under a prefix lie between these.
fn bounds(prefix: &str) -> (String, String) {
    (format!("{prefix}{JOINT}"), format!("{prefix} "))
}

fn log(connection: &Connection, name: &str) -> Result<Option<Log>, StorageError> {
    let mut select =
        connection.prepare_cached("SELECT id, first, next FROM logs WHERE name = ?").map_err(failed)?;
    let row = |row: &rusqlite::Row<'_>| {
        let (first, next): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(Log { id: row.get(0)?, tail: Tail { first: first.max(0) as u64, next: next.max(0) as u64 } })
    };
    select.query_row([name], row).optional().map_err(failed)
}

fn read(connection: &Connection, id: i64, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
    let sql = concat!(
        "SELECT number, ",
        whole!(body),
        " FROM messages WHERE messages.log = ? AND number >= ? ORDER BY number"
    );
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = select.query(params![id, from as i64]).map_err(failed)?;
    let (mut messages, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next().map_err(failed)? {
        let (number, body): (i64, Vec<u8>) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
        // One that is missing is told of, and not passed over.
        if number != from as i64 + messages.len() as i64 {
            if messages.is_empty() {
                return Err(StorageError::Damaged { what: "a log" });
            }
            break;
        }
        size += body.len() + 1;
        if size > bytes && !messages.is_empty() {
            break;
        }
        messages.push(Bytes::from(body));
    }
    Ok(messages)
}

fn one(connection: &Connection, name: &str, number: u64) -> Result<Option<Bytes>, StorageError> {
    let sql = concat!(
        "SELECT ",
        whole!(body),
        " FROM messages WHERE messages.log = (SELECT id FROM logs WHERE logs.name = ?) AND number = ?"
    );
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    let body: Option<Vec<u8>> =
        select.query_row(params![name, number as i64], |row| row.get(0)).optional().map_err(failed)?;
    Ok(body.map(Bytes::from))
}

fn came(connection: &Connection, id: i64, number: u64) -> Result<Option<i64>, StorageError> {
    let sql = "SELECT at FROM messages WHERE log = ? AND number = ?";
    let mut select = connection.prepare_cached(sql).map_err(failed)?;
    select.query_row([id, number as i64], |row| row.get(0)).optional().map_err(failed)
}

impl View for Snapshot<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.health.note(get(self.connection, key))
    }

    fn scan(&self, range: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.health.note(scan(self.connection, self.health, range))
    }

    fn keys(&self, range: Scan<'_>) -> Result<Vec<String>, StorageError> {
        self.health.note(keys(self.connection, self.health, range))
    }

    fn tail(&self, name: &str) -> Result<Tail, StorageError> {
        let log = self.health.note(log(self.connection, name))?;
        Ok(log.map_or(Tail::default(), |log| log.tail))
    }

    fn read(&self, name: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
        let messages = log(self.connection, name)
            .and_then(|log| log.map_or(Ok(Vec::new()), |log| read(self.connection, log.id, from, bytes)));
        self.health.note(messages)
    }

    fn one(&self, name: &str, number: u64) -> Result<Option<Bytes>, StorageError> {
        self.health.note(one(self.connection, name, number))
    }

    fn came(&self, name: &str, number: u64) -> Result<Option<i64>, StorageError> {
        let Some(log) = self.health.note(log(self.connection, name))? else { return Ok(None) };
        self.health.note(came(self.connection, log.id, number))
    }

    fn at(&self) -> i64 {
        self.at
    }
}

impl View for Transaction<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.health.note(get(self.connection, key))
    }

    fn scan(&self, range: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.health.note(scan(self.connection, self.health, range))
    }

    fn keys(&self, range: Scan<'_>) -> Result<Vec<String>, StorageError> {
        self.health.note(keys(self.connection, self.health, range))
    }

    fn tail(&self, name: &str) -> Result<Tail, StorageError> {
        Ok(self.log(name)?.map_or(Tail::default(), |log| log.tail))
    }

    fn read(&self, name: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
        let Some(log) = self.log(name)? else { return Ok(Vec::new()) };
        self.health.note(read(self.connection, log.id, from, bytes))
    }

    fn one(&self, name: &str, number: u64) -> Result<Option<Bytes>, StorageError> {
        self.health.note(one(self.connection, name, number))
    }

    fn came(&self, name: &str, number: u64) -> Result<Option<i64>, StorageError> {
        let Some(log) = self.log(name)? else { return Ok(None) };
        self.health.note(came(self.connection, log.id, number))
    }

    fn at(&self) -> i64 {
        self.at
    }
}

impl<'a> Transaction<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        at: i64,
        health: &'a Health,
        logs: &'a mut BTreeMap<String, Log>,
    ) -> Self {
        Self {
            connection,
            at,
            health,
            news: BTreeMap::new(),
            logs,
            before: BTreeMap::new(),
            appended: (0, 0),
        }
    }

    /// What to tell, and the logs that were changed as they were before.
    pub(super) fn into_parts(self) -> (BTreeMap<String, News>, BTreeMap<String, Option<Log>>) {
        (self.news, self.before)
    }

    fn log(&self, name: &str) -> Result<Option<Log>, StorageError> {
        match self.logs.get(name) {
            Some(log) => Ok(Some(*log)),
            None => self.health.note(log(self.connection, name)),
        }
    }

    /// Notes how a log is from now on; `None`: gone.
    fn set(&mut self, name: &str, log: Option<Log>) {
        let old = match log {
            Some(log) => self.logs.insert(name.to_owned(), log),
            None => self.logs.remove(name),
        };
        self.before.entry(name.to_owned()).or_insert(old);
    }

    /// Remembers how logs were that a part has changed.
    fn were(&mut self, before: BTreeMap<String, Option<Log>>) {
        for (name, log) in before {
            self.before.entry(name).or_insert(log);
        }
    }

    fn run(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StorageError> {
        let done = self.connection.prepare_cached(sql).and_then(|mut done| done.execute(params));
        self.health.note(done.map_err(failed))
    }

    /// What stands in the row of a value or a message: itself, or where it is kept apart.
    fn place<'b>(&self, log: i64, name: &dyn ToSql, body: &'b [u8]) -> Result<ToSqlOutput<'b>, StorageError> {
        if body.len() <= SHORT {
            return Ok(ToSqlOutput::Borrowed(ValueRef::Blob(body)));
        }
        self.run("INSERT INTO large (log, name, body) VALUES (?, ?, ?)", params![log, name, body])?;
        Ok(ToSqlOutput::Owned(Value::Integer(-self.connection.last_insert_rowid())))
    }

    /// Messages of one log that are older than an instant, and how the log goes on without them. What a salvage has kept before the
    /// beginning of a log is among them.
    fn old(&self, id: i64, at: i64, most: usize) -> Result<(Vec<(u64, Bytes)>, i64), StorageError> {
        let sql = concat!(
            "SELECT number, at, ",
            whole!(body),
            " FROM messages WHERE messages.log = ? ORDER BY number LIMIT ?"
        );
        let mut select = self.connection.prepare_cached(sql).map_err(failed)?;
        let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
        let mut rows = select.query(params![id, limit]).map_err(failed)?;
        let (mut old, mut size) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(failed)? {
            let (number, came): (i64, i64) = (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?);
            // One of which the body is lost, or is of a kind that no body is, goes as the others do.
            let body = row.get_ref(2).map_err(failed)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
            if came >= at || old.len() == most || size >= AT_ONCE {
                return Ok((old, came));
            }
            size += body.len();
            old.push((number.max(0) as u64, Bytes::copy_from_slice(body)));
        }
        Ok((old, NEVER))
    }
}

impl Edit for Transaction<'_> {
    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StorageError> {
        let value = self.place(0, &key, value)?;
        self.run(
            "INSERT INTO map VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            params![key, value],
        )?;
        Ok(())
    }

    fn delete(&mut self, key: &str) -> Result<(), StorageError> {
        self.run("DELETE FROM map WHERE key = ?", [key])?;
        Ok(())
    }

    fn delete_some(&mut self, prefix: &str, most: usize) -> Result<usize, StorageError> {
        let (low, high) = bounds(prefix);
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let sql = "DELETE FROM map WHERE key IN (SELECT key FROM map WHERE key > ? AND key < ? LIMIT ?)";
        self.run(sql, params![low, high, limit])
    }

    fn append(&mut self, name: &str, messages: &[&[u8]]) -> Result<u64, StorageError> {
        let mut log = if let Some(log) = self.log(name)? {
            log
        } else {
            let sql = "INSERT INTO logs (name, first, next, oldest) VALUES (?, 0, 0, ?)";
            self.run(sql, params![name, NEVER])?;
            Log { id: self.connection.last_insert_rowid(), tail: Tail::default() }
        };
        let from = log.tail.next;
        if log.tail.first == from && !messages.is_empty() {
            // What a salvage has kept before the beginning stays older than this.
            self.run("UPDATE logs SET oldest = min(oldest, ?) WHERE id = ?", params![self.at, log.id])?;
        }
        for (number, body) in (from..).zip(messages) {
            let number = number as i64;
            let row = params![log.id, number, self.at, self.place(log.id, &number, body)?];
            self.run("INSERT INTO messages VALUES (?, ?, ?, ?)", row)?;
        }
        log.tail.next = from + messages.len() as u64;
        self.set(name, Some(log));
        let news = self.news.entry(name.to_owned()).or_default();
        if news.messages.is_empty() {
            (news.log, news.from, news.at) = (name.to_owned(), from, self.at);
        }
        news.messages.extend(messages.iter().map(|body| Bytes::copy_from_slice(body)));
        self.appended.0 += messages.len();
        self.appended.1 += messages.iter().map(|body| body.len()).sum::<usize>();
        Ok(from)
    }

    fn appended(&self) -> (usize, usize) {
        self.appended
    }

    fn forget_before(&mut self, at: i64, most: usize) -> Result<Vec<Forgotten>, StorageError> {
        let (mut forgotten, mut size) = (Vec::new(), 0);
        while forgotten.len() < most && size < AT_ONCE {
            let sql = "SELECT name FROM logs WHERE oldest < ? ORDER BY oldest LIMIT 1";
            let name: Option<String> = self
                .connection
                .prepare_cached(sql)
                .and_then(|mut select| select.query_row([at], |row| row.get(0)).optional())
                .map_err(failed)?;
            let Some(name) = name else { break };
            let Some(mut log) = self.log(&name)? else { break };
            let (old, oldest) = self.health.note(self.old(log.id, at, most - forgotten.len()))?;
            let mut gone = old.last().map_or(0, |(number, _)| number + 1);
            if oldest == NEVER {
                gone = log.tail.next;
            }
            log.tail.first = log.tail.first.max(gone);
            let first = log.tail.first as i64;
            self.run("DELETE FROM messages WHERE log = ? AND number < ?", [log.id, gone as i64])?;
            self.run("UPDATE logs SET first = ?, oldest = ? WHERE id = ?", [first, oldest, log.id])?;
            self.set(&name, Some(log));
            size += old.iter().map(|(_, body)| body.len()).sum::<usize>();
            let told = |(number, body)| Forgotten { log: name.clone(), number, body };
            forgotten.extend(old.into_iter().map(told));
        }
        Ok(forgotten)
    }

    fn drop_some(&mut self, name: &str, most: usize) -> Result<usize, StorageError> {
        let Some(mut log) = self.log(name)? else { return Ok(0) };
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let sql = "DELETE FROM messages WHERE log = ?1
            AND number IN (SELECT number FROM messages WHERE log = ?1 ORDER BY number LIMIT ?2)";
        let gone = self.run(sql, params![log.id, limit])?;
        if gone < most {
            self.run("DELETE FROM logs WHERE id = ?", [log.id])?;
            self.set(name, None);
        } else {
            log.tail.first = log.tail.next.min(log.tail.first + gone as u64);
            self.run("UPDATE logs SET first = ? WHERE id = ?", params![log.tail.first as i64, log.id])?;
            self.set(name, Some(log));
        }
        Ok(gone)
    }

    fn part(&mut self, job: Part<'_>) -> Result<(), StorageError> {
        self.run("SAVEPOINT part", [])?;
        let (news, before) = (std::mem::take(&mut self.news), std::mem::take(&mut self.before));
        let appended = self.appended;
        let outcome = catch_unwind(AssertUnwindSafe(|| job(self)));
        let news = std::mem::replace(&mut self.news, news);
        let before = std::mem::replace(&mut self.before, before);
        let outcome = match outcome {
            Ok(outcome) => outcome,
            // All of the transaction is taken back: the logs that the part changed, too.
            Err(panic) => {
                self.were(before);
                resume_unwind(panic)
            }
        };
        // SQLite takes a whole transaction back where a write to the disk fails.
        if self.connection.is_autocommit() {
            return outcome.and(Err(StorageError::Full));
        }
        if outcome.is_err() {
            put_back(self.logs, before);
            self.appended = appended;
            self.run("ROLLBACK TO part", [])?;
            self.run("RELEASE part", [])?;
            return outcome;
        }
        self.run("RELEASE part", [])?;
        self.were(before);
        for (name, more) in news {
            let news = self.news.entry(name).or_default();
            if news.messages.is_empty() {
                (news.log, news.from, news.at) = (more.log, more.from, more.at);
            }
            news.changed |= more.changed;
            news.messages.extend(more.messages);
        }
        Ok(())
    }

    fn wake(&mut self, name: &str) {
        let news = self.news.entry(name.to_owned()).or_default();
        (news.log, news.changed) = (name.to_owned(), true);
    }
}
