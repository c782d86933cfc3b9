//! Finding the protocol, and what the ECUs know.

use alloc::collections::VecDeque;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::link::{Link, Reply, Request};
use super::machine::{ActiveJob, Doing, Session, Stage};
use super::running::TRIES;
use super::{BusProtocol, Job, JobId, Knowledge, Report, SessionError};
use crate::capture::Item;
use crate::elm::AdapterFault;

/// How far the search is.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What is still to be tried; `None` lets the adapter search.
    candidates: VecDeque<Option<BusProtocol>>,
    is_set: bool,
    /// The probe was answered; which bus was it?
    is_answered: bool,
    /// Why nobody answered by now, where it was the same each time.
    trouble: Option<SessionError>,
    /// Only the protocol that the car spoke a moment ago is tried.
    is_quick: bool,
}

impl Choice {
    /// The protocol of last time, the adapter's own search, and each protocol for adapters whose search is broken.
    pub(super) fn new(first: Option<BusProtocol>, is_bus: bool) -> Self {
        let mut candidates: VecDeque<Option<BusProtocol>> = VecDeque::new();
        candidates.extend(first.map(Some));
        if is_bus {
            candidates.extend([Some(BusProtocol::Can11At500), Some(BusProtocol::Can29At500)]);
        } else {
            candidates.push_back(None);
            candidates.extend(
                [
                    BusProtocol::Can11At500,
                    BusProtocol::Can29At500,
                    BusProtocol::Can11At250,
                    BusProtocol::Can29At250,
                    BusProtocol::KwpFast,
                    BusProtocol::KwpSlow,
                    BusProtocol::Iso9141,
                    BusProtocol::J1850Vpw,
                    BusProtocol::J1850Pwm,
                ]
                .map(Some),
            );
        }
        Self { candidates, is_set: false, is_answered: false, trouble: None, is_quick: false }
    }

    /// That protocol alone.
    fn only(protocol: BusProtocol) -> Self {
        let candidates = [Some(protocol)].into();
        Self { candidates, is_set: false, is_answered: false, trouble: None, is_quick: true }
    }
}

/// How long a search over all protocols may take.
const SEARCH: Duration = Duration::from_secs(25);
/// How long one protocol may take: a K-line is started at 5 baud.
const PROBE: Duration = Duration::from_secs(8);
/// How often the pause between two searches doubles.
const MOST_WAITS: u8 = 3;
/// How much sooner a car is asked again that was there a moment ago.
const SOONER: u32 = 5;
/// How long a setting may take.
const SETTING: Duration = Duration::from_millis(1_500);

impl Session {
    /// The protocol to try first.
    pub(super) fn first_protocol(&self) -> Option<BusProtocol> {
        self.known.protocol.or(self.options.protocol)
    }

    /// What is tried behind a pause.
    pub(super) fn next_choice(&mut self) -> Choice {
        match self.known.protocol {
            Some(protocol) if self.quick > 0 => {
                self.quick -= 1;
                Choice::only(protocol)
            }
            _ => Choice::new(self.first_protocol(), self.link.is_can()),
        }
    }

    pub(super) fn start_choice(&mut self, now: Duration) -> bool {
        let Stage::Choose(choice) = &mut self.stage else { return false };
        let Some(&candidate) = choice.candidates.front() else {
            if choice.is_quick {
                // It was said that the car is silent; that the whole search finds none is for that search to say.
                self.wait_for_car(now);
                return true;
            }
            let trouble = choice.trouble.take().unwrap_or(SessionError::CarSilent);
            self.nobody_answers(now, trouble);
            return true;
        };
        if choice.is_answered {
            self.command(now, "ATDPN", SETTING, Doing::AskNumber);
            return true;
        }
        if let Link::Can(link) = &mut self.link {
            link.long_ids = candidate.is_some_and(BusProtocol::has_long_ids);
        } else if !choice.is_set {
            let number = candidate.map_or(0, BusProtocol::number);
            self.command(now, &format!("ATSP{number}"), SETTING, Doing::SetProtocol);
            return true;
        }
        let patience = if candidate.is_some() { PROBE } else { SEARCH };
        let request = Request { bytes: &[0x01, 0x00], ecu: None, answers: None, patience, is_probe: true };
        self.request(now, &request, Doing::Probe);
        true
    }

    pub(super) fn chosen(&mut self, now: Duration, doing: &Doing, reply: Reply) {
        let Stage::Choose(mut choice) = self.stage.clone() else { return };
        let candidate = choice.candidates.front().copied().flatten();
        match doing {
            Doing::SetProtocol => {
                choice.is_set = true;
                // A protocol comes with its own header: that of all ECUs.
                self.header = None;
            }
            Doing::Probe if is_cut_short(&reply) && self.repeats + 1 < self.most_tries() => {
                // Somebody is there, and not all was heard.
                self.repeats += 1;
                self.rest_after(now, self.repeats);
            }
            Doing::Probe if reply.has_answer() => {
                self.repeats = 0;
                if is_cut_short(&reply) {
                    self.is_rough = true;
                    self.lose([0x01, 0x00], now);
                }
                let is_same = self.is_same_car(&reply);
                if !is_same {
                    self.forget_car();
                }
                self.deliver(reply.items);
                match candidate {
                    Some(protocol) => {
                        self.found(protocol);
                        return;
                    }
                    None => choice.is_answered = true,
                }
            }
            Doing::Probe => {
                self.repeats = 0;
                let trouble = self.trouble(&reply);
                let is_same = choice.trouble.as_ref().is_none_or(|before| *before == trouble);
                // Buses that are not there have faults of their own, each another.
                choice.trouble = Some(if is_same { trouble } else { SessionError::CarSilent });
                choice.is_set = false;
                choice.candidates.pop_front();
            }
            _ => {
                let stated = reply.texts.iter().rev().find_map(|text| BusProtocol::from_answer(text));
                let protocol = stated.unwrap_or_else(|| guess(&self.known));
                self.found(protocol);
                return;
            }
        }
        self.stage = Stage::Choose(choice);
    }

    /// The probe was answered.
    fn found(&mut self, protocol: BusProtocol) {
        if self.known.protocol != Some(protocol) {
            self.known.protocol = Some(protocol);
            self.report(Report::ProtocolFound(protocol));
        }
        self.known_trouble = None;
        self.waits = 0;
        self.quick = 0;
        self.stage = if self.is_discovered { Stage::Verify } else { Stage::Discover(self.first_questions()) };
    }

    fn first_questions(&self) -> VecDeque<[u8; 2]> {
        let mut questions = VecDeque::new();
        if self.lost.contains(&[0x01, 0x00]) {
            questions.push_back([0x01, 0x00]);
        } else if self.known.ecus.values().any(|ecu| ecu.parameters.contains(0x20)) {
            questions.push_back([0x01, 0x20]);
        }
        questions.extend([[0x09, 0x00], [0x09, 0x02]]);
        questions
    }

    /// Whether every ECU that answered the probe is known, and says what it said before.
    fn is_same_car(&self, reply: &Reply) -> bool {
        self.known.ecus.is_empty()
            || reply.items.iter().all(|decoded| match &decoded.item {
                Item::Supported(report) if report.service == 0x01 => {
                    self.known.ecus.get(decoded.ecu.as_deref().unwrap_or_default()).is_some_and(|ecu| {
                        (1..=0x20).all(|id| report.ids.contains(id) == ecu.parameters.contains(id))
                    })
                }
                _ => true,
            })
    }

    /// Another car: nothing of the one before may stand beside what this one says. Jobs begin anew; those that erase
    /// were consented to for the other car.
    fn forget_car(&mut self) {
        self.known = Knowledge { adapter: self.known.adapter.take(), ..Knowledge::default() };
        self.is_discovered = false;
        self.batch = None;
        self.schedule.begin_anew();
        self.lost.clear();
        self.losses = 0;
        self.missed.clear();
        self.damaged.clear();
        self.not_given.clear();
        self.report(Report::CarChanged);
        if let Some(ActiveJob { id, job, .. }) = self.job.take() {
            self.jobs.push_front((id, job));
        }
        let jobs = core::mem::take(&mut self.jobs).into_iter();
        let (erasing, others): (VecDeque<(JobId, Job)>, _) =
            jobs.partition(|(_, job)| matches!(job, Job::ClearCodes(_)));
        self.jobs = others;
        for (job, _) in erasing {
            self.report(Report::Finished { job, result: Err(SessionError::CarChanged) });
        }
    }

    /// Says why once, and waits.
    pub(super) fn nobody_answers(&mut self, now: Duration, trouble: SessionError) {
        if self.known_trouble.as_ref() != Some(&trouble) {
            self.known_trouble = Some(trouble.clone());
            self.problem(trouble);
        }
        self.wait_for_car(now);
    }

    /// Tries again after a pause, which grows.
    fn wait_for_car(&mut self, now: Duration) {
        let pause = if self.quick > 0 {
            self.options.retry / SOONER
        } else {
            let pause = self.options.retry.saturating_mul(1 << self.waits.min(MOST_WAITS));
            self.waits = self.waits.saturating_add(1);
            pause
        };
        self.stage = Stage::Waiting(now.saturating_add(pause));
    }

    pub(super) fn start_discovery(&mut self, now: Duration) -> bool {
        let Stage::Discover(questions) = &mut self.stage else { return false };
        let Some(question) = questions.pop_front() else {
            self.is_discovered = true;
            self.now_ready();
            return true;
        };
        let patience = self.options.patience;
        let request = Request { bytes: &question, ecu: None, answers: None, patience, is_probe: false };
        self.request(now, &request, Doing::Discover(question));
        true
    }

    pub(super) fn discovered(&mut self, now: Duration, question: [u8; 2], reply: Reply) {
        let [service, id] = question;
        let is_damaged = reply.is_damaged();
        let is_lost = is_damaged || reply.is_pending();
        let is_answered = reply.has_answer();
        self.deliver(reply.items);
        let more = service == 0x01
            && id < 0xE0
            && self.known.ecus.values().any(|ecu| ecu.parameters.contains(id + 0x20));
        let most = if is_damaged { self.most_tries() } else { TRIES };
        let repeat = is_lost && self.repeats + 1 < most;
        self.repeats = if repeat { self.repeats + 1 } else { 0 };
        if repeat && is_damaged {
            self.rest_after(now, self.repeats);
        } else if is_damaged {
            self.is_rough = true;
            self.lose(question, now);
        } else if !repeat {
            self.is_rough &= !is_answered;
            self.lost.remove(&question);
            self.known.is_partial = !self.lost.is_empty();
        }
        if question == [0x09, 0x02] && !repeat {
            self.known.vin_asked = true;
            self.known.is_vin_damaged = is_damaged && self.known.vin.is_none();
        }
        let Stage::Discover(questions) = &mut self.stage else { return };
        if repeat {
            questions.push_front(question);
        } else if more {
            questions.push_front([0x01, id + 0x20]);
        }
    }

    /// An answer that names ECUs, or what they know, came damaged each time: it is asked for again, later.
    fn lose(&mut self, question: [u8; 2], now: Duration) {
        self.lost.insert(question);
        self.known.is_partial = true;
        let pause = self.options.retry.saturating_mul(1 << self.losses.min(MOST_WAITS));
        self.lost_at = now.saturating_add(pause);
        self.losses = self.losses.saturating_add(1);
    }

    /// Reads the identification number again after a cut: the adapter may be in another car.
    pub(super) fn start_verification(&mut self, now: Duration) -> bool {
        if self.known.vin.is_none() {
            self.now_ready();
            return true;
        }
        let patience = self.options.patience;
        let request = Request { bytes: &[0x09, 0x02], ecu: None, answers: None, patience, is_probe: false };
        self.request(now, &request, Doing::Verify);
        true
    }

    pub(super) fn verified(&mut self, now: Duration, reply: Reply) {
        let mut vins = reply.items.iter().filter_map(|decoded| match &decoded.item {
            Item::Vin(vin) => Some(*vin),
            _ => None,
        });
        let first = vins.next();
        let is_same = first == self.known.vin || vins.any(|vin| Some(vin) == self.known.vin);
        let is_damaged = reply.is_damaged();
        let most = if is_damaged { self.most_tries() } else { TRIES };
        if first.is_none() && self.repeats + 1 < most {
            self.repeats += 1;
            if is_damaged {
                self.rest_after(now, self.repeats);
            }
            return;
        }
        self.repeats = 0;
        if is_same {
            self.now_ready();
            self.deliver(reply.items);
        } else {
            // Another car, or one that does not say which it is. It is read from the beginning, its number with it: what
            // was learnt of it now would pass for a car that is known.
            let protocol = self.known.protocol;
            self.forget_car();
            self.known.protocol = protocol;
            self.stage = Stage::Choose(Choice::new(protocol, self.link.is_can()));
        }
    }

    /// The car is found: polling begins, or goes on.
    fn now_ready(&mut self) {
        self.stage = Stage::Running;
        self.unanswered = 0;
        self.count_missed();
        if self.lost.is_empty() {
            self.losses = 0;
        }
        self.add_supported();
        let watched: Vec<u8> = self.watched.keys().copied().collect();
        for parameter in watched {
            self.check_watched(parameter);
        }
        self.report(Report::Ready);
    }
}

/// Whether somebody spoke on the bus, and a part of it was lost. Buses that are not there have faults of their own, `CAN
/// ERROR` and the like.
fn is_cut_short(reply: &Reply) -> bool {
    let is_fault_of_answers = |fault| {
        matches!(
            fault,
            AdapterFault::BufferFull
                | AdapterFault::DataError
                | AdapterFault::DataErrorHere
                | AdapterFault::Stopped
        )
    };
    reply.is_damaged() && (reply.has_answer() || reply.fault.is_some_and(is_fault_of_answers))
}

/// Which bus it must have been, by the names of those who answered.
fn guess(known: &Knowledge) -> BusProtocol {
    match known.ecus.keys().map(|name| name.len()).max() {
        Some(8) => BusProtocol::Can29At500,
        Some(2) => BusProtocol::Iso9141,
        _ => BusProtocol::Can11At500,
    }
}
