//! What is kept of one car, and for how long.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use chrono::TimeDelta;

use super::Limits;
use super::car::{Car, Ecu, Tally};
use super::line::{Line, Said, Scan, Stamp, hour};
use crate::Timestamp;

impl Car {
    /// Keeps rows and history within their limits.
    pub(super) fn bound(&mut self, limits: &Limits, tally: &mut Tally) {
        if self.history > limits.history {
            self.history = self.count_history();
        }
        while self.history > limits.history {
            let mut instants: Vec<_> = self
                .lines
                .iter()
                .flat_map(|line| line.said.iter().map(|(stamp, _)| stamp.at))
                .chain(self.ecus.iter().flat_map(|ecu| ecu.scans.iter().map(|scan| scan.stamp.at)))
                .collect();
            instants.sort_unstable();
            let Some((first, middle)) = instants.first().zip(instants.get(instants.len() / 2)) else { break };
            let mut settled = hour_of(*middle);
            if settled <= *first {
                settled =
                    hour_of(*first).checked_add_signed(TimeDelta::hours(1)).unwrap_or(Timestamp::MAX_UTC);
            }
            let before = self.history;
            self.settle(settled);
            if self.history >= before {
                break;
            }
        }
        if self.lines.len() > limits.rows {
            self.drop_lines(limits.rows, tally);
        }
    }

    /// Settles what was said before the hour of an instant: its history goes, and the sums stay.
    pub(super) fn settle(&mut self, before: Timestamp) {
        let before = hour_of(before);
        if self.settled.is_some_and(|settled| settled >= before) {
            return;
        }
        self.settled = Some(before);
        for line in &mut self.lines {
            let scans = self.ecus.get(usize::from(line.ecu)).map_or(&[][..], |ecu| &ecu.scans);
            let end = scans.partition_point(|scan| scan.stamp.at < before);
            line.settle(before, scans.get(..end).unwrap_or_default());
        }
        for Ecu { scans, .. } in &mut self.ecus {
            let end = scans.partition_point(|scan| scan.stamp.at < before);
            scans.drain(..end);
            scans.shrink_to(scans.len() * 2);
        }
        self.recommendations.forget_cleared(before);
        // A row of which nothing ever occurred, and nothing waits to make it occur, is none.
        self.lines.retain(|line| line.now.last_occurred.is_some() || !line.said.is_empty());
        self.drop_ecus();
        self.history = self.count_history();
    }

    /// Forgets closed rows that last occurred before an instant. Whether there were any.
    pub(super) fn forget_closed(&mut self, before: Timestamp) -> bool {
        let length = self.lines.len();
        self.lines.retain(|line| {
            line.now.is_open()
                || !line.said.is_empty()
                || line.now.last_occurred.is_some_and(|last| last >= before)
        });
        let forgot = self.lines.len() < length;
        self.drop_ecus();
        self.history = self.count_history();
        forgot
    }

    /// Keeps the rows that matter most: open ones before closed ones, then those that occurred last.
    fn drop_lines(&mut self, keep: usize, tally: &mut Tally) {
        let keep = keep - keep / 8;
        let mut lines = core::mem::take(&mut self.lines);
        lines.sort_by(|a, b| {
            let order = |line: &Line| (line.now.is_open(), line.now.last_occurred);
            order(b).cmp(&order(a)).then_with(|| a.about.name().cmp(b.about.name())).then(a.ecu.cmp(&b.ecu))
        });
        tally.dropped += lines.len().saturating_sub(keep) as u64;
        lines.truncate(keep);
        self.lines = lines;
        tally.forget();
        self.drop_ecus();
        self.history = self.count_history();
    }

    /// Forgets ECUs that no row and no scan names.
    fn drop_ecus(&mut self) {
        let is_named = |place: usize| self.lines.iter().any(|line| usize::from(line.ecu) == place);
        let kept: Vec<bool> = self
            .ecus
            .iter()
            .enumerate()
            .map(|(place, ecu)| !ecu.scans.is_empty() || is_named(place))
            .collect();
        if kept.iter().all(|kept| *kept) {
            return;
        }
        let mut places = BTreeMap::new();
        for (place, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            places.insert(place as u16, places.len() as u16);
        }
        for line in &mut self.lines {
            line.ecu = places.get(&line.ecu).copied().unwrap_or(line.ecu);
        }
        let mut kept = kept.into_iter();
        self.ecus.retain(|_| kept.next().unwrap_or(true));
    }

    pub(super) fn count_history(&self) -> usize {
        let said: usize = self.lines.iter().map(|line| line.said.len()).sum();
        let scans: usize = self.ecus.iter().flat_map(|ecu| &ecu.scans).map(Scan::weight).sum();
        said + scans
    }

    /// The memory it holds beside itself, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let lines: usize = self
            .lines
            .iter()
            .map(|line| line.said.capacity() * size_of::<(Stamp, Said)>() + line.about.bytes())
            .sum();
        let scans: usize = self.ecus.iter().map(Ecu::bytes).sum();
        self.lines.capacity() * size_of::<Line>()
            + lines
            + self.ecus.capacity() * size_of::<Ecu>()
            + scans
            + self.recommendations.bytes()
            + self.service.as_ref().map_or(0, |service| service.bytes())
    }
}

impl Ecu {
    fn bytes(&self) -> usize {
        self.name.as_ref().map_or(0, |name| name.len())
            + self.scans.capacity() * size_of::<Scan>()
            + self.scans.iter().map(|scan| size_of_val(&*scan.codes)).sum::<usize>()
    }
}

/// Makes room for one more, by half of what there is: most cars have a row or two, and there are many cars.
pub(super) fn grow<T>(list: &mut Vec<T>) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 2);
    }
}

/// The beginning of an instant's hour: what is kept of an hour is settled as a whole.
fn hour_of(at: Timestamp) -> Timestamp {
    Timestamp::from_timestamp(hour(at) * 3_600, 0).unwrap_or(Timestamp::MIN_UTC)
}
