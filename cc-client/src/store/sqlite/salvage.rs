//! What is kept of a damaged database: what a person wrote and the platform may not have, and how far messages were taken. The rest the platform
//! tells again.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use super::lock::Lock;
use super::mend::{self, Mended, carve};
use super::opening::place;
use super::rows::{is_of_value, outcome_of, readable, record_of, row_of, set_value};
use super::{Durability, SqliteStore, failed, log, schema};
use crate::Offset;
use crate::store::sqlite_mend::{beside, free_name, put_aside, remove};
use crate::store::{LEFT, PRINCIPAL, SESSIONS, STAMP, StoreError, UNSURE, sqlite_mend};

/// What was kept of a damaged database. Tell the person if [`Self::is_partial`].
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Salvage {
    /// Where the damaged file is now, with its log beside it. It is never deleted.
    pub aside: PathBuf,
    /// How many writes of the outbox were kept: waiting, in conflict, or rejected.
    pub writes: u64,
    /// Parts of the outbox, or whose it is, could not be read: writes may be lost, or never be sent. Tell the
    /// person.
    pub is_partial: bool,
}

impl fmt::Debug for Salvage {
    /// Shows no path: it may hold a person's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Salvage")
            .field("writes", &self.writes)
            .field("is_partial", &self.is_partial)
            .finish_non_exhaustive()
    }
}

/// What stands behind the name of a new file that is whole.
const WHOLE: &str = ".salvage";
/// A damaged page is stepped over number by number, so often at most.
const PROBES: u64 = 1_000_000;
/// The smallest page that `SQLite` knows.
const LEAST: u64 = 512;
/// Where the last number is not known, it is looked for so far behind the last row.
const BEHIND: i64 = 10_000;

impl SqliteStore {
    /// Opens a file as [`Self::open`] does, after reading all of it. If it is damaged, it is moved aside, and
    /// a new file is begun with what can be read of the outbox and of how far messages were taken. Items are
    /// listed anew from the platform. The result says what was kept, or `None` if nothing was damaged.
    ///
    /// Blocks: it reads the whole file, and waits up to a minute for another process. Call it before an async
    /// runtime starts, or in its `spawn_blocking`.
    ///
    /// The first page says where everything begins. If it is damaged, a copy gets the first page of a new
    /// file. If the file was cut off, the copy ends there. Then rows are read one by one, past each page that
    /// cannot be read, also from pages that no other leads to any more. Deleted data does not come back by
    /// that, since it is overwritten. (Before a client of this version has opened the file once, it is not;
    /// then such pages are read only if the list of free pages is sound.)
    ///
    /// The log counts as damaged if commits stand behind a frame that does not fit. If the file itself is
    /// gone or empty, the writes that stand in the log are kept. A log that ends in the middle of its last
    /// commit is not damaged: a loss of power leaves that.
    ///
    /// Other processes may have the file open, or salvage it, too. One does it, under a lock; the others wait
    /// up to a minute. Whoever opens it later opens the new file, and open stores go on in it with their next
    /// call. Windows cannot move an open file: there it is [`StoreError::Busy`] until the others have closed
    /// it.
    ///
    /// A file of a newer version is not damaged: it is refused with [`StoreError::TooNew`] and left as it is.
    /// The damaged file stays, as `PATH.damaged-1` or the next free number, until the app deletes it.
    ///
    /// # Errors
    ///
    /// As for [`Self::open`], but not [`StoreError::Corrupt`]. [`StoreError::Full`] and
    /// [`StoreError::ReadOnly`] if there is no room for a copy: then the damaged file is where it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::store::{Durability, SqliteStore, Store};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("client.db");
    /// std::fs::write(&path, "no database at all, but long enough to be taken for one: ".repeat(40))?;
    /// let error = SqliteStore::open(&path, Durability::Disk).unwrap_err();
    /// assert_eq!(error.to_string(), "the database is damaged");
    ///
    /// let (mut store, salvage) = SqliteStore::open_or_salvage(&path, Durability::Disk)?;
    /// let salvage = salvage.ok_or("nothing was damaged")?;
    /// assert_eq!((salvage.writes, salvage.is_partial), (0, true));
    /// assert!(salvage.aside.ends_with("client.db.damaged-1"));
    /// assert_eq!(store.waiting_count()?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_or_salvage(
        path: impl AsRef<Path>,
        durability: Durability,
    ) -> Result<(Self, Option<Salvage>), StoreError> {
        let path = place(path.as_ref())?;
        let lock = Lock::of(&path)?;
        lock.share()?;
        if !is_cut_short(&path)
            && let Some(mut store) = Self::open_whole(&path, durability)?
        {
            store.is_alone = false;
            return Ok((store, None));
        }
        lock.let_go();
        lock.alone()?;
        end_alone(&path)?;
        // Another may have been quicker.
        let (mut store, salvage) = if let Some(store) = Self::open_whole(&path, durability)? {
            (store, None)
        } else {
            // It is opened before others come to it: what was lost is told with it, or to nobody.
            let salvage = salvage(&path, durability)?;
            (Self::open_alone(&path, durability)?, Some(salvage))
        };
        drop(lock);
        store.is_alone = false;
        Ok((store, salvage))
    }

    /// Opens a file and reads all of it; `None` where it is damaged. It is for whoever asks to hold the lock.
    fn open_whole(path: &Path, durability: Durability) -> Result<Option<Self>, StoreError> {
        // Before `SQLite` touches it: it would delete such a log.
        let opened =
            if log::is_damaged(path)? { refuse_newer(path) } else { Self::open_if_long(path, durability) };
        match opened {
            Ok(mut store) => {
                if store.is_whole()? {
                    return Ok(Some(store));
                }
                // The damaged file stays as it is: its log is not put into it.
                store.connection()?.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
                Ok(None)
            }
            Err(StoreError::Corrupt) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open_alone(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let mut store = Self::closed(Some(path.to_owned()), durability, true);
        store.open_in_place()?;
        Ok(store)
    }

    /// Opens a file, unless so little of it is left that `SQLite` would take it for none and write over it.
    fn open_if_long(path: &Path, durability: Durability) -> Result<Self, StoreError> {
        let is_rest = |length: u64| (1..LEAST).contains(&length);
        let length = std::fs::metadata(path).map_or(0, |file| file.len());
        if is_rest(length) && !beside(path, "-journal").exists() {
            return Err(StoreError::Corrupt);
        }
        Self::open_alone(path, durability)
    }

    /// Whether all of the file fits together, and each row can be read as it is later.
    fn is_whole(&mut self) -> Result<bool, StoreError> {
        let connection = self.connection()?;
        let checked = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
        let read = checked.and_then(|word| Ok(word == "ok" && is_readable(connection)?));
        match read.map_err(StoreError::from) {
            Ok(is_whole) => Ok(is_whole),
            // A table or a column is not there: what says which there are is damaged.
            Err(StoreError::Corrupt | StoreError::Failed { code: -1 | 1 }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Whether a salvage was cut short when the new file was whole, and the old one aside.
pub(super) fn is_cut_short(path: &Path) -> bool {
    !path.exists() && beside(path, WHOLE).exists()
}

/// Ends a salvage that was cut short.
pub(super) fn end(path: &Path) -> Result<(), StoreError> {
    let lock = Lock::of(path)?;
    lock.alone()?;
    end_alone(path)
}

fn end_alone(path: &Path) -> Result<(), StoreError> {
    if !is_cut_short(path) {
        return Ok(());
    }
    put_aside(path, &free_name(path), &beside(path, WHOLE)).map_err(|error| failed(&error))
}

/// Puts a new file with what can be read of a damaged one in its place.
fn salvage(path: &Path, durability: Durability) -> Result<Salvage, StoreError> {
    // The new file is whole before the old one moves: a crash at any moment loses nothing.
    let [fresh, begun, readable] = [WHOLE, ".salvage-new", ".salvage-copy"].map(|end| beside(path, end));
    for made in [&fresh, &begun, &readable] {
        remove(made);
    }
    let mut store = SqliteStore::open_alone(&begun, durability)?;
    put_in_place(&mut store, &begun)?;
    let sound = sqlite_mend::first_page(&begun).map_err(|error| failed(&error))?;
    let is_gone = mend::is_gone(path);
    if is_gone {
        log::overwrite(&readable, &[])?;
    }
    let old = match mend::open_copy(path, &readable, &sound) {
        Ok(old) => old,
        Err(error) => {
            drop(store);
            for made in [&begun, &readable] {
                remove(made);
            }
            return Err(error);
        }
    };
    let (writes, is_partial) = match old {
        None => (0, true),
        Some(old) => {
            let is_log_partial = old.is_log_partial;
            let (writes, is_partial) = store.commit(|new| copy(old, &readable, new))?;
            (writes, is_partial || is_log_partial || is_gone)
        }
    };
    // It makes room for what is kept.
    remove(&readable);
    put_in_place(&mut store, &begun)?;
    drop(store);
    std::fs::rename(&begun, &fresh).map_err(|error| failed(&error))?;
    let aside = free_name(path);
    put_aside(path, &aside, &fresh).map_err(|error| {
        // Where nothing has moved, what was made is none that anybody is to go on with.
        if path.exists() {
            remove(&fresh);
        }
        failed(&error)
    })?;
    Ok(Salvage { aside, writes, is_partial })
}

/// Closes the new file. Where some of it is in its log yet, there was no room for that.
fn put_in_place(store: &mut SqliteStore, begun: &Path) -> Result<(), StoreError> {
    super::Store::pause(store)?;
    if beside(begun, "-wal").exists() { Err(StoreError::Full) } else { Ok(()) }
}

/// A file whose log is damaged is not opened; one of a newer version is left alone.
fn refuse_newer(path: &Path) -> Result<SqliteStore, StoreError> {
    const USER_VERSION: usize = 60;
    let first = if path.exists() {
        sqlite_mend::first_page(path).map_err(|error| failed(&error))?
    } else {
        Vec::new()
    };
    let version = first.get(USER_VERSION..USER_VERSION + 4).and_then(|four| four.try_into().ok());
    let found = version.map_or(0, |four| i64::from(i32::from_be_bytes(four)));
    if sqlite_mend::is_header(&first) && found > schema::VERSION {
        return Err(StoreError::TooNew { found, known: schema::VERSION });
    }
    Err(StoreError::Corrupt)
}

type IsSound<'a> = &'a dyn Fn(&rusqlite::Row<'_>) -> rusqlite::Result<bool>;

/// Whether each row can be read.
fn is_readable(connection: &Connection) -> rusqlite::Result<bool> {
    let columns = "number, id, collection, key, kind, base, clock, body, outcome";
    let outbox = format!("SELECT {columns}, lane FROM outbox");
    let aside = format!("SELECT {columns}, lane, owner FROM aside");
    let tables: [(&str, IsSound<'_>); 6] = [
        (&outbox, &|row| Ok(is_write(row)? && readable(row.get::<_, String>(9))?.is_some())),
        (&aside, &|row| {
            let (lane, owner) = (row.get::<_, String>(9)?, row.get::<_, String>(10)?);
            Ok(is_write(row)? && !lane.is_empty() && !owner.is_empty())
        }),
        ("SELECT collection, key, version, value, updated FROM records", &|row| record_of(row).map(|_| true)),
        ("SELECT feed, position FROM positions", &|row| {
            row.get::<_, String>(0)?;
            Ok(Offset::new(&row.get::<_, String>(1)?).is_some())
        }),
        ("SELECT number, id, outcome FROM settled", &|row| settled_of(row).map(|found| found.is_some())),
        ("SELECT name, value FROM small_values", &|row| value_of(row).map(|_| true)),
    ];
    for (select, is_sound) in tables {
        let mut select = connection.prepare(select)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if readable(is_sound(row))? != Some(true) {
                return Ok(false);
            }
        }
    }
    // Of an index of some rows `SQLite` does not notice that it is another page.
    let settled = |by: &str| format!("(SELECT count(*) FROM outbox {by} WHERE outcome IS NOT NULL)");
    let (by_index, by_rows) = (settled("INDEXED BY outbox_settled"), settled("NOT INDEXED"));
    let same = format!("SELECT {by_index} = {by_rows}");
    connection.query_row(&same, [], |row| row.get(0))
}

/// A value and its name; whose the file is, is a text.
fn value_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<(String, Vec<u8>)> {
    let (name, value): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
    if name == PRINCIPAL {
        std::str::from_utf8(&value).map_err(|error| rusqlite::Error::Utf8Error(1, error))?;
    }
    Ok((name, value))
}

/// Whether a write can be read, and what became of it.
fn is_write(row: &rusqlite::Row<'_>) -> rusqlite::Result<bool> {
    let read = row_of(row)?;
    // One that the client has found damaged was told.
    let outcome = readable(row.get::<_, Option<String>>(8))?.flatten();
    Ok(outcome.as_deref() == Some("unreadable")
        || read.is_ok_and(|(_, outcome)| outcome.is_none_or(|word| outcome_of(&word).is_ok())))
}

/// A write that was settled; `None` where nobody knows how.
fn settled_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<(i64, [u8; 16], String)>> {
    let (number, id, outcome): (i64, [u8; 16], String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(outcome_of(&outcome).is_ok().then_some((number, id, outcome)))
}

/// Copies what is set aside for others, from both ends up to what cannot be read; gives how many writes that is, and whether there may be more.
fn set_aside(old: &Connection, new: &Connection) -> (u64, bool) {
    let there = old.query_row("SELECT 1 FROM sqlite_master WHERE name = 'aside'", [], |_| Ok(()));
    if matches!(there, Err(rusqlite::Error::QueryReturnedNoRows)) {
        return (0, false);
    }
    let columns = "number, id, collection, key, kind, base, clock, body, outcome, lane, owner";
    let (mut writes, mut is_partial) = (0, false);
    let copied = each_from_both_ends(old, &format!("SELECT {columns} FROM aside"), "number", |row| {
        if !is_write(row)? {
            is_partial = true;
            return Ok(0);
        }
        let (_, _): (String, String) = (row.get(9)?, row.get(10)?);
        let values =
            (0..11).map(|column| row.get(column)).collect::<Result<Vec<rusqlite::types::Value>, _>>()?;
        let insert = format!(
            "INSERT OR IGNORE INTO aside ({columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        );
        let kept = new.execute(&insert, rusqlite::params_from_iter(values))?;
        writes += kept as u64;
        Ok(kept)
    });
    (writes, is_partial || !matches!(copied, Ok(true)))
}

/// Copies what can be read; gives how many writes that is, and whether some could not be.
fn copy(mended: Mended, path: &Path, new: &Connection) -> Result<(u64, bool), StoreError> {
    let old = &mended.connection;
    // What cannot be read of these two is not missed for long, but for whose it all is.
    let select = "SELECT name, value FROM small_values WHERE name <> 'token'";
    let values = each_from_both_ends(old, select, "name", |row| {
        let (name, value) = value_of(row)?;
        new.execute("INSERT OR REPLACE INTO small_values VALUES (?1, ?2)", params![name, value])
    });
    let is_known = matches!(values, Ok(true)) || says_whose(old);
    if is_known {
        // Messages are not listed: without its place, a feed would tell again what was taken, and not that some are missing.
        let _ = each(old, "SELECT feed, position FROM positions WHERE feed <> 'me'", |row| {
            let (feed, position): (String, String) = (row.get(0)?, row.get(1)?);
            if Offset::new(&position).is_none() {
                return Ok(0);
            }
            new.execute("INSERT OR REPLACE INTO positions VALUES (?1, ?2)", params![feed, position])
        });
    }
    let _ = each_from_both_ends(old, "SELECT number, id, outcome FROM settled", "number", |row| {
        let Some((number, id, outcome)) = settled_of(row)? else { return Ok(0) };
        new.execute("INSERT OR IGNORE INTO settled VALUES (?1, ?2, ?3)", params![number, id, outcome])
    });
    let (mut writes, mut is_partial) = set_aside(old, new);
    let last: Option<i64> =
        old.query_row("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'", [], |row| row.get(0)).ok();
    let mut latest = None;
    let (mut from, mut probes, mut kept) = (0_i64, 0, 0);
    loop {
        let before = writes;
        let (read, next) = rows_from(old, new, from, &mut writes, &mut latest)?;
        if writes > before {
            kept = next;
        }
        match read {
            Rows::All => break,
            Rows::Unreadable => {
                is_partial = true;
                probes += 1;
                from = next.max(from.saturating_add(1));
                if probes > PROBES || from > last.unwrap_or_else(|| kept.saturating_add(BEHIND)) {
                    break;
                }
            }
        }
    }
    // A version before had none of these.
    for table in ["outbox", "aside"] {
        let details = format!("SELECT detail, id FROM {table} WHERE detail IS NOT NULL");
        let _ = each_from_both_ends(old, &details, "number", |row| {
            let (detail, id): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
            new.execute(&format!("UPDATE {table} SET detail = ?1 WHERE id = ?2"), params![detail, id])
        });
    }
    let known = known(old);
    // What leads to rows may lead past them, and each that is found is sound.
    let word: Option<String> = old.query_row("PRAGMA integrity_check(outbox)", [], |row| row.get(0)).ok();
    if mended.is_use_known && (is_partial || word.as_deref() != Some("ok")) {
        let before = writes;
        carve(path, mended, new, &mut writes, &mut latest)?;
        is_partial |= writes > before;
    }
    is_partial |= lacks(new, &known)?;
    // Numbers are never used twice, nor are those of writes that were set aside or have left the outbox.
    new.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'", [])?;
    new.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'outbox', max(number) FROM (
             SELECT ?1 AS number UNION ALL SELECT number FROM outbox
             UNION ALL SELECT number FROM aside UNION ALL SELECT number FROM settled)",
        [last.unwrap_or(0)],
    )?;
    let stamp: Option<Vec<u8>> =
        new.query_row("SELECT value FROM small_values WHERE name = ?1", [STAMP], |row| row.get(0)).ok();
    let stamp = stamp.and_then(|stamp| String::from_utf8(stamp).ok()?.parse().ok());
    if let Some(latest) = latest.max(stamp) {
        set_value(new, STAMP, latest.to_string().as_bytes())?;
    }
    if !is_known && is_nobodys(new)? {
        // As if whoever wrote it had signed out before the platform said who that is: it is told, and never sent as the next one's.
        set_value(new, UNSURE, LEFT)?;
        is_partial = true;
    }
    Ok((writes, is_partial))
}

/// The writes that the indexes of ids know: a page of a table may be sound, and not the one that it was.
fn known(old: &Connection) -> Vec<[u8; 16]> {
    let mut known = Vec::new();
    for table in ["outbox", "aside"] {
        // An index that does not read, or is not there, says nothing of the rows.
        let ids = format!("SELECT id FROM {table} INDEXED BY sqlite_autoindex_{table}_1");
        let _ = each(old, &ids, |row| {
            known.push(row.get(0)?);
            Ok(0)
        });
    }
    known
}

/// Whether one of these writes was not found.
fn lacks(new: &Connection, known: &[[u8; 16]]) -> Result<bool, StoreError> {
    let tables = ["outbox", "aside", "settled"].map(|table| format!("SELECT 1 FROM {table} WHERE id = ?1"));
    let mut is_kept = new.prepare(&tables.join(" UNION ALL "))?;
    for id in known {
        if !is_kept.exists([id])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what says whose it all is can be read, each by its name, where others of its table cannot.
fn says_whose(old: &Connection) -> bool {
    let is_there = |name| {
        let value = old.query_row("SELECT name, value FROM small_values WHERE name = ?1", [name], value_of);
        match value {
            Ok(_) => Some(true),
            Err(rusqlite::Error::QueryReturnedNoRows) => Some(false),
            Err(_) => None,
        }
    };
    is_there(PRINCIPAL) == Some(true) && [SESSIONS, UNSURE].into_iter().all(|name| is_there(name).is_some())
}

/// Whether there are writes, and nothing says whose.
fn is_nobodys(new: &Connection) -> Result<bool, StoreError> {
    let nobodys = "SELECT EXISTS (SELECT 1 FROM outbox) AND NOT EXISTS
        (SELECT 1 FROM small_values WHERE name IN (?1, ?2) AND length(value) > 0)";
    Ok(new.query_row(nobodys, [PRINCIPAL, SESSIONS], |row| row.get(0))?)
}

pub(super) enum Rows {
    All,
    Unreadable,
}

/// Copies the rows from a number on, up to one that cannot be read; gives the number that comes next.
pub(super) fn rows_from(
    old: &Connection,
    new: &Connection,
    from: i64,
    writes: &mut u64,
    latest: &mut Option<crate::Stamp>,
) -> Result<(Rows, i64), StoreError> {
    let mut next = from;
    // From a number on, and not behind the one before: that would look for it on the page of the one before.
    let Ok(mut select) = old.prepare_cached(
        "SELECT number, id, collection, key, kind, base, clock, body, outcome, lane FROM outbox
         WHERE number >= ?1 ORDER BY number",
    ) else {
        return Ok((Rows::Unreadable, next));
    };
    let Ok(mut rows) = select.query([from]) else { return Ok((Rows::Unreadable, next)) };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok((Rows::All, next)),
            Err(_) => return Ok((Rows::Unreadable, next)),
        };
        let Ok(number) = row.get::<_, i64>(0) else { return Ok((Rows::Unreadable, next)) };
        next = number.saturating_add(1).max(next);
        let (Ok(Ok((one, outcome))), Ok(lane)) = (row_of(row), row.get::<_, String>(9)) else {
            return Ok((Rows::Unreadable, next));
        };
        // Damage leaves texts that are no JSON: the platform would refuse the write, and all that wait behind it. What else it would refuse,
        // of a write that was accepted once, it says itself.
        let is_outcome = outcome.as_deref().is_none_or(|word| outcome_of(word).is_ok());
        if !is_outcome || one.write.collection.is_empty() || one.write.key.is_empty() || !one.write.has_body()
        {
            return Ok((Rows::Unreadable, next));
        }
        let write = one.write;
        *latest = (*latest).max(Some(write.clock));
        if let Some(done) = outcome.as_deref().filter(|word| matches!(*word, "applied" | "duplicate")) {
            // The platform has it, and will tell of it.
            let done = params![number, write.id.0, done];
            new.execute("INSERT OR IGNORE INTO settled VALUES (?1, ?2, ?3)", done)?;
            continue;
        }
        let kept = new.execute(
            "INSERT OR IGNORE INTO outbox (number, id, lane, collection, key, kind, base, clock, body, outcome)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
             WHERE NOT EXISTS (SELECT 1 FROM settled WHERE id = ?2)
             AND NOT EXISTS (SELECT 1 FROM aside WHERE id = ?2 OR number = ?1)",
            params![
                number,
                write.id.0,
                lane,
                write.collection,
                write.key,
                write.kind.as_str(),
                write.base.map(|base| base as i64),
                write.clock.to_string(),
                write.body,
                outcome,
            ],
        )?;
        *writes += kept as u64;
    }
}

/// Copies row by row as [`each`] does; where it has to end at a page that cannot be read, also from the last row back to there.
fn each_from_both_ends(
    old: &Connection,
    select: &str,
    by: &str,
    mut copy: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<usize>,
) -> rusqlite::Result<bool> {
    let forward = each(old, &format!("{select} ORDER BY {by}"), &mut copy);
    if forward.is_err() {
        let _ = each(old, &format!("{select} ORDER BY {by} DESC"), &mut copy);
    }
    forward
}

/// Copies row by row, past those with a value that cannot be read; says whether that were all.
fn each(
    old: &Connection,
    select: &str,
    mut copy: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<usize>,
) -> rusqlite::Result<bool> {
    let mut select = old.prepare(select)?;
    let mut rows = select.query([])?;
    let mut is_all = true;
    while let Some(row) = rows.next()? {
        match copy(row) {
            Ok(_) => {}
            Err(error) if is_of_value(&error) => is_all = false,
            Err(error) => return Err(error),
        }
    }
    Ok(is_all)
}
