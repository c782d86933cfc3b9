//! How much an outbox sends at once, over lines that carry less.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::Mono;
use cc_client::decide::{
    OutboxConfig, OutboxEffect, OutboxInput, OutboxMachine, OutboxState, RetryBudget, SendOutcome,
};
use cc_client::wire::ProblemCode;

/// A lane in which so many rows wait, and a line that carries so many at a time.
struct Line {
    outbox: OutboxMachine,
    now: Mono,
    waiting: Vec<u64>,
    carries: usize,
    /// What comes of a batch that is too large for it.
    status: Option<u16>,
    /// How many rows each batch had.
    sent: Vec<usize>,
}

impl Line {
    fn send_all(rows: u64, carries: usize, status: Option<u16>) -> Vec<usize> {
        let (outbox, now) = (OutboxMachine::default(), Mono::default());
        let mut line = Self { outbox, now, waiting: (0..rows).collect(), carries, status, sent: Vec::new() };
        let mut effects = line.outbox.handle(line.now, OutboxInput::Filled);
        while !line.waiting.is_empty() {
            assert!(line.sent.len() < 1_000, "it is not sent");
            let input = if let Some(effect) = effects.pop() {
                line.carry_out(effect)
            } else {
                line.now = line.outbox.next_deadline().expect("nothing will ever happen");
                OutboxInput::Timer
            };
            effects = line.outbox.handle(line.now, input);
        }
        line.sent
    }

    fn carry_out(&mut self, effect: OutboxEffect) -> OutboxInput {
        match effect {
            OutboxEffect::Load { rows, .. } => {
                let rows = self.waiting.iter().copied().take(rows as usize).collect();
                OutboxInput::Loaded { rows }
            }
            OutboxEffect::Send { rows, .. } => {
                self.sent.push(rows.len());
                if rows.len() > self.carries {
                    let (code, retry_after, expected) = (ProblemCode::Other, None, None);
                    return OutboxInput::Failed {
                        status: self.status,
                        code,
                        retry_after,
                        expected,
                        random: 0.5,
                    };
                }
                OutboxInput::Answered {
                    outcomes: rows.iter().map(|row| (*row, SendOutcome::Applied)).collect(),
                }
            }
            OutboxEffect::Settle { outcomes } => {
                self.waiting.retain(|row| outcomes.iter().all(|(settled, _)| settled != row));
                OutboxInput::Settled
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_line_that_never_carries_a_whole_batch_is_given_less() {
    for status in [None, Some(408), Some(413)] {
        let sent = Line::send_all(1_000, 100, status);
        assert_eq!(sent[..5], [500, 250, 125, 62, 124], "{status:?}");
        let rows: usize = sent.iter().filter(|rows| **rows <= 100).sum();
        assert_eq!(rows, 1_000, "each row goes once");
    }
    assert!(Line::send_all(20, 1, None).len() < 50);
}

#[test]
fn a_server_that_is_busy_is_not_taken_for_a_slow_line() {
    assert_eq!(Line::send_all(1_000, 500, None), [500, 500]);
    let mut outbox = OutboxMachine::default();
    outbox.handle(Mono::default(), OutboxInput::Filled);
    outbox.handle(Mono::default(), OutboxInput::Loaded { rows: (0..500).collect() });
    let (code, retry_after, expected) = (ProblemCode::Unavailable, None, None);
    let failed = OutboxInput::Failed { status: Some(503), code, retry_after, expected, random: 0.5 };
    outbox.handle(Mono::default(), failed);
    let effects = outbox.handle(outbox.next_deadline().unwrap(), OutboxInput::Timer);
    assert!(matches!(&effects[..], [OutboxEffect::Load { rows: 500, .. }]), "{effects:?}");
}

/// A lane in which one row is on its way, after so many that were answered.
fn sending(answered: u64) -> OutboxMachine {
    let (mut outbox, now) = (OutboxMachine::default(), Mono::default());
    outbox.handle(now, OutboxInput::Filled);
    for row in 0..answered {
        outbox.handle(now, OutboxInput::Loaded { rows: vec![row] });
        outbox.handle(now, OutboxInput::Answered { outcomes: vec![(row, SendOutcome::Applied)] });
        outbox.handle(now, OutboxInput::Settled);
    }
    outbox.handle(now, OutboxInput::Loaded { rows: vec![answered] });
    outbox
}

/// What it sends, once it is told that the one row still waits.
fn sends(outbox: &mut OutboxMachine, effects: &[OutboxEffect]) -> Vec<OutboxEffect> {
    assert!(matches!(effects, [OutboxEffect::Load { .. }]), "{effects:?}");
    outbox.handle(Mono::default(), OutboxInput::Loaded { rows: vec![5] })
}

fn expects(outbox: &mut OutboxMachine, code: ProblemCode, expected: u64) -> Vec<OutboxEffect> {
    let (status, retry_after, expected) = (Some(409), None, Some(expected));
    outbox.handle(Mono::default(), OutboxInput::Failed { status, code, retry_after, expected, random: 0.5 })
}

#[test]
fn a_gap_is_believed_where_it_can_be_one() {
    let waits = |outbox: &OutboxMachine| matches!(outbox.state(), OutboxState::Backoff { .. });
    for (code, expected) in [
        (ProblemCode::SequenceGap, u64::MAX),
        (ProblemCode::SequenceGap, u64::MAX / 2),
        (ProblemCode::SequenceGap, 6),
        (ProblemCode::SequenceGap, 5),
        (ProblemCode::Conflict, 2),
        (ProblemCode::Other, 2),
    ] {
        let mut outbox = sending(5);
        assert_eq!(expects(&mut outbox, code, expected), [], "{code} {expected}");
        assert!(waits(&outbox), "{code} {expected}: {:?}", outbox.state());
        let effects = outbox.handle(outbox.next_deadline().unwrap(), OutboxInput::Timer);
        let sent = sends(&mut outbox, &effects);
        assert_eq!(sent, [OutboxEffect::Send { rows: vec![5], sequence: 5 }], "{code} {expected}");
    }
    // A platform that has lost its last hour: once at once, and then ever more slowly.
    let mut outbox = sending(5);
    let effects = expects(&mut outbox, ProblemCode::SequenceGap, 2);
    assert_eq!(sends(&mut outbox, &effects), [OutboxEffect::Send { rows: vec![5], sequence: 2 }]);
    assert_eq!(expects(&mut outbox, ProblemCode::SequenceGap, 1), []);
    assert!(waits(&outbox), "{:?}", outbox.state());
    let effects = outbox.handle(outbox.next_deadline().unwrap(), OutboxInput::Timer);
    assert_eq!(sends(&mut outbox, &effects), [OutboxEffect::Send { rows: vec![5], sequence: 1 }]);
}

#[test]
fn what_nobody_understands_holds_up_no_row_before_it() {
    let mut outbox = OutboxMachine::default();
    outbox.handle(Mono::default(), OutboxInput::Filled);
    outbox.handle(Mono::default(), OutboxInput::Loaded { rows: (0..8).collect() });
    for rows in [4, 2, 1, 1_u32] {
        let (code, retry_after, expected) = (ProblemCode::Other, None, None);
        let failed = OutboxInput::Failed { status: Some(400), code, retry_after, expected, random: 0.5 };
        assert_eq!(outbox.handle(Mono::default(), failed), []);
        let effects = outbox.handle(outbox.next_deadline().unwrap(), OutboxInput::Timer);
        // Whatever the app has taken out meanwhile is not sent.
        assert!(
            matches!(&effects[..], [OutboxEffect::Load { rows: read, .. }] if *read == rows),
            "{effects:?}"
        );
        outbox.handle(Mono::default(), OutboxInput::Loaded { rows: (0..rows.into()).collect() });
    }
}

#[test]
fn what_stays_holds_up_nothing_that_is_put_in_behind_it() {
    let (mut outbox, mut now) = (OutboxMachine::default(), Mono::default());
    outbox.handle(now, OutboxInput::Filled);
    outbox.handle(now, OutboxInput::Loaded { rows: vec![7] });
    for outcomes in [vec![(7, SendOutcome::Depends)], vec![]] {
        // Neither what the platform keeps back nor what it does not name is asked for at full speed.
        assert_eq!(outbox.handle(now, OutboxInput::Answered { outcomes }), []);
        assert_eq!(outbox.handle(now, OutboxInput::Filled), []);
        assert!(matches!(outbox.state(), OutboxState::Backoff { .. }));
        now = outbox.next_deadline().unwrap();
        assert!(matches!(outbox.handle(now, OutboxInput::Timer)[..], [OutboxEffect::Load { .. }]));
        let sent = outbox.handle(now, OutboxInput::Loaded { rows: vec![7, 8] });
        assert!(matches!(&sent[..], [OutboxEffect::Send { rows, .. }] if *rows == [7, 8]), "{sent:?}");
    }
    // Where some are named, the rest goes at once.
    let outcomes = vec![(8, SendOutcome::Applied)];
    assert_eq!(
        outbox.handle(now, OutboxInput::Answered { outcomes: outcomes.clone() }),
        [OutboxEffect::Settle { outcomes }]
    );
    assert!(matches!(outbox.handle(now, OutboxInput::Settled)[..], [OutboxEffect::Load { .. }]));
}

#[test]
fn a_line_that_fails_every_other_time_empties_the_budget_of_retries() {
    let mut config = OutboxConfig::default();
    // Ten retries; a wait of five minutes gives back five.
    config.budget = RetryBudget::new(50);
    let (mut outbox, mut now, cap) = (OutboxMachine::new(config), Mono::default(), config.backoff.cap);
    let mut waits = Vec::new();
    outbox.handle(now, OutboxInput::Filled);
    for row in 0..100 {
        outbox.handle(now, OutboxInput::Loaded { rows: vec![row] });
        let (code, retry_after, expected) = (ProblemCode::Unavailable, None, None);
        outbox
            .handle(now, OutboxInput::Failed { status: Some(503), code, retry_after, expected, random: 0.0 });
        let again = outbox.next_deadline().unwrap();
        waits.push(again - now);
        now = again;
        outbox.handle(now, OutboxInput::Timer);
        outbox.handle(now, OutboxInput::Loaded { rows: vec![row] });
        outbox.handle(now, OutboxInput::Answered { outcomes: vec![(row, SendOutcome::Applied)] });
        outbox.handle(now, OutboxInput::Settled);
    }
    // Each failure is the first in a row, and drawn to be tried again at once: what it waits is the budget's doing.
    let first = waits.iter().position(|wait| *wait == cap).expect("retries cost nothing");
    assert!((10..15).contains(&first) && waits[..first].iter().all(Duration::is_zero), "{waits:?}");
    let slow = waits[first..].iter().filter(|wait| **wait == cap).count();
    assert!(slow >= 10, "{slow} of {waits:?}");
}
