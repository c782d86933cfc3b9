//! One car's memory: its rows, its scans, and what else was heard of it.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::bounds::grow;
use super::line::{About, Line, Said, Scan, Stamp, Taken, hour};
use super::recommendations::Recommendations;
use super::system::{self, Makes, VehicleSystem};
use super::{Limits, RowKind};
use crate::prediction::ServiceHistory;
use crate::{Body, CodeScan, DtcDiff, Event, Reading, SignalId, Timestamp, Value, VehicleRef, Vin};

/// One car.
#[derive(Clone)]
pub(super) struct Car {
    pub(super) vehicle: VehicleRef,
    pub(super) heard: Option<Timestamp>,
    /// The VIN that was said last, and when; of two at once, the greater text.
    pub(super) vin: Option<(Timestamp, Vin)>,
    /// When each part of the car was last heard of, in seconds since the epoch.
    watched: [i64; VehicleSystem::ALL.len()],
    pub(super) lines: Vec<Line>,
    pub(super) ecus: Vec<Ecu>,
    pub(super) recommendations: Recommendations,
    pub(super) service: Option<Box<ServiceHistory>>,
    /// Before this instant everything is settled.
    pub(super) settled: Option<Timestamp>,
    /// How much is kept to add up rows anew, in entries.
    pub(super) history: usize,
    /// When anything a row shows last changed, in the dashboard's count of changes.
    pub(super) version: u64,
}

/// One ECU by its name, and the scans of its codes since the settled instant.
#[derive(Clone)]
pub(super) struct Ecu {
    pub(super) name: Option<Box<str>>,
    pub(super) scans: Vec<Scan>,
}

/// What the dashboard counts beside the rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Tally {
    pub(super) late: u64,
    pub(super) dropped: u64,
    /// Counts what changed.
    pub(super) version: u64,
    /// The version in which rows last went.
    pub(super) forgotten: u64,
}

const NEVER: i64 = i64::MIN;

impl Car {
    pub(super) fn new(vehicle: VehicleRef) -> Self {
        Self {
            vehicle,
            heard: None,
            vin: None,
            watched: [NEVER; VehicleSystem::ALL.len()],
            lines: Vec::new(),
            ecus: Vec::new(),
            recommendations: Recommendations::default(),
            service: None,
            settled: None,
            history: 0,
            version: 0,
        }
    }

    pub(super) fn vin(&self) -> Option<Vin> {
        self.vin.as_ref().map(|(_, vin)| *vin)
    }

    pub(super) fn ecu(&self, line: &Line) -> Option<&str> {
        self.ecus.get(usize::from(line.ecu)).and_then(|ecu| ecu.name.as_deref())
    }

    /// When a part was last heard of.
    pub(super) fn watched(&self, system: VehicleSystem) -> Option<Timestamp> {
        let seconds = self.watched.get(system as usize).copied().filter(|seconds| *seconds != NEVER)?;
        Timestamp::from_timestamp(seconds, 0)
    }

    /// When any part was last heard of.
    pub(super) fn checked(&self) -> Option<Timestamp> {
        VehicleSystem::ALL.into_iter().filter_map(|system| self.watched(system)).max()
    }

    /// The rows that are there: those of which something occurred.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.now.last_occurred.is_some())
    }

    pub(super) fn add(&mut self, event: &Event, limits: &Limits, tally: &mut Tally) {
        let at = event.at;
        self.heard = self.heard.max(Some(at));
        if let Some(vin) = event.vin {
            self.see_vin(at, vin, tally);
        }
        let stamp = |rank| Stamp { at, rank, id: event.id };
        match &event.body {
            Body::Reading(reading) => self.reading(reading, stamp(0), limits, tally),
            Body::TroubleCode(code) => {
                let about = match code.dtc() {
                    Some(dtc) => Name::Code(dtc),
                    None => Name::Text(short(code.code())),
                };
                if let Name::Code(dtc) = about {
                    self.watch(VehicleSystem::of_dtc(dtc), at);
                }
                let said = match code.diff {
                    Some(DtcDiff::Remove) => Said::Gone,
                    Some(DtcDiff::Change) => Said::Seen,
                    Some(DtcDiff::Add) | None => Said::Added,
                };
                if self.is_in_time(at, tally) {
                    self.say(about, code.ecu.as_deref(), stamp(0), said, tally);
                    self.bound(limits, tally);
                }
            }
            Body::CodeScan(scan) => {
                if scan.complete {
                    self.watch(system::of_ecu(scan.ecu.as_deref()), at);
                }
                if self.is_in_time(at, tally) {
                    self.scan(scan, stamp(1), tally);
                    self.bound(limits, tally);
                }
            }
            Body::MilLamp(mil) => self.malfunction_indicator(mil.on, stamp(1), limits, tally),
            Body::MonitorReadiness(readiness) => {
                self.malfunction_indicator(readiness.mil, stamp(2), limits, tally);
            }
            Body::TripStarted(_) | Body::TripEnded(_) => self.driven(event),
            _ => {}
        }
    }

    fn reading(&mut self, reading: &Reading, stamp: Stamp, limits: &Limits, tally: &mut Tally) {
        let Some(class) = system::class(&reading.signal) else { return };
        let kind = match (class.makes, &reading.value) {
            (Makes::Nothing, _) => return self.watch(class.system, stamp.at),
            (Makes::Vin, Value::Text(text)) => {
                if let Ok(vin) = text.parse() {
                    self.see_vin(stamp.at, vin, tally);
                }
                return;
            }
            (Makes::Service, _) => {
                self.service.get_or_insert_default().add_reading(stamp.at, reading);
                return;
            }
            (Makes::Lamp, Value::Bool(_)) => RowKind::WarningLight,
            (Makes::Left | Makes::Exceeded, Value::Number(_)) => {
                if reading.unit.is_some_and(|unit| reading.signal.signal().is_none_or(|row| row.unit != unit))
                {
                    return;
                }
                self.service.get_or_insert_default().add_reading(stamp.at, reading);
                RowKind::ServiceReminder
            }
            _ => return,
        };
        self.watch(class.system, stamp.at);
        let on = match (&reading.value, class.makes) {
            (Value::Bool(on), _) => *on,
            (Value::Number(left), Makes::Left) => left.as_f64() <= 0.0,
            (Value::Number(over), _) => over.as_f64() > 0.0,
            _ => return,
        };
        if self.is_in_time(stamp.at, tally) {
            let said = if on { Said::Seen } else { Said::Gone };
            self.say(Name::Signal(kind, &reading.signal), None, stamp, said, tally);
            self.bound(limits, tally);
        }
    }

    fn malfunction_indicator(&mut self, on: bool, stamp: Stamp, limits: &Limits, tally: &mut Tally) {
        self.watch(Some(VehicleSystem::Engine), stamp.at);
        if self.is_in_time(stamp.at, tally) {
            let said = if on { Said::Seen } else { Said::Gone };
            let name = Name::Signal(RowKind::WarningLight, &SignalId::MALFUNCTION_INDICATOR);
            self.say(name, None, stamp, said, tally);
            self.bound(limits, tally);
        }
    }

    fn driven(&mut self, event: &Event) {
        let odometer = match &event.body {
            Body::TripStarted(trip) => &trip.odometer,
            Body::TripEnded(trip) => &trip.odometer,
            _ => &None,
        };
        if let Some(odometer) = odometer {
            self.service.get_or_insert_default().add_odometer(event.at, odometer);
        }
    }

    pub(super) fn watch(&mut self, system: Option<VehicleSystem>, at: Timestamp) {
        if let Some(seconds) = system.and_then(|system| self.watched.get_mut(system as usize)) {
            *seconds = (*seconds).max(at.timestamp());
        }
    }

    fn see_vin(&mut self, at: Timestamp, vin: Vin, tally: &mut Tally) {
        match &mut self.vin {
            Some((last, known)) if *known == vin => *last = at.max(*last),
            Some(known) if (known.0, known.1.as_str()) >= (at, vin.as_str()) => {}
            known => {
                *known = Some((at, vin));
                self.touch_all(tally);
            }
        }
    }

    fn is_in_time(&self, at: Timestamp, tally: &mut Tally) -> bool {
        let in_time = self.settled.is_none_or(|settled| settled <= at);
        tally.late += u64::from(!in_time);
        in_time
    }

    fn ecu_place(&mut self, name: Option<&str>) -> Option<u16> {
        let name = name.map(short);
        let place = self.ecus.iter().position(|ecu| ecu.name.as_deref() == name).unwrap_or_else(|| {
            grow(&mut self.ecus);
            self.ecus.push(Ecu { name: name.map(Into::into), scans: Vec::new() });
            self.ecus.len() - 1
        });
        u16::try_from(place).ok()
    }

    /// The row's place; a new row has no version yet.
    fn line_place(&mut self, name: Name<'_>, ecu: u16) -> usize {
        if let Some(place) = self.lines.iter().position(|line| line.ecu == ecu && name.is(&line.about)) {
            return place;
        }
        grow(&mut self.lines);
        self.lines.push(Line::new(name.to_about(), ecu));
        self.lines.len() - 1
    }

    fn say(&mut self, name: Name<'_>, ecu: Option<&str>, stamp: Stamp, said: Said, tally: &mut Tally) {
        let Some(ecu) = self.ecu_place(ecu) else {
            tally.dropped += 1;
            return;
        };
        let place = self.line_place(name, ecu);
        let scans = self.ecus.get(usize::from(ecu)).map_or(&[][..], |ecu| &ecu.scans);
        let Some(line) = self.lines.get_mut(place) else { return };
        let scans = if matches!(line.about, About::Code(..)) { scans } else { &[] };
        let (before, length) = (line.now, line.said.len());
        if line.take(stamp, said, scans.last().map(|scan| scan.stamp)) == Taken::Late {
            line.add_up(scans);
        }
        self.history += line.said.len() - length;
        if line.now != before {
            tally.version += 1;
            line.version = tally.version;
            self.version = tally.version;
        }
    }

    fn scan(&mut self, scan: &CodeScan, stamp: Stamp, tally: &mut Tally) {
        let Some(ecu) = self.ecu_place(scan.ecu.as_deref()) else {
            tally.dropped += 1;
            return;
        };
        let mut codes: Vec<_> = scan.codes.iter().map(|code| code.dtc).collect();
        codes.sort_unstable();
        codes.dedup();
        for dtc in &codes {
            self.line_place(Name::Code(*dtc), ecu);
        }
        let new = Scan { stamp, service: scan.service, complete: scan.complete, codes: codes.into() };
        let Some(Ecu { scans, .. }) = self.ecus.get_mut(usize::from(ecu)) else { return };
        let weight = new.weight();
        let last = scans.last().map(|last| last.stamp);
        if !keep(scans, new.clone()) {
            return;
        }
        self.history += weight;
        // Those that the new one stands for went, or this is exact; `bound` counts anew before it acts.
        for line in &mut self.lines {
            if line.ecu != ecu || !matches!(line.about, About::Code(..)) {
                continue;
            }
            let before = line.now;
            let in_order = last.is_none_or(|last| last < stamp)
                && line.said.last().is_none_or(|(said, _)| *said < stamp)
                && scans.last().is_some_and(|last| last.stamp == stamp);
            if in_order && !scans.is_empty() && last.is_none_or(|last| hour(last.at) != hour(stamp.at)) {
                line.now.scanned(&line.about, &new);
            } else {
                line.add_up(scans);
            }
            if line.now != before {
                tally.version += 1;
                line.version = tally.version;
                self.version = tally.version;
            }
        }
    }

    /// All rows are new to whoever shows them.
    pub(super) fn touch_all(&mut self, tally: &mut Tally) {
        tally.version += 1;
        self.version = tally.version;
        self.lines.iter_mut().for_each(|line| line.version = tally.version);
    }

    /// The open rows show another urgency, perhaps.
    pub(super) fn touch_open(&mut self, tally: &mut Tally) {
        tally.version += 1;
        self.version = tally.version;
        for line in self.lines.iter_mut().filter(|line| line.now.is_open()) {
            line.version = tally.version;
        }
    }
}

/// Keeps a scan in its place, unless it stands between two of its hour that say the same. Whether it is news.
fn keep(scans: &mut Vec<Scan>, new: Scan) -> bool {
    let same: Vec<usize> = scans
        .iter()
        .enumerate()
        .rev()
        .take_while(|(_, scan)| hour(scan.stamp.at) >= hour(new.stamp.at))
        .filter(|(_, scan)| scan.says_the_same(&new))
        .map(|(place, _)| place)
        .collect();
    if let (Some(last), Some(first)) = (same.first().copied(), same.last().copied()) {
        if new >= scans[first] && new <= scans[last] {
            return false;
        }
        if first != last {
            scans.remove(if new > scans[last] { last } else { first });
        }
    }
    let place = scans.partition_point(|scan| *scan < new);
    scans.insert(place, new);
    true
}

/// A name as far as a row keeps it: whoever sends novels does not fill the memory.
fn short(name: &str) -> &str {
    let end = (0..=LONGEST_NAME.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.get(..end.unwrap_or(0)).unwrap_or(name)
}

/// Bytes of a name that a row keeps.
const LONGEST_NAME: usize = 64;

/// What a row is about, before there is a row.
#[derive(Clone, Copy)]
enum Name<'a> {
    Code(crate::Dtc),
    Signal(RowKind, &'a SignalId),
    Text(&'a str),
}

impl Name<'_> {
    fn is(&self, about: &About) -> bool {
        match (self, about) {
            (Self::Code(dtc), About::Code(other, _)) => dtc == other,
            (Self::Signal(kind, signal), About::Signal(other_kind, other)) => {
                kind == other_kind && *signal == other
            }
            (Self::Text(text), About::Text(other)) => **text == **other,
            _ => false,
        }
    }

    fn to_about(self) -> About {
        match self {
            Self::Code(dtc) => About::Code(dtc, format!("{dtc}").into()),
            Self::Signal(kind, signal) => About::Signal(kind, signal.clone()),
            Self::Text(text) => About::Text(text.into()),
        }
    }
}
