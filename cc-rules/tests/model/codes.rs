//! Trouble codes: who reports them, who denies them, and when they are gone.

use std::collections::BTreeSet;

use cc_core::{Body, CodeScan, Dtc, DtcDiff, DtcStatus, ScanService, TroubleCode};

use crate::expr::Value;
use crate::facts::{Log, Moment, Phase, nanos};
use crate::spec::CodeSpec;

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum State {
    #[default]
    Unknown,
    Absent,
    Present,
    Gone,
}

/// What is known of a declared code.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CodeFacts {
    pub(crate) state: State,
    since: i64,
    count: i64,
    clean_drives: i64,
    /// When there was last a word on it.
    pub(crate) heard: Option<i64>,
    /// The fields that something changed at the moment itself, even where something else changed them back.
    pub(crate) changed: BTreeSet<&'static str>,
}

/// What follows a code's name.
const FIELDS: [&str; 4] = ["", "since", "count", "clean_drives"];

impl CodeFacts {
    pub(crate) fn field(&self, field: &str) -> Value {
        let is_here = matches!(self.state, State::Present | State::Gone);
        match (field, self.state) {
            (_, State::Unknown) => Value::Unknown,
            ("since", _) if is_here => Value::Time(self.since),
            ("since", _) => Value::Unknown,
            ("count", _) => Value::Int(self.count),
            ("clean_drives", _) => Value::Int(self.clean_drives),
            _ => Value::Bool(is_here),
        }
    }
}

/// A fault by its P-code view, or by itself where it has none.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Fault {
    View(u16),
    Itself(Dtc),
}

struct Story<'a> {
    code: &'a CodeSpec,
    facts: CodeFacts,
    /// The faults that are present, each with the ECU that reported it.
    present: BTreeSet<(Fault, Option<String>)>,
    denied_at: i64,
}

/// The facts of a code, each from a moment on.
pub(crate) fn code_story(code: &CodeSpec, log: &Log<'_>) -> Vec<(Moment, CodeFacts)> {
    let mut moments: BTreeSet<Moment> = log.instants().into_iter().map(|at| (at, Phase::Step)).collect();
    moments.extend(log.drives.iter().filter_map(|drive| drive.end));
    let mut story = Story { code, facts: CodeFacts::default(), present: BTreeSet::new(), denied_at: 0 };
    let mut timeline = Vec::new();
    for now in moments {
        story.facts.changed.clear();
        if now.1 == Phase::Step {
            if was_serviced(log, now.0) {
                story.happens(|story| story.serviced(now.0));
            }
            for event in log.events_at(now.0) {
                story.happens(|story| match &event.body {
                    Body::TroubleCode(report) => story.report(report, now.0),
                    Body::CodeScan(scan) => story.scan(scan, now.0),
                    _ => {}
                });
            }
        }
        for drive in log.drives.iter().filter(|drive| drive.end == Some(now)) {
            story.happens(|story| story.drive_ended(drive.start, is_ready(log, now.0)));
        }
        timeline.push((now, story.facts.clone()));
    }
    timeline
}

/// Whether an event reports a code of the spec.
pub(crate) fn reports(code: &CodeSpec, body: &Body) -> bool {
    let mut story = Story { code, facts: CodeFacts::default(), present: BTreeSet::new(), denied_at: 0 };
    match body {
        Body::TroubleCode(report) => story.report(report, 0),
        Body::CodeScan(scan) => story.scan(scan, 0),
        _ => {}
    }
    story.facts.state == State::Present
}

/// Whether a date of the last service is told at an instant that is later than all told before.
fn was_serviced(log: &Log<'_>, now: i64) -> bool {
    let latest = |until: i64| {
        let told = log.services.iter().filter(|heard| heard.at <= until);
        let dates =
            told.filter_map(|heard| if let Value::Time(date) = heard.value { Some(date) } else { None });
        dates.max()
    };
    matches!((latest(now - 1), latest(now)), (Some(before), Some(after)) if after > before)
}

/// Whether the monitors were ready when last told, or never told.
fn is_ready(log: &Log<'_>, now: i64) -> bool {
    let told = log.events.iter().rev().filter(|event| nanos(event.at) <= now);
    let told = told.filter_map(|event| match &event.body {
        Body::MonitorReadiness(told) => Some(told.monitors.iter().all(|(_, ready)| *ready)),
        _ => None,
    });
    told.into_iter().next().unwrap_or(true)
}

impl Story<'_> {
    fn happens(&mut self, what: impl FnOnce(&mut Self)) {
        let before = self.facts.clone();
        what(self);
        let changed = FIELDS.into_iter().filter(|field| before.field(field) != self.facts.field(field));
        let changed: Vec<_> = changed.collect();
        self.facts.changed.extend(changed);
    }

    fn report(&mut self, report: &TroubleCode, now: i64) {
        let Some(dtc) = report.dtc().filter(|dtc| matches(self.code.pattern, *dtc)) else { return };
        let ecu = report.ecu.as_deref();
        if !self.hears(ecu) {
            return;
        }
        if report.diff != Some(DtcDiff::Remove) && self.wants(report.status(), "confirmed") {
            return self.came([(fault(self.code, dtc), ecu.map(Into::into))], now);
        }
        let denied = |fault_of: Fault| fault_of == fault(self.code, dtc);
        self.deny(ecu, denied, now);
        if self.facts.state == State::Unknown && is_single(self.code.pattern) {
            self.become_absent(now);
        }
    }

    fn scan(&mut self, scan: &CodeScan, now: i64) {
        let ecu = scan.ecu.as_deref();
        if !self.hears(ecu) {
            return;
        }
        let stands_for = match scan.service {
            ScanService::Pending => "pending",
            _ => "confirmed",
        };
        let mut listed = Vec::new();
        let mut unwanted = Vec::new();
        for code in scan.codes.iter().filter(|code| matches(self.code.pattern, code.dtc)) {
            let is_wanted = match code.status {
                None if self.code.status == "confirmed" => {
                    stands_for == "confirmed" && scan.status_mask.is_none_or(DtcStatus::confirmed)
                }
                status => self.wants(status, stands_for),
            };
            if is_wanted { &mut listed } else { &mut unwanted }.push(fault(self.code, code.dtc));
        }
        if !listed.is_empty() {
            let faults: Vec<_> = listed.iter().map(|fault| (*fault, ecu.map(Into::into))).collect();
            self.came(faults, now);
        }
        if !scan.complete || !self.is_denied_by(scan) {
            return;
        }
        self.deny(ecu, |fault| !listed.contains(&fault), now);
        let speaks_for_all = ecu.is_none() || ecu == self.code.ecu;
        if self.facts.state == State::Unknown && speaks_for_all && listed.is_empty() {
            self.become_absent(now);
        }
    }

    /// Whether anything that this ECU says is heard.
    fn hears(&self, ecu: Option<&str>) -> bool {
        ecu.is_none() || self.code.ecu.is_none() || ecu == self.code.ecu
    }

    /// Whether a status is the wanted one; without a byte it is what the sender stands for.
    fn wants(&self, status: Option<DtcStatus>, without: &str) -> bool {
        match (self.code.status, status) {
            ("any", _) => true,
            ("confirmed", Some(status)) => status.confirmed(),
            ("pending", Some(status)) => status.pending(),
            ("warning", Some(status)) => status.warning_indicator_requested(),
            (wanted, _) => wanted == without,
        }
    }

    fn is_denied_by(&self, scan: &CodeScan) -> bool {
        let wanted = self.code.status;
        let by_service = match scan.service {
            ScanService::Stored => wanted != "pending",
            ScanService::Pending => wanted == "pending",
            ScanService::Permanent => false,
            ScanService::Uds => true,
        };
        by_service
            && scan.status_mask.is_none_or(|mask| match wanted {
                "any" => mask.confirmed() && mask.pending(),
                "confirmed" => mask.confirmed(),
                "pending" => mask.pending(),
                _ => mask.warning_indicator_requested(),
            })
    }

    fn came(&mut self, faults: impl IntoIterator<Item = (Fault, Option<String>)>, now: i64) {
        if !matches!(self.facts.state, State::Present | State::Gone) {
            self.facts.since = now;
        }
        self.facts.heard = Some(now);
        self.facts.state = State::Present;
        self.facts.count += 1;
        self.facts.clean_drives = 0;
        self.present.extend(faults);
    }

    /// An ECU says that faults are not there: only what it reported is believed to be gone.
    fn deny(&mut self, by: Option<&str>, denied: impl Fn(Fault) -> bool, now: i64) {
        self.facts.heard = Some(now);
        let code_ecu = self.code.ecu;
        self.present.retain(|(fault, ecu)| {
            let may_deny = ecu.as_deref() == by || (ecu.is_none() && by.is_some() && by == code_ecu);
            !(may_deny && denied(*fault))
        });
        if self.facts.state == State::Present && self.present.is_empty() {
            self.facts.state = State::Gone;
            self.facts.clean_drives = 0;
            self.denied_at = now;
        }
    }

    fn drive_ended(&mut self, start: i64, is_ready: bool) {
        if !matches!(self.facts.state, State::Gone | State::Absent) {
            return;
        }
        let is_clean = start >= self.denied_at && is_ready;
        self.facts.clean_drives = if is_clean { self.facts.clean_drives + 1 } else { 0 };
        if self.facts.state == State::Gone && self.facts.clean_drives >= self.code.clean_drives {
            self.facts.state = State::Absent;
        }
    }

    fn serviced(&mut self, now: i64) {
        if matches!(self.facts.state, State::Present | State::Gone) {
            self.present.clear();
            self.become_absent(now);
        }
    }

    fn become_absent(&mut self, now: i64) {
        self.facts.state = State::Absent;
        self.facts.clean_drives = 0;
        self.denied_at = now;
    }
}

fn fault(code: &CodeSpec, dtc: Dtc) -> Fault {
    match dtc.p_code() {
        Some(view) if !matches!(code.pattern.parse(), Ok(Dtc::J2012Ftb(_))) => Fault::View(view.raw()),
        _ => Fault::Itself(dtc),
    }
}

/// Whether a pattern of this test matches a code.
fn matches(pattern: &str, dtc: Dtc) -> bool {
    let view = dtc.p_code().map(|view| view.to_string());
    match (pattern, view) {
        ("*", _) => true,
        (_, _) if pattern == dtc.to_string() => true,
        (_, None) => false,
        (_, Some(view)) => match (pattern.split_once(".."), pattern.strip_suffix('*')) {
            (Some((low, high)), _) => low <= view.as_str() && view.as_str() <= high,
            (_, Some(prefix)) => view.starts_with(prefix),
            // A VAG number means its P-code.
            _ => match pattern.parse::<Dtc>() {
                Ok(code @ (Dtc::J2012(_) | Dtc::Vag(_))) => {
                    code.p_code().is_some_and(|code| code.to_string() == view)
                }
                _ => false,
            },
        },
    }
}

/// Whether exactly one fault can match a pattern.
fn is_single(pattern: &str) -> bool {
    !pattern.contains('*') && !pattern.contains("..")
}
