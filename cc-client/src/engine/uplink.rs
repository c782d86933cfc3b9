//! Writes on their way: how rows become a request, and an answer becomes outcomes.
//!
//! A write that meets damage on the platform's side is answered `depends`. Where it does no more than change the members of an item that is
//! there, that item is left out of what is read next, 64 items at most. All others may be built upon, by a message say in the conversation
//! that they make: they stay in front. Once a batch comes to nothing but that, or nothing else is left, the lane waits; what is put in
//! meanwhile is sent beside what was left out, and the end of the wait alone brings that back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Asking, Engine, HttpHead, HttpRequest, StoreCommand, Ticket};
use crate::decide::{OutboxEffect, OutboxInput, SendOutcome};
use crate::store::{LeftOut, Record, Row, Settled};
use crate::wire::{Detail, Problem, ProblemBody, ProblemCode, if_it_fits};
use crate::{Mono, Stamp, Write, WriteId, WriteKind};

/// So many items are left out at most: each batch that is sent again at once leaves out one more.
const LEFT_OUT: usize = 64;

/// The rows of the batch under way.
#[derive(Default)]
pub(super) struct Uplink {
    pub(super) rows: BTreeMap<u64, Write>,
    /// They were stamped anew, and are sent as they are.
    pub(super) is_stamped: bool,
    /// Writes that were last refused for their stamps: with which, and how often by a platform that may hold it against their ids.
    pub(super) ahead: BTreeMap<WriteId, (Stamp, u32)>,
    /// Items that the platform cannot change for now, as where it has them damaged. Their writes wait, all of them since they keep their
    /// order.
    pub(super) left_out: LeftOut,
    /// Writes that were discarded while the store read what waits.
    gone: BTreeSet<WriteId>,
}

impl Uplink {
    /// Keeps rows until the server has said what became of them; gives their numbers. Of an item whose latest version has to be
    /// known, the first only: the next has yet to learn what that came to.
    pub(super) fn loaded(&mut self, mut rows: Vec<Row>) -> Vec<u64> {
        let mut items = BTreeSet::new();
        rows.retain(|Row { write, .. }| {
            !write.is_of_latest() || items.insert((write.collection.clone(), write.key.clone()))
        });
        self.rows = rows.into_iter().map(|row| (row.number, row.write)).collect();
        self.rows.keys().copied().collect()
    }

    /// Leaves out the items of these rows, which depend on something, as far as nothing depends on them. Behind a write of the same batch, that
    /// is what they depend on, and both are sent again. Says what the answer comes to.
    fn leave_out(&mut self, depends: &BTreeSet<u64>, outcomes: Vec<(u64, SendOutcome)>) -> OutboxInput {
        let (mut met, before, mut is_damaged) = (BTreeSet::new(), self.left_out.len(), false);
        for (number, Write { collection, key, kind, base, .. }) in &self.rows {
            if met.insert((collection, key)) && depends.contains(number) {
                is_damaged = true;
                let is_built_upon = base.is_none() || *kind == WriteKind::Act;
                if !is_built_upon && self.left_out.len() < LEFT_OUT {
                    self.left_out.insert((collection.clone(), key.clone()));
                }
            }
        }
        if self.left_out.len() > before {
            OutboxInput::LeftOut { outcomes }
        } else if is_damaged {
            OutboxInput::Damaged { outcomes }
        } else {
            OutboxInput::Answered { outcomes }
        }
    }

    /// Whether the platform refused the stamp that a write has, or, under its id, more than one.
    pub(super) fn is_refused(&self, write: &Write) -> bool {
        self.ahead.get(&write.id).is_some_and(|(clock, times)| *clock == write.clock || *times > 1)
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

/// What became of one write; of what does not read, nothing is said.

#[derive(Deserialize)]
struct OneResult<'a> {
    id: Box<str>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
    #[serde(default, deserialize_with = "if_it_fits")]
    version: Option<u64>,
    #[serde(borrow, default)]
    current: Option<&'a RawValue>,
    #[serde(borrow, default)]
    problem: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Current<'a> {
    version: u64,
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

/// A part of a result, if it reads.
fn part<'a, T: Deserialize<'a>>(text: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(text?.get()).ok()
}

impl Engine {
    pub(super) fn outbox_effects(&mut self, now: Mono, effects: Vec<OutboxEffect>) {
        for effect in effects {
            match effect {
                OutboxEffect::Load { rows, bytes } => {
                    // Another process may have been told to wait: this one hears of it before it has the batch.
                    self.look_for_quiet();
                    if self.outbox.is_for_all(now) {
                        self.uplink.left_out.clear();
                    }
                    let left_out = self.uplink.left_out.clone();
                    self.ask_store(StoreCommand::Load { rows, bytes, left_out }, Ticket::Load);
                }
                OutboxEffect::Reclaim => self.reclaim(),
                OutboxEffect::Send { rows, sequence } => self.send(now, &rows, sequence),
                // What was answered is settled where the answer is read.
                OutboxEffect::Settle { outcomes } => self.settle(outcomes, &BTreeMap::new()),
                // The next token may have come while its refusal of the one before was under way.
                OutboxEffect::Unauthorized if self.has_token(now) => {
                    let effects = self.outbox.handle(now, OutboxInput::TokenReady);
                    self.outbox_effects(now, effects);
                }
                OutboxEffect::Unauthorized => self.wanted(now),
            }
        }
    }

    /// A write was taken out: it may be among the rows of which the store has yet to tell.
    pub(super) fn discarded(&mut self, now: Mono, id: WriteId) {
        if self.is_read() {
            self.uplink.gone.insert(id);
        }
        let effects = self.outbox.handle(now, OutboxInput::Filled);
        self.outbox_effects(now, effects);
    }

    /// Whether the store has yet to tell what waits.
    fn is_read(&self) -> bool {
        self.tickets.values().any(|what| matches!(what, Ticket::Load))
    }

    /// The store has said what waits.
    pub(super) fn loaded(&mut self, now: Mono, mut rows: Vec<Row>) {
        if rows.is_empty() {
            self.uplink.left_out.clear();
        }
        rows.retain(|row| !self.uplink.gone.contains(&row.write.id));
        let rows = self.uplink.loaded(rows);
        if !self.is_read() {
            self.uplink.gone.clear();
        }
        let effects = self.outbox.handle(now, OutboxInput::Loaded { rows });
        self.outbox_effects(now, effects);
    }

    /// The store has said that nothing can be sent for now of what waits.
    pub(super) fn none_loaded(&mut self, now: Mono) {
        let is_left_out = !self.uplink.left_out.is_empty();
        let input = if is_left_out { OutboxInput::NoneElse } else { OutboxInput::Unresolved };
        let effects = self.outbox.handle(now, input);
        self.outbox_effects(now, effects);
    }

    fn send(&mut self, now: Mono, rows: &[u64], sequence: u64) {
        let Some((token, bearer)) = self.bearer(now) else { return self.no_token_to_send(now) };
        if !std::mem::take(&mut self.uplink.is_stamped)
            && (self.is_refused(now, rows) || self.is_ahead(now, rows))
        {
            return self.stamp_anew(now);
        }
        let writes = rows.iter().filter_map(|row| self.uplink.rows.get(row));
        let http = HttpRequest {
            method: "POST",
            target: "/v1/changes".to_owned(),
            headers: vec![
                ("accept", "application/json".to_owned()),
                ("authorization", bearer),
                ("content-type", "application/json".to_owned()),
                ("producer-epoch", self.config.epoch.to_string()),
                ("producer-id", format!("{:016x}", self.config.node)),
                ("producer-seq", sequence.to_string()),
            ],
            body: body(writes).into_bytes(),
            is_stream: false,
        };
        self.request(now, Asking::Outbox { token }, http);
    }

    /// The lane waits, as if the token had been refused.
    pub(super) fn no_token_to_send(&mut self, now: Mono) {
        let random = self.random.next();
        let failed = OutboxInput::Failed {
            status: Some(401),
            code: ProblemCode::TokenMissing,
            retry_after: None,
            expected: None,
            random,
        };
        let effects = self.outbox.handle(now, failed);
        self.outbox_effects(now, effects);
    }

    /// The platform answered, or nobody did.
    pub(super) fn answered(&mut self, now: Mono, token: u64, head: Option<&HttpHead>, body: &[u8]) {
        let status = head.map(|head| head.status);
        if status == Some(200)
            && let Ok(answer) = serde_json::from_slice::<Answer<'_>>(body)
        {
            self.accepted(now, token);
            return self.told(now, answer);
        }
        let header = |name| head.and_then(|head| head.header(name));
        // A success that cannot be read says nothing of what became of the rows.
        let problem = status
            .filter(|status| *status >= 300)
            .map(|status| Problem::read(status, header("content-type"), body));
        let code = problem.as_ref().map_or(ProblemCode::Other, |problem| problem.code);
        let retry_after = head.and_then(|head| head.retry_after(self.clock.now(now)));
        let expected = header("producer-expected-seq").and_then(|text| text.parse().ok());
        let random = self.random.next();
        let (status, detail) = problem.map_or((None, None), |problem| (Some(problem.status), problem.detail));
        if status == Some(401) {
            self.refused(now, token);
        }
        if code == ProblemCode::ProducerFenced
            && let Some(epoch) = header("producer-epoch").and_then(|text| text.parse().ok())
        {
            self.fenced_by(epoch);
        }
        let failed = OutboxInput::Failed { status, code, retry_after, expected, random };
        let effects = self.outbox.handle(now, failed);
        let told = Told { detail, ..Told::default() };
        let known = self.uplink.rows.keys().map(|row| (*row, told.clone())).collect();
        self.outbox_effects_of(now, effects, &known);
    }

    /// Carries out what was decided about rows of which this is known.
    fn outbox_effects_of(&mut self, now: Mono, effects: Vec<OutboxEffect>, known: &BTreeMap<u64, Told>) {
        for effect in effects {
            match effect {
                OutboxEffect::Settle { outcomes } => self.settle(outcomes, known),
                other => self.outbox_effects(now, vec![other]),
            }
        }
    }

    fn told(&mut self, now: Mono, answer: Answer<'_>) {
        let numbers: BTreeMap<WriteId, u64> =
            self.uplink.rows.iter().map(|(row, write)| (write.id, *row)).collect();
        let (mut outcomes, mut known, mut depends) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let mut before = std::mem::take(&mut self.uplink.ahead);
        for result in answer.results {
            let Ok(result) = serde_json::from_str::<OneResult<'_>>(result.get()) else { continue };
            let Some(row) = result.id.parse().ok().and_then(|id| numbers.get(&id).copied()) else {
                continue;
            };
            let problem = part::<ProblemBody>(result.problem).unwrap_or_default();
            let code = ProblemCode::from_word(&problem.code);
            let detail = problem.words();
            let outcome = match &*result.outcome {
                "applied" => SendOutcome::Applied,
                "conflict" => SendOutcome::Conflict,
                "duplicate" => SendOutcome::Duplicate,
                "rejected" if code == ProblemCode::Depends => {
                    depends.insert(row);
                    SendOutcome::Depends
                }
                // It is a person's wish whatever the clock said: it stays, and gets another stamp.
                "rejected" if code == ProblemCode::ClockAhead => {
                    if let Some(Write { id, clock, .. }) = self.uplink.rows.get(&row) {
                        let times = before.remove(id).map_or(0, |(_, times)| times);
                        // Whoever says that it may come again does not remember it.
                        let times = times.saturating_add(u32::from(problem.retryable != Some(true)));
                        self.uplink.ahead.insert(*id, (*clock, times));
                    }
                    SendOutcome::Depends
                }
                "rejected" => SendOutcome::Rejected(code),
                // An outcome that this version does not know says nothing.
                _ => continue,
            };
            let write = self.uplink.rows.get(&row);
            // A database counts in 63 bits.
            let current = part::<Current<'_>>(result.current);
            let current = current.filter(|current| i64::try_from(current.version).is_ok());
            let current = current.zip(write).map(|(current, write)| Record {
                collection: write.collection.clone(),
                key: write.key.clone(),
                version: current.version,
                // The feed tells.
                updated: None,
                value: current.value.map(RawValue::get).filter(|value| *value != "null").map(Into::into),
            });
            outcomes.push((row, outcome));
            let version = result.version.filter(|version| i64::try_from(*version).is_ok());
            known.insert(row, Told { version, current, detail });
        }
        let input = self.uplink.leave_out(&depends, outcomes);
        let effects = self.outbox.handle(now, input);
        self.outbox_effects_of(now, effects, &known);
    }

    fn settle(&mut self, outcomes: Vec<(u64, SendOutcome)>, known: &BTreeMap<u64, Told>) {
        let (mut settled, mut told) = (Vec::new(), Vec::new());
        for (number, outcome) in outcomes {
            let Some(id) = self.uplink.rows.get(&number).map(|write| write.id) else { continue };
            let Told { version, current, detail } = known.get(&number).cloned().unwrap_or_default();
            let is_untold = !self.config.follows_items();
            settled.push(Settled { number, id, outcome, version, current, detail, is_untold });
            if outcome != SendOutcome::Depends {
                told.push((id, outcome));
            }
        }
        self.ask_store(StoreCommand::Settle { settled }, Ticket::Settle { told });
    }
}

/// What the platform told of a row, beside its outcome.
#[derive(Clone, Default)]
struct Told {
    version: Option<u64>,
    current: Option<Record>,
    detail: Option<Detail>,
}

/// The body of `POST /v1/changes`.
fn body<'a>(writes: impl Iterator<Item = &'a Write>) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("{\"changes\":[");
    for (index, write) in writes.enumerate() {
        if index > 0 {
            out.push(',');
        }
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let _ = write!(
            out,
            "{{\"id\":\"{}\",\"collection\":{},\"key\":{},\"kind\":\"{}\",\"clock\":\"{}\"",
            write.id,
            quoted(&write.collection),
            quoted(&write.key),
            write.kind.as_str(),
            write.clock
        );
        if let Some(base) = write.base {
            let _ = write!(out, ",\"base\":{base}");
        }
        if !write.body.is_empty() {
            let _ = write!(out, ",\"body\":{}", write.body);
        }
        out.push('}');
    }
    out.push_str("]}");
    out
}
