//! What can be kept of a file that is damaged: everything that can still be read, in a new file.
//!
//! A page that cannot be read hides the rows on it and stops a walk; so each table is walked from both ends, and then from the middle
//! of what is left between, again and again.

use std::collections::VecDeque;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, params};

use super::{TABLES, VERSION, failed, with};
use crate::storage::StorageError;

/// What was kept.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Salvaged {
    /// Rows of the map.
    pub rows: u64,
    /// Logs.
    pub logs: u64,
    /// Logs of which messages are missing: they begin behind the last gap, and who reads them is told that the rest is gone.
    pub logs_cut: u64,
    /// Messages.
    pub messages: u64,
    /// Something could not be read.
    pub is_less: bool,
}

/// How often a walk begins anew in one table, and how often in a row without reading anything.
const ATTEMPTS: u32 = 20_000;
const IN_VAIN: u32 = 14;

/// Puts a damaged file of a folder aside as `platform.db.damaged`, and what can be read of it into a new `platform.db`. No platform
/// may run on it meanwhile.
///
/// Errors: [`StorageError::Damaged`] where nothing can be read, or an earlier file is still aside; then all stays as it was.
pub fn salvage(folder: &Path) -> Result<Salvaged, StorageError> {
    let file = |name: &str| folder.join(name);
    let (used, aside, new) = (file("platform.db"), file("platform.db.damaged"), file("platform.db.new"));
    if aside.exists() {
        return Err(StorageError::Damaged { what: "a file that was put aside before" });
    }
    let _ = std::fs::remove_file(&new);
    super::private(&new)?;
    super::private(&used)?;
    let kept = copy(&used, &new)?;
    let moved = |error: std::io::Error| StorageError::Failed { why: error.kind().to_string() };
    for end in ["-wal", "-shm"] {
        if with(&used, end).exists() {
            std::fs::rename(with(&used, end), with(&aside, end)).map_err(moved)?;
        }
    }
    std::fs::rename(&used, &aside).map_err(moved)?;
    std::fs::rename(&new, &used).map_err(moved)?;
    Ok(kept)
}

fn copy(from: &Path, to: &Path) -> Result<Salvaged, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let old = Connection::open_with_flags(from, flags).map_err(failed)?;
    let version: i64 = old.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    if version != VERSION {
        return Err(StorageError::Damaged { what: "the version of the database" });
    }
    let new = Connection::open(to).map_err(failed)?;
    new.execute_batch("PRAGMA synchronous = FULL; BEGIN;").map_err(failed)?;
    new.execute_batch(TABLES).map_err(failed)?;
    let mut kept = Salvaged::default();
    map(&old, &new, &mut kept)?;
    for log in logs(&old, &mut kept) {
        messages(&old, &new, &log, &mut kept)?;
    }
    new.pragma_update(None, "user_version", VERSION).map_err(failed)?;
    new.execute_batch("COMMIT").map_err(failed)?;
    Ok(kept)
}

/// How far a walk came: the last key that was read, and whether there is nothing more.
type Walked<K> = (Option<K>, bool);
/// Walks from one key to another, backwards if it is said so.
type Read<'a, K> = dyn FnMut(&K, &K, bool) -> Result<Walked<K>, StorageError> + 'a;

/// Reads everything behind one key and up to another that can be read; false where something cannot. `read` walks from the one to the
/// other, forwards or backwards.
fn walk<K: Clone + PartialEq>(
    between: (K, K),
    read: &mut Read<'_, K>,
    middle: &dyn Fn(&K, &K) -> Option<K>,
) -> Result<bool, StorageError> {
    // The wide ones first: what is behind a broken page is found before that page is looked at closely.
    let mut open = VecDeque::from([(between, 0)]);
    let (mut attempts, mut is_whole) = (0, true);
    while let Some(((low, high), in_vain)) = open.pop_front() {
        attempts += 1;
        let (ahead, is_all) = read(&low, &high, false)?;
        if is_all {
            continue;
        }
        let (back, is_all) = read(ahead.as_ref().unwrap_or(&low), &high, true)?;
        if is_all {
            continue;
        }
        let in_vain =
            if ahead.is_none() && back.as_ref().is_none_or(|back| *back == high) { in_vain + 1 } else { 0 };
        let (low, high) = (ahead.unwrap_or(low), back.unwrap_or(high));
        let middle = middle(&low, &high).filter(|middle| *middle != low && *middle != high);
        match middle.filter(|_| attempts < ATTEMPTS && in_vain < IN_VAIN) {
            Some(middle) => open.extend([((low, middle.clone()), in_vain), ((middle, high), in_vain)]),
            None => is_whole = false,
        }
    }
    Ok(is_whole)
}

fn map(old: &Connection, new: &Connection, kept: &mut Salvaged) -> Result<(), StorageError> {
    let mut rows = 0;
    let mut read = |low: &String, high: &String, backwards: bool| {
        let order = if backwards { "DESC" } else { "ASC" };
        let sql = format!("SELECT key, value FROM map WHERE key > ? AND key <= ? ORDER BY key {order}");
        let mut select = old.prepare_cached(&sql).map_err(failed)?;
        let Ok(mut found) = select.query([low, high]) else { return Ok((None, false)) };
        let mut last = None;
        loop {
            match found.next() {
                Ok(None) => return Ok((last, true)),
                Ok(Some(row)) => {
                    let (Ok(key), Ok(value)) = (row.get::<_, String>(0), row.get::<_, Vec<u8>>(1)) else {
                        continue;
                    };
                    let mut insert =
                        new.prepare_cached("INSERT OR IGNORE INTO map VALUES (?, ?)").map_err(failed)?;
                    rows += insert.execute(params![key, value]).map_err(failed)? as u64;
                    last = Some(key);
                }
                Err(_) => return Ok((last, false)),
            }
        }
    };
    let all = (String::new(), "\u{7f}".to_owned());
    let is_whole = walk(all, &mut read, &|low, high| middle(low, high))?;
    kept.is_less |= !is_whole;
    kept.rows = rows;
    Ok(())
}

/// A text between two, by their bytes below 128.
fn middle(low: &str, high: &str) -> Option<String> {
    let (low, high) = (low.as_bytes(), high.as_bytes());
    let mut out = Vec::new();
    let mut at = 0;
    // The high one no longer limits what comes behind a byte that is less than its.
    let mut is_limited = true;
    while out.len() < 300 {
        let from = low.get(at).copied().unwrap_or(0).min(127);
        let to = if is_limited { high.get(at).copied().unwrap_or(0).min(127) } else { 127 };
        if to > from + 1 {
            out.push(from + (to - from) / 2);
            return String::from_utf8(out).ok();
        }
        is_limited = is_limited && to == from;
        out.push(from);
        at += 1;
    }
    None
}

struct Old {
    id: i64,
    name: String,
    first: i64,
    next: i64,
}

/// The logs that can be read.
fn logs(old: &Connection, kept: &mut Salvaged) -> Vec<Old> {
    let mut found = std::collections::BTreeMap::new();
    let mut read = |low: &i64, high: &i64, backwards: bool| {
        let order = if backwards { "DESC" } else { "ASC" };
        let sql =
            format!("SELECT id, name, first, next FROM logs WHERE id > ? AND id <= ? ORDER BY id {order}");
        let mut select = old.prepare_cached(&sql).map_err(failed)?;
        let Ok(mut rows) = select.query([low, high]) else { return Ok((None, false)) };
        let mut last = None;
        loop {
            match rows.next() {
                Ok(None) => return Ok((last, true)),
                Ok(Some(row)) => {
                    let (Ok(id), Ok(name), Ok(first), Ok(next)) =
                        (row.get(0), row.get(1), row.get(2), row.get(3))
                    else {
                        continue;
                    };
                    found.insert(id, Old { id, name, first, next });
                    last = Some(id);
                }
                Err(_) => return Ok((last, false)),
            }
        }
    };
    let halves = |low: &i64, high: &i64| Some(low + (high - low) / 2);
    // Nothing is written here, so that nothing can fail.
    kept.is_less |= !walk((0, 1 << 40), &mut read, &halves).unwrap_or_default();
    found.into_values().collect()
}

fn messages(old: &Connection, new: &Connection, log: &Old, kept: &mut Salvaged) -> Result<(), StorageError> {
    let (mut count, mut ages) = (0_u64, std::collections::BTreeMap::new());
    let mut read = |low: &i64, high: &i64, backwards: bool| {
        let order = if backwards { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT number, at, body FROM messages WHERE log = ? AND number > ? AND number <= ? ORDER BY number {order}"
        );
        let mut select = old.prepare_cached(&sql).map_err(failed)?;
        let Ok(mut rows) = select.query([&log.id, low, high]) else { return Ok((None, false)) };
        let mut last = None;
        loop {
            match rows.next() {
                Ok(None) => return Ok((last, true)),
                Ok(Some(row)) => {
                    let (Ok(number), Ok(at), Ok(body)) =
                        (row.get::<_, i64>(0), row.get::<_, i64>(1), row.get::<_, Vec<u8>>(2))
                    else {
                        continue;
                    };
                    let sql = "INSERT OR IGNORE INTO messages VALUES (?, ?, ?, ?)";
                    let mut insert = new.prepare_cached(sql).map_err(failed)?;
                    count += insert.execute(params![log.id, number, at, body]).map_err(failed)? as u64;
                    ages.insert(number, at);
                    last = Some(number);
                }
                Err(_) => return Ok((last, false)),
            }
        }
    };
    let halves = |low: &i64, high: &i64| Some(low + (high - low) / 2);
    kept.is_less |= !walk((log.first - 1, log.next), &mut read, &halves)?;
    // A log has no holes: it begins behind the last one.
    let mut first = log.next;
    while ages.contains_key(&(first - 1)) {
        first -= 1;
    }
    new.execute("DELETE FROM messages WHERE log = ? AND number < ?", [log.id, first]).map_err(failed)?;
    let oldest = ages.get(&first).copied().unwrap_or(i64::MAX);
    new.execute(
        "INSERT INTO logs VALUES (?, ?, ?, ?, ?)",
        params![log.id, log.name, first, log.next, oldest],
    )
    .map_err(failed)?;
    kept.logs += 1;
    kept.logs_cut += u64::from(first > log.first);
    kept.messages += count - ages.range(..first).count() as u64;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_middle_lies_between(a in "[ -~]{0,12}", b in "[ -~]{0,12}") {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            if let Some(middle) = middle(&low, &high) {
                prop_assert!(low < middle && middle < high, "{middle:?}");
            }
        }
    }

    #[test]
    fn a_walk_finds_everything_but_what_is_broken() {
        let broken = [3, 40, 41, 90];
        let mut seen = std::collections::BTreeSet::new();
        let mut read = |low: &i64, high: &i64, backwards: bool| {
            let mut numbers: Vec<i64> = (low + 1..=*high).collect();
            if backwards {
                numbers.reverse();
            }
            let mut last = None;
            for number in numbers {
                if broken.contains(&number) {
                    return Ok((last, false));
                }
                seen.insert(number);
                last = Some(number);
            }
            Ok((last, true))
        };
        assert!(!walk((0, 100), &mut read, &|low, high| Some(low + (high - low) / 2)).unwrap());
        assert!(seen.iter().copied().eq((1..=100).filter(|number| !broken.contains(number))));
    }
}
