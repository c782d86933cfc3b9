//! A session and a simulated adapter, joined by an imaginary line in imaginary time.

use std::time::Duration;

use cc_core::Timestamp;
use cc_obd::capture::{Decoded, Item};
use cc_obd::session::{Input, Job, JobId, Output, Report, Session, SessionError, SessionOptions};
use cc_obd::sim::{CanCar, Elm327, Scenario, SimOutput};

/// How the line behaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// The size of the chunks in which bytes arrive.
    pub(crate) chunk: usize,
    /// Cut it once, behind so many bytes from the adapter.
    pub(crate) cut_behind: Option<usize>,
}

impl Default for Line {
    fn default() -> Self {
        Self { chunk: usize::MAX, cut_behind: None }
    }
}

/// Everything together.
pub(crate) struct World {
    pub(crate) session: Session,
    pub(crate) adapter: Elm327,
    pub(crate) now: Duration,
    pub(crate) reports: Vec<Report>,
    pub(crate) transcript: Vec<u8>,
    pub(crate) sent: Vec<String>,
    pub(crate) hangups: usize,
    line: Line,
    received: usize,
    is_plugged: bool,
    plug_at: Option<Duration>,
}

pub(crate) fn options() -> SessionOptions {
    SessionOptions { epoch: Timestamp::UNIX_EPOCH, transcript: true, ..SessionOptions::default() }
}

impl World {
    pub(crate) fn new(scenario: Scenario, line: Line) -> Self {
        Self {
            session: Session::with_adapter(options()),
            adapter: Elm327::new(scenario),
            now: Duration::ZERO,
            reports: Vec::new(),
            transcript: Vec::new(),
            sent: Vec::new(),
            hangups: 0,
            line,
            received: 0,
            is_plugged: false,
            plug_at: Some(Duration::ZERO),
        }
    }

    /// Pulls the plug, and puts it back after a while; the adapter keeps its power or not.
    pub(crate) fn unplug(&mut self, pause: Duration, loses_power: bool) {
        if loses_power {
            self.adapter.restart();
        } else {
            self.adapter.reconnect();
        }
        self.is_plugged = false;
        self.plug_at = Some(self.now + pause);
        self.session.handle(self.now, Input::Disconnected);
        self.act();
    }

    /// Runs until an instant.
    pub(crate) fn run_until(&mut self, end: Duration) {
        self.run_while(end, |_| true);
    }

    /// Runs until the session has said so, or an instant has come.
    pub(crate) fn run_while(&mut self, end: Duration, goes_on: impl Fn(&Self) -> bool) {
        while goes_on(self) {
            let session = self.session.next_deadline().map(|due| due.max(self.now));
            let adapter =
                self.adapter.next_deadline().filter(|_| self.is_plugged).map(|due| due.max(self.now));
            let plug = self.plug_at.filter(|_| !self.is_plugged);
            let Some(next) = [session, adapter, plug].into_iter().flatten().min() else { break };
            if next > end {
                break;
            }
            self.now = next;
            if plug == Some(next) {
                (self.is_plugged, self.plug_at) = (true, None);
                self.session.handle(self.now, Input::Connected);
                self.act();
            } else if adapter == Some(next) {
                match self.adapter.poll(self.now) {
                    Some(SimOutput::Bytes(bytes)) => self.deliver(&bytes),
                    Some(SimOutput::Close) => self.unplug(Duration::from_secs(1), false),
                    None => {}
                }
            } else {
                self.session.handle(self.now, Input::Tick);
                self.act();
            }
        }
        self.now = self.now.max(if goes_on(self) { end } else { self.now });
    }

    fn deliver(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(self.line.chunk.min(bytes.len().max(1))) {
            let room = self.line.cut_behind.map_or(usize::MAX, |cut| cut.saturating_sub(self.received));
            let (now, rest) = chunk.split_at(chunk.len().min(room));
            self.received += now.len();
            if !now.is_empty() {
                self.session.handle(self.now, Input::Received(now));
                self.act();
            }
            if !rest.is_empty() || room == 0 {
                self.line.cut_behind = None;
                return self.unplug(Duration::from_secs(1), false);
            }
        }
    }

    fn act(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(bytes) => {
                    self.sent.push(String::from_utf8_lossy(&bytes).trim_end().to_owned());
                    if self.is_plugged {
                        self.adapter.handle(self.now, &bytes);
                    }
                }
                Output::Report(report) => self.reports.push(report),
                Output::Transcript(bytes) => self.transcript.extend(bytes),
                Output::Hangup => {
                    self.hangups += 1;
                    self.adapter.reconnect();
                    self.is_plugged = false;
                    self.plug_at = Some(self.now + Duration::from_secs(1));
                }
                _ => {}
            }
        }
    }

    /// Does a job to its end.
    pub(crate) fn job(&mut self, job: Job) -> Result<(), SessionError> {
        let id = self.session.start(job);
        self.run_while(self.now + Duration::from_secs(120), |world| finished(&world.reports, id).is_none());
        finished(&self.reports, id).unwrap_or_else(|| panic!("the job never ended: {:?}", self.session))
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = &Decoded> {
        items(&self.reports)
    }

    pub(crate) fn problems(&self) -> Vec<SessionError> {
        problems(&self.reports)
    }
}

pub(crate) fn finished(reports: &[Report], id: JobId) -> Option<Result<(), SessionError>> {
    reports.iter().find_map(|report| match report {
        Report::Finished { job, result } if *job == id => Some(result.clone()),
        _ => None,
    })
}

pub(crate) fn items(reports: &[Report]) -> impl Iterator<Item = &Decoded> {
    reports.iter().filter_map(|report| match report {
        Report::Item(decoded) => Some(decoded),
        _ => None,
    })
}

pub(crate) fn problems(reports: &[Report]) -> Vec<SessionError> {
    let problems = reports.iter().filter_map(|report| match report {
        Report::Problem(error) => Some(error.clone()),
        _ => None,
    });
    problems.collect()
}

/// What an item says, in a few words; the same for a session with an adapter and one on the bus.
pub(crate) fn word(decoded: &Decoded) -> String {
    let ecu = decoded.ecu.as_deref().unwrap_or("-");
    match &decoded.item {
        Item::Reading(reading) => format!("{ecu} {} {:?}", reading.signal, reading.freeze_frame),
        Item::TroubleCode(code) => format!("{ecu} {} {:02X?}", code.dtc, code.service),
        Item::Scan(scan) => format!("{ecu} {:?} {} {}", scan.service, scan.codes.len(), scan.complete),
        Item::Vin(_) => format!("{ecu} vin"),
        Item::Supported(report) => {
            format!("{ecu} supported {:02X} {:02X}", report.service, report.ids.base())
        }
        Item::Error(error) => format!("{ecu} error {error}"),
        other => format!("{ecu} {other:?}"),
    }
}

/// A session on a bus of frames.
pub(crate) struct Bus {
    pub(crate) session: Session,
    pub(crate) car: CanCar,
    pub(crate) now: Duration,
    pub(crate) reports: Vec<Report>,
    pub(crate) transcript: Vec<u8>,
}

impl Bus {
    pub(crate) fn new(scenario: Scenario) -> Self {
        let mut bus = Self {
            session: Session::with_can(options()),
            car: CanCar::new(scenario),
            now: Duration::ZERO,
            reports: Vec::new(),
            transcript: Vec::new(),
        };
        bus.session.handle(Duration::ZERO, Input::Connected);
        bus.act();
        bus
    }

    pub(crate) fn run_until(&mut self, end: Duration) {
        loop {
            let session = self.session.next_deadline().map(|due| due.max(self.now));
            let car = self.car.next_deadline().map(|due| due.max(self.now));
            let Some(next) = [session, car].into_iter().flatten().min().filter(|next| *next <= end) else {
                break;
            };
            self.now = next;
            while let Some(frame) = self.car.poll(self.now) {
                self.session.handle(self.now, Input::Frame(&frame));
                self.act();
            }
            self.session.handle(self.now, Input::Tick);
            self.act();
        }
        self.now = end;
    }

    fn act(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::SendFrame(frame) => self.car.handle(self.now, &frame),
                Output::Report(report) => self.reports.push(report),
                Output::Transcript(bytes) => self.transcript.extend(bytes),
                _ => {}
            }
        }
    }
}
