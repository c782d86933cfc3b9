//! Disks that become full.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use platform::storage::{Later, ReadJob, SqliteStorage, Storage, StorageError, WriteJob};

/// A storage on a disk that is full after so many transactions.
pub(crate) struct Filling(pub(crate) SqliteStorage, pub(crate) AtomicI64);

pub(crate) const ROOM: i64 = 1 << 40;

impl Storage for Filling {
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>> {
        if self.1.fetch_sub(1, SeqCst) <= 0 {
            return Box::pin(async { Err(StorageError::Full) });
        }
        self.0.write(job)
    }
    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        self.0.read(job)
    }
    fn trouble(&self) -> Option<StorageError> {
        None
    }
    fn failures(&self) -> u64 {
        0
    }
    fn close(&self) -> Later<'_, Result<(), StorageError>> {
        self.0.close()
    }
}
