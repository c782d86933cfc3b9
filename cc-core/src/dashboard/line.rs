//! One row's memory: what was said of it, in order, and what that adds up to.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::bounds::grow;
use super::{RowKind, Subject};
use crate::{Dtc, EventId, ScanService, SignalId, Timestamp};

/// Where an event stands among those of one row: the canonical order, with the type's place in it for its name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Stamp {
    pub(super) at: Timestamp,
    pub(super) rank: u8,
    pub(super) id: EventId,
}

/// What an event says of a row. Where two events of one type, instant and id disagree, the trouble counts.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Said {
    Gone,
    Seen,
    /// Seen, and to be counted again.
    Added,
}

/// What a row is about, with the name that a code has as text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum About {
    Code(Dtc, Box<str>),
    Signal(RowKind, SignalId),
    /// The text of a code that is none.
    Text(Box<str>),
}

impl About {
    pub(super) fn kind(&self) -> RowKind {
        match self {
            Self::Code(..) | Self::Text(_) => RowKind::ErrorCode,
            Self::Signal(kind, _) => *kind,
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Code(_, name) | Self::Text(name) => name,
            Self::Signal(_, signal) => signal.as_str(),
        }
    }

    /// The memory its name holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Code(_, name) | Self::Text(name) => name.len(),
            Self::Signal(..) => 0,
        }
    }

    pub(super) fn subject(&self) -> Option<Subject> {
        match self {
            Self::Code(dtc, _) => Some(Subject::Code(*dtc)),
            Self::Signal(_, signal) => Some(Subject::Signal(signal.clone())),
            Self::Text(_) => None,
        }
    }
}

/// What a row adds up to.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Fold {
    pub(super) last_occurred: Option<Timestamp>,
    /// How often each source saw it come: a code can be pending without being stored.
    pub(super) counts: [u32; SOURCES],
    /// One bit a source.
    pub(super) open: u8,
}

/// Who says it: 0 is the car by itself, the others are the services that scan.
pub(super) const SOURCES: usize = 5;
pub(super) const DIRECT: usize = 0;

pub(super) const fn source(service: ScanService) -> usize {
    match service {
        ScanService::Pending => 1,
        ScanService::Permanent => 2,
        ScanService::Stored => 3,
        ScanService::Uds => 4,
    }
}

impl Fold {
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().copied().max().unwrap_or(0).into()
    }

    pub(super) fn is_open(&self) -> bool {
        self.open != 0
    }

    /// The car itself says so: what it says is gone, is gone for every source.
    pub(super) fn told(&mut self, at: Timestamp, said: Said) {
        match said {
            Said::Gone => self.open = 0,
            Said::Seen | Said::Added => self.seen(at, DIRECT, said == Said::Added),
        }
    }

    pub(super) fn seen(&mut self, at: Timestamp, source: usize, again: bool) {
        self.last_occurred = self.last_occurred.max(Some(at));
        let bit = 1 << source;
        if (self.open & bit == 0 || again)
            && let Some(count) = self.counts.get_mut(source)
        {
            *count = count.saturating_add(1);
        }
        self.open |= bit;
    }

    pub(super) fn not_listed(&mut self, source: usize) {
        self.open &= !(1 << source);
    }

    /// What a scan of its ECU says of it.
    pub(super) fn scanned(&mut self, about: &About, scan: &Scan) {
        match about {
            About::Code(dtc, _) if scan.codes.contains(dtc) => {
                self.seen(scan.stamp.at, source(scan.service), false);
            }
            About::Code(..) if scan.complete => self.not_listed(source(scan.service)),
            _ => {}
        }
    }
}

/// A list of codes that was read.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Scan {
    pub(super) stamp: Stamp,
    pub(super) service: ScanService,
    pub(super) complete: bool,
    pub(super) codes: Box<[Dtc]>,
}

impl Scan {
    /// What it counts for in the history.
    pub(super) fn weight(&self) -> usize {
        1 + self.codes.len() / 2
    }

    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        hour(self.stamp.at) == hour(other.stamp.at)
            && (self.service, self.complete, &self.codes) == (other.service, other.complete, &other.codes)
    }
}

/// One row of one car.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) about: About,
    /// Place of the ECU among the car's.
    pub(super) ecu: u16,
    /// What was settled: nothing from before will change it.
    pub(super) settled: Fold,
    /// The settled part and all that was said since.
    pub(super) now: Fold,
    /// What was said since, in order.
    pub(super) said: Vec<(Stamp, Said)>,
    /// When the row last changed, in the dashboard's count of changes.
    pub(super) version: u64,
}

/// What became of something said.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Taken {
    /// It was known, or stands between two of its hour that say the same.
    Nothing,
    /// It is in [`Line::said`], and the row has to be added up anew.
    Late,
    /// It came after all that was said, and the row is added up.
    InOrder,
}

impl Line {
    pub(super) fn new(about: About, ecu: u16) -> Self {
        Self { about, ecu, settled: Fold::default(), now: Fold::default(), said: Vec::new(), version: 0 }
    }

    /// Keeps what was said, unless it stands between two of its hour that say the same. `last_scan` is when the ECU's codes
    /// were last read.
    pub(super) fn take(&mut self, stamp: Stamp, said: Said, last_scan: Option<Stamp>) -> Taken {
        let new = (stamp, said);
        let (length, of_hour) = (self.said.len(), hour(stamp.at));
        // Most comes in order: then the hour's part is at the end, and short.
        let start =
            self.said.iter().rposition(|(other, _)| hour(other.at) < of_hour).map_or(0, |last| last + 1);
        let end = start + self.said[start..].partition_point(|(other, _)| hour(other.at) <= of_hour);
        let same = |entry: &(Stamp, Said)| entry.1 == said;
        let first = self.said[start..end].iter().position(same).map(|place| start + place);
        let last = self.said[start..end].iter().rposition(same).map(|place| start + place);
        let is_after_scans = last_scan.is_none_or(|scan| scan < stamp);
        if let (Some(first), Some(last)) = (first, last) {
            let (earliest, latest) = (self.said[first], self.said[last]);
            if new == earliest || (new > earliest && new <= latest) {
                return Taken::Nothing;
            }
            if first != last {
                let old = if new > latest { last } else { first };
                self.said.remove(old);
                let place = self.said.partition_point(|entry| *entry < new);
                self.said.insert(place, new);
                // Nothing was said in between: what it adds up to was the same without the one that went.
                if old == length - 1 && is_after_scans && last_scan.is_none_or(|scan| scan < latest.0) {
                    self.now.told(stamp.at, if said == Said::Added { Said::Seen } else { said });
                    return Taken::InOrder;
                }
                return Taken::Late;
            }
        }
        if is_after_scans && self.said.last().is_none_or(|last| *last < new) {
            grow(&mut self.said);
            self.said.push(new);
            self.now.told(stamp.at, said);
            return Taken::InOrder;
        }
        let place = self.said.partition_point(|entry| *entry < new);
        self.said.insert(place, new);
        Taken::Late
    }

    /// Adds up the settled part, what was said since, and the scans of the ECU.
    pub(super) fn add_up(&mut self, scans: &[Scan]) {
        self.now = self.folded(&self.said, scans);
    }

    /// Settles what was said before an instant, and forgets it. The scans are those of before.
    pub(super) fn settle(&mut self, before: Timestamp, scans: &[Scan]) {
        let end = self.said.partition_point(|(stamp, _)| stamp.at < before);
        self.settled = self.folded(&self.said[..end], scans);
        self.said.drain(..end);
        // What a quiet row needed when it was busy is given back.
        self.said.shrink_to(self.said.len() * 2);
    }

    fn folded(&self, said: &[(Stamp, Said)], scans: &[Scan]) -> Fold {
        let mut fold = self.settled;
        let scans = if matches!(self.about, About::Code(..)) { scans } else { &[] };
        let mut scans = scans.iter().peekable();
        for (stamp, said) in said {
            while let Some(scan) = scans.next_if(|scan| scan.stamp < *stamp) {
                fold.scanned(&self.about, scan);
            }
            fold.told(stamp.at, *said);
        }
        scans.for_each(|scan| fold.scanned(&self.about, scan));
        fold
    }
}

/// Of what is said again and again, the first and the last of an hour are kept.
pub(super) fn hour(at: Timestamp) -> i64 {
    at.timestamp().div_euclid(3_600)
}
