//! What a client keeps on disk: the items it shows, the writes that wait, and how far it has read.
//!
//! A store commits each call as one: after a crash at any moment, all of it happened or nothing. The changes of a
//! feed and the position behind them are one call. So are the outcome of a write and its leaving the outbox.

#[cfg(any(test, feature = "testing"))]
pub mod checklist;
#[cfg(any(feature = "sqlite", feature = "tokio"))]
pub(crate) mod hurry;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "sqlite")]
pub mod sqlite_mend;
mod undo;

use std::collections::BTreeSet;
use std::fmt;

use cc_core::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::decide::SendOutcome;
use crate::wire::{Detail, ProblemCode};
use crate::{Offset, Stamp, Write, WriteId};
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, Salvage, SqliteStore};

/// An item of a collection, as the server sent it last.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The collection, such as `places`.
    pub collection: Box<str>,
    /// The item's key.
    pub key: Box<str>,
    /// Grows by one with each change of the item.
    pub version: u64,
    /// When the server changed it last, by the server's clock; `None` if it did not say.
    pub updated: Option<Timestamp>,
    /// JSON text. `None` if the item is gone, or no longer shown to this person (a tombstone).
    pub value: Option<Box<str>>,
}

impl fmt::Debug for Record {
    /// Shows neither key nor value: they tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("collection", &self.collection)
            .field("version", &self.version)
            .field("updated", &self.updated)
            .field("bytes", &self.value.as_ref().map(|value| value.len()))
            .finish_non_exhaustive()
    }
}

impl Record {
    /// A record without a time of change.
    pub fn new(collection: &str, key: &str, version: u64, value: Option<&str>) -> Self {
        Self {
            collection: collection.into(),
            key: key.into(),
            version,
            updated: None,
            value: value.map(Into::into),
        }
    }

    /// Reads a record of a feed; `None` if the text is not a record.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::store::Record;
    ///
    /// let text = r#"{"collection":"places","key":"7","version":3,"updated":"2026-05-01T10:00:00Z","value":{"name":"Home"}}"#;
    /// let record = Record::parse(text).ok_or("no record")?;
    /// assert_eq!(record.updated, Some("2026-05-01T10:00:00Z".parse()?));
    /// assert_eq!((record.version, record.value.as_deref()), (3, Some(r#"{"name":"Home"}"#)));
    /// assert_eq!(Record::parse(r#"{"collection":"places"}"#), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Written<'a> {
            collection: Box<str>,
            key: Box<str>,
            version: u64,
            #[serde(borrow, default)]
            updated: Option<&'a RawValue>,
            #[serde(borrow, default)]
            value: Option<&'a RawValue>,
        }
        let written: Written<'_> = serde_json::from_str(text).ok()?;
        let value = written.value.map(RawValue::get).filter(|value| *value != "null");
        let fits = (1..=64).contains(&written.collection.len())
            && (1..=Write::longest_key(&written.key)).contains(&written.key.len());
        // A database counts in 63 bits.
        (fits && i64::try_from(written.version).is_ok()).then(|| Self {
            collection: written.collection,
            key: written.key,
            version: written.version,
            updated: instant(written.updated),
            value: value.map(Into::into),
        })
    }
}

/// When something was changed, as the server writes it; what cannot be read was not said.
pub(crate) fn instant(text: Option<&RawValue>) -> Option<Timestamp> {
    text?.get().trim_matches('"').parse().ok()
}

/// An item as a person should see it: what the server sent, with this person's unsent writes laid over it.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// The item's key.
    pub key: Box<str>,
    /// The server's version of it; 0 if the server does not know it yet.
    pub version: u64,
    /// When the server changed it last, by the server's clock, whoever wrote that. `None` if the server did
    /// not say, or does not know it yet. Unsent writes do not count.
    pub updated: Option<Timestamp>,
    /// JSON text.
    pub value: Box<str>,
    /// Some of it waits to be sent.
    pub pending: bool,
}

impl Item {
    /// An item without unsent writes and without a time of change.
    pub fn new(key: &str, version: u64, value: &str) -> Self {
        Self { key: key.into(), version, updated: None, value: value.into(), pending: false }
    }
}

impl fmt::Debug for Item {
    /// Shows neither key nor value: they tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("version", &self.version)
            .field("updated", &self.updated)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

/// Items whose writes are not read: collection and key of each.
pub type LeftOut = BTreeSet<(Box<str>, Box<str>)>;

/// A write in the outbox, with its place in it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Its place: rows are sent in this order.
    pub number: u64,
    /// The write.
    pub write: Write,
    /// Why the platform rejected it, in its own words; only [`Store::unresolved`] gives it.
    pub detail: Option<Detail>,
}

impl Row {
    /// A write that was not rejected, at its place.
    pub fn new(number: u64, write: Write) -> Self {
        Self { number, write, detail: None }
    }
}

/// What became of a write, as the server said.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Settled {
    /// Which row.
    pub number: u64,
    /// The write that was in the row. By now another process may have put another write there, of which
    /// nothing was said.
    pub id: WriteId,
    /// What became of it.
    pub outcome: SendOutcome,
    /// The item's version after the write, if it was done; the server's present version at a conflict.
    pub version: Option<u64>,
    /// The item as the server has it, at a conflict.
    pub current: Option<Record>,
    /// Why it was rejected, as the server said it.
    pub detail: Option<Detail>,
    /// No feed will tell of it, since no feed of items is followed. If it was done, it waits for nothing
    /// more, and neither does any other.
    pub is_untold: bool,
}

impl Settled {
    /// What became of a write, by its row and its id, and nothing more.
    pub fn new((number, id): (u64, WriteId), outcome: SendOutcome) -> Self {
        Self { number, id, outcome, version: None, current: None, detail: None, is_untold: false }
    }
}

/// How a write stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Standing {
    /// The server has said what became of it. A conflict and a rejection are kept until they are discarded.
    Settled(SendOutcome),
    /// It waits to be sent.
    Waiting,
}

/// What came of storing a page of a feed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Taken {
    /// The records that changed something, in order: those not older than what was there.
    pub fresh: Vec<Record>,
    /// The position on disk was not the expected one but this one: nothing was stored.
    pub elsewhere: Option<Offset>,
}

/// Why a store could not do what it was asked. Of a path only the file's name is shown: folders may hold a
/// person's name.
#[non_exhaustive]
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has held the database for too long.
    #[error("another process has used the database for too long")]
    Busy,
    /// The file cannot be opened. Its name is empty, too long or has a zero in it; or it is a folder or a
    /// device; or this process may not open it, or has too many files open.
    #[error(
        "{file:?} cannot be opened: it is not a usable file name, is a folder or device, is not permitted, or this process has too many open files"
    )]
    CannotOpen {
        /// The name of the file.
        file: Box<str>,
    },
    /// What is on disk is damaged.
    #[error("the database is damaged")]
    Corrupt,
    /// The disk or the database failed for another reason.
    #[error("the database failed with code {code}")]
    Failed {
        /// `SQLite`'s extended result code, or the system's error number if it gave no thread. -1 if there is
        /// neither: the store panicked, or its thread is gone.
        code: i32,
    },
    /// The file is a database of another program; it was left as it is.
    #[error("{file:?} is a database of another program")]
    Foreign {
        /// The name of the file.
        file: Box<str>,
    },
    /// The disk is full, has no room for another file, or lets this one grow no more (a quota, a limit of the
    /// process). A write that the system refused for another reason is told like this, too: the database does
    /// not tell these apart.
    #[error("the disk is full")]
    Full,
    /// The file, its log (`-wal`) or the log's index (`-shm`) was removed while it was in use. A write now
    /// would be in no file. If the file is gone, the store goes on once another process has made it anew. If
    /// only the log is gone, it goes on once all that have the file open have closed it.
    #[error("the database or its log (-wal, -shm) was removed while it was in use")]
    Gone,
    /// The folder of the file does not exist.
    #[error("the folder of {file:?} is not there")]
    NotFound {
        /// The name of the file.
        file: Box<str>,
    },
    /// The file, its folder or the disk is read-only.
    #[error("the database or its folder is read-only")]
    ReadOnly,
    /// A newer version of this crate has written the file.
    #[error("a database of version {found}, this client reads up to {known}")]
    TooNew {
        /// Its version.
        found: i64,
        /// The newest known.
        known: i64,
    },
}

impl StoreError {
    /// Whether it is over by itself: another process was busy, or the disk has room again.
    pub(crate) fn passes(&self) -> bool {
        matches!(self, Self::Busy | Self::Full)
    }
}

/// Work that a store does as one: see [`Store::as_one`]. A store calls it once.
pub type Work<'a> = &'a mut dyn FnMut(&mut dyn Store) -> Result<(), StoreError>;

/// Where a client keeps things. A store of your own has to pass `checklist` (feature `testing`).
///
/// Calls block: a client makes them on a thread of its own.
pub trait Store: Send {
    /// The position up to which a feed was read; `None` before the first time.
    fn position(&mut self, feed: &str) -> Result<Option<Offset>, StoreError>;

    /// Moves the position of a feed from `from` to `to`. It does so only if the feed stands at `from` (the
    /// beginning, if it was never read), and says whether it did.
    fn set_position(&mut self, feed: &str, from: &Offset, to: &Offset) -> Result<bool, StoreError> {
        Ok(self.take(feed, from, &[], to)?.elsewhere.is_none())
    }

    /// Stores records and the position behind them, if the feed stands at `from` (the beginning, if it was
    /// never read). A record of an older version than the stored one changes nothing. One of the same version
    /// only adds a time or a value that is missing.
    fn take(
        &mut self,
        feed: &str,
        from: &Offset,
        records: &[Record],
        to: &Offset,
    ) -> Result<Taken, StoreError>;

    /// Replaces all items by those of a new listing, and sets the position. Returns what changed.
    ///
    /// Waiting writes stay. So does a done write that the listing does not have in its version: it may be
    /// newer than the listing. If it is not, [`Self::forget_untold`] takes it away.
    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Result<Vec<Record>, StoreError>;

    /// An item as a person should see it.
    fn item(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError>;

    /// An item as the server has it, as far as that is known: done writes are laid over it, waiting ones are
    /// not.
    fn told(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError>;

    /// Items of a collection as a person should see them, sorted by key: at most `limit`, from behind the key
    /// `after`.
    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, StoreError>;

    /// Accepts writes, all or none: once this returns, they are on disk. A write whose id is known is not
    /// accepted again. The value `stamp` keeps the latest stamp of all.
    ///
    /// For collections that need the latest version ([`Write::is_of_latest`]) the base of a new write may be
    /// raised. It becomes the version of this store's own previous write of the item, if that is done and the
    /// feed has not told of it yet. The new write must be based on the version just before it, or that write
    /// must have created the item.
    fn accept(&mut self, lane: &str, writes: &[Write]) -> Result<(), StoreError>;

    /// Gives waiting writes of a lane new stamps, in their order: the first write whose stamp is later than
    /// `latest`, and all behind it. They get `first` and the stamps that follow it. Then the value `stamp` is
    /// the last stamp given, or `first`, whatever it was before.
    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Result<(), StoreError>;

    /// The oldest writes of a lane that may be sent: at most `rows`, of at most `bytes` in all, but at least
    /// one if there is one. Writes of an item with an open conflict wait.
    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Result<Vec<Row>, StoreError>;

    /// As [`Self::waiting`], but without the writes of the items `left_out`. This default reads all that
    /// waits.
    fn waiting_beside(
        &mut self,
        lane: &str,
        rows: u32,
        bytes: u32,
        left_out: &LeftOut,
    ) -> Result<Vec<Row>, StoreError> {
        if left_out.is_empty() {
            return self.waiting(lane, rows, bytes);
        }
        let (mut count, mut size) = (0, 0);
        let mut found = self.waiting(lane, u32::MAX, u32::MAX)?;
        found.retain(|Row { write, .. }| !left_out.contains(&(write.collection.clone(), write.key.clone())));
        let fits = found.iter().take_while(|Row { write, .. }| {
            (count, size) = (count + 1, size + write.body.len());
            count <= rows as usize && (size <= bytes as usize || count == 1)
        });
        let fit = fits.count();
        found.truncate(fit);
        Ok(found)
    }

    /// Stores what became of writes. It counts only for a write that still waits in its row under its id. Any
    /// other is left as it is: it was settled before, or is sent again under another id. A done write stays
    /// laid over its item until the feed has told of that version, since others may have changed the item,
    /// too.
    ///
    /// For collections that need the latest version ([`Write::is_of_latest`]) a write may be done as the
    /// version right after its base, or create its item. Then waiting writes of the same item behind it in
    /// the lane get the new version as their base, if theirs is older: they were made on top of it. (A put
    /// without a base creates a booking or a share. Its first version is above 1 if the key was used before.)
    fn settle(&mut self, settled: &[Settled]) -> Result<(), StoreError>;

    /// Done writes that stay laid over their items because no feed has told of them yet.
    fn untold(&mut self) -> Result<Vec<WriteId>, StoreError>;

    /// No feed will tell of these writes: they are no longer laid over their items, and are remembered as
    /// done. Those that are not done stay.
    fn forget_untold(&mut self, writes: &[WriteId]) -> Result<(), StoreError>;

    /// How a write stands; `None` if it is not known, or was settled long ago.
    fn standing(&mut self, id: WriteId) -> Result<Option<Standing>, StoreError>;

    /// Conflicts and rejections that wait for a decision, oldest first.
    fn unresolved(&mut self) -> Result<Vec<(Row, SendOutcome)>, StoreError>;

    /// Takes a write out of the outbox, whatever it waits for. True if it was there.
    fn discard(&mut self, id: WriteId) -> Result<bool, StoreError>;

    /// Replaces a write that is in conflict or rejected by another, which is sent under a new id. Its base
    /// may be raised as in [`Self::accept`]. True if the old write was there.
    fn send_again(&mut self, id: WriteId, write: &Write) -> Result<bool, StoreError>;

    /// How many writes wait.
    fn waiting_count(&mut self) -> Result<u64, StoreError>;

    /// A small named value that is kept beside the rest.
    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a small named value.
    fn set_value(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Takes or extends a lock that all processes on this store share. True if `owner` has it now, until
    /// `until`. Times are milliseconds by the clock that all of them use: since the device was started, or
    /// since 1970. A lock of another owner that ends after `until` is ignored: it was taken before that clock
    /// was set back or began anew.
    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Result<bool, StoreError>;

    /// Gives a lock back.
    fn unlock(&mut self, name: &str, owner: u64) -> Result<(), StoreError>;

    /// From now on everything belongs to that person. All of it or nothing; true if something belonged to
    /// another.
    ///
    /// Data of another person (the value `principal`), or of somebody who signed out before it was known who
    /// that was (the value `unsure`), is no longer shown or sent. Items and positions are forgotten. A known
    /// person's writes that are not done are set aside under that person's name. Those of an unknown person
    /// leave the outbox and are remembered as settled: with what was said of them, or as rejected with
    /// `session_revoked`.
    ///
    /// What was set aside for the new person comes back to its place.
    fn belong(&mut self, principal: &str) -> Result<bool, StoreError>;

    /// Takes back what is set aside under that name. Without an outcome it returns to its place. With one it
    /// leaves for good, and is remembered as settled: with what was said of it, or with that outcome. Returns
    /// the ids of those that waited.
    fn fetch_aside(&mut self, owner: &str, outcome: Option<SendOutcome>) -> Result<Vec<WriteId>, StoreError>;

    /// How many writes are set aside for others.
    fn aside_count(&mut self) -> Result<u64, StoreError>;

    /// Does several things as one (a transaction). If `work` gives an error, none of them happens. Nobody
    /// else who shares the store changes anything between them. Each call on the store that `work` is given
    /// is part of it, also this one.
    ///
    /// # Errors
    ///
    /// What `work` gives, and whatever keeps the store from beginning or from committing.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::store::{MemoryStore, Store, StoreError};
    ///
    /// let mut store = MemoryStore::new();
    /// store.as_one(&mut |store| {
    ///     let known = store.value("starts")?.unwrap_or_default();
    ///     store.set_value("starts", &[known, vec![b'|']].concat())
    /// })?;
    /// assert_eq!(store.value("starts")?.as_deref(), Some(&b"|"[..]));
    ///
    /// let failed = store.as_one(&mut |store| {
    ///     store.set_value("starts", b"")?;
    ///     Err(StoreError::Busy)
    /// });
    /// assert_eq!(failed.unwrap_err().to_string(), "another process has used the database for too long");
    /// assert_eq!(store.value("starts")?.as_deref(), Some(&b"|"[..]));
    /// # Ok::<(), StoreError>(())
    /// ```
    fn as_one(&mut self, work: Work<'_>) -> Result<(), StoreError>;

    /// Reads several things as they were in one instant, without holding up writers. A write in it may be
    /// refused as [`StoreError::Busy`].
    fn read_as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        self.as_one(work)
    }

    /// The same store once more, for reads on another thread beside this one. It sees what this one has
    /// committed, waits for no write, and writes nothing. `None` if there is no such way: then reads wait for
    /// their turn.
    fn reader(&mut self) -> Option<Box<dyn Store>> {
        None
    }

    /// Whether another process has changed anything since this was last asked. Also true if that cannot be
    /// known, as after [`Self::pause`]. A store that nobody shares says no.
    fn is_changed_elsewhere(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Puts everything in its final place and closes all files, so that a sleeping app holds no lock. The
    /// next call opens them again. Within [`Self::as_one`] it does nothing.
    fn pause(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// [`Store::as_one`], with what comes of it.
#[cfg(feature = "tokio")]
pub(crate) fn as_one<T>(
    store: &mut dyn Store,
    work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    with_result(work, |work| store.as_one(work))
}

/// [`Store::read_as_one`], with what comes of it.
#[cfg(feature = "tokio")]
pub(crate) fn read_as_one<T>(
    store: &mut dyn Store,
    read: impl FnOnce(&mut dyn Store) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    with_result(read, |read| store.read_as_one(read))
}

#[cfg(feature = "tokio")]
fn with_result<T>(
    work: impl FnOnce(&mut dyn Store) -> Result<T, StoreError>,
    run: impl FnOnce(Work<'_>) -> Result<(), StoreError>,
) -> Result<T, StoreError> {
    let (mut work, mut done) = (Some(work), None);
    run(&mut |store| {
        if let Some(work) = work.take() {
            done = Some(work(store)?);
        }
        Ok(())
    })?;
    // A store that did not call it has done nothing.
    done.ok_or(StoreError::Failed { code: -1 })
}

/// The latest stamp that was given out.
pub(crate) fn latest_stamp(store: &mut dyn Store) -> Result<Option<Stamp>, StoreError> {
    Ok(store.value(STAMP)?.and_then(|known| String::from_utf8(known).ok()?.parse().ok()))
}

/// A stamp that is later than all that were given out, by whichever process: each goes by the server's time as it knows it, and what is written
/// later is not to lose against what was written before.
#[cfg(feature = "tokio")]
pub(crate) fn stamp_behind_all(store: &mut dyn Store, stamp: Stamp) -> Result<Stamp, StoreError> {
    let later = latest_stamp(store)?.filter(|known| *known >= stamp);
    Ok(later.map_or(stamp, |known| Stamp { node: stamp.node, ..known.next() }))
}

/// How many settled writes are remembered.
pub(crate) const REMEMBERED: u64 = 10_000;
/// The value that holds the latest stamp that was given out.
pub(crate) const STAMP: &str = "stamp";
/// The value that holds whose the store is: the subject of the tokens.
pub(crate) const PRINCIPAL: &str = "principal";
/// The value that says that somebody signed out: [`LEFT`] or nothing. Versions before this wrote another word where somebody
/// had signed in of whom nothing was known yet.
pub(crate) const UNSURE: &str = "unsure";
/// The value that holds digests of the sessions of whose the store is.
pub(crate) const SESSIONS: &str = "sessions";
/// The value that holds the token that processes share.
pub(crate) const TOKEN: &str = "token";
/// What becomes of writes of somebody who was never known, and has signed out.
pub(crate) const NAMELESS: SendOutcome = SendOutcome::Rejected(ProblemCode::SessionRevoked);
/// The person signed out.
pub(crate) const LEFT: &[u8] = b"left";

/// Whether nobody is signed in, and it is not known who was.
#[cfg(feature = "tokio")]
pub(crate) fn is_nameless(store: &mut dyn Store) -> Result<bool, StoreError> {
    let has_left = store.value(UNSURE)?.is_some_and(|word| word == LEFT);
    Ok(has_left && store.value(PRINCIPAL)?.is_none())
}
