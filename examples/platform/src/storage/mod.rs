//! Where a platform keeps everything: an ordered map with transactions, and logs beside it.
//!
//! Everything the platform decides is written against [`View`] and [`Edit`]; a storage knows nothing of trips and tokens. Keys are
//! texts of parts joined by a control character that no part has ([`key`]), so that nothing in a request can name another key.

mod sqlite;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;
pub use sqlite::{
    OpenError, Salvaged, SqliteOptions, SqliteStorage, must_be_there, must_have_files, peek, peek_alone,
    salvage,
};

/// What joins the parts of a key.
pub const JOINT: char = '\u{1f}';

/// What stands in a key for any control character: no name that is taken has one, so a name with one is none of those that are there.
const SUBSTITUTE: char = '\u{1a}';

/// Bytes as a part of a key.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Joins parts to a key. A part with a control character is that of nothing else: it stands for no part without one.
pub fn key(parts: &[&str]) -> String {
    let mut key = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            key.push(JOINT);
        }
        key.extend(part.chars().map(|letter| if letter.is_control() { SUBSTITUTE } else { letter }));
    }
    key
}

/// Why a storage did not do what it was asked.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StorageError {
    /// It was shut down.
    #[error("the storage is closed")]
    Closed,
    /// What was read makes no sense.
    #[error("{what} is damaged")]
    Damaged {
        /// What.
        what: &'static str,
    },
    /// The database failed.
    #[error("the database failed: {why}")]
    Failed {
        /// In its own words, which hold no values.
        why: String,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The job panicked: nothing of it was written.
    #[error("the job panicked")]
    Panicked,
    /// The job itself said no: nothing of it was written.
    #[error("the job was refused")]
    Refused,
}

/// How far a log goes: messages `first..next` are there.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tail {
    /// The first message that is kept.
    pub first: u64,
    /// The number of the next message.
    pub next: u64,
}

/// A stretch of the map.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// Keys that begin so; the joint after it is added.
    pub prefix: &'a str,
    /// Only keys after this one (before it, if backwards).
    pub after: Option<&'a str>,
    /// The most.
    pub limit: usize,
    /// From the last to the first.
    pub backwards: bool,
}

/// A consistent look at everything.
pub trait View {
    /// One value.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError>;
    /// Keys and values, in order.
    fn scan(&self, scan: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError>;
    /// The keys of a scan, without their values.
    fn keys(&self, scan: Scan<'_>) -> Result<Vec<String>, StorageError> {
        Ok(self.scan(scan)?.into_iter().map(|(key, _)| key).collect())
    }
    /// How far a log goes; an unknown one is empty.
    fn tail(&self, log: &str) -> Result<Tail, StorageError>;
    /// Messages of a log from a number on, up to so many bytes, but at least one.
    fn read(&self, log: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError>;
    /// One message of a log, if it is kept.
    fn one(&self, log: &str, number: u64) -> Result<Option<Bytes>, StorageError>;
    /// When a message of a log came (milliseconds since 1970), if it is kept.
    fn came(&self, log: &str, number: u64) -> Result<Option<i64>, StorageError>;
    /// The instant of this look (milliseconds since 1970).
    fn at(&self) -> i64;
}

/// A message that is no longer kept.
#[derive(Clone)]
pub struct Forgotten {
    /// The log it was in.
    pub log: String,
    /// Which message of it.
    pub number: u64,
    /// What it was.
    pub body: Bytes,
}

impl std::fmt::Debug for Forgotten {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forgotten").field("number", &self.number).finish_non_exhaustive()
    }
}

/// A part of a transaction, see [`Edit::part`].
pub type Part<'a> = &'a mut dyn FnMut(&mut dyn Edit) -> Result<(), StorageError>;

/// A transaction.
pub trait Edit: View {
    /// Writes a value.
    fn put(&mut self, key: &str, value: &[u8]) -> Result<(), StorageError>;
    /// Takes a value away.
    fn delete(&mut self, key: &str) -> Result<(), StorageError>;
    /// Takes keys that begin so away, so many at most; gives how many.
    fn delete_some(&mut self, prefix: &str, most: usize) -> Result<usize, StorageError>;
    /// Appends messages to a log; gives the number of the first. Listeners hear of it after the commit.
    fn append(&mut self, log: &str, messages: &[&[u8]]) -> Result<u64, StorageError>;
    /// What this transaction has appended so far, whatever to: how many messages, and how many bytes they are.
    fn appended(&self) -> (usize, usize);
    /// Forgets messages of all logs that are older than an instant (milliseconds since 1970), so many at most, and fewer where they are
    /// large; gives them.
    fn forget_before(&mut self, at: i64, most: usize) -> Result<Vec<Forgotten>, StorageError>;
    /// Forgets the first messages of a log that nobody reads any more, so many at most; gives how many. With the last of them the log goes.
    fn drop_some(&mut self, log: &str, most: usize) -> Result<usize, StorageError>;
    /// Wakes the listeners of a log after the commit, though nothing was appended.
    fn wake(&mut self, log: &str);
    /// Does a part of the transaction, which leaves no trace where it fails: the rest may go on without it.
    ///
    /// Errors: those of the part.
    fn part(&mut self, job: Part<'_>) -> Result<(), StorageError>;
}

/// What a storage gives back later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A transaction to be done.
pub type WriteJob = Box<dyn FnOnce(&mut dyn Edit) -> Result<(), StorageError> + Send>;
/// A look to be taken.
pub type ReadJob = Box<dyn FnOnce(&dyn View) + Send>;

/// The storage of a node.
pub trait Storage: Send + Sync + 'static {
    /// Does a transaction; when this is over with success, it is on disk. One that is refused or panics leaves no trace, and holds up no
    /// other.
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>>;
    /// Takes a look.
    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>>;
    /// Takes a look that waits for none of the others, whoever else looks: for whether it can be read at all.
    fn read_beside(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        self.read(job)
    }
    /// What keeps it from doing so at present, if anything.
    fn trouble(&self) -> Option<StorageError>;
    /// How often it has failed: whoever remembers the number sees also what is over by now.
    fn failures(&self) -> u64;
    /// Brings everything into one file and closes it; what is asked after that is refused.
    ///
    /// Errors: what kept it from that. Nothing that was accepted is lost by it.
    fn close(&self) -> Later<'_, Result<(), StorageError>>;
}

/// Does a transaction and gives what it came to.
pub async fn commit<T: Send + 'static, E: From<StorageError> + Send + 'static>(
    storage: &dyn Storage,
    job: impl FnOnce(&mut dyn Edit) -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let place = Arc::new(Mutex::new(None));
    let slot = place.clone();
    let done = storage
        .write(Box::new(move |edit| {
            let outcome = job(edit);
            let refused = outcome.is_err();
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(outcome);
            if refused { Err(StorageError::Refused) } else { Ok(()) }
        }))
        .await;
    let outcome = place.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (done, outcome) {
        (Ok(()) | Err(StorageError::Refused), Some(outcome)) => outcome,
        (Err(error), _) => Err(error.into()),
        (Ok(()), None) => Err(StorageError::Refused.into()),
    }
}

/// Takes a look and gives what was seen.
pub async fn look<T: Send + 'static>(
    storage: &dyn Storage,
    job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    seen_by(|job| storage.read(job), job).await
}

/// The same beside all others (see [`Storage::read_beside`]).
pub async fn look_beside<T: Send + 'static>(
    storage: &dyn Storage,
    job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    seen_by(|job| storage.read_beside(job), job).await
}

async fn seen_by<'a, T: Send + 'static>(
    read: impl FnOnce(ReadJob) -> Later<'a, Result<(), StorageError>>,
    job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let place = Arc::new(Mutex::new(None));
    let slot = place.clone();
    let job: ReadJob = Box::new(move |view| {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(job(view));
    });
    read(job).await?;
    let seen = place.lock().unwrap_or_else(PoisonError::into_inner).take();
    seen.unwrap_or_else(|| Err(Problem::internal()))
}

/// The second of a look since 1970.
pub fn unix(view: &(impl View + ?Sized)) -> u64 {
    (view.at() / 1000).max(0) as u64
}

/// Takes rows of the oldest shelf of a prefix away where it is `last` or older, so many at most; gives how many. A shelf is what
/// came in one stretch of time: its number is the second part of the keys.
pub fn forget_shelf(
    edit: &mut dyn Edit,
    prefix: &str,
    last: i64,
    most: usize,
) -> Result<usize, StorageError> {
    let first = edit.scan(Scan { prefix, after: None, limit: 1, backwards: false })?;
    let shelf = first.first().and_then(|(name, _)| name.split(JOINT).nth(1)?.parse::<i64>().ok());
    match shelf.filter(|shelf| *shelf <= last) {
        Some(shelf) => edit.delete_some(&key(&[prefix, &shelf.to_string()]), most),
        None => Ok(0),
    }
}

/// Does a part of a transaction. Where something that it needs does not read nothing of it is done, and the rest may go on: `None`.
///
/// Errors: those of the part, but damage.
pub fn if_it_reads<T>(
    edit: &mut dyn Edit,
    mut job: impl FnMut(&mut dyn Edit) -> Result<T, StorageError>,
) -> Result<Option<T>, StorageError> {
    let mut done = None;
    let mut part = |edit: &mut dyn Edit| {
        done = Some(job(edit)?);
        Ok(())
    };
    match edit.part(&mut part) {
        Err(StorageError::Damaged { .. }) => Ok(None),
        outcome => outcome.map(|()| done),
    }
}

/// Reads a value that was written as JSON.
pub fn get_json<T: DeserializeOwned>(view: &dyn View, key: &str) -> Result<Option<T>, StorageError> {
    view.get(key)?.map(|bytes| from_json(&bytes)).transpose()
}

/// Reads JSON that this platform wrote.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StorageError> {
    serde_json::from_slice(bytes).map_err(|_| StorageError::Damaged { what: "a value" })
}

/// Writes a value as JSON.
pub fn put_json(edit: &mut dyn Edit, key: &str, value: &impl Serialize) -> Result<(), StorageError> {
    let bytes = serde_json::to_vec(value).map_err(|_| StorageError::Damaged { what: "a value" })?;
    edit.put(key, &bytes)
}

/// All values under a prefix; for those that are few.
pub fn all(view: &dyn View, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
    view.scan(Scan { prefix, after: None, limit: usize::MAX, backwards: false })
}

/// The last part of each key under a prefix.
pub fn names(view: &dyn View, prefix: &str) -> Result<Vec<String>, StorageError> {
    let last = |key: String| key.rsplit(JOINT).next().unwrap_or_default().to_owned();
    Ok(keys(view, prefix)?.into_iter().map(last).collect())
}

/// Goes through the rows under a prefix, some at a time, however many there are.
pub(crate) fn each_under(
    view: &dyn View,
    prefix: &str,
    mut take: impl FnMut(&str, &[u8]),
) -> Result<(), StorageError> {
    /// Rows of one look.
    const STEP: usize = 200;
    let mut after = None::<String>;
    loop {
        let found = view.scan(Scan { prefix, after: after.as_deref(), limit: STEP, backwards: false })?;
        for (name, value) in &found {
            take(name, value);
        }
        if found.len() < STEP {
            return Ok(());
        }
        after = found.into_iter().last().map(|(name, _)| name);
    }
}

/// Each key under a prefix.
pub fn keys(view: &dyn View, prefix: &str) -> Result<Vec<String>, StorageError> {
    view.keys(Scan { prefix, after: None, limit: usize::MAX, backwards: false })
}
