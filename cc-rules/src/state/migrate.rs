//! A place in a pack for a state that was read: in the same version of it as before, or in a newer one.

use std::collections::BTreeMap;

use cc_core::ValueKind;

use super::bytes::{Name, ODOMETER, Saved, SavedRule, pack_key};
use super::{
    Blocks, Cell, CellValue, Facts, Guard, NONE, NumbersState, Phase, RuleState, Said, VehicleState, day_of,
    group_key, mark,
};
use crate::engine::{heard_of, id_of};
use crate::pack::{Key, Linked, Pack, Rule, SignalSlot};

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

impl Saved<'_> {
    /// `None` where no engine can have written such a state.
    pub(super) fn place(self, pack: &Pack) -> Option<(VehicleState, Migration)> {
        let mut migration = Migration::default();
        let mut state = VehicleState::with_profile(pack, self.vehicle, self.profile);
        let pack = &*pack.0;
        state.now = self.now;
        state.day = if self.now == NONE { NONE } else { day_of(self.now) };
        state.reached = self.reached;
        // Before its first event a state has nothing that another pack could see otherwise.
        state.upgraded = self.pack != pack_key(pack) && self.now != NONE;
        state.facts.drives = self.drives;
        state.facts.odometer = self.odometer;
        state.facts.readiness = self.readiness;
        state.facts.service = self.service;
        state.facts.guards = place_guards(pack, self.guards);
        for (key, cell) in self.cells {
            match find(pack.signals.iter().map(|slot| &slot.key), key) {
                Some(slot) if fits(&cell, &pack.signals[slot]) => state.facts.cells[slot] = cell,
                _ => migration.dropped += 1,
            }
        }
        for (key, code) in self.codes {
            match find(pack.codes.iter().map(|slot| &slot.key), key) {
                Some(slot) => state.facts.codes[slot] = code,
                None => migration.dropped += 1,
            }
        }
        let mut said = self.silent;
        for saved in self.rules {
            place_rule(pack, saved, &mut state, &mut said, &mut migration);
        }
        migration.kept.sort();
        migration.reset.sort();
        place_said(pack, said, &mut state);
        if state.upgraded {
            for (cell, slot) in state.facts.cells.iter_mut().zip(&pack.signals) {
                cell.stale = false;
                cell.stale = cell.expiry(slot.max_age) < state.reached;
            }
        } else if !speaks_for_its_rules(pack, &state) {
            return None;
        }
        for (rule, rule_state) in pack.rules.iter().zip(&mut state.rules) {
            ripen(rule, rule_state, &state.facts, state.reached);
        }
        for (number, rule_state) in state.rules.iter().enumerate() {
            mark(&mut state.busy, &pack.timed, number, rule_state);
        }
        // No deadline is known yet: the first look finds them.
        state.wake = NONE;
        Some((state, migration))
    }
}

fn place_guards(pack: &Linked, saved: Vec<(&[u8], Guard)>) -> Vec<(u16, Guard)> {
    let slot_of = |key: &[u8]| {
        if ODOMETER.starts_with(key) {
            return Some(u16::MAX);
        }
        find(pack.signals.iter().map(|slot| &slot.key), key).map(|slot| slot as u16)
    };
    let mut guards: Vec<_> =
        saved.into_iter().filter_map(|(key, guard)| Some((slot_of(key)?, guard))).collect();
    guards.sort_by_key(|(slot, _)| *slot);
    guards.dedup_by_key(|(slot, _)| *slot);
    guards
}

fn place_rule(
    pack: &Linked,
    saved: SavedRule<'_>,
    state: &mut VehicleState,
    said: &mut Vec<Said>,
    migration: &mut Migration,
) {
    said.extend(saved.said);
    let number = match saved.name {
        Name::Id(id) => pack.rule_index(&id),
        Name::Key(key) => find(pack.rules.iter().map(|rule| &rule.key), key),
    };
    let Some(number) = number else {
        migration.dropped += 1;
        return;
    };
    let rule = &pack.rules[number];
    let mut rule_state = saved.state;
    let current = bucket_of(state, rule);
    for (bucket, _) in &mut rule_state.buckets {
        *bucket = bucket.wrapping_add(current);
    }
    let mut blocks = saved.blocks;
    if let (Some(saved), Some(of)) = (&mut blocks, &rule.blocks) {
        saved.number(of, &state.facts, state.now);
    }
    let fits = blocks.as_ref().is_none_or(|blocks| blocks.fit(rule.blocks.as_deref(), &state.facts));
    if rule.layout == saved.layout && fits && possible(rule, &rule_state) {
        migration.kept.push(rule.id.clone());
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
        state.rules[number] = rule_state;
    } else {
        migration.reset.push(rule.id.clone());
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
        let rules = pack.rules.iter().zip(&state.rules);
        let open = rules.filter(|(_, rule_state)| rule_state.phase == Phase::Open);
        roots.extend(open.map(|(rule, open)| (id_of(&state.vehicle, &rule.id, open.since), rule.group)));
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
            Some(group) if state.groups[group].is_none() => state.groups[group] = Some(said),
            _ => state.orphans.push(said),
        }
    }
}

/// Whether each group with an open rule has its recommendation, and no other has.
fn speaks_for_its_rules(pack: &Linked, state: &VehicleState) -> bool {
    let speaks = |number: &u16| {
        let number = usize::from(*number);
        state.rules[number].phase == Phase::Open && !state.is_suppressed(&pack.rules[number])
    };
    let fits = |(members, said): (&Vec<u16>, &Option<Said>)| members.iter().any(speaks) == said.is_some();
    state.orphans.is_empty() && pack.groups.iter().zip(&state.groups).all(fits)
}

/// The bucket that is current at the newest instant; zero where none is.
pub(super) fn bucket_of(state: &VehicleState, rule: &Rule) -> i64 {
    rule.count.as_ref().map_or(0, |count| state.facts.bucket_or_zero(count.window.by, state.now))
}

/// The one whose key begins so; none where two do.
fn find<'k>(keys: impl Iterator<Item = &'k Key>, wanted: &[u8]) -> Option<usize> {
    let mut found = keys.enumerate().filter(|(_, key)| key.starts_with(wanted)).map(|(index, _)| index);
    let first = found.next();
    if found.next().is_some() { None } else { first }
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
