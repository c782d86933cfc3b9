//! The history through the workers: as it stands, or by way of files when a vehicle's events are scattered.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use example_terminal::Failure;

use super::blocks::{Block, Source};
use super::partition::{self, Partitions};
use super::progress::Progress;
use super::tally::Tally;
use super::work::{Counts, Done, Worker};

/// What to run, and how.
pub(super) struct Plan<'p> {
    pub(super) files: &'p [PathBuf],
    pub(super) threads: usize,
    /// Counts of nothing, for the pack and for the one it is compared with.
    pub(super) new: &'p Tally,
    pub(super) old: Option<&'p Tally>,
    pub(super) keep_changes: bool,
    pub(super) progress: &'p Progress,
}

/// What came of it.
pub(super) struct Outcome {
    pub(super) new: Tally,
    pub(super) old: Option<Tally>,
    pub(super) counts: Counts,
}

impl Plan<'_> {
    fn worker(&self) -> Worker {
        Worker::new(self.new.clone(), self.old.cloned(), self.keep_changes)
    }

    fn sum(&self, counts: Counts, workers: Vec<Worker>) -> Outcome {
        let (mut new, mut old) = (self.new.clone(), self.old.cloned());
        for worker in workers {
            new.add(&worker.new);
            if let (Some(old), Some(more)) = (&mut old, &worker.old) {
                old.add(more);
            }
        }
        Outcome { new, old, counts }
    }

    /// A history in which each vehicle stands in one piece: block by block, each as soon as it is read. `None` where a vehicle
    /// came a second time: the history is in another order.
    pub(super) fn by_vehicle(&self, changes: &mut dyn Write) -> Result<Option<Outcome>, Failure> {
        let mut counts = Counts::default();
        let mut seen = BTreeSet::new();
        let mut scattered = false;
        let workers = pipeline(
            self,
            true,
            || self.worker(),
            |worker, block| worker.block(&block),
            |done: Done| {
                scattered = scattered || done.seen.iter().any(|vehicle| !seen.insert(*vehicle));
                if scattered {
                    return Ok(false);
                }
                counts.add(&done.counts);
                changes.write_all(&done.changes)?;
                Ok(true)
            },
        )?;
        Ok((!scattered).then(|| self.sum(counts, workers)))
    }

    /// A history in any order: first into files by vehicle, then file by file.
    pub(super) fn by_partition(
        &self,
        folder: &std::path::Path,
        changes: &mut dyn Write,
    ) -> Result<Outcome, Failure> {
        let size = super::blocks::total(self.files);
        let partitions = Partitions::create(folder, size)?;
        let writers = pipeline(
            self,
            false,
            || partitions.writer(),
            |writer, block| writer.block(&block),
            |written: io::Result<()>| written.map_err(partition::failure).map(|()| true),
        )?;
        for mut writer in writers {
            writer.finish().map_err(partition::failure)?;
        }
        self.progress.second_half();
        let next = AtomicU64::new(0);
        let (send, receive) = mpsc::sync_channel(self.threads);
        let mut counts = Counts::default();
        let workers = thread::scope(|scope| -> Result<_, Failure> {
            let handles: Vec<_> = (0..self.threads)
                .map(|_| {
                    let (send, next, partitions) = (send.clone(), &next, &partitions);
                    scope.spawn(move || {
                        let mut worker = self.worker();
                        loop {
                            let number = next.fetch_add(1, Ordering::Relaxed);
                            if number >= partitions.count() as u64 {
                                break;
                            }
                            if send.send((number, partitions.work(number as usize, &mut worker))).is_err() {
                                break;
                            }
                        }
                        worker
                    })
                })
                .collect();
            drop(send);
            let all = partitions.count() as u64;
            in_order(receive, |done: io::Result<Done>| {
                let done = done.map_err(partition::failure)?;
                counts.add(&done.counts);
                changes.write_all(&done.changes)?;
                self.progress.part(all);
                Ok(true)
            })?;
            Ok(handles.into_iter().filter_map(|handle| handle.join().ok()).collect())
        })?;
        Ok(self.sum(counts, workers))
    }
}

/// Reads blocks on one thread, works on several, and takes what they made in the order of the blocks, until `take` says no.
fn pipeline<W: Send, D: Send>(
    plan: &Plan<'_>,
    whole_vehicles: bool,
    start: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, Block) -> D + Sync,
    mut take: impl FnMut(D) -> Result<bool, Failure>,
) -> Result<Vec<W>, Failure> {
    let stop = AtomicBool::new(false);
    let (send_block, blocks) = mpsc::sync_channel::<(u64, Block)>(plan.threads);
    let blocks = Arc::new(Mutex::new(blocks));
    let (send_done, done) = mpsc::sync_channel(plan.threads * 2);
    thread::scope(|scope| {
        let stop = &stop;
        let reader = scope.spawn(move || {
            let mut number = 0;
            for (index, path) in plan.files.iter().enumerate() {
                let mut source = Source::open(path, index as u16, whole_vehicles, plan.progress.read())?;
                while let Some(block) = source.next_block()? {
                    if stop.load(Ordering::Relaxed) || send_block.send((number, block)).is_err() {
                        return Ok(());
                    }
                    number += 1;
                    plan.progress.show();
                }
            }
            Ok::<(), Failure>(())
        });
        let workers: Vec<_> = (0..plan.threads)
            .map(|_| {
                let (blocks, send, start, work) = (Arc::clone(&blocks), send_done.clone(), &start, &work);
                scope.spawn(move || {
                    let mut worker = start();
                    loop {
                        let next = blocks.lock().ok().and_then(|blocks| blocks.recv().ok());
                        let Some((number, block)) = next else { break };
                        if stop.load(Ordering::Relaxed) {
                            // The rest is only drained, so that the reader does not wait.
                            continue;
                        }
                        if send.send((number, work(&mut worker, block))).is_err() {
                            break;
                        }
                    }
                    worker
                })
            })
            .collect();
        drop(send_done);
        drop(blocks);
        let taken = in_order(done, |done| {
            let go_on = take(done);
            if !matches!(go_on, Ok(true)) {
                stop.store(true, Ordering::Relaxed);
            }
            go_on
        });
        let read = reader.join();
        let workers = workers.into_iter().filter_map(|worker| worker.join().ok()).collect();
        taken?;
        if let Ok(read) = read {
            read?;
        }
        Ok(workers)
    })
}

/// Takes numbered things in the order of their numbers; the rest is drained once `take` says no.
fn in_order<D>(
    receive: mpsc::Receiver<(u64, D)>,
    mut take: impl FnMut(D) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let (mut waiting, mut wanted, mut result) = (BTreeMap::new(), 0, Ok(true));
    for (number, done) in receive {
        if !matches!(result, Ok(true)) {
            continue;
        }
        waiting.insert(number, done);
        while matches!(result, Ok(true))
            && let Some(done) = waiting.remove(&wanted)
        {
            wanted += 1;
            result = take(done);
        }
    }
    result.map(|_| ())
}
