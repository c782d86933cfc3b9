//! Jobs and polls, once the car is found.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;
use core::time::Duration;

use super::job::{Ask, Job};
use super::link::{Ended, Reply, Request, is_transient};
use super::machine::{ActiveJob, Doing, Session, Stage};
use super::{Report, SessionError};
use crate::capture::{Decoded, Item};
use crate::elm::AdapterFault;
use crate::pid::PidTable;
use crate::service::{Supported, parameter_length};

/// How often a request is made before its job gives up on it.
pub(super) const TRIES: u8 = 3;
/// After so many polls that no ECU answered, the car counts as silent.
const MOST_UNANSWERED: u8 = 4;
/// The most parameters in one request (SAE J1979, on CAN).
const BATCH: usize = 6;
/// How often a car that was there a moment ago is asked again soon.
const QUICK: u8 = 5;
/// How long a setting may take.
const SETTING: Duration = Duration::from_millis(1_500);

impl Session {
    pub(super) fn start_running(&mut self, now: Duration) -> bool {
        if !self.lost.is_empty() && now >= self.lost_at {
            self.stage = Stage::Discover(self.lost.iter().copied().collect());
            return true;
        }
        if self.job.is_none()
            && let Some((id, job)) = self.jobs.pop_front()
        {
            let asks = job.asks(&self.known).into();
            self.job = Some(ActiveJob { id, job, asks, made: Vec::new(), error: None });
        }
        let is_working = self.job.is_some();
        if (!is_working || self.is_polls_turn) && self.start_poll(now) {
            return true;
        }
        if !is_working || self.rest.is_some() {
            return false;
        }
        self.start_job(now)
    }

    fn start_job(&mut self, now: Duration) -> bool {
        let Some(job) = &mut self.job else { return false };
        if job.job == Job::Voltage && job.made.is_empty() {
            job.made.push((None, Vec::new()));
            if self.link.is_can() {
                job.error = Some(SessionError::Unanswered { service: 0 });
                return true;
            }
            self.command(now, "ATRV", SETTING, Doing::Voltage);
            return true;
        }
        let Some(ask) = job.asks.front().cloned() else {
            if let Some(ActiveJob { id, error, .. }) = self.job.take() {
                self.report(Report::Finished { job: id, result: error.map_or(Ok(()), Err) });
            }
            return true;
        };
        let is_clearing = matches!(job.job, Job::ClearCodes(_));
        // Only the job that was consented to clears codes.
        if !is_clearing && matches!(ask.request[..], [] | [0x04 | 0x14, ..]) {
            job.error = Some(SessionError::Unanswered { service: ask.service() });
            job.asks.pop_front();
            return true;
        }
        if ask.ecu != self.header && !self.link.is_can() {
            let ecu = ask.ecu.clone();
            return self.start_header(now, ecu);
        }
        if let Some(job) = &mut self.job {
            job.asks.pop_front();
        }
        self.is_polls_turn = true;
        let bytes = ask.request.clone();
        let ecu = ask.ecu.clone();
        let patience = self.options.patience;
        let request =
            Request { bytes: &bytes, ecu: ecu.as_deref(), answers: None, patience, is_probe: false };
        self.request(now, &request, Doing::Ask(ask));
        true
    }

    fn start_header(&mut self, now: Duration, ecu: Option<Box<str>>) -> bool {
        let is_long = self.known.protocol.is_some_and(super::BusProtocol::has_long_ids);
        let header = match (ecu.as_deref(), is_long) {
            (None, false) => Some("7DF".into()),
            (None, true) => Some("DB33F1".into()),
            (Some(name), false) => u16::from_str_radix(name, 16)
                .ok()
                .and_then(|id| id.checked_sub(8))
                .map(|id| format!("{id:03X}")),
            (Some(name), true) => name.get(6..8).map(|address| format!("DA{address}F1")),
        };
        match header {
            Some(header) => self.command(now, &format!("ATSH{header}"), SETTING, Doing::Header(ecu)),
            None => self.drop_asks_of(ecu.as_deref(), false),
        }
        true
    }

    pub(super) fn header_set(&mut self, ecu: Option<Box<str>>, reply: &Reply) {
        self.repeats = if reply.is_okay { 0 } else { self.repeats.saturating_add(1) };
        if reply.is_okay {
            self.header = ecu;
        } else if reply.fault == Some(AdapterFault::UnknownCommand) || self.repeats >= TRIES {
            self.repeats = 0;
            if ecu.is_none() {
                // It took the way there, so it must take the way back.
                self.header = None;
            } else {
                self.drop_asks_of(ecu.as_deref(), true);
            }
        }
    }

    /// The ECU cannot be spoken to alone: the adapter refuses its header, or its name has none.
    fn drop_asks_of(&mut self, ecu: Option<&str>, is_refused: bool) {
        let Some(job) = &mut self.job else { return };
        if is_refused {
            job.error.get_or_insert(SessionError::HeaderRefused);
        } else if let Some(ask) = job.asks.iter().find(|ask| ask.ecu.as_deref() == ecu && ask.is_needed) {
            job.error = Some(SessionError::Unanswered { service: ask.service() });
        }
        job.asks.retain(|ask| ask.ecu.as_deref() != ecu);
    }

    pub(super) fn answered(&mut self, now: Duration, mut ask: Ask, reply: Reply) {
        ask.tries += 1;
        let is_lost = reply.is_damaged() || reply.fault.is_some_and(is_transient);
        let is_silent = reply.ended == Ended::Silent;
        // What every car must answer is asked for twice before silence is believed.
        let is_odd = ask.is_needed && !reply.has_answer() && ask.tries < 2;
        let most = if is_lost { self.most_tries() } else { TRIES };
        if is_odd || ((is_lost || is_silent || reply.is_pending()) && ask.tries < most) {
            if is_lost {
                self.rest_after(now, ask.tries);
            }
            if let Some(job) = &mut self.job {
                job.asks.push_front(ask);
            }
            if reply.is_pending() && !self.is_patient && !self.link.is_can() {
                // The longest that an adapter waits for an answer, about a second.
                self.is_patient = true;
                self.command(now, "ATSTFF", SETTING, Doing::LongWait);
            }
            return;
        }
        if is_lost || reply.has_answer() {
            self.is_rough = is_lost;
        }
        let service = ask.service();
        let error = if is_lost {
            Some(
                reply
                    .fault
                    .filter(|&fault| is_transient(fault))
                    .map_or_else(|| self.unreadable(service), SessionError::Fault),
            )
        } else if !reply.has_answer() && ask.is_needed {
            Some(SessionError::Unanswered { service })
        } else {
            None
        };
        self.follow_up(&ask, &reply.items);
        if let (Some(job), Some(error)) = (&mut self.job, error) {
            job.error.get_or_insert(error);
        }
        self.deliver(reply.items);
    }

    /// What an answer makes worth asking next.
    fn follow_up(&mut self, ask: &Ask, items: &[Decoded]) {
        let service = ask.service();
        if service == 0x19
            && let Some(name) = ask.ecu.as_deref()
            && let Some(ecu) = self.known.ecus.get_mut(name)
        {
            let is_known = items.iter().any(|decoded| matches!(decoded.item, Item::Scan(_)));
            ecu.answers_uds_codes = Some(is_known);
        }
        let Some(job) = &mut self.job else { return };
        job.made.push((ask.ecu.clone(), ask.request.clone()));
        let mut more: Vec<Ask> = Vec::new();
        for decoded in items {
            match (&job.job, &decoded.item) {
                (Job::ClearCodes(_), Item::Negative(reason))
                    if reason.service == 0x04 && !reason.is_pending() =>
                {
                    let ecu = decoded.ecu.clone().unwrap_or_default();
                    job.error.get_or_insert(SessionError::ClearRefused { ecu, reason: *reason });
                }
                (Job::ClearCodes(_), Item::Cleared(_)) => {
                    more.extend(Job::Codes.asks(&self.known));
                }
                (Job::FreezeFrames, Item::TroubleCode(code)) => {
                    let Some(number) = code.freeze_frame else { continue };
                    more.push(Ask::all(&[0x02, 0x00, number]));
                    if let Some(next) = number.checked_add(1) {
                        more.push(Ask::all(&[0x02, 0x02, next]));
                    }
                }
                (Job::Monitors, Item::Supported(report)) if report.service == 0x06 => {
                    // The last bit of a block is the next block's list.
                    more.extend(report.ids.iter().map(|id| Ask::all(&[0x06, id])));
                }
                (Job::FreezeFrames, Item::Supported(report)) if report.service == 0x02 => {
                    let number = ask.request.get(2).copied().unwrap_or_default();
                    // Parameter 02 is the code itself.
                    let ids = report.ids.iter().filter(|&id| id != 0x02);
                    more.extend(ids.map(|id| Ask::all(&[0x02, id, number])));
                }
                _ => {}
            }
        }
        for ask in more {
            let is_made = job.made.iter().any(|(ecu, request)| (ecu, request) == (&ask.ecu, &ask.request));
            if !is_made && !job.asks.contains(&ask) {
                job.asks.push_back(ask);
            }
        }
    }

    pub(super) fn voltage_read(&mut self, reply: Reply) {
        if reply.items.is_empty()
            && let Some(job) = &mut self.job
        {
            job.error = Some(SessionError::NoVoltage);
        }
        self.deliver(reply.items);
    }

    /// An answer that came damaged each time, with the reason where the adapter is known to hide who speaks.
    fn unreadable(&self, service: u8) -> SessionError {
        let is_refused = self
            .known
            .adapter
            .as_ref()
            .is_some_and(|adapter| adapter.refused.iter().any(|command| **command == *"ATH1"));
        // An ECU without a name is one whose header was not shown.
        if is_refused || !self.link.is_can() && self.known.ecus.contains_key("") {
            SessionError::Headless { service }
        } else {
            SessionError::Unreadable { service }
        }
    }

    /// What nobody's answer means, with what is known of the adapter.
    pub(super) fn trouble(&self, reply: &Reply) -> SessionError {
        match reply.trouble(0x01) {
            SessionError::Unreadable { service } => self.unreadable(service),
            trouble => trouble,
        }
    }

    fn start_poll(&mut self, now: Duration) -> bool {
        self.is_polls_turn = false;
        let may_batch = self.options.batches
            && self.batch != Some(false)
            && self.known.protocol.is_some_and(super::BusProtocol::is_can);
        let known = &self.known;
        let may = |parameter| known.supporters(parameter) > 0;
        if self.schedule.next(may).is_none_or(|due| due > now) {
            return false;
        }
        if self.header.is_some() {
            return self.start_header(now, None);
        }
        let mut parameters = self.schedule.take(now, if may_batch { BATCH } else { 1 }, may);
        // An answer of several is split by the lengths of the standard: what has none is asked for alone.
        if parameters.len() > 1
            && let Some(place) = parameters.iter().position(|&id| parameter_length(id).is_none())
        {
            let alone = parameters.remove(place);
            self.schedule.again(alone, now);
        }
        let Some(&first) = parameters.first() else { return false };
        // Each answer must fit one frame: adapters count lines, not answers.
        let is_short = parameter_length(first).is_some_and(|length| length <= 5);
        let answers =
            (parameters.len() == 1 && self.counts && is_short).then(|| self.known.supporters(first));
        let answers = if self.link.is_can() {
            let supporting = self
                .known
                .ecus
                .values()
                .filter(|ecu| parameters.iter().any(|&id| ecu.parameters.contains(id)));
            Some(supporting.count())
        } else {
            answers
        };
        let bytes = [&[0x01], &parameters[..]].concat();
        let patience = self.options.patience;
        let request = Request { bytes: &bytes, ecu: None, answers, patience, is_probe: false };
        self.request(now, &request, Doing::Poll(parameters));
        true
    }

    fn poll_again(&mut self, parameters: &[u8], now: Duration) {
        for &parameter in parameters {
            self.schedule.again(parameter, now);
        }
    }

    pub(super) fn polled(&mut self, now: Duration, parameters: &[u8], reply: Reply) {
        let answered = answered_parameters(&reply.items);
        if reply.fault == Some(AdapterFault::UnknownCommand) {
            // It does not take the number of answers behind a request, or not so long a request.
            let is_new = if parameters.len() == 1 {
                core::mem::take(&mut self.counts)
            } else {
                self.batch.replace(false) != Some(false)
            };
            if is_new {
                self.poll_again(parameters, now);
                return;
            }
        }
        if !answered.is_empty() && !answered.iter().any(|id| parameters.contains(id)) {
            // The answer to an earlier request: from here on nothing would fit.
            self.link.drain(now);
            self.poll_again(parameters, now);
            return;
        }
        if parameters.len() > 1 {
            let together = parameters.iter().filter(|id| answered.contains(id)).count();
            if reply.fault == Some(AdapterFault::BufferFull) {
                self.batch = Some(false);
            } else if together > 1 {
                self.batch = Some(true);
            } else if self.batch.is_none() && !reply.is_damaged() {
                // It answers the first at the most: each is asked for alone.
                self.batch = Some(false);
                for &parameter in parameters.iter().filter(|id| !answered.contains(id)) {
                    self.schedule.again(parameter, now);
                }
                self.deliver(reply.items);
                return;
            }
        }
        self.take_note(parameters, &answered, reply.is_damaged());
        self.note_damage(parameters, &reply);
        let trouble = self.trouble(&reply);
        self.deliver(reply.items);
        if self.unanswered >= MOST_UNANSWERED {
            // The ignition is off, or the plug is out, or it is a moment of trouble: tried again soon on the protocol that
            // it spoke, then slowly, from the protocol on.
            self.unanswered = 0;
            self.known_trouble = None;
            self.quick = QUICK;
            let trouble = if trouble == SessionError::CarSilent { SessionError::CarLost } else { trouble };
            self.nobody_answers(now, trouble);
        }
    }

    /// Takes note of which parameters were answered. That nobody answers a parameter counts against it only where somebody
    /// answers another: else it is the car that is silent.
    fn take_note(&mut self, parameters: &[u8], answered: &[u8], is_damaged: bool) {
        let silent = parameters.iter().filter(|id| !answered.contains(id) && !is_damaged);
        self.missed.extend(silent);
        for &parameter in answered {
            self.missed.remove(&parameter);
            self.schedule.answered(parameter, true);
        }
        if answered.is_empty() {
            self.unanswered += 1;
        } else {
            self.unanswered = 0;
            self.count_missed();
        }
    }

    /// Takes note of which parameters lack the value of an ECU because the reply came damaged.
    fn note_damage(&mut self, parameters: &[u8], reply: &Reply) {
        for &id in parameters {
            let of_it = reply.items.iter().filter(|decoded| answered_parameter(decoded) == Some(id));
            let ecus: BTreeSet<_> = of_it.map(|decoded| decoded.ecu.as_deref()).collect();
            if reply.is_damaged() && ecus.len() < self.known.supporters(id) {
                self.damaged.insert(id);
            } else {
                self.damaged.remove(&id);
            }
        }
    }

    /// Somebody answers: what was not answered before is not given now.
    pub(super) fn count_missed(&mut self) {
        for parameter in core::mem::take(&mut self.missed) {
            self.schedule.answered(parameter, false);
        }
    }

    /// Watches what the car supports, where everything is watched.
    pub(super) fn add_supported(&mut self) {
        let Some(every) = self.watch_all else { return };
        let table = PidTable::standard();
        let parameters: Vec<u8> = self.known.parameters().filter(|&id| !Supported::is_base(id)).collect();
        for parameter in parameters {
            if table.knows(parameter) && !self.schedule.contains(parameter) {
                self.schedule.set(parameter, every);
            }
        }
    }

    /// Says once where the car does not give a watched signal.
    pub(super) fn check_watched(&mut self, parameter: u8) {
        if self.known.supporters(parameter) == 0
            && let Some(signal) = self.watched.get(&parameter).cloned()
            && self.not_given.insert(parameter)
        {
            self.problem(SessionError::NotGiven { signal });
        }
    }
}

/// The parameters of service 01 that the items answer.
fn answered_parameters(items: &[Decoded]) -> Vec<u8> {
    items.iter().filter_map(answered_parameter).collect()
}

fn answered_parameter(decoded: &Decoded) -> Option<u8> {
    match &decoded.item {
        Item::Reading(reading) => reading.signal.signal().and_then(|row| row.obd).map(|source| source.pid),
        Item::Other(other) if other.service == 0x01 => other.identifier.map(|id| id as u8),
        Item::Readiness(_) => Some(0x01),
        Item::CycleReadiness(_) => Some(0x41),
        Item::Supported(report) if report.service == 0x01 => Some(report.ids.base()),
        _ => None,
    }
}
