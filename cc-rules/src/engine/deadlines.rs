//! The passing of time: which deadline is the first, and what happens at it.
//!
//! Time runs from deadline to deadline and never stands still: a deadline that ran is gone or lies later. A value is too
//! old once. A drive ends once. A rule that is looked at moves on: what opens it or lets it rest has passed, and what a
//! window left behind is dropped from it. A new day comes once. The tests hold every kind of rule to it, whatever its state.

use super::rules::{self, Moment};
use super::{Run, facts};
use crate::pack::Linked;
use crate::state::{DAY, NEVER, NONE, VehicleState, day_of};

/// The first deadline, at the earliest at what is not done yet: a pack upgrade may have moved one into the past.
pub(crate) fn first_deadline(pack: &Linked, state: &VehicleState) -> i64 {
    first_after(pack, state, NONE).min(next_day(pack, state))
}

/// The first deadline after `done`, but for the next day.
fn first_after(pack: &Linked, state: &VehicleState, done: i64) -> i64 {
    let mut first = NEVER;
    let mut consider = |at: i64| {
        let at = at.max(state.reached);
        if at > done {
            first = first.min(at);
        }
    };
    if state.upgraded {
        consider(state.reached);
    }
    consider(state.facts.drives.deadline());
    for (word, busy) in state.busy.iter().enumerate() {
        let mut bits = *busy;
        while bits != 0 {
            let index = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            consider(rules::deadline(&pack.rules[index], &state.rules[index], &state.facts));
        }
    }
    // What lies before the instant reached is due at it.
    let is_due = state.reached > done;
    let expiries = state.facts.cells.expiries(&pack.signals).filter(|at| is_due || *at > done);
    match expiries.min() {
        Some(at) => first.min(at.max(state.reached)),
        None => first,
    }
}

/// When the next day begins, if some rule reads `today`.
fn next_day(pack: &Linked, state: &VehicleState) -> i64 {
    if pack.today_readers.is_empty() || state.day == NONE {
        return NEVER;
    }
    (state.day + 1).saturating_mul(DAY).max(state.reached)
}

impl Run<'_> {
    /// Runs every deadline up to and including `last`.
    pub(super) fn deadlines(&mut self, last: i64) {
        // Each turn lies later than the one before, whatever the state: this ends.
        let mut done = NONE;
        while self.state.wake <= last {
            self.state.wake = first_after(self.pack, self.state, done);
            let day = self.days(last);
            let at = self.state.wake;
            if at.min(day) > last {
                self.state.wake = at.min(day);
                return;
            }
            self.fire(at);
            done = done.max(at);
        }
    }

    /// Begins each day up to `last` that no other deadline precedes or meets, and gives the beginning of the next one.
    ///
    /// Between events years apart there are many days and little else to look at.
    fn days(&mut self, last: i64) -> i64 {
        loop {
            let at = next_day(self.pack, self.state);
            if at > last || at >= self.state.wake {
                return at;
            }
            self.state.now = at;
            self.begin_day(at);
            self.evaluate(at, Moment::Deadline);
        }
    }

    fn begin_day(&mut self, at: i64) {
        self.state.day = day_of(at);
        for rule in &self.pack.today_readers {
            self.touched.rule(*rule);
        }
    }

    fn fire(&mut self, at: i64) {
        self.state.now = at;
        if std::mem::take(&mut self.state.upgraded) {
            self.look_at_everything();
        }
        for word in 0..self.pack.words {
            let mut bits = self.state.busy[word];
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let (rule, state) = (&self.pack.rules[index], &self.state.rules[index]);
                if rules::deadline(rule, state, &self.state.facts) <= at {
                    self.touched.rule(index as u16);
                }
            }
        }
        if self.state.day < day_of(at) {
            self.begin_day(at);
        }
        if self.state.facts.drives.deadline() <= at {
            facts::drive_ended(self.pack, self.state, &mut self.touched);
        }
        self.evaluate(at, Moment::Deadline);
        for index in 0..self.pack.signals.len() {
            let cells = &mut self.state.facts.cells;
            if cells.expiry(index, self.pack.signals[index].max_age) <= at {
                cells.set_stale(index, true);
                let words = self.pack.words;
                self.touched.readers(&self.pack.signal_readers[index * words..(index + 1) * words]);
            }
        }
        self.evaluate(at, Moment::Deadline);
    }
}

#[cfg(test)]
#[cfg(feature = "source")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Pack;
    use crate::state::{
        AbsenceState, Blocks, Cell, CellValue, Drives, NumbersState, Phase, RuleState, SequenceState, Staged,
    };

    /// Every way in which time alone moves a rule.
    fn pack() -> Pack {
        let text = "
pack: {id: t, version: 1.0.0, language: 1, min_engine: 0.2.0}
codes: {misfire: {match: [P0301]}}
signals: {battery_voltage: {max_age: 20 s}, engine_load: {max_age: 1 ms}}
rules:
- {id: a, when: battery_voltage < 12 V, for: 5 s, max_gap: 3 s, cooldown: 15 s, recommend: {action: book, urgency: low, message: m}}
- {id: b, when: battery_voltage < 12 V, for: 0 s, max_gap: 0 s, valid_for: 9 s, escalate: [{after: 2 s, urgency: high}, {after: 5 s, when: engine_load > 5 %, urgency: critical}], recommend: {action: book, urgency: low, message: m}}
- {id: c, when: ignition, for: 5 s, max_gap: 4 s, clear: engine_load > 5 %, on_unknown: clear, recommend: {action: book, urgency: low, message: m}}
- {id: d, when: ignition, for: 3660 d, max_gap: 3660 d, cooldown: 3660 d, recommend: {action: book, urgency: low, message: m}}
- {id: e, count: {event: can_dtc, at_least: 1, window: {duration: 640 ms, buckets: 64}}, recommend: {action: book, urgency: low, message: m}}
- {id: f, when: ignition, for: 2 s, max_gap: 9 s, clear: engine_load > 5 %, count: {when: battery_voltage < 12 V, at_least: 2, window: {duration: 3660 d, buckets: 1}}, recommend: {action: book, urgency: low, message: m}}
- {id: g, count: {event: can_dtc, at_least: 1, window: 3 drives}, recommend: {action: book, urgency: low, message: m}}
- {id: i, absence: {of: {event: can_dtc}, for: 5 s}, recommend: {action: book, urgency: low, message: m}}
- {id: j, absence: {of: {when: battery_voltage < 12 V}, for: 3660 d}, recommend: {action: book, urgency: low, message: m}}
- {id: k, age: {of: engine_load, over: 5 s}, recommend: {action: book, urgency: low, message: m}}
- {id: l, age: {of: misfire, over: 1 d}, sequence: {steps: [{when: ignition}, {event: can_dtc}], within: 4 s}, recommend: {action: book, urgency: low, message: m}}
- {id: m, when: a.count > 3, windows: {a: {of: engine_load, window: {duration: 640 ms, buckets: 64}}, b: {of: engine_load, window: 2 drives}}, recommend: {action: book, urgency: low, message: m}}
- {id: n, count: {when: ignition, at_least: 2, of_last: 64, per: drive}, recommend: {action: book, urgency: low, message: m}}
- {id: h, when: roadworthy_inspection_due - today < 30 d, for: 2 d, max_gap: 9 d, recommend: {action: book, urgency: low, message: m}}
";
        crate::source::compile("t.yaml", &[("t.yaml", text)]).unwrap().pack
    }

    /// Near, long ago, at the ends of time, or none at all.
    fn instants() -> impl Strategy<Value = i64> {
        prop_oneof![
            4 => (-40_000..40_000_i64).prop_map(|ms| ms * 1_000_000),
            2 => -20..20_i64,
            1 => any::<i64>(),
            1 => prop::sample::select(vec![NONE, NONE + 1, NEVER, NEVER - 1]),
        ]
    }

    fn blocks() -> impl Strategy<Value = Box<Blocks>> {
        let buckets = || prop::collection::btree_set(instants(), 0..4);
        let times = [instants(), instants(), instants(), instants()];
        (times, any::<[bool; 3]>(), buckets(), buckets()).prop_map(
            |([first, second, complete, at], [goes_on, ripe, aged], a, b)| {
                let mut blocks = Blocks::new(2);
                let partial = [first, second, NONE];
                blocks.sequence = SequenceState { partial, complete, ..SequenceState::default() };
                blocks.absence = AbsenceState { at, goes_on, ripe };
                blocks.aged = aged;
                for (numbers, state) in [a, b].into_iter().zip(&mut blocks.numbers) {
                    *state = NumbersState::default();
                    for number in numbers {
                        state.add(number, 1.0);
                    }
                }
                Box::new(blocks)
            },
        )
    }

    fn rules() -> impl Strategy<Value = RuleState> {
        let phase = prop::sample::select(vec![Phase::Idle, Phase::Pending, Phase::Open]);
        let buckets = prop::collection::btree_map(instants(), 0..4_u32, 0..5);
        let times = [instants(), instants(), instants(), instants(), instants()];
        (phase, any::<[bool; 3]>(), times, buckets, prop::option::of(blocks())).prop_map(
            |(
                phase,
                [spent, blocked, predicate],
                [since, opened, unknown, cleared, looked],
                buckets,
                blocks,
            )| {
                RuleState {
                    phase,
                    spent: spent && phase == Phase::Idle,
                    blocked: blocked && phase == Phase::Pending,
                    predicate,
                    since,
                    opened,
                    stage: 0,
                    staged: Some(Box::new(Staged { escalated: NONE, looked })),
                    unknown,
                    cleared,
                    buckets: buckets.into_iter().collect::<Vec<_>>().into(),
                    blocks,
                }
            },
        )
    }

    fn cells() -> impl Strategy<Value = Cell> {
        let value = prop_oneof![
            any::<bool>().prop_map(CellValue::Bool),
            (0..25_u8).prop_map(|value| CellValue::Number(value.into())),
            instants().prop_map(CellValue::Time),
        ];
        (value, instants(), any::<bool>()).prop_map(|(value, at, stale)| Cell { value, at, stale })
    }

    fn drives() -> impl Strategy<Value = Drives> {
        (any::<[bool; 2]>(), any::<u32>(), instants(), instants()).prop_map(
            |([driving, ignition_known], ordinal, started, moved)| Drives {
                ordinal,
                driving,
                ignition_known,
                started,
                moved,
            },
        )
    }

    fn state(pack: &Pack) -> VehicleState {
        VehicleState::new(pack, "local/0".parse().unwrap())
    }

    proptest! {
        #[test]
        fn a_deadline_that_ran_is_gone_or_lies_later(
            rules in prop::collection::vec(rules(), 14),
            cells in prop::collection::vec(prop::option::of(cells()), 8),
            drives in drives(),
            now in instants(),
            reached in instants(),
        ) {
            let pack = pack();
            let mut state = state(&pack);
            for (index, rule) in rules.into_iter().enumerate() {
                crate::state::mark(&mut state.busy, &pack.0.timed, index, &rule);
                state.rules[index] = rule;
                // States are those of the rules' blocks, as they are after reading bytes.
                if pack.0.rules[index].blocks.is_none() {
                    state.rules[index].blocks = None;
                }
            }
            for (slot, cell) in cells.into_iter().enumerate() {
                if let Some(cell) = cell {
                    state.facts.cells.set(slot, cell);
                }
            }
            state.facts.drives = drives;
            (state.now, state.reached, state.wake) = (now, reached, NONE);
            state.day = if now == NONE { NONE } else { day_of(now) };
            for _ in 0..200 {
                let at = first_deadline(&pack.0, &state);
                if at == NEVER {
                    break;
                }
                Run::new(&pack, &mut state, false).fire(at);
                prop_assert!(first_deadline(&pack.0, &state) > at);
            }
        }
    }

    #[test]
    fn time_passes_even_over_a_rule_that_stays_due() {
        // Impossible, and refused in bytes: pending, and yet waiting to be seen false.
        let pack = pack();
        let mut state = state(&pack);
        state.rules[1] = RuleState { phase: Phase::Pending, spent: true, since: 0, ..RuleState::IDLE };
        state.busy[0] = 1 << 1;
        (state.now, state.reached, state.day, state.wake) = (0, 1, 0, NONE);
        Run::new(&pack, &mut state, false).advance(1_000 * DAY);
        assert_eq!((state.reached, state.day), (1_000 * DAY, 999));
    }
}
