//! A place in a pack for a state that was read: in the same version of it as before, or in a newer one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use cc_core::ValueKind;

use super::block_bytes::SavedBlocks;
use super::bytes::{NUMBER, ODOMETER};
use super::{
    Blocks, Cell, CellValue, CodeState, Facts, Guard, NONE, NumbersState, Phase, RuleState, Said,
    VehicleState, group_key, mark,
};
use crate::engine::{heard_of, id_of};
use crate::pack::{Beginning, Linked, Rule, SignalSlot};
use crate::wire::Reader;

/// What a state lost or kept when it was read under another version of its pack.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Migration {
    kept: Kept,
    /// Rules that start again, because their layout changed.
    pub reset: Vec<Box<str>>,
    /// Signals, codes and rules that the pack no longer has, or has with another kind of value.
    pub dropped: usize,
}

/// Rules of a pack, by number: their names are looked up when somebody asks.
#[derive(Clone, Default)]
struct Kept {
    pack: Option<Arc<Linked>>,
    /// In the order in which they were read.
    numbers: Vec<u16>,
}

impl Kept {
    /// Sorted.
    fn names(&self) -> Vec<&str> {
        let rule = |number: &u16| self.pack.as_ref()?.rules.get(usize::from(*number));
        let mut names: Vec<_> = self.numbers.iter().filter_map(rule).map(|rule| &*rule.id).collect();
        names.sort_unstable();
        names
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.names() == other.names()
    }
}

impl Eq for Kept {}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

impl Migration {
    /// Rules that had something to remember and go on where they were, sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::{Body, Event, EventId, Timestamp, TroubleCode};
    /// use cc_rules::VehicleState;
    ///
    /// let pack = cc_rules::standard_pack();
    /// let mut state = VehicleState::new(&pack, "local/0".parse()?);
    /// let misfire = Body::TroubleCode(TroubleCode::new("P0301".parse()?));
    /// let event = Event::new("local/0".parse()?, Timestamp::UNIX_EPOCH, EventId(1), misfire);
    /// cc_rules::apply(&pack, &mut state, &[event]);
    /// let (_, migration) = VehicleState::from_bytes(&pack, &state.to_bytes(&pack))?;
    /// assert!(migration.kept().contains(&"misfire"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kept(&self) -> Vec<&str> {
        self.kept.names()
    }

    /// Whether nothing was lost.
    pub fn is_clean(&self) -> bool {
        self.reset.is_empty() && self.dropped == 0
    }
}

/// A state while it is read: each entry finds its place in the pack.
pub(super) struct Places<'p> {
    pack: &'p Linked,
    state: &'p mut VehicleState,
    migration: Migration,
    said: Vec<Said>,
    /// Said of rules that are not open: between two versions of the pack.
    silent: Vec<Said>,
    /// The signal slot behind the one that was placed last.
    next: usize,
    /// The place in [`Linked::by_layout`] behind the rule that was placed last.
    next_rule: usize,
    /// Of a key and the letter of a number behind it: which bits are the key's, which the letter's, and all of them.
    plain_head: [u64; 3],
    /// How long the keys are, at most eight bytes.
    key_bytes: usize,
    /// Whether the keys are long enough to tell all names of the pack apart.
    tells_apart: bool,
}

impl<'p> Places<'p> {
    /// For a state of which all but the entries is known.
    pub(super) fn new(pack: &'p Arc<Linked>, state: &'p mut VehicleState, key_bytes: usize) -> Self {
        let bits = 8 * key_bytes.min(7);
        Self {
            pack,
            state,
            migration: Migration {
                kept: Kept { pack: Some(Arc::clone(pack)), numbers: Vec::new() },
                ..Migration::default()
            },
            said: Vec::new(),
            silent: Vec::new(),
            next: 0,
            next_rule: 0,
            plain_head: [!(u64::MAX << bits), u64::from(NUMBER) << bits, u64::MAX >> (56 - bits)],
            key_bytes,
            tells_apart: key_bytes >= usize::from(pack.key_bytes),
        }
    }

    pub(super) fn guard(&mut self, key: Beginning, guard: Guard) {
        let slot = if key.is_of(ODOMETER) {
            Some(u16::MAX)
        } else {
            self.pack.signal_keys.find(key).map(|slot| slot as u16)
        };
        if let Some(slot) = slot {
            self.state.facts.guards.push((slot, guard));
        }
    }

    /// Takes the next entries, at most so many, as long as they are what most are: a number that is not too old, of the
    /// signal behind the one before. Gives how many it took.
    pub(super) fn plain(&mut self, input: &mut Reader<'_>, most: usize) -> usize {
        if !self.tells_apart || self.key_bytes > 7 {
            return 0;
        }
        let [of_key, letter, all] = self.plain_head;
        let signals = self.pack.signals.get(self.next..).unwrap_or_default();
        let numbers = signals.iter().take(most).take_while(|signal| signal.kind == ValueKind::Number);
        let mut next = self.next;
        for signal in numbers {
            let expected = u64::from_le_bytes(signal.key) & of_key | letter;
            let Some((value, at)) = input.plain(expected, all, self.key_bytes + 1) else { break };
            self.state.facts.cells.set_number(next, value, at, false);
            next += 1;
        }
        let taken = next - self.next;
        self.next = next;
        taken
    }

    /// A cell that holds a number, as most do.
    #[inline]
    pub(super) fn number(&mut self, key: Beginning, value: f64, at: i64, stale: bool) {
        let slot = self.slot(key).filter(|slot| self.pack.signals[*slot].kind == ValueKind::Number);
        match slot {
            Some(slot) => self.state.facts.cells.set_number(slot, value, at, stale),
            None => self.migration.dropped += 1,
        }
    }

    pub(super) fn cell(&mut self, key: Beginning, cell: Cell) {
        match self.slot(key).filter(|slot| fits(&cell, &self.pack.signals[*slot])) {
            Some(slot) => self.state.facts.cells.set(slot, cell),
            None => self.migration.dropped += 1,
        }
    }

    #[inline]
    fn slot(&mut self, key: Beginning) -> Option<usize> {
        // Entries are written in the order of the pack: each mostly stands right after the one before.
        let is_next = self.tells_apart && self.pack.signal_keys.is_at(self.next, key);
        let slot = if is_next { Some(self.next) } else { self.pack.signal_keys.find(key) };
        self.next = slot.map_or(self.next, |slot| slot + 1);
        slot
    }

    pub(super) fn code(&mut self, key: Beginning, code: CodeState) {
        match self.pack.code_keys.find(key) {
            Some(slot) => self.state.facts.codes[slot] = code,
            None => self.migration.dropped += 1,
        }
    }

    pub(super) fn said(&mut self, said: Said) {
        self.said.push(said);
    }

    pub(super) fn silent(&mut self, said: Said) {
        self.silent.push(said);
    }

    /// So many rules may follow.
    pub(super) fn expect_rules(&mut self, rules: usize) {
        self.state.rules.reserve(rules);
        self.migration.kept.numbers.reserve(rules.min(self.pack.rules.len()));
    }

    pub(super) fn rule_of_name(&self, id: &str) -> Option<usize> {
        self.pack.rule_index(id)
    }

    pub(super) fn rule_of_key(&mut self, key: Beginning) -> Option<usize> {
        // They are written in the order of the layouts, those at rest left out.
        let near = if self.tells_apart { self.pack.rule_keys.find_near(self.next_rule, key) } else { None };
        let place = near.or_else(|| self.pack.rule_keys.find(key))?;
        self.next_rule = place + 1;
        self.pack.by_layout.get(place).map(|number| usize::from(*number))
    }

    /// A rule at rest of which no more is known than two instants; where it fits, that is all there is to it.
    #[inline]
    pub(super) fn resting(&mut self, number: Option<usize>, layout: u16, unknown: i64, cleared: i64) {
        match number.and_then(|number| Some((number, self.pack.rules.get(number)?))) {
            Some((number, rule)) if rule.layout == layout => {
                self.migration.kept.numbers.push(number as u16);
                self.state.rules.put_resting(number, unknown, cleared);
            }
            _ => self.rule(number, layout, RuleState { unknown, cleared, ..RuleState::IDLE }, None),
        }
    }

    pub(super) fn rule(
        &mut self,
        number: Option<usize>,
        layout: u16,
        mut rule_state: RuleState,
        mut blocks: Option<Box<SavedBlocks>>,
    ) {
        let Some(number) = number else {
            self.migration.dropped += 1;
            return;
        };
        let rule = &self.pack.rules[number];
        if !rule_state.buckets.is_empty() {
            let current = bucket_of(self.state, rule);
            for (bucket, _) in &mut *rule_state.buckets {
                *bucket = bucket.wrapping_add(current);
            }
        }
        let facts = &self.state.facts;
        if let (Some(saved), Some(of)) = (&mut blocks, &rule.blocks) {
            saved.number(of, facts, self.state.now);
        }
        let fits = blocks.as_ref().is_none_or(|blocks| blocks.fit(rule.blocks.as_deref(), facts));
        if rule.layout != layout || !fits || !possible(rule, &rule_state) {
            self.migration.reset.push(rule.id.clone());
            return;
        }
        self.migration.kept.numbers.push(number as u16);
        if let (Some(saved), Some(of)) = (blocks, &rule.blocks) {
            let mut blocks = saved.blocks;
            blocks.numbers.resize(of.numbers.len(), NumbersState::default());
            rule_state.blocks = Some(Box::new(blocks));
        }
        // The stages of another version may be fewer.
        rule_state.stage = rule_state.stage.min(rule.stages.len() as u8);
        if rule_state.stage == 0 {
            rule_state.staged = None;
        }
        self.state.rules.put(number, rule_state);
    }

    /// `None` where no engine can have written such a state.
    pub(super) fn done(self) -> Option<Migration> {
        let Self { pack, state, mut migration, said, mut silent, .. } = self;
        silent.extend(said);
        state.facts.guards.sort_by_key(|(slot, _)| *slot);
        state.facts.guards.dedup_by_key(|(slot, _)| *slot);
        migration.reset.sort();
        place_said(pack, silent, state);
        if state.upgraded {
            for (slot, signal) in pack.signals.iter().enumerate() {
                let cells = &mut state.facts.cells;
                cells.set_stale(slot, false);
                cells.set_stale(slot, cells.expiry(slot, signal.max_age) < state.reached);
            }
        } else if !speaks_for_its_rules(pack, state) {
            return None;
        }
        for number in pack.ripens.iter().map(|number| usize::from(*number)) {
            ripen(&pack.rules[number], &mut state.rules[number], &state.facts, state.reached);
            state.rules.forget_idle(number);
        }
        // Those at rest are marked as they should be from the start.
        let moving =
            |(_, rule_state): &(usize, &RuleState)| rule_state.phase != Phase::Idle || rule_state.spent;
        for (number, rule_state) in state.rules.kept_anyhow().filter(moving) {
            mark(&mut state.busy, &pack.timed, number, rule_state);
        }
        // No deadline is known yet: the first look finds them.
        state.wake = NONE;
        Some(migration)
    }
}

/// What follows from the instant reached is not in the bytes: which deadlines of ages and absences have run.
fn ripen(rule: &Rule, rule_state: &mut RuleState, facts: &Facts, reached: i64) {
    if rule_state.phase == Phase::Open && !rule.stages.is_empty() {
        rule_state.look(reached.saturating_sub(1));
    }
    let Some(of) = &rule.blocks else { return };
    if let (Some(absence), Some(blocks)) = (&of.absence, &mut rule_state.blocks) {
        blocks.absence.ripe = blocks.absence.deadline(absence.wait) < reached;
    }
    if let Some(age) = &of.age
        && heard_of(age, facts).is_some_and(|heard| heard.saturating_add(age.over) < reached)
    {
        let blocks = rule_state.blocks.get_or_insert_with(|| Box::new(Blocks::new(of.numbers.len())));
        blocks.aged = true;
    }
}

/// An open recommendation goes on in the group of the open rule that its id is made of; if there is none, in the group
/// of the rule that spoke; if that is gone, in the group of the same name. Of several that meet in one group, the first
/// by rule goes on.
fn place_said(pack: &Linked, mut said: Vec<Said>, state: &mut VehicleState) {
    said.sort_by(|a, b| a.order(b, &state.vehicle));
    let mut roots = BTreeMap::new();
    if state.upgraded && !said.is_empty() {
        let open = state.rules.kept().filter(|(_, rule_state)| rule_state.phase == Phase::Open);
        let open = open.map(|(number, rule_state)| (&pack.rules[number], rule_state.since));
        roots.extend(open.map(|(rule, since)| (id_of(&state.vehicle, &rule.id, since), rule.group)));
    }
    for said in said {
        let root = || (!roots.is_empty()).then(|| roots.get(&said.id(&state.vehicle)).copied()).flatten();
        let group_of = |number: usize| pack.rules[number].group;
        let speaker = || pack.rule_index(&said.rule).map(group_of);
        let namesake = || {
            let key = said.group?;
            (0..pack.rules.len()).find(|number| group_key(pack, *number as u16) == Some(key)).map(group_of)
        };
        let group = root().or_else(speaker).or_else(namesake);
        match group {
            Some(group) if state.groups.get(group).is_none() => state.groups.put(group, said),
            _ => state.orphans.push(said),
        }
    }
}

/// Whether each group with an open rule has its recommendation, and no other has.
fn speaks_for_its_rules(pack: &Linked, state: &VehicleState) -> bool {
    let speaks =
        |number: usize| state.rules[number].phase == Phase::Open && !state.is_suppressed(&pack.rules[number]);
    let mut open = state.rules.kept_anyhow().map(|(number, _)| number).filter(|number| speaks(*number));
    let all_speak = open.all(|number| state.groups.get(pack.rules[number].group).is_some());
    let mut said = state.groups.iter().filter_map(|(group, _)| pack.groups.get(usize::from(group)));
    let all_are_said = said.all(|members| members.iter().any(|number| speaks(usize::from(*number))));
    state.orphans.is_empty() && all_speak && all_are_said
}

/// The bucket that is current at the newest instant; zero where none is.
pub(super) fn bucket_of(state: &VehicleState, rule: &Rule) -> i64 {
    rule.count.as_ref().map_or(0, |count| state.facts.bucket_or_zero(count.window.by, state.now))
}

fn fits(cell: &Cell, slot: &SignalSlot) -> bool {
    matches!(
        (&cell.value, slot.kind),
        (CellValue::Bool(_), ValueKind::Bool)
            | (CellValue::Number(_), ValueKind::Number)
            | (CellValue::Text(_), ValueKind::Text)
            | (CellValue::Time(_), ValueKind::Date | ValueKind::Instant)
    )
}

/// Whether the layout of the rule allows such a state.
fn possible(rule: &Rule, state: &RuleState) -> bool {
    let buckets = rule.count.as_ref().map_or(0, |count| count.window.buckets as usize);
    state.buckets.len() <= buckets && state.buckets.is_sorted_by(|a, b| a.0 < b.0)
}
