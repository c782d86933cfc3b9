//! What a client keeps on disk: the items it shows, the writes that wait, and how far it has read.
//!
//! A store commits each call as one: after a crash at any moment, either all of it happened or nothing. What came with a
//! feed and the position behind it are one call; so are the outcome of a write and its leaving the outbox.

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

/// An item of a collection, as the server last told it.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The collection, such as `places`.
    pub collection: Box<str>,
    /// The item's key.
    pub key: Box<str>,
    /// Grows by one with each change of the item.
    pub version: u64,
    /// When the server changed it last, by the server's clock; `None` where it did not say.
    pub updated: Option<Timestamp>,
    /// JSON text; `None` where the item is gone, or no longer shown to this person.
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
    /// An item of which the server did not say when it was changed.
    pub fn new(collection: &str, key: &str, version: u64, value: Option<&str>) -> Self {
        Self {
            collection: collection.into(),
            key: key.into(),
            version,
            updated: None,
            value: value.map(Into::into),
        }
    }

    /// Reads a record of a feed; `None` where the text is none.
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

/// An item as a person should see it: what the server told, with the writes laid over it that the server has not yet done.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Item {
    /// The item's key.
    pub key: Box<str>,
    /// The server's version of it; 0 where the server does not know it yet.
    pub version: u64,
    /// When the server changed it last, by the server's clock, whoever wrote that; `None` where the server did not say, or does
    /// not know it yet. What waits to be sent does not count.
    pub updated: Option<Timestamp>,
    /// JSON text.
    pub value: Box<str>,
    /// Some of it waits to be sent.
    pub pending: bool,
}

impl Item {
    /// An item of which nothing waits to be sent, and of which the server did not say when it was changed.
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

/// Items of which no write is read: collection and key of each.
pub type LeftOut = BTreeSet<(Box<str>, Box<str>)>;

/// A write in the outbox, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Its place: rows are sent in this order.
    pub number: u64,
    /// The write.
    pub write: Write,
    /// Why the platform rejected it, as it said that itself; only [`Store::unresolved`] gives it.
    pub detail: Option<Detail>,
}

impl Row {
    /// A write that was not rejected, at its place.
    pub fn new(number: u64, write: Write) -> Self {
        Self { number, write, detail: None }
    }
}

/// What became of a write, as the server said it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Settled {
    /// Which row.
    pub number: u64,
    /// The write that was in it: another process may have put another one in its place, of which nothing was said.
    pub id: WriteId,
    /// What became of it.
    pub outcome: SendOutcome,
    /// The item's version after it, where it was done; the server's present one at a conflict.
    pub version: Option<u64>,
    /// The item as the server has it, at a conflict.
    pub current: Option<Record>,
    /// Why it was rejected, as the server said it.
    pub detail: Option<Detail>,
    /// No feed will tell of it, since none of items is followed: where it was done it waits for nothing more, and neither does any other.
    pub is_untold: bool,
}

impl Settled {
    /// What became of a write, by its row and its id, where the server said nothing beside that.
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
    /// It waits.
    Waiting,
}

/// What came of storing a page of a feed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Taken {
    /// The records that changed something, in order: those not older than what was there.
    pub fresh: Vec<Record>,
    /// The position on disk was this one instead: nothing was stored.
    pub elsewhere: Option<Offset>,
}

/// Why a store could not do what it was asked. Of a path only the name of the file is shown: folders may hold a person's name.
#[non_exhaustive]
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the database for too long.
    #[error("the database is in use")]
    Busy,
    /// That cannot be opened as a file: its name is empty, too long or has a zero in it, or it is a folder or a device, or not this
    /// process's to open, or the process may open no more files.
    #[error(
        "{file:?} cannot be opened: no name for a file, a folder or a device, not allowed, or too many files are open"
    )]
    CannotOpen {
        /// The name of the file.
        file: Box<str>,
    },
    /// What is on disk is damaged.
    #[error("the database is damaged")]
    Corrupt,
    /// The disk or the database failed.
    #[error("the database failed with code {code}")]
    Failed {
        /// `SQLite`'s extended result code; -1 where it has none, or the store's thread is gone.
        code: i32,
    },
    /// It is a database of another program; it was left as it is.
    #[error("{file:?} is a database of another program")]
    Foreign {
        /// The name of the file.
        file: Box<str>,
    },
    /// The disk is full, has no room for another file, or takes no more of this one (a quota, a limit of the process). So says a write
    /// that the system failed for another reason: the database does not tell these apart.
    #[error("the disk is full")]
    Full,
    /// The file was removed while it was in use, or its log was, or the log's index: what would be written now would be in no file. It goes
    /// on once another process has made the file anew; where only the log is gone, once all that have the file open have let go of it.
    #[error("the database or its log (-wal, -shm) was removed while it was in use")]
    Gone,
    /// The folder in which the file should be is not there.
    #[error("the folder of {file:?} is not there")]
    NotFound {
        /// The name of the file.
        file: Box<str>,
    },
    /// The file, its folder or the disk may not be written.
    #[error("the database or its folder is read-only")]
    ReadOnly,
    /// A newer version of this crate has written it.
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

/// What is done with a store as one: see [`Store::as_one`]. A store calls it once.
pub type Work<'a> = &'a mut dyn FnMut(&mut dyn Store) -> Result<(), StoreError>;

/// Where a client keeps things. `checklist` (feature `testing`) holds what each store must pass.
///
/// Calls block: a client makes them on a thread of its own.
pub trait Store: Send {
    /// How far a feed was read; `None` before the first time.
    fn position(&mut self, feed: &str) -> Result<Option<Offset>, StoreError>;

    /// Stores the position of a feed, if it stands at `from` (the beginning, where it was never read); true if it did.
    fn set_position(&mut self, feed: &str, from: &Offset, to: &Offset) -> Result<bool, StoreError> {
        Ok(self.take(feed, from, &[], to)?.elsewhere.is_none())
    }

    /// Stores records and the position behind them, if the feed stands at `from` (the beginning, where it was never read). An older version
    /// than the one that is there changes nothing, and the same one only where it brings a time or a value and there is none.
    fn take(
        &mut self,
        feed: &str,
        from: &Offset,
        records: &[Record],
        to: &Offset,
    ) -> Result<Taken, StoreError>;

    /// Replaces every item by those of a new listing, and the position; what waits in the outbox stays, and so does what is done and not listed in
    /// that version: it may have been written after the listing was made, and leaves by [`Self::forget_untold`] where it was not. Gives what changed.
    fn replace(&mut self, feed: &str, records: &[Record], to: &Offset) -> Result<Vec<Record>, StoreError>;

    /// An item as a person should see it.
    fn item(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError>;

    /// An item as the server has it, as far as that is known: with what is done laid over, and nothing of what waits.
    fn told(&mut self, collection: &str, key: &str) -> Result<Option<Item>, StoreError>;

    /// Items of a collection as a person should see them, by key: at most `limit`, from behind the key `after`.
    fn items(&mut self, collection: &str, after: &str, limit: u32) -> Result<Vec<Item>, StoreError>;

    /// Accepts writes, all or none: once this returns, they are on disk. A write whose id is known is not accepted again.
    /// The latest of their stamps is kept as the value `stamp`. Of [`Write::is_of_latest`], one on the version just before one's own
    /// that is done, and not yet told by the feed, has that one as its base; so has one behind one's own that made the item.
    fn accept(&mut self, lane: &str, writes: &[Write]) -> Result<(), StoreError>;

    /// Stamps writes of a lane that wait anew, in their order: the first whose stamp is later than `latest`, and all behind it, with `first` and
    /// those that follow. The last of them, or `first`, is the value `stamp` from now on, whatever that was.
    fn stamp_anew(&mut self, lane: &str, latest: Stamp, first: Stamp) -> Result<(), StoreError>;

    /// The oldest writes of a lane that may be sent: at most so many, of at most so many bytes, but at least one. Writes of an item
    /// with an open conflict wait.
    fn waiting(&mut self, lane: &str, rows: u32, bytes: u32) -> Result<Vec<Row>, StoreError>;

    /// As [`Self::waiting`], of other items than those. Without a way of its own, a store reads all that waits.
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

    /// Stores what became of writes: of those that still wait in their row under their id; of any other nothing is changed, for it was
    /// settled before, or sent again as another, which the server knows by another id. What is done stays laid over its item until the feed tells of that version: others may have
    /// changed the item too. Where one of [`Write::is_of_latest`] is done as the version behind its base, or has made its item,
    /// later writes of the lane that wait for the same item, on an older base, have the new version as their base: they were written on top
    /// of it. A booking or a share is made by a put without a base; its first version is not 1 where the key was used before.
    fn settle(&mut self, settled: &[Settled]) -> Result<(), StoreError>;

    /// Writes that are done, and that stay laid over their items because no feed has told of them yet.
    fn untold(&mut self) -> Result<Vec<WriteId>, StoreError> {
        Ok(Vec::new())
    }

    /// Of these no feed will tell: they are laid over their items no longer, and remembered as done. What is not done stays.
    fn forget_untold(&mut self, writes: &[WriteId]) -> Result<(), StoreError> {
        let _ = writes;
        Ok(())
    }

    /// How a write stands; `None` where it is not known, or was settled long ago.
    fn standing(&mut self, id: WriteId) -> Result<Option<Standing>, StoreError>;

    /// Conflicts and rejections that wait for a decision, oldest first.
    fn unresolved(&mut self) -> Result<Vec<(Row, SendOutcome)>, StoreError>;

    /// Takes a write out of the outbox, whatever it waits for. True if it was there.
    fn discard(&mut self, id: WriteId) -> Result<bool, StoreError>;

    /// Puts another write in the place of one that is in conflict or rejected, to be sent with a new id, and a base as with [`Self::accept`].
    /// True if it was there.
    fn send_again(&mut self, id: WriteId, write: &Write) -> Result<bool, StoreError>;

    /// How many writes wait.
    fn waiting_count(&mut self) -> Result<u64, StoreError>;

    /// A small value kept beside the rest.
    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Keeps a small value.
    fn set_value(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError>;

    /// Takes, or keeps, a lock that all processes with this store share. True if `owner` has it until `until` (milliseconds by the clock
    /// that all of them go by: since the device was started, or since 1970). A lock that another holds beyond that instant was taken before
    /// that clock was set back or began anew, and holds nothing up.
    fn lock(&mut self, name: &str, owner: u64, now: i64, until: i64) -> Result<bool, StoreError>;

    /// Gives a lock back.
    fn unlock(&mut self, name: &str, owner: u64) -> Result<(), StoreError>;

    /// From now on everything is of that person. Where it was of another one (the value `principal`), or of somebody who signed out
    /// before it was known who that was (the value `unsure`), nothing of that is shown or sent any more: items and positions are
    /// forgotten, and writes that are not done are set aside under their owner. Those of somebody who was never known leave the
    /// outbox, and are remembered as settled: as what was said of them, or as rejected with `session_revoked`. What was set aside for this
    /// person is back in its place. All of it or nothing; true if something was of another.
    fn belong(&mut self, principal: &str) -> Result<bool, StoreError>;

    /// What is set aside under that name goes back in its place; or, with an outcome, leaves for good, and is remembered as settled: as what
    /// was said of it, or as that. Gives the ids of those that waited.
    fn fetch_aside(&mut self, owner: &str, outcome: Option<SendOutcome>) -> Result<Vec<WriteId>, StoreError>;

    /// How many writes are set aside for others.
    fn aside_count(&mut self) -> Result<u64, StoreError>;

    /// Does several things as one: all of them happen, or, where `work` gives an error, none; and nobody else who shares the store changes
    /// anything between them. Each call of what `work` is given is part of it, also this one.
    ///
    /// # Errors
    ///
    /// what `work` gives, and whatever keeps the store from beginning or from committing.
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
    /// assert_eq!(failed.unwrap_err().to_string(), "the database is in use");
    /// assert_eq!(store.value("starts")?.as_deref(), Some(&b"|"[..]));
    /// # Ok::<(), StoreError>(())
    /// ```
    fn as_one(&mut self, work: Work<'_>) -> Result<(), StoreError>;

    /// Reads several things as they were in one instant, and holds up nobody who writes meanwhile. A write in it may be refused as
    /// [`StoreError::Busy`].
    fn read_as_one(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        self.as_one(work)
    }

    /// The same store once more, for reads beside this one, on another thread: it sees what this one has committed, and waits for no write.
    /// Nothing is written by it. `None` where there is no such way: reads wait for their turn then.
    fn reader(&mut self) -> Option<Box<dyn Store>> {
        None
    }

    /// Whether another process has changed anything since this was asked last; also true where that cannot be known, as after
    /// [`Self::pause`]. A store that nobody shares says no.
    fn is_changed_elsewhere(&mut self) -> Result<bool, StoreError> {
        Ok(false)
    }

    /// Puts everything in its final place and lets go of files, so that a sleeping app holds no lock; the next call opens them again.
    /// Within [`Self::as_one`] it does nothing.
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
