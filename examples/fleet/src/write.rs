//! The two files: the history, and the truth about it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::line::Lines;
use crate::{Fleet, START, Sample};

/// In which order the events stand in the history.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Order {
    /// All of a car, then all of the next, each in the order of arrival.
    #[default]
    Vehicle,
    /// In the order of arrival, all cars together.
    Time,
}

/// Cars that are written in one go.
const CARS: u32 = 256;
/// Samples that are held, at the most about, for an order by time.
const HELD: u64 = 4_000_000;
/// Samples that are written in one go.
const SAMPLES: usize = 16_384;

/// Writes the events, one a line.
pub fn write_history(fleet: &Fleet, order: Order, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    match order {
        Order::Vehicle => {
            let parts = u64::from(fleet.cars.div_ceil(CARS));
            in_order(parts, threads, out, |part| {
                let (mut lines, mut text) = (Lines::default(), Vec::new());
                let first = part as u32 * CARS + 1;
                for number in first..=fleet.cars.min(first + CARS - 1) {
                    for sample in &fleet.car(number).samples {
                        lines.write(sample, &mut text);
                    }
                }
                text
            })
        }
        Order::Time => by_time(fleet, threads, out),
    }
}

/// Writes which car had which fault when: JSON, one a line.
pub fn write_truth(fleet: &Fleet, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let parts = u64::from(fleet.cars.div_ceil(CARS));
    in_order(parts, threads, out, |part| {
        let (mut lines, mut text) = (Lines::default(), Vec::new());
        let first = part as u32 * CARS + 1;
        for number in first..=fleet.cars.min(first + CARS - 1) {
            let Some(fault) = fleet.car(number).fault else { continue };
            let (name, rule) = (fault.fault.name(), fault.fault.rule());
            text.extend_from_slice(
                format!(
                    "{{\"vehicle\":\"fleet/{number}\",\"fault\":\"{name}\",\"rule\":\"{rule}\",\"from\":\""
                )
                .as_bytes(),
            );
            lines.instant(fault.from, &mut text);
            text.extend_from_slice(b"\",\"until\":");
            match fault.until {
                None => text.extend_from_slice(b"null"),
                Some(until) => {
                    text.push(b'"');
                    lines.instant(until, &mut text);
                    text.push(b'"');
                }
            }
            text.extend_from_slice(b"}\n");
        }
        text
    })
}

/// The history is made again for each slice of time: that costs less than to hold it.
fn by_time(fleet: &Fleet, threads: usize, out: &mut dyn Write) -> io::Result<()> {
    let slices = fleet.events.div_ceil(HELD).max(1) as i64;
    // Late uploads end a day after the last drive.
    let span = (i64::from(fleet.days) + 2) * 86_400_000;
    for slice in 0..slices {
        let from = if slice == 0 { i64::MIN } else { START + span * slice / slices };
        let to = if slice + 1 == slices { i64::MAX } else { START + span * (slice + 1) / slices };
        let mut samples = arrived_between(fleet, from, to, threads);
        samples.sort_unstable_by_key(|sample| (sample.arrived, sample.car, sample.id));
        let parts = samples.len().div_ceil(SAMPLES) as u64;
        in_order(parts, threads, out, |part| {
            let (mut lines, mut text) = (Lines::default(), Vec::new());
            let part = samples.chunks(SAMPLES).nth(part as usize).unwrap_or_default();
            for sample in part {
                lines.write(sample, &mut text);
            }
            text
        })?;
    }
    Ok(())
}

fn arrived_between(fleet: &Fleet, from: i64, to: i64, threads: usize) -> Vec<Sample> {
    let next = AtomicU64::new(1);
    let work = || {
        let mut mine = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number > u64::from(fleet.cars) {
                return mine;
            }
            let samples = fleet.car(number as u32).samples;
            mine.extend(samples.into_iter().filter(|sample| (from..to).contains(&sample.arrived)));
        }
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap_or_default()).collect()
    })
}

/// Makes parts on several threads and writes them in their order.
fn in_order(
    parts: u64,
    threads: usize,
    out: &mut dyn Write,
    make: impl Fn(u64) -> Vec<u8> + Sync,
) -> io::Result<()> {
    let next = AtomicU64::new(0);
    let (send, receive) = mpsc::sync_channel(threads.max(1) * 4);
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (send, next, make) = (send.clone(), &next, &make);
            scope.spawn(move || {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts || send.send((part, make(part))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut wanted = 0;
        for (part, text) in receive {
            waiting.insert(part, text);
            while let Some(text) = waiting.remove(&wanted) {
                out.write_all(&text)?;
                wanted += 1;
            }
        }
        Ok(())
    })
}
