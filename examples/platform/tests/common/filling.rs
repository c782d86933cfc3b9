//! Disks that become full.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::Duration;

use platform::bus::LocalBus;
use platform::node::Node;
use platform::storage::{Later, ReadJob, SqliteOptions, SqliteStorage, Storage, StorageError, WriteJob};
use tokio::time::Instant;

use super::World;

/// A storage on a disk that is full after so many transactions.
pub(crate) struct Filling(pub(crate) SqliteStorage, pub(crate) AtomicI64);

pub(crate) const ROOM: i64 = 1 << 40;

/// A node whose disk may become full, that nobody serves yet.
pub(crate) async fn node() -> (Arc<Filling>, Arc<Node>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let path = folder.path().join("platform.db");
    let storage = SqliteStorage::open(&path, bus.clone(), SqliteOptions::default()).unwrap();
    let storage = Arc::new(Filling(storage, AtomicI64::new(ROOM)));
    let node = Node::start(storage.clone(), bus, super::config()).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    (storage, node, folder)
}

/// A platform whose disk may become full.
pub(crate) async fn world() -> (Arc<Filling>, World) {
    let (storage, node, folder) = node().await;
    (storage, World::of(node, folder))
}

/// Waits until what a platform writes by itself at its start is written: for a while nothing more was.
pub(crate) async fn quiet(storage: &Filling) {
    let (mut before, mut since) = (storage.1.load(SeqCst), Instant::now());
    while since.elapsed() < Duration::from_millis(500) {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let now = storage.1.load(SeqCst);
        if now != before {
            (before, since) = (now, Instant::now());
        }
    }
}

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
