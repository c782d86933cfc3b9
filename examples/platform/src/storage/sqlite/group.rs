//! The thread that writes: jobs that wait are committed together, each as a whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::tables::{Log, Transaction, put_back};
use super::{Health, Request, failed, limit};
use crate::bus::{Bus, News};
use crate::clock::Clock;
use crate::panics::caught;
use crate::storage::{StorageError, WriteJob};

/// The most jobs of one sync.
const GROUP: usize = 512;
/// The most logs whose ends are kept in memory.
const LOGS: usize = 200_000;

pub(super) struct Writer {
    connection: Connection,
    bus: Arc<dyn Bus>,
    clock: Clock,
    health: Health,
    /// Ends of logs, so that an append need not look them up.
    logs: BTreeMap<String, Log>,
}

type Waiting = (WriteJob, oneshot::Sender<Result<(), StorageError>>);

impl Writer {
    pub(super) fn new(connection: Connection, bus: Arc<dyn Bus>, clock: Clock, health: Health) -> Self {
        Self { connection, bus, clock, health, logs: BTreeMap::new() }
    }

    /// Takes requests until nobody can send any.
    pub(super) fn run(mut self, requests: &mpsc::Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let (mut jobs, mut closing): (Vec<Waiting>, _) = (Vec::new(), None);
            for request in std::iter::once(first).chain(requests.try_iter().take(GROUP - 1)) {
                match request {
                    Request::Write { job, done } => jobs.push((job, done)),
                    Request::Limit(bytes) => {
                        let _ = self.health.note(limit(&self.connection, bytes));
                    }
                    Request::Close { done } => closing = Some(done),
                }
            }
            let mut jobs = jobs.into_iter().peekable();
            while jobs.peek().is_some() {
                self.group(&mut jobs);
            }
            if let Some(done) = closing {
                let outcome = self.whole();
                // Closed before it is said, so that whoever waits finds one file.
                drop(self);
                let _ = done.send(outcome);
                return;
            }
        }
    }

    /// Brings the log of changes over into the file, and empties it.
    ///
    /// Errors: where somebody still looks at an older state, too; nothing is lost then.
    fn whole(&self) -> Result<(), StorageError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = self.connection.query_row(sql, [], |row| row.get(0)).map_err(failed)?;
        if busy == 0 {
            Ok(())
        } else {
            Err(StorageError::Failed { why: "somebody still reads it".to_owned() })
        }
    }

    /// Brings over into the file what the log of changes has, as far as nobody looks at an older state: the log is then written from its
    /// beginning again. On a full disk it may not grow, and the file may have pages that are free.
    fn make_room(&self) {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        // Where that has no room, either, all stays as it is.
        let _ = self.connection.query_row(sql, [], |_| Ok(()));
    }

    /// Commits jobs together; those behind one whose failure ended the transaction are left for the next.
    fn group(&mut self, jobs: &mut impl Iterator<Item = Waiting>) {
        if self.logs.len() > LOGS {
            self.logs.clear();
        }
        let (mut answers, mut news, mut dirty) = (Vec::new(), Vec::new(), BTreeSet::new());
        let changes = self.connection.total_changes();
        let mut committed =
            self.health.note(self.connection.execute_batch("BEGIN IMMEDIATE").map_err(failed));
        if committed.is_ok() {
            for (job, done) in jobs.by_ref() {
                match self.alone(job, &mut news, &mut dirty) {
                    Ok(outcome) => answers.push((done, outcome)),
                    // SQLite takes a whole transaction back where a write to the disk fails.
                    Err(error) => {
                        answers.push((done, Ok(())));
                        committed = Err(error);
                        break;
                    }
                }
            }
        } else {
            answers.extend(jobs.by_ref().map(|(_, done)| (done, Ok(()))));
        }
        let committed = committed.and_then(|()| {
            let ended = self.write_ends(&dirty);
            let done = ended.and_then(|()| self.connection.execute_batch("COMMIT").map_err(failed));
            self.health.note(done)
        });
        if committed.is_err() {
            self.logs.clear();
            let _ = self.connection.execute_batch("ROLLBACK");
            if committed == Err(StorageError::Full) {
                self.make_room();
            }
        } else {
            // A job that had nothing to write proves nothing.
            let has_written = self.connection.total_changes() != changes;
            if has_written && answers.iter().any(|(_, outcome)| outcome.is_ok()) {
                self.health.recovered();
            }
            for told in news {
                // What is not told is read with the next news.
                let _ = caught("news", || self.bus.publish(told));
            }
        }
        for (done, outcome) in answers {
            let outcome = committed.clone().and(outcome);
            let _ = done.send(outcome);
        }
    }

    /// Does one job of a group; one that is refused or panics is taken back without the others.
    ///
    /// Errors: why the whole group cannot be committed.
    fn alone(
        &mut self,
        job: WriteJob,
        news: &mut Vec<News>,
        dirty: &mut BTreeSet<String>,
    ) -> Result<Result<(), StorageError>, StorageError> {
        self.connection.execute_batch("SAVEPOINT job").map_err(failed)?;
        let at = self.clock.now().timestamp_millis();
        let mut edit = Transaction::new(&self.connection, at, &self.health, &mut self.logs);
        let outcome = caught("a transaction", || job(&mut edit)).unwrap_or(Err(StorageError::Panicked));
        let (told, before) = edit.into_parts();
        if self.connection.is_autocommit() {
            return Err(self.health.get().unwrap_or(StorageError::Full));
        }
        if outcome.is_ok() {
            self.connection.execute_batch("RELEASE job").map_err(failed)?;
            news.extend(told.into_values());
            dirty.extend(before.into_keys());
        } else {
            put_back(&mut self.logs, before);
            self.connection.execute_batch("ROLLBACK TO job; RELEASE job").map_err(failed)?;
        }
        Ok(outcome)
    }

    /// Writes how far the logs of a group go by now.
    fn write_ends(&self, dirty: &BTreeSet<String>) -> Result<(), StorageError> {
        let sql = "UPDATE logs SET next = ? WHERE id = ?";
        let mut update = self.connection.prepare_cached(sql).map_err(failed)?;
        for log in dirty.iter().filter_map(|name| self.logs.get(name)) {
            update.execute([log.tail.next as i64, log.id]).map_err(failed)?;
        }
        Ok(())
    }
}
