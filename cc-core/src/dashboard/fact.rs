//! What an event says for the dashboard, and how facts add up to rows.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{Key, RowKind, Subject};
use crate::{Body, Dtc, DtcDiff, Event, Reading, ScanService, SignalId, Timestamp, Value, Vin};

/// What one event says.
#[derive(Clone)]
pub(super) enum Fact {
    /// A trouble code is there or gone.
    Code { name: Box<str>, dtc: Option<Dtc>, ecu: Option<Box<str>>, diff: Option<DtcDiff> },
    /// An ECU's list of codes.
    Scan { ecu: Option<Box<str>>, service: ScanService, complete: bool, codes: Vec<Dtc> },
    /// A lamp or a reminder is on or off.
    State { kind: RowKind, signal: SignalId, on: bool },
}

impl Fact {
    pub(super) fn of(event: &Event) -> Option<Self> {
        let lamp = |signal, on| Some(Self::State { kind: RowKind::WarningLight, signal, on });
        match &event.body {
            Body::TroubleCode(code) => {
                let dtc = code.dtc();
                let name = dtc.map_or_else(|| code.code().into(), |dtc| format!("{dtc}").into());
                Some(Self::Code { name, dtc, ecu: code.ecu.clone(), diff: code.diff })
            }
            Body::CodeScan(scan) => Some(Self::Scan {
                ecu: scan.ecu.clone(),
                service: scan.service,
                complete: scan.complete,
                codes: scan.codes.iter().map(|code| code.dtc).collect(),
            }),
            Body::MilLamp(mil) => lamp(SignalId::MALFUNCTION_INDICATOR, mil.on),
            Body::MonitorReadiness(readiness) => lamp(SignalId::MALFUNCTION_INDICATOR, readiness.mil),
            Body::Reading(reading) => Self::of_reading(reading),
            _ => None,
        }
    }

    fn of_reading(reading: &Reading) -> Option<Self> {
        let row = reading.signal.signal()?;
        let signal = reading.signal.clone();
        match &reading.value {
            Value::Bool(on) if row.id.ends_with("_lamp") || signal == SignalId::MALFUNCTION_INDICATOR => {
                Some(Self::State { kind: RowKind::WarningLight, signal, on: *on })
            }
            Value::Number(left) if reading.unit() == row.unit => {
                let on = if LEFT.contains(&signal) {
                    left.as_f64() <= 0.0
                } else if EXCEEDED.contains(&signal) {
                    left.as_f64() > 0.0
                } else {
                    return None;
                };
                Some(Self::State { kind: RowKind::ServiceReminder, signal, on })
            }
            _ => None,
        }
    }
}

/// What is left until a service or an oil change.
const LEFT: [SignalId; 6] = [
    SignalId::NEXT_OIL_CHANGE_30DAYS,
    SignalId::NEXT_OIL_CHANGE_DISTANCE,
    SignalId::NEXT_OIL_CHANGE_TIME,
    SignalId::NEXT_SERVICE_30DAYS,
    SignalId::NEXT_SERVICE_DISTANCE,
    SignalId::NEXT_SERVICE_TIME,
];

/// How far an oil change is overdue.
const EXCEEDED: [SignalId; 2] = [SignalId::EXCEEDED_OIL_CHANGE_DISTANCE, SignalId::EXCEEDED_OIL_CHANGE_TIME];

/// The VIN an event names: in its envelope, or read from the car.
pub(super) fn vin(event: &Event) -> Option<Vin> {
    event.vin.or_else(|| match &event.body {
        Body::Reading(Reading { signal, value: Value::Text(text), .. }) if *signal == SignalId::VIN => {
            text.parse().ok()
        }
        _ => None,
    })
}

/// Kind, name and ECU of a row.
pub(super) type RowKey = (RowKind, Box<str>, Option<Box<str>>);

/// What is known of a row.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) subject: Option<Subject>,
    pub(super) count: u64,
    pub(super) last_occurred: Option<Timestamp>,
    pub(super) open: bool,
    /// How each source counts and sees it: a code can be pending without being stored.
    sources: Vec<(Option<ScanService>, u64, bool)>,
}

impl Line {
    fn new(subject: Option<Subject>) -> Self {
        Self { subject, count: 0, last_occurred: None, open: false, sources: vec![] }
    }

    fn occurs(&mut self, at: Timestamp, source: Option<ScanService>, counts_again: bool) {
        self.last_occurred = self.last_occurred.max(Some(at));
        match self.sources.iter_mut().find(|(other, ..)| *other == source) {
            Some((_, count, open)) => {
                *count += u64::from(!*open || counts_again);
                *open = true;
            }
            None => self.sources.push((source, 1, true)),
        }
        self.sum_up();
    }

    /// It is gone for these sources.
    fn ends(&mut self, is_source: impl Fn(Option<ScanService>) -> bool) {
        for (source, _, open) in &mut self.sources {
            *open &= !is_source(*source);
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        self.count = self.sources.iter().map(|(_, count, _)| *count).max().unwrap_or(0);
        self.open = self.sources.iter().any(|(.., open)| *open);
    }
}

/// Adds up the facts of one car, in the order of their events.
pub(super) fn fold(facts: &BTreeMap<Key, Fact>) -> BTreeMap<RowKey, Line> {
    let mut lines: BTreeMap<RowKey, Line> = BTreeMap::new();
    for ((at, ..), fact) in facts {
        match fact {
            Fact::Code { name, dtc, ecu, diff } => {
                let key = (RowKind::ErrorCode, name.clone(), ecu.clone());
                if *diff == Some(DtcDiff::Remove) {
                    if let Some(line) = lines.get_mut(&key) {
                        line.ends(|_| true);
                    }
                } else {
                    let line = lines.entry(key).or_insert_with(|| Line::new(dtc.map(Subject::Code)));
                    line.occurs(*at, None, *diff != Some(DtcDiff::Change));
                }
            }
            Fact::Scan { ecu, service, complete, codes } => {
                for dtc in codes {
                    let key = (RowKind::ErrorCode, format!("{dtc}").into(), ecu.clone());
                    let line = lines.entry(key).or_insert_with(|| Line::new(Some(Subject::Code(*dtc))));
                    line.occurs(*at, Some(*service), false);
                }
                if *complete {
                    for ((kind, _, other), line) in &mut lines {
                        let listed = matches!(&line.subject, Some(Subject::Code(dtc)) if codes.contains(dtc));
                        if *kind == RowKind::ErrorCode && other == ecu && !listed {
                            line.ends(|source| source == Some(*service));
                        }
                    }
                }
            }
            Fact::State { kind, signal, on } => {
                let key = (*kind, signal.as_str().into(), None);
                if *on {
                    let line =
                        lines.entry(key).or_insert_with(|| Line::new(Some(Subject::Signal(signal.clone()))));
                    line.occurs(*at, None, false);
                } else if let Some(line) = lines.get_mut(&key) {
                    line.ends(|_| true);
                }
            }
        }
    }
    lines
}
