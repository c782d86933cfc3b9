//! A place in a pack for a state that was read: in the same version of it as before, or in a newer one.

use std::collections::BTreeMap;

use cc_core::{ValueKind, VehicleRef};

use super::bytes::{Name, ODOMETER, SavedRule};
use super::{
    Blocks, Cell, CellValue, CodeState, Facts, Guard, NONE, NumbersState, Phase, RuleState, Said,
    VehicleState, group_key, mark,
};
use crate::engine::{heard_of, id_of};
use crate::pack::{Linked, Rule, SignalSlot};

/// What a state lost or kept when it was read under another version of its pack.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Migration {
    /// Rules that had something to remember and go on where they were.
    pub kept: Vec<Box<str>>,
    /// Rules that start again, because their layout changed.
    pub reset: Vec<Box<str>>,
    /// Signals, codes and rules that the pack no longer has, or has with another kind of value.
    pub dropped: usize,
}

impl Migration {
    /// Whether nothing was lost.
    pub fn is_clean(&self) -> bool {
        self.reset.is_empty() && self.dropped == 0
    }
}

/// A state while it is read: each entry finds its place in the pack.
pub(super) struct Places<'p> {
    pack: &'p Linked,
    state: VehicleState,
    migration: Migration,
    said: Vec<Said>,
    /// Said of rules that are not open: between two versions of the pack.
    silent: Vec<Said>,
    /// The signal slot behind the one that was placed last.
    next: usize,
}

impl<'p> Places<'p> {
    /// For a state of which all but the entries is known.
    pub(super) fn new(pack: &'p Linked, state: VehicleState) -> Self {
        Self { pack, state, migration: Migration::default(), said: Vec::new(), silent: Vec::new(), next: 0 }
    }

    pub(super) fn vehicle(&self) -> &VehicleRef {
        &self.state.vehicle
    }

    pub(super) fn guard(&mut self, key: &[u8], guard: Guard) {
        let odometer = || ODOMETER.starts_with(key).then_some(u16::MAX);
        if let Some(slot) = odometer().or_else(|| self.pack.signal_keys.find(key).map(|slot| slot as u16)) {
            self.state.facts.guards.push((slot, guard));
        }
    }

    #[inline]
    pub(super) fn cell(&mut self, key: &[u8], cell: Cell) {
        // Entries are written in the order of the pack: each mostly stands right after the one before. A key as long as
        // this pack's tells all of them apart.
        let is_next =
            key.len() >= usize::from(self.pack.key_bytes) && self.pack.signal_keys.is_at(self.next, key);
        let slot = if is_next { Some(self.next) } else { self.pack.signal_keys.find(key) };
        match slot {
            Some(slot) if fits(&cell, &self.pack.signals[slot]) => self.state.facts.cells[slot] = cell,
            _ => self.migration.dropped += 1,
        }
        self.next = slot.map_or(self.next, |slot| slot + 1);
    }

    pub(super) fn code(&mut self, key: &[u8], code: CodeState) {
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

    pub(super) fn rule(&mut self, saved: SavedRule<'_>) {
        let number = match saved.name {
            Name::Id(id) => self.pack.rule_index(&id),
            Name::Key(key) => self.pack.rule_keys.find(key),
        };
        let Some(number) = number else {
            self.migration.dropped += 1;
            return;
        };
        let rule = &self.pack.rules[number];
        let mut rule_state = saved.state;
        let current = bucket_of(&self.state, rule);
        for (bucket, _) in &mut rule_state.buckets {
            *bucket = bucket.wrapping_add(current);
        }
        let facts = &self.state.facts;
        let mut blocks = saved.blocks;
        if let (Some(saved), Some(of)) = (&mut blocks, &rule.blocks) {
            saved.number(of, facts, self.state.now);
        }
        let fits = blocks.as_ref().is_none_or(|blocks| blocks.fit(rule.blocks.as_deref(), facts));
        if rule.layout != saved.layout || !fits || !possible(rule, &rule_state) {
            self.migration.reset.push(rule.id.clone());
            return;
        }
        self.migration.kept.push(rule.id.clone());
        if let (Some(saved), Some(of)) = (blocks, &rule.blocks) {
            let mut blocks = saved.blocks;
            blocks.numbers.resize(of.numbers.len(), NumbersState::default());
            rule_state.blocks = Some(Box::new(blocks));
        }
        // The stages of another version may be fewer.
        rule_state.stage = rule_state.stage.min(rule.stages.len() as u8);
        if rule_state.stage == 0 {
            rule_state.escalated = NONE;
        }
        self.state.rules[number] = rule_state;
    }

    /// `None` where no engine can have written such a state.
    pub(super) fn done(self) -> Option<(VehicleState, Migration)> {
        let Self { pack, mut state, mut migration, said, mut silent, .. } = self;
        silent.extend(said);
        state.facts.guards.sort_by_key(|(slot, _)| *slot);
        state.facts.guards.dedup_by_key(|(slot, _)| *slot);
        migration.kept.sort();
        migration.reset.sort();
        place_said(pack, silent, &mut state);
        if state.upgraded {
            for (cell, slot) in state.facts.cells.iter_mut().zip(&pack.signals) {
                cell.stale = false;
                cell.stale = cell.expiry(slot.max_age) < state.reached;
            }
        } else if !speaks_for_its_rules(pack, &state) {
            return None;
        }
        for number in pack.ripens.iter().map(|number| usize::from(*number)) {
            ripen(&pack.rules[number], &mut state.rules[number], &state.facts, state.reached);
            state.rules.forget_idle(number);
        }
        for (number, rule_state) in state.rules.kept() {
            mark(&mut state.busy, &pack.timed, number, rule_state);
        }
        // No deadline is known yet: the first look finds them.
        state.wake = NONE;
        Some((state, migration))
    }
}

/// What follows from the instant reached is not in the bytes: which deadlines of ages and absences have run.
fn ripen(rule: &Rule, rule_state: &mut RuleState, facts: &Facts, reached: i64) {
    if rule_state.phase == Phase::Open && !rule.stages.is_empty() {
        rule_state.looked = reached.saturating_sub(1);
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
    said.sort_by(|a, b| (&a.rule, a.id).cmp(&(&b.rule, b.id)));
    let mut roots = BTreeMap::new();
    if state.upgraded && !said.is_empty() {
        let open = state.rules.kept().filter(|(_, rule_state)| rule_state.phase == Phase::Open);
        let open = open.map(|(number, rule_state)| (&pack.rules[number], rule_state.since));
        roots.extend(open.map(|(rule, since)| (id_of(&state.vehicle, &rule.id, since), rule.group)));
    }
    for said in said {
        let group_of = |number: usize| pack.rules[number].group;
        let speaker = || pack.rule_index(&said.rule).map(group_of);
        let namesake = || {
            let key = said.group?;
            (0..pack.rules.len()).find(|number| group_key(pack, *number as u16) == Some(key)).map(group_of)
        };
        let group = roots.get(&said.id).copied().or_else(speaker).or_else(namesake).map(usize::from);
        match group {
            Some(group) if state.groups[group].is_none() => state.groups[group] = Some(Box::new(said)),
            _ => state.orphans.push(said),
        }
    }
}

/// Whether each group with an open rule has its recommendation, and no other has.
fn speaks_for_its_rules(pack: &Linked, state: &VehicleState) -> bool {
    let speaks =
        |number: usize| state.rules[number].phase == Phase::Open && !state.is_suppressed(&pack.rules[number]);
    let mut open = state.rules.kept().map(|(number, _)| number).filter(|number| speaks(*number));
    let all_speak = open.all(|number| state.groups[usize::from(pack.rules[number].group)].is_some());
    let mut said = pack.groups.iter().zip(&state.groups).filter(|(_, said)| said.is_some());
    let all_are_said = said.all(|(members, _)| members.iter().any(|number| speaks(usize::from(*number))));
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
