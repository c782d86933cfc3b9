//! How waiting writes reach the server: in order, one batch at a time, each until the server has said what became
//! of it.
//!
//! ```text
//!  Idle ─▶ Loading ─▶ Sending ─▶ Settling ─▶ Idle      Unresolved, Backoff, Offline, Suspended, NeedsToken: wait to be told
//! ```
//!
//! A row leaves the outbox for one reason only: the server named it in an answer. If an attempt has no answer,
//! nobody knows what came of it. So its rows are sent again under the same ids, half as many at a time, since the
//! line may be too slow for all. Each try reads them anew: the app may have discarded some meanwhile, and another
//! process may have settled some.
//!
//! A row that meets damage on the platform's side stays, and is retried after a growing wait. Later writes do not
//! wait for it.

use std::time::Duration;

use super::{Backoff, RetryBudget};
use crate::Mono;
use crate::wire::ProblemCode;

/// Decides about one lane of an outbox: what is sent, and when.
///
/// # Examples
///
/// ```
/// use cc_client::Mono;
/// use cc_client::decide::{OutboxEffect, OutboxInput, OutboxMachine, SendOutcome};
///
/// let now = Mono::default();
/// let mut outbox = OutboxMachine::default();
/// let effects = outbox.handle(now, OutboxInput::Filled);
/// assert_eq!(effects, [OutboxEffect::Load { rows: 500, bytes: 900_000 }]);
/// let effects = outbox.handle(now, OutboxInput::Loaded { rows: vec![7, 8] });
/// assert_eq!(effects, [OutboxEffect::Send { rows: vec![7, 8], sequence: 0 }]);
/// let outcomes = vec![(7, SendOutcome::Applied), (8, SendOutcome::Conflict)];
/// let effects = outbox.handle(now, OutboxInput::Answered { outcomes: outcomes.clone() });
/// assert_eq!(effects, [OutboxEffect::Settle { outcomes }]);
/// // There may be more.
/// let effects = outbox.handle(now, OutboxInput::Settled);
/// assert_eq!(effects, [OutboxEffect::Load { rows: 500, bytes: 900_000 }]);
/// assert_eq!(outbox.handle(now, OutboxInput::Loaded { rows: vec![] }), []);
/// ```
#[derive(Debug)]
pub struct OutboxMachine {
    config: OutboxConfig,
    state: OutboxState,
    /// Rows of the batch that is under way.
    batch: Vec<u64>,
    sequence: u64,
    rows: u32,
    failures: u32,
    budget: RetryBudget,
    /// When the budget was last given something back for rest.
    rested: Mono,
    /// Something was put in while it was not idle.
    filled: bool,
    suspended: bool,
    offline: bool,
    /// How often in a row another process took the lane, and when it did last.
    fences: u32,
    fenced: Mono,
    /// When the lane is taken back.
    reclaim: Option<Mono>,
    /// When what met damage is tried again: a wait until then ends where something is put in.
    again: Option<Mono>,
}

/// Processes that take the lane from one another do so ever more rarely: meanwhile whoever has it sends for all.
const FENCED: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(15) };
/// One that was left alone for so long is no such process.
const PEACE: Duration = Duration::from_secs(60);

/// Limits of a lane.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OutboxConfig {
    /// Waits between tries.
    pub backoff: Backoff,
    /// The most rows of a batch.
    pub rows: u32,
    /// The most bytes of a batch.
    pub bytes: u32,
    /// What pays for retries.
    pub budget: RetryBudget,
}

impl Default for OutboxConfig {
    /// 500 rows, 900 kB.
    fn default() -> Self {
        Self { backoff: Backoff::default(), rows: 500, bytes: 900_000, budget: RetryBudget::default() }
    }
}

/// How sending stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OutboxState {
    /// A try failed; the next one is then.
    Backoff {
        /// When the next try is.
        until: Mono,
    },
    /// Another process has taken over the lane and sends what waits; this one takes it back after a wait.
    Fenced,
    /// Nothing waits to be sent.
    Idle,
    /// Writes are being read from the store.
    Loading,
    /// Waits for a token.
    NeedsToken,
    /// Waits for a network.
    Offline,
    /// A batch is under way.
    Sending,
    /// The outcomes of a batch are being stored.
    Settling,
    /// The app sleeps, or the client was shut down.
    Suspended,
    /// All that waits is behind an unresolved conflict and cannot be sent before that is resolved.
    Unresolved,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum SendOutcome {
    /// The server has done it.
    Applied,
    /// The server has a newer version of the item: a policy or a person decides.
    Conflict,
    /// An earlier write of the same item failed, or its stamp was refused: this one stays in the outbox.
    Depends,
    /// The server had done it before.
    Duplicate,
    /// The server will not do it, for this reason.
    ///
    /// With [`ProblemCode::SessionRevoked`] the server was not asked: whoever wrote it signed out before the
    /// server had said who that was. [`ProblemCode::ClockAhead`] is only on writes that an earlier version of
    /// this crate has rejected, which wait for `resolve` or `discard`. This version stamps such writes anew
    /// and rejects none.
    Rejected(ProblemCode),
    /// The write is damaged on disk and cannot be read: it is not sent, and the rest goes on.
    Unreadable,
}

/// What happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OutboxInput {
    /// The store belongs to another person now: what is under way is forgotten.
    Anew,
    /// The server has said what became of each row.
    Answered {
        /// Each row with its outcome.
        outcomes: Vec<(u64, SendOutcome)>,
    },
    /// The app sleeps, or wakes.
    Asleep(bool),
    /// As [`Self::Answered`]; and some rows that stay met damage on the platform's side.
    Damaged {
        /// Each row with its outcome.
        outcomes: Vec<(u64, SendOutcome)>,
    },
    /// A write was put in.
    Filled,
    /// The attempt failed, or it is not known what came of it.
    Failed {
        /// The status, if there was an answer.
        status: Option<u16>,
        /// Its code.
        code: ProblemCode,
        /// How long the server wishes to be left alone, if it said so.
        retry_after: Option<Duration>,
        /// `Producer-Expected-Seq`.
        expected: Option<u64>,
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// As [`Self::Damaged`]; and some of these rows are not read from now on, so that the rest does not wait
    /// for them.
    LeftOut {
        /// Each row with its outcome.
        outcomes: Vec<(u64, SendOutcome)>,
    },
    /// The oldest rows could not be read.
    LoadFailed {
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// The oldest rows.
    Loaded {
        /// Their numbers, in order.
        rows: Vec<u64>,
    },
    /// The network changed.
    Network {
        /// There is one.
        up: bool,
    },
    /// Only rows that were left out wait.
    NoneElse,
    /// The outcomes of the batch are on disk.
    Settled,
    /// The outcomes of the batch could not be stored: its rows are sent again, and the server knows them by
    /// then.
    SettleFailed {
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// Waiting writes have new stamps or ids, or the batch was held back: it is read anew. How often the lane
    /// was fenced is not forgotten.
    Stamped,
    /// The lane is this process's again.
    Reclaimed,
    /// It could not be taken back.
    ReclaimFailed {
        /// A fresh random number from 0 to 1.
        random: f64,
    },
    /// A deadline may have passed.
    Timer,
    /// There is a good token.
    TokenReady,
    /// No row may be sent: all are behind an open conflict.
    Unresolved,
}

/// What to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OutboxEffect {
    /// Read the oldest rows, at least one if there is one. Then report [`OutboxInput::Loaded`].
    Load {
        /// The most rows.
        rows: u32,
        /// The most bytes in all.
        bytes: u32,
    },
    /// Take the lane back: get a new epoch. Then report [`OutboxInput::Reclaimed`] or
    /// [`OutboxInput::ReclaimFailed`].
    Reclaim,
    /// Send these rows. Then report [`OutboxInput::Answered`] or [`OutboxInput::Failed`].
    Send {
        /// Their numbers, in order.
        rows: Vec<u64>,
        /// `Producer-Seq`.
        sequence: u64,
    },
    /// Store these outcomes in one transaction: done rows leave, and the person is told. Then report
    /// [`OutboxInput::Settled`].
    Settle {
        /// Each row with its outcome.
        outcomes: Vec<(u64, SendOutcome)>,
    },
    /// The server refused the token.
    Unauthorized,
}

impl Default for OutboxMachine {
    fn default() -> Self {
        Self::new(OutboxConfig::default())
    }
}

impl OutboxMachine {
    /// A lane that does not know yet whether anything waits: report [`OutboxInput::Filled`] at the start.
    pub fn new(config: OutboxConfig) -> Self {
        Self {
            rows: config.rows.max(1),
            budget: config.budget,
            config,
            state: OutboxState::Idle,
            batch: Vec::new(),
            sequence: 0,
            failures: 0,
            rested: Mono::default(),
            filled: false,
            suspended: false,
            offline: false,
            fences: 0,
            fenced: Mono::default(),
            reclaim: None,
            again: None,
        }
    }

    /// How sending stands.
    pub fn state(&self) -> OutboxState {
        self.state
    }

    /// When to report [`OutboxInput::Timer`] next.
    pub fn next_deadline(&self) -> Option<Mono> {
        match self.state {
            OutboxState::Backoff { until } => Some(until),
            OutboxState::Fenced if !self.suspended && !self.offline => self.reclaim,
            _ => None,
        }
    }

    /// Takes in what happened at `now`.
    pub fn handle(&mut self, now: Mono, input: OutboxInput) -> Vec<OutboxEffect> {
        match input {
            OutboxInput::Anew => {
                self.batch.clear();
                if self.state != OutboxState::Fenced {
                    self.state = OutboxState::Idle;
                }
                self.failures = 0;
                self.again = None;
                self.go_on()
            }
            OutboxInput::Stamped if !matches!(self.state, OutboxState::Settling | OutboxState::Fenced) => {
                self.batch.clear();
                if matches!(self.state, OutboxState::Sending | OutboxState::Loading) || self.rests() {
                    self.state = OutboxState::Idle;
                    return self.go_on();
                }
                Vec::new()
            }
            OutboxInput::Filled => {
                self.filled = true;
                let is_heard = match self.state {
                    OutboxState::Backoff { until } => self.again == Some(until),
                    _ => self.rests(),
                };
                if is_heard { self.go_on() } else { Vec::new() }
            }
            OutboxInput::Loaded { rows } if self.state == OutboxState::Loading => {
                if rows.is_empty() {
                    self.again = None;
                    return self.rest(OutboxState::Idle);
                }
                self.batch = rows;
                self.go_on()
            }
            OutboxInput::Unresolved if self.state == OutboxState::Loading => {
                self.rest(OutboxState::Unresolved)
            }
            OutboxInput::Answered { outcomes } if self.state == OutboxState::Sending => {
                self.answered(outcomes, |lane| lane.wait(now, None, 1.0))
            }
            OutboxInput::Damaged { outcomes } if self.state == OutboxState::Sending => {
                let is_full = self.batch.len() >= self.rows as usize;
                self.answered(outcomes, |lane| lane.rest_from_damage(now, is_full))
            }
            OutboxInput::LeftOut { outcomes } if self.state == OutboxState::Sending => {
                self.answered(outcomes, Self::go_on)
            }
            OutboxInput::NoneElse if self.state == OutboxState::Loading => self.rest_from_damage(now, false),
            OutboxInput::Failed { status, code, retry_after, expected, random }
                if self.state == OutboxState::Sending =>
            {
                self.failed(now, status, code, expected, retry_after, random)
            }
            OutboxInput::Settled if self.state == OutboxState::Settling => {
                self.batch.clear();
                self.filled = true;
                self.state = OutboxState::Idle;
                self.go_on()
            }
            OutboxInput::LoadFailed { random } if self.state == OutboxState::Loading => {
                self.wait(now, None, random)
            }
            OutboxInput::SettleFailed { random } if self.state == OutboxState::Settling => {
                self.wait(now, None, random)
            }
            OutboxInput::Reclaimed if self.state == OutboxState::Fenced => {
                self.state = OutboxState::Idle;
                self.go_on()
            }
            OutboxInput::ReclaimFailed { random } if self.state == OutboxState::Fenced => {
                self.reclaim = Some(now + FENCED.delay(self.fences, random, None));
                Vec::new()
            }
            OutboxInput::TokenReady if self.state == OutboxState::NeedsToken => self.go_on(),
            OutboxInput::Timer => match self.state {
                OutboxState::Backoff { until } if now >= until => self.go_on(),
                OutboxState::Fenced if self.next_deadline().is_some_and(|reclaim| now >= reclaim) => {
                    self.take_back()
                }
                _ => Vec::new(),
            },
            OutboxInput::Network { up } => {
                let was_offline = std::mem::replace(&mut self.offline, !up);
                match self.state {
                    OutboxState::Fenced if up && was_offline && !self.suspended => self.take_back(),
                    OutboxState::Backoff { .. } | OutboxState::Offline => {
                        self.failures = 0;
                        self.go_on()
                    }
                    _ => Vec::new(),
                }
            }
            OutboxInput::Asleep(asleep) => {
                self.suspended = asleep;
                match self.state {
                    OutboxState::Backoff { .. } | OutboxState::Suspended => self.go_on(),
                    // Whoever had the lane may be no more.
                    OutboxState::Fenced if !asleep && !self.offline => self.take_back(),
                    _ => Vec::new(),
                }
            }
            // An answer that nobody waits for any more.
            _ => Vec::new(),
        }
    }

    /// Whether nothing can be sent until something is put in, or resolved.
    pub(crate) fn rests(&self) -> bool {
        matches!(self.state, OutboxState::Idle | OutboxState::Unresolved)
    }

    fn rest(&mut self, state: OutboxState) -> Vec<OutboxEffect> {
        self.state = state;
        // Something may have been put in after the rows were read.
        if self.filled { self.go_on() } else { Vec::new() }
    }

    /// The lane is taken back from whoever has it.
    fn take_back(&mut self) -> Vec<OutboxEffect> {
        self.reclaim = None;
        vec![OutboxEffect::Reclaim]
    }

    fn go_on(&mut self) -> Vec<OutboxEffect> {
        if self.state == OutboxState::Fenced {
            return Vec::new();
        }
        if self.suspended || self.offline {
            self.state = if self.suspended { OutboxState::Suspended } else { OutboxState::Offline };
            return Vec::new();
        }
        // What was read before an attempt, or a wait, is not sent as it was: it may have been taken out, or be another person's.
        if self.state != OutboxState::Loading || self.batch.is_empty() {
            self.batch.clear();
            self.filled = false;
            self.state = OutboxState::Loading;
            return vec![OutboxEffect::Load { rows: self.rows, bytes: self.config.bytes }];
        }
        self.state = OutboxState::Sending;
        vec![OutboxEffect::Send { rows: self.batch.clone(), sequence: self.sequence }]
    }

    /// Where all of it stays, `then` says how to go on.
    fn answered(
        &mut self,
        outcomes: Vec<(u64, SendOutcome)>,
        then: impl FnOnce(&mut Self) -> Vec<OutboxEffect>,
    ) -> Vec<OutboxEffect> {
        self.sequence = self.sequence.saturating_add(1);
        self.rows = self.rows.saturating_mul(2).min(self.config.rows.max(1));
        self.settle(outcomes, then)
    }

    fn settle(
        &mut self,
        mut outcomes: Vec<(u64, SendOutcome)>,
        then: impl FnOnce(&mut Self) -> Vec<OutboxEffect>,
    ) -> Vec<OutboxEffect> {
        // What was not asked is not believed, and what is not answered stays.
        outcomes.retain(|(row, _)| self.batch.contains(row));
        if outcomes.iter().all(|(_, outcome)| *outcome == SendOutcome::Depends) {
            // Read anew, with what was put in behind them by then.
            self.batch.clear();
            return then(self);
        }
        self.budget.succeeded();
        self.failures = 0;
        self.state = OutboxState::Settling;
        vec![OutboxEffect::Settle { outcomes }]
    }

    fn failed(
        &mut self,
        now: Mono,
        status: Option<u16>,
        code: ProblemCode,
        expected: Option<u64>,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Vec<OutboxEffect> {
        match (status, expected) {
            (Some(401), _) => {
                self.state = OutboxState::NeedsToken;
                vec![OutboxEffect::Unauthorized]
            }
            (Some(403), _) if code == ProblemCode::ProducerFenced => {
                self.state = OutboxState::Fenced;
                self.batch.clear();
                self.fences = if now - self.fenced > PEACE { 0 } else { self.fences.saturating_add(1) };
                self.fenced = now;
                self.reclaim = Some(now + FENCED.delay(self.fences, random, None));
                Vec::new()
            }
            // The platform knows of fewer batches than were sent. Its word is taken once at once; who says so again is asked ever more slowly.
            (Some(409), Some(expected)) if code == ProblemCode::SequenceGap && expected < self.sequence => {
                self.sequence = expected;
                if self.failures > 0 {
                    return self.wait(now, retry_after, random);
                }
                self.failures = 1;
                self.go_on()
            }
            (Some(413), _) if self.batch.len() > 1 => {
                self.send_less();
                self.go_on()
            }
            // Nobody knows what came of it. A line that is too slow for all of it would be too slow for ever.
            (None | Some(408), _) => {
                self.send_less();
                self.wait(now, retry_after, random)
            }
            // A proxy has limits of its own, which may not be those of the next network.
            (Some(413), _) if code != ProblemCode::TooLarge => self.wait(now, retry_after, random),
            // The request as a whole will never do: it is the first row's, or that of all of them, one at a time.
            (Some(status), _) if is_final(status, code) => {
                if self.batch.len() > 1 {
                    self.rows = 1;
                    return self.go_on();
                }
                self.sequence = self.sequence.saturating_add(1);
                let outcomes = self.batch.iter().map(|row| (*row, SendOutcome::Rejected(code))).collect();
                self.settle(outcomes, |lane| lane.wait(now, retry_after, random))
            }
            // In anybody's words, or in those of a platform to come: it may be about one of the rows, so those before it go.
            (Some(400 | 415 | 422), _) => {
                self.send_less();
                self.wait(now, retry_after, random)
            }
            _ => self.wait(now, retry_after, random),
        }
    }

    /// The older half of the batch goes first, and fewer rows at a time from then on, until more are answered.
    fn send_less(&mut self) {
        self.rows = (self.batch.len() as u32 / 2).max(1);
    }

    /// All that is left met damage, or was left out for that. It waits, and what is put in meanwhile goes beside it; behind a full batch of
    /// it, that would not be read.
    fn rest_from_damage(&mut self, now: Mono, is_full: bool) -> Vec<OutboxEffect> {
        if is_full {
            self.again = Some(now);
            return self.wait(now, None, 1.0);
        }
        if self.filled {
            return self.go_on();
        }
        if let Some(until) = self.again.filter(|again| *again > now) {
            self.state = OutboxState::Backoff { until };
            return Vec::new();
        }
        let effects = self.wait(now, None, 1.0);
        self.again = self.next_deadline();
        effects
    }

    /// Whether what was left out is read again with the rest, now that it is read.
    pub(crate) fn is_for_all(&mut self, now: Mono) -> bool {
        self.again.take_if(|again| *again <= now).is_some()
    }

    fn wait(&mut self, now: Mono, retry_after: Option<Duration>, random: f64) -> Vec<OutboxEffect> {
        self.budget.rested(((now - self.rested).as_secs() / 60).min(u64::from(u32::MAX)) as u32);
        self.rested = now;
        let delay = self.config.backoff.delay(self.failures, random, retry_after);
        // An empty budget slows down; it never gives up what was accepted.
        let delay = if self.budget.spend() { delay } else { delay.max(self.config.backoff.cap) };
        self.failures = self.failures.saturating_add(1);
        self.state = OutboxState::Backoff { until: now + delay };
        Vec::new()
    }
}

/// Whether the protocol says so of a request that will never do. Without a code of its table it may be a gateway's word, and is not final.
fn is_final(status: u16, code: ProblemCode) -> bool {
    use ProblemCode::{
        InvalidEntity, Malformed, TooLarge, UnknownParameter, UnsupportedEncoding, UnsupportedMediaType,
    };
    matches!(
        (status, code),
        (400, Malformed | UnknownParameter)
            | (413, TooLarge)
            | (415, UnsupportedMediaType | UnsupportedEncoding)
            | (422, InvalidEntity)
    )
}
