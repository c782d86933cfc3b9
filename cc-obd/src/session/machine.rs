//! The session: what it holds, what goes in and what comes out.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use cc_core::{SignalId, Timestamp};
use chrono::TimeDelta;

use super::can_link::CanLink;
use super::choose::Choice;
use super::job::Ask;
use super::link::{Ended, Link, Reply, Request};
use super::running::TRIES;
use super::schedule::Schedule;
use super::setup::Setup;
use super::text_link::TextLink;
use super::{AdapterIdentity, Input, Job, JobId, Knowledge, Output, Report, SessionError, SessionOptions};
use crate::capture::{Decoded, Item};
use crate::service::InfoItem;

/// A diagnostic session; see the [module](super).
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the adapter and the car that do not depend on each other"
)]
pub struct Session {
    pub(super) options: SessionOptions,
    pub(super) link: Link,
    pub(super) known: Knowledge,
    pub(super) stage: Stage,
    pub(super) doing: Option<Doing>,
    pub(super) out: VecDeque<Output>,
    /// Jobs that wait.
    pub(super) jobs: VecDeque<(JobId, Job)>,
    /// The job under way.
    pub(super) job: Option<ActiveJob>,
    next_job: u64,
    pub(super) schedule: Schedule,
    /// Whatever the car supports is watched at this rate, but for what has a rate of its own.
    pub(super) watch_all: Option<Duration>,
    /// The signals of each watched parameter, to name them where the car does not give them.
    pub(super) watched: BTreeMap<u8, SignalId>,
    /// Those of them that the car does not give, as was said.
    pub(super) not_given: BTreeSet<u8>,
    /// The ECU that requests of an adapter go to; `None`: all.
    pub(super) header: Option<Box<str>>,
    /// Whether the car answers several parameters at once; `None` until it was tried.
    pub(super) batch: Option<bool>,
    /// Whether the adapter takes the number of awaited answers behind a request.
    pub(super) counts: bool,
    /// The adapter waits as long as it can for slow ECUs.
    pub(super) is_patient: bool,
    /// How many commands in a row nothing came back from.
    pub(super) silent: u8,
    /// How many polls in a row no ECU answered.
    pub(super) unanswered: u8,
    /// A poll has its turn before the next request of a job.
    pub(super) is_polls_turn: bool,
    /// Why no ECU answers, as far as the person knows.
    pub(super) known_trouble: Option<SessionError>,
    /// Whether every ECU was asked what it knows.
    pub(super) is_discovered: bool,
    /// How often the question under way was repeated.
    pub(super) repeats: u8,
    /// What was damaged is not asked again before this instant.
    pub(super) rest: Option<Duration>,
    /// A request was given up as damaged, and none was read whole since: longer patience is for the first alone.
    pub(super) is_rough: bool,
    /// Questions of the discovery whose answers came damaged each time.
    pub(super) lost: BTreeSet<[u8; 2]>,
    /// When they are asked again.
    pub(super) lost_at: Duration,
    /// How often in a row they were lost again.
    pub(super) losses: u8,
    /// Parameters that nobody answered since anybody answered: it may be the car that is silent.
    pub(super) missed: BTreeSet<u8>,
    /// Parameters whose last answer came damaged.
    pub(super) damaged: BTreeSet<u8>,
    /// How often the car that was there a moment ago is still asked on its own protocol, soon.
    pub(super) quick: u8,
    /// How often in a row nobody was found.
    pub(super) waits: u8,
    /// How often in a row the adapter restarted before the car said anything.
    restarts: u8,
    /// How many lines in a row were cut before anything spoke as adapters do.
    early_cuts: u8,
}

/// Where the session is.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// There is no line.
    Unplugged,
    /// The adapter is set up.
    Setup(Setup),
    /// The protocol is searched.
    Choose(Choice),
    /// The ECUs are asked what they know: service and parameter, one after the other.
    Discover(VecDeque<[u8; 2]>),
    /// Is it the car of before the cut?
    Verify,
    Running,
    /// Nobody answered; the next try is at this instant.
    Waiting(Duration),
}

/// What the command under way is for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Doing {
    Setup,
    SetProtocol,
    Probe,
    AskNumber,
    Discover([u8; 2]),
    Verify,
    /// The target of the next request is being set.
    Header(Option<Box<str>>),
    LongWait,
    Ask(Ask),
    Poll(Vec<u8>),
    Voltage,
}

/// A job under way.
#[derive(Clone, Debug)]
pub(super) struct ActiveJob {
    pub(super) id: JobId,
    pub(super) job: Job,
    pub(super) asks: VecDeque<Ask>,
    /// Requests that were made already, so that none is made twice.
    pub(super) made: Vec<(Option<Box<str>>, Vec<u8>)>,
    pub(super) error: Option<SessionError>,
}

impl Session {
    /// A session with an ELM327 or STN adapter.
    pub fn with_adapter(options: SessionOptions) -> Self {
        let link = TextLink::new(options.epoch, options.transcript);
        Self::new(options, Link::Text(Box::new(link)))
    }

    /// A session on a CAN bus, without adapter.
    pub fn with_can(options: SessionOptions) -> Self {
        let link = CanLink::new(options.epoch, options.transcript);
        Self::new(options, Link::Can(Box::new(link)))
    }

    fn new(options: SessionOptions, link: Link) -> Self {
        Self {
            options,
            link,
            known: Knowledge::default(),
            stage: Stage::Unplugged,
            doing: None,
            out: VecDeque::new(),
            jobs: VecDeque::new(),
            job: None,
            next_job: 0,
            schedule: Schedule::default(),
            watch_all: None,
            watched: BTreeMap::new(),
            not_given: BTreeSet::new(),
            header: None,
            batch: None,
            counts: true,
            is_patient: false,
            silent: 0,
            unanswered: 0,
            is_polls_turn: false,
            known_trouble: None,
            is_discovered: false,
            repeats: 0,
            rest: None,
            is_rough: false,
            lost: BTreeSet::new(),
            lost_at: Duration::ZERO,
            losses: 0,
            missed: BTreeSet::new(),
            damaged: BTreeSet::new(),
            quick: 0,
            waits: 0,
            restarts: 0,
            early_cuts: 0,
        }
    }

    /// Says what the clock shows: `now` is `at`. To be called when a line was opened, as clocks are set and computers
    /// sleep; items are stamped by it from here on.
    pub fn set_clock(&mut self, now: Duration, at: Timestamp) {
        let passed = TimeDelta::from_std(now).unwrap_or(TimeDelta::MAX);
        self.options.epoch = at.checked_sub_signed(passed).unwrap_or(Timestamp::MIN_UTC);
        self.link.set_epoch(self.options.epoch);
    }

    /// What the session has learnt so far.
    pub fn knowledge(&self) -> &Knowledge {
        &self.known
    }

    /// Whether the car is found and answers.
    pub fn is_ready(&self) -> bool {
        matches!(self.stage, Stage::Running)
    }

    /// Whether no job waits or is under way.
    pub fn is_idle(&self) -> bool {
        self.job.is_none() && self.jobs.is_empty()
    }

    /// Whether the car is found, and every watched parameter that it gives was asked for at least once.
    pub fn has_polled_all(&self) -> bool {
        self.is_ready()
            && !matches!(self.doing, Some(Doing::Poll(_)))
            && self.schedule.is_begun(|parameter| self.known.supporters(parameter) > 0)
    }

    /// Whether the last answer to a watched parameter came damaged, so that a value is missing which the car may well give.
    /// The parameter is asked for again in its turn.
    pub fn has_damaged_values(&self) -> bool {
        !self.damaged.is_empty()
    }

    /// Reads a signal again and again, so often. An error where the catalogue does not know it, or has no parameter of
    /// service 01 for it; where the car turns out not to give it, [`Report::Problem`] says so.
    ///
    /// ```
    /// use core::time::Duration;
    /// use cc_core::SignalId;
    /// use cc_obd::session::{Session, SessionOptions};
    ///
    /// let mut session = Session::with_adapter(SessionOptions::default());
    /// session.watch(&SignalId::ENGINE_SPEED, Duration::from_millis(200))?;
    /// let error = session.watch(&"oil_degradation".parse()?, Duration::from_secs(1)).unwrap_err();
    /// assert_eq!(error.to_string(), "oil_degradation is not among the values that any car can be asked for");
    /// let error = session.watch(&"engine_sped".parse()?, Duration::from_secs(1)).unwrap_err();
    /// assert_eq!(error.to_string(), "the catalogue has no signal engine_sped");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn watch(&mut self, signal: &SignalId, every: Duration) -> Result<(), SessionError> {
        let signal = signal.clone();
        let Some(row) = signal.signal() else { return Err(SessionError::UnknownSignal { signal }) };
        let source = row.obd.filter(|source| source.service == 0x01);
        let Some(source) = source else { return Err(SessionError::NotPolled { signal }) };
        self.schedule.set(source.pid, every);
        self.watched.insert(source.pid, signal);
        self.not_given.remove(&source.pid);
        if self.is_ready() {
            self.check_watched(source.pid);
        }
        Ok(())
    }

    /// Stops reading a signal, and the others of its parameter.
    pub fn unwatch(&mut self, signal: &SignalId) {
        if let Some(source) = signal.signal().and_then(|row| row.obd) {
            self.schedule.remove(source.pid);
            self.watched.remove(&source.pid);
            self.damaged.remove(&source.pid);
        }
    }

    /// Reads every parameter that the car supports and the catalogue knows, so often; those that are
    /// [watched](Self::watch) keep their own rate.
    pub fn watch_all(&mut self, every: Duration) {
        self.watch_all = Some(every);
        if self.is_ready() {
            self.add_supported();
        }
    }

    /// Starts a job behind those already started. It waits until the car is found.
    pub fn start(&mut self, job: Job) -> JobId {
        let id = JobId(self.next_job);
        self.next_job += 1;
        self.jobs.push_back((id, job));
        id
    }

    /// Takes what happened. Time is a [`Duration`] since any fixed instant, the same for all calls.
    pub fn handle(&mut self, now: Duration, input: Input<'_>) {
        match input {
            Input::Connected => {
                self.cut();
                self.stage = if self.link.is_can() {
                    Stage::Choose(Choice::new(self.first_protocol(), true))
                } else {
                    Stage::Setup(Setup::default())
                };
            }
            Input::Disconnected => {
                if !matches!(self.stage, Stage::Unplugged) {
                    let is_early = matches!(&self.stage, Stage::Setup(setup) if !setup.is_heard);
                    self.early_cuts = if is_early { self.early_cuts.saturating_add(1) } else { 0 };
                    let is_adapter = self.known.adapter.is_some() || self.early_cuts < MOST_EARLY_CUTS;
                    self.cut();
                    self.stage = Stage::Unplugged;
                    self.problem(if is_adapter {
                        SessionError::Disconnected
                    } else {
                        SessionError::NotAnAdapter
                    });
                }
            }
            _ if matches!(self.stage, Stage::Unplugged) => {}
            _ => {
                let mut out = Vec::new();
                self.link.handle(now, input, &mut out);
                self.out.extend(out);
            }
        }
        self.pump(now);
    }

    /// What to do next; `None` once all is said for now.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to call [`handle`](Self::handle) with [`Input::Tick`] at the latest. `None` while there is no line.
    /// An instant that has passed means now: call it as soon as a job was started or a signal watched, too.
    pub fn next_deadline(&self) -> Option<Duration> {
        if !self.out.is_empty() {
            return Some(Duration::ZERO);
        }
        if matches!(self.stage, Stage::Unplugged) {
            return None;
        }
        if let Some(deadline) = self.link.next_deadline() {
            return Some(deadline);
        }
        match &self.stage {
            Stage::Waiting(until) => Some(*until),
            Stage::Running => {
                let has_job = self.job.is_some() || !self.jobs.is_empty();
                let job = has_job.then(|| self.rest.unwrap_or_default());
                let lost = (!self.lost.is_empty()).then_some(self.lost_at);
                // While a job rests, polls wait, too, unless it is their turn.
                let waits = self.job.is_some() && self.rest.is_some() && !self.is_polls_turn;
                let poll = self.schedule.next(|parameter| self.known.supporters(parameter) > 0);
                let poll = poll.filter(|_| !waits);
                [job, lost, poll].into_iter().flatten().min()
            }
            _ => Some(self.rest.unwrap_or_default()),
        }
    }

    /// Takes replies and starts what comes next, until something has to be waited for.
    fn pump(&mut self, now: Duration) {
        loop {
            if let Some(reply) = self.link.take() {
                self.replied(now, reply);
            }
            if matches!(self.stage, Stage::Unplugged) || !self.link.is_free(now) || self.doing.is_some() {
                return;
            }
            self.rest = self.rest.filter(|until| now < *until);
            let is_started = match &self.stage {
                Stage::Choose(_) | Stage::Discover(_) | Stage::Verify if self.rest.is_some() => false,
                Stage::Unplugged => false,
                Stage::Setup(_) => self.start_setup(now),
                Stage::Choose(_) => self.start_choice(now),
                Stage::Discover(_) => self.start_discovery(now),
                Stage::Verify => self.start_verification(now),
                Stage::Running => self.start_running(now),
                Stage::Waiting(until) => {
                    if now >= *until {
                        self.stage = Stage::Choose(self.next_choice());
                        continue;
                    }
                    false
                }
            };
            if !is_started {
                return;
            }
        }
    }

    fn replied(&mut self, now: Duration, reply: Reply) {
        let Some(doing) = self.doing.take() else { return };
        if let (Link::Text(link), Some(identity)) = (&self.link, &mut self.known.adapter) {
            identity.lost_prompts = link.lost_prompts();
        }
        if reply.ended == Ended::Silent {
            self.silent += 1;
        } else {
            self.silent = 0;
        }
        if reply.ended == Ended::Flood {
            self.again(now, doing);
            return self.hang_up(SessionError::Flood);
        }
        if reply.has_answer() {
            self.restarts = 0;
        }
        if reply.is_restart && doing != Doing::Setup {
            self.restarts = self.restarts.saturating_add(1);
            if self.restarts >= MOST_RESTARTS {
                self.restarts = 0;
                self.again(now, doing);
                return self.hang_up(SessionError::RestartsAgain);
            }
            // It forgot its settings: what was asked is asked again, once they are made again.
            self.again(now, doing);
            self.header = None;
            self.stage = Stage::Setup(Setup::default());
            return;
        }
        if self.silent >= MOST_SILENT && doing != Doing::Setup {
            self.again(now, doing);
            return self.hang_up(SessionError::AdapterSilent);
        }
        match doing {
            Doing::Setup => self.set_up(&reply),
            Doing::SetProtocol | Doing::Probe | Doing::AskNumber => self.chosen(now, &doing, reply),
            Doing::Discover(request) => self.discovered(now, request, reply),
            Doing::Verify => self.verified(now, reply),
            Doing::Header(ecu) => self.header_set(ecu, &reply),
            Doing::LongWait => {}
            Doing::Ask(ask) => self.answered(now, ask, reply),
            Doing::Poll(parameters) => self.polled(now, &parameters, reply),
            Doing::Voltage => self.voltage_read(reply),
        }
    }

    /// Nothing comes back, or nothing of use: the line is opened anew.
    pub(super) fn hang_up(&mut self, error: SessionError) {
        self.problem(error);
        self.cut();
        self.stage = Stage::Unplugged;
        self.out.push_back(Output::Hangup);
    }

    /// Forgets what is on its way, and nothing else.
    fn cut(&mut self) {
        let mut out = Vec::new();
        self.link.cut(&mut out);
        self.out.extend(out);
        if let Some(doing) = self.doing.take() {
            self.again(Duration::ZERO, doing);
        }
        self.header = None;
        self.is_patient = false;
        self.silent = 0;
        self.repeats = 0;
        self.rest = None;
        self.quick = 0;
    }

    /// Lets what was asked be asked again.
    fn again(&mut self, now: Duration, doing: Doing) {
        match doing {
            Doing::Ask(ask) => {
                if let Some(job) = &mut self.job {
                    job.asks.push_front(ask);
                }
            }
            Doing::Poll(parameters) => {
                for parameter in parameters {
                    self.schedule.again(parameter, now);
                }
            }
            _ => {}
        }
    }

    pub(super) fn command(&mut self, now: Duration, text: &str, patience: Duration, doing: Doing) {
        let mut out = Vec::new();
        self.link.command(now, text, patience, &mut out);
        self.out.extend(out);
        self.doing = Some(doing);
    }

    pub(super) fn request(&mut self, now: Duration, request: &Request<'_>, doing: Doing) {
        let mut out = Vec::new();
        self.link.request(now, request, &mut out);
        self.out.extend(out);
        self.doing = Some(doing);
    }

    /// How often a request is made whose answers come damaged, before it is given up.
    pub(super) fn most_tries(&self) -> u8 {
        if self.is_rough { TRIES } else { RESTS.len() as u8 + 1 }
    }

    /// What came damaged is asked for again a little later; `tries` is how often it was asked for, from 1.
    pub(super) fn rest_after(&mut self, now: Duration, tries: u8) {
        let pause = RESTS.get(usize::from(tries.saturating_sub(1))).copied().unwrap_or_default();
        self.rest = (!self.is_rough && !pause.is_zero()).then(|| now.saturating_add(pause));
    }

    pub(super) fn report(&mut self, report: Report) {
        self.out.push_back(Output::Report(report));
    }

    pub(super) fn problem(&mut self, error: SessionError) {
        self.report(Report::Problem(error));
    }

    /// Learns from items, and gives them on. Silence is no news.
    pub(super) fn deliver(&mut self, items: Vec<Decoded>) {
        for decoded in items {
            if matches!(&decoded.item, Item::Error(error) if error.is_silence()) {
                continue;
            }
            self.learn(&decoded);
            self.report(Report::Item(decoded));
        }
    }

    pub(super) fn learn(&mut self, decoded: &Decoded) {
        let ecu = decoded.ecu.as_deref();
        if !matches!(decoded.item, Item::Error(_))
            && let Some(name) = ecu
            && !self.known.ecus.contains_key(name)
        {
            self.report(Report::EcuFound(name.into()));
            self.known.ecu(ecu);
        }
        match &decoded.item {
            Item::Supported(report) if report.service == 0x01 => {
                self.known.ecu(ecu).parameters.add(report.ids);
            }
            Item::Supported(report) if report.service == 0x09 => {
                self.known.ecu(ecu).info_types.add(report.ids);
            }
            Item::Info(InfoItem::Supported(ids)) => self.known.ecu(ecu).info_types.add(*ids),
            Item::Info(InfoItem::EcuName(name)) => {
                self.known.ecu(ecu).name = Some(name.as_str().into());
            }
            Item::Vin(vin) => self.known.vin = Some(*vin),
            _ => {}
        }
    }

    /// The adapter's identity, made where there is none yet.
    pub(super) fn identity(&mut self) -> &mut AdapterIdentity {
        self.known.adapter.get_or_insert_with(AdapterIdentity::default)
    }
}

/// How long what was damaged rests before it is asked for again, each time: a fault may be over at once, or last seconds.
pub(super) const RESTS: [Duration; 7] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_millis(500),
    Duration::from_millis(750),
    Duration::from_secs(1),
    Duration::from_secs(1),
];
/// After so many commands without any sign the line is opened anew.
const MOST_SILENT: u8 = 2;
/// After so many restarts without a word of the car between them the line is opened anew.
const MOST_RESTARTS: u8 = 3;
/// After so many lines that were cut before anything spoke as adapters do, it is none.
const MOST_EARLY_CUTS: u8 = 3;

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("stage", &self.stage)
            .field("doing", &self.doing)
            .field("ecus", &self.known.ecus.len())
            .finish_non_exhaustive()
    }
}
