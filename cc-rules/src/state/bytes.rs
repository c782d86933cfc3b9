//! The stable form of a state in bytes, and how it survives a new version of its pack.
//!
//! Layout, version 1: `CCR` and the version; how many bytes a key has; the vehicle and its profile; the instants; then
//! signals, codes and rules, each kind with a count and one entry for each that has something to remember, found by the
//! hash of its name. Instants are distances from the newest one, in the largest unit that keeps them whole.

use std::collections::BTreeSet;

use cc_core::{OrganizationKey, ValueKind, VehicleId, VehicleRef};

use super::codes::Presence;
use super::{
    Cell, CellValue, CodeState, Drives, GroupState, Guard, NONE, Phase, Root, RuleState, VehicleState,
};
use crate::engine::derive_group;
use crate::pack::{CodeSlot, Key, Linked, Pack, Profile, Rule, SignalSlot, WindowBy};
use crate::wire::{Reader, Writer};

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

/// Why bytes are not a state.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StateError {
    /// They end too early, go on too long, or hold something impossible.
    #[error("not the state of a vehicle")]
    Damaged,
    /// They were written by a newer version of this crate.
    #[error("a state of version {found}, this engine reads version 1")]
    Version {
        /// The version found.
        found: u8,
    },
}

const MAGIC: &[u8; 3] = b"CCR";
const VERSION: u8 = 1;

impl VehicleState {
    /// The stable form. Equal states have equal bytes.
    pub fn to_bytes(&self, pack: &Pack) -> Vec<u8> {
        let pack = &*pack.0;
        let mut out = Writer::new(self.now);
        out.bytes(MAGIC);
        out.byte(VERSION);
        out.byte(pack.key_bytes);
        out.text(self.vehicle.organization.as_str());
        out.signed(self.vehicle.vehicle.0);
        out.unsigned(self.facts.profile.values.len() as u64);
        for (dimension, value) in &self.facts.profile.values {
            out.byte(*dimension as u8);
            out.text(value);
        }
        out.fixed(self.now);
        out.instant(self.reached);
        write_drives(&self.facts.drives, &mut out);
        out.unsigned(self.facts.odometer.map_or(0, |metres| metres as u64 + 1));
        out.byte(match self.facts.readiness {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        });
        out.instant(self.facts.service);
        self.write_guards(pack, &mut out);
        let key = |key: &Key| key[..usize::from(pack.key_bytes)].to_vec();
        let cells = self.facts.cells.iter().zip(&pack.signals);
        let cells: Vec<_> = cells.filter(|(cell, _)| cell.value != CellValue::Empty).collect();
        out.unsigned(cells.len() as u64);
        for (cell, slot) in cells {
            out.bytes(&key(&slot.key));
            write_cell(cell, &mut out);
        }
        let codes = self.facts.codes.iter().zip(&pack.codes);
        let codes: Vec<_> = codes.filter(|(code, _)| **code != CodeState::default()).collect();
        out.unsigned(codes.len() as u64);
        for (code, slot) in codes {
            out.bytes(&key(&slot.key));
            write_code(code, &mut out);
        }
        let rules = self.rules.iter().zip(&pack.rules).map(|(state, rule)| (self.settled(state, rule), rule));
        let rules: Vec<_> = rules.filter(|(state, _)| *state != RuleState::IDLE).collect();
        let layouts: BTreeSet<u16> = rules.iter().map(|(_, rule)| rule.layout).collect();
        out.unsigned(layouts.len() as u64);
        for layout in layouts {
            out.bytes(&layout.to_be_bytes());
            let alike = || rules.iter().filter(|(_, rule)| rule.layout == layout);
            out.unsigned(alike().count() as u64);
            for (state, rule) in alike() {
                out.bytes(&key(&rule.key));
                write_rule(state, self.bucket_of(rule), self.root_of(pack, rule), &mut out);
            }
        }
        out.done()
    }

    /// Reads a state, whichever version of the pack it was written under: what has kept its layout goes on.
    pub fn from_bytes(pack: &Pack, bytes: &[u8]) -> Result<(Self, Migration), StateError> {
        let mut input = Reader::new(bytes);
        if input.bytes(3) != Some(MAGIC) {
            return Err(StateError::Damaged);
        }
        match input.byte() {
            Some(VERSION) => {}
            Some(found) => return Err(StateError::Version { found }),
            None => return Err(StateError::Damaged),
        }
        read(&pack.0, pack, &mut input).filter(|_| input.is_empty()).ok_or(StateError::Damaged)
    }

    /// A rule's state without what no longer matters.
    fn settled(&self, state: &RuleState, rule: &Rule) -> RuleState {
        let mut state = state.clone();
        if state.cleared != NONE && state.cleared.saturating_add(rule.cooldown) < self.reached {
            state.cleared = NONE;
        }
        if state.phase != Phase::Open {
            state.opened = NONE;
        }
        if let Some(count) = &rule.count
            && let WindowBy::Duration(size) = count.window.by
            && self.now != NONE
        {
            state.trim(count.window, self.now.div_euclid(size));
        }
        state
    }

    /// The bucket that is current at the newest instant; zero where none is.
    fn bucket_of(&self, rule: &Rule) -> i64 {
        match rule.count.as_ref().map(|count| count.window.by) {
            Some(WindowBy::Duration(size)) if self.now != NONE => self.now.div_euclid(size),
            Some(WindowBy::Distance(size)) => self.facts.odometer.unwrap_or(0).div_euclid(size),
            Some(WindowBy::Drives) => i64::from(self.facts.drives.ordinal),
            _ => 0,
        }
    }

    /// The root of a shared recommendation, beside the rule that raised it; only where it cannot be derived.
    fn root_of(&self, pack: &Linked, rule: &Rule) -> Option<Root> {
        let members = &pack.groups[usize::from(rule.group)];
        let root = self.groups[usize::from(rule.group)].open?;
        let shown_by =
            members.iter().find(|number| self.rules[usize::from(**number)].phase == Phase::Open)?;
        let derived = derive_group(pack, self, rule.group).open;
        (derived != Some(root) && pack.rules[usize::from(*shown_by)].id == rule.id).then_some(root)
    }

    fn write_guards(&self, pack: &Linked, out: &mut Writer) {
        out.unsigned(self.facts.guards.len() as u64);
        for (slot, guard) in &self.facts.guards {
            let key = pack.signals.get(usize::from(*slot)).map_or(ODOMETER, |signal| signal.key);
            out.bytes(&key[..usize::from(pack.key_bytes)]);
            out.number(guard.candidate);
            out.byte(guard.seen);
        }
    }
}

/// The key of the engine's own odometer among the guards.
const ODOMETER: Key = [0xFF; 8];

fn write_drives(drives: &Drives, out: &mut Writer) {
    out.byte(u8::from(drives.driving) | u8::from(drives.ignition_known) << 1);
    out.unsigned(u64::from(drives.ordinal));
    out.instant(drives.started);
    out.instant(drives.moved);
}

const STALE: u8 = 0x10;
const TRUE: u8 = 0x20;

fn write_cell(cell: &Cell, out: &mut Writer) {
    let stale = if cell.stale { STALE } else { 0 };
    match &cell.value {
        CellValue::Empty => {}
        CellValue::Bool(value) => out.byte(stale | if *value { TRUE } else { 0 }),
        CellValue::Number(value) => {
            out.byte(stale | 1);
            out.number(*value);
        }
        CellValue::Text(text) => {
            out.byte(stale | 2);
            out.text(text);
        }
        CellValue::Time(nanos) => {
            out.byte(stale | 3);
            out.instant(*nanos);
        }
    }
    out.instant(cell.at);
}

fn write_code(code: &CodeState, out: &mut Writer) {
    let presence = match code.presence {
        Presence::Unknown => 0,
        Presence::Absent => 1,
        Presence::Present => 2,
        Presence::Gone => 3,
    };
    out.byte(presence | u8::from(code.crowded) << 2);
    for at in [code.since, code.seen, code.gone] {
        out.instant(at);
    }
    out.unsigned(u64::from(code.count));
    out.byte(code.clean);
    out.unsigned(code.active.len() as u64);
    for (fault, ecu) in &code.active {
        out.unsigned(u64::from(*fault));
        out.bytes(&ecu.to_be_bytes());
    }
}

const SPENT: u8 = 0x04;
const PREDICATE: u8 = 0x08;
const BLOCKED: u8 = 0x10;
/// The instants of a gap and of the last clearing follow.
const PAUSED: u8 = 0x20;
/// Buckets follow.
const BUCKETS: u8 = 0x40;
/// The root of a shared recommendation follows.
const ROOT: u8 = 0x80;

fn write_rule(state: &RuleState, bucket: i64, root: Option<Root>, out: &mut Writer) {
    let phase = match state.phase {
        Phase::Idle => 0,
        Phase::Pending => 1,
        Phase::Open => 2,
    };
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let paused = state.unknown != NONE || state.cleared != NONE;
    out.byte(
        phase
            | flag(state.spent, SPENT)
            | flag(state.predicate, PREDICATE)
            | flag(state.blocked, BLOCKED)
            | flag(paused, PAUSED)
            | flag(!state.buckets.is_empty(), BUCKETS)
            | flag(root.is_some(), ROOT),
    );
    if state.phase != Phase::Idle {
        out.instant(state.since);
    }
    if state.phase == Phase::Open {
        out.unsigned(state.opened.saturating_sub(state.since) as u64);
    }
    if paused {
        out.instant(state.unknown);
        out.instant(state.cleared);
    }
    if !state.buckets.is_empty() {
        out.unsigned(state.buckets.len() as u64);
        let mut last = bucket;
        for (number, count) in state.buckets.iter().rev() {
            out.signed(last.wrapping_sub(*number));
            out.unsigned(u64::from(*count));
            last = *number;
        }
    }
    if let Some(root) = root {
        out.unsigned(u64::from(root.rule));
        out.instant(root.since);
    }
}

fn read(pack: &Linked, shared: &Pack, input: &mut Reader<'_>) -> Option<(VehicleState, Migration)> {
    let key_bytes = input.byte().filter(|length| (3..=8).contains(length))?;
    let organization: OrganizationKey = input.text()?.parse().ok()?;
    let vehicle = VehicleRef { organization, vehicle: VehicleId(input.signed()?) };
    let mut profile = Profile::default();
    for _ in 0..input.count(1)? {
        let dimension = usize::from(input.byte()?);
        let name = crate::pack::DIMENSIONS.get(dimension)?;
        profile = profile.with(name, input.text()?)?;
    }
    let mut state = VehicleState::with_profile(shared, vehicle, profile);
    let mut migration = Migration::default();
    state.now = input.fixed()?;
    input.base = state.now;
    state.day = if state.now == NONE { NONE } else { super::day_of(state.now) };
    // What was done at the newest instant is done.
    state.reached = input.instant().filter(|reached| *reached > state.now || state.now == NONE)?;
    let flags = input.byte().filter(|flags| *flags < 4)?;
    state.facts.drives = Drives {
        driving: flags & 1 != 0,
        ignition_known: flags & 2 != 0,
        ordinal: input.unsigned()?.try_into().ok()?,
        started: input.past()?,
        moved: input.past()?,
    };
    state.facts.odometer = match input.unsigned()? {
        0 => None,
        metres => Some(i64::try_from(metres - 1).ok()?),
    };
    state.facts.readiness = match input.byte()? {
        0 => None,
        1 => Some(false),
        2 => Some(true),
        _ => return None,
    };
    state.facts.service = input.instant()?;
    read_guards(pack, key_bytes, input, &mut state)?;
    for _ in 0..input.count(usize::from(key_bytes))? {
        let key = input.bytes(usize::from(key_bytes))?;
        let cell = read_cell(input)?;
        match find(pack.signals.iter().map(|slot| &slot.key), key) {
            Some(slot) if fits(&cell, &pack.signals[slot]) => state.facts.cells[slot] = cell,
            _ => migration.dropped += 1,
        }
    }
    for _ in 0..input.count(usize::from(key_bytes))? {
        let key = input.bytes(usize::from(key_bytes))?;
        let code = read_code(input)?;
        match find(pack.codes.iter().map(|slot: &CodeSlot| &slot.key), key) {
            Some(slot) => state.facts.codes[slot] = code,
            None => migration.dropped += 1,
        }
    }
    let mut roots = Vec::new();
    for _ in 0..input.count(2)? {
        let layout = u16::from_be_bytes(input.bytes(2)?.try_into().ok()?);
        for _ in 0..input.count(usize::from(key_bytes))? {
            let key = input.bytes(usize::from(key_bytes))?;
            let number = find(pack.rules.iter().map(|rule| &rule.key), key);
            let rule = number.map(|number| &pack.rules[number]);
            let (rule_state, root) = read_rule(input, rule.map_or(0, |rule| state.bucket_of(rule)))?;
            let (Some(number), Some(rule)) = (number, rule) else {
                migration.dropped += 1;
                continue;
            };
            if rule.layout == layout && possible(rule, &rule_state) {
                migration.kept.push(rule.id.clone());
                state.rules[number] = rule_state;
                roots.extend(root.map(|root| (rule.group, root)));
            } else {
                migration.reset.push(rule.id.clone());
            }
        }
    }
    migration.kept.sort();
    migration.reset.sort();
    for group in 0..pack.groups.len() {
        state.groups[group] = derive_group(pack, &state, group as u16);
    }
    for (group, root) in roots {
        let members = &pack.groups[usize::from(group)];
        let open: &mut GroupState = &mut state.groups[usize::from(group)];
        if open.open.is_some() && members.contains(&root.rule) {
            open.open = Some(root);
        }
    }
    for (number, rule_state) in state.rules.iter().enumerate() {
        super::mark(&mut state.busy, number, rule_state);
    }
    // No deadline is known yet: the first look finds them.
    state.wake = NONE;
    Some((state, migration))
}

fn read_guards(pack: &Linked, key_bytes: u8, input: &mut Reader<'_>, state: &mut VehicleState) -> Option<()> {
    for _ in 0..input.count(usize::from(key_bytes))? {
        let key = input.bytes(usize::from(key_bytes))?;
        let guard = Guard { candidate: input.number()?, seen: input.byte()? };
        let slot = if ODOMETER.starts_with(key) {
            Some(u16::MAX)
        } else {
            find(pack.signals.iter().map(|slot| &slot.key), key).map(|slot| slot as u16)
        };
        state.facts.guards.extend(slot.map(|slot| (slot, guard)));
    }
    state.facts.guards.sort_by_key(|(slot, _)| *slot);
    state.facts.guards.dedup_by_key(|(slot, _)| *slot);
    Some(())
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

fn read_cell(input: &mut Reader<'_>) -> Option<Cell> {
    let head = input.byte()?;
    let value = match head & !(STALE | TRUE) {
        0 => CellValue::Bool(head & TRUE != 0),
        1 => CellValue::Number(input.number()?),
        2 => CellValue::Text(input.text()?.into()),
        3 => CellValue::Time(input.instant()?),
        _ => return None,
    };
    Some(Cell { value, stale: head & STALE != 0, at: input.past()? })
}

fn read_code(input: &mut Reader<'_>) -> Option<CodeState> {
    let head = input.byte().filter(|head| *head < 8)?;
    let presence = match head & 3 {
        0 => Presence::Unknown,
        1 => Presence::Absent,
        2 => Presence::Present,
        _ => Presence::Gone,
    };
    let (since, seen, gone) = (input.past()?, input.past()?, input.past()?);
    let count = input.unsigned()?.try_into().ok()?;
    let clean = input.byte()?;
    let mut active = Vec::new();
    for _ in 0..input.count(3)? {
        let fault = input.unsigned()?.try_into().ok()?;
        active.push((fault, u16::from_be_bytes(input.bytes(2)?.try_into().ok()?)));
    }
    if active.len() > super::codes::MOST_ACTIVE {
        return None;
    }
    Some(CodeState { presence, since, seen, gone, count, clean, crowded: head & 4 != 0, active })
}

fn read_rule(input: &mut Reader<'_>, bucket: i64) -> Option<(RuleState, Option<Root>)> {
    let head = input.byte()?;
    let mut state = RuleState::IDLE;
    state.phase = match head & 3 {
        0 => Phase::Idle,
        1 => Phase::Pending,
        2 => Phase::Open,
        _ => return None,
    };
    state.spent = head & SPENT != 0;
    state.predicate = head & PREDICATE != 0;
    state.blocked = head & BLOCKED != 0;
    // Only a rule at rest is spent, and only a pending one is blocked: else a deadline could stay due forever.
    if state.spent && state.phase != Phase::Idle || state.blocked && state.phase != Phase::Pending {
        return None;
    }
    if state.phase != Phase::Idle {
        state.since = input.past()?;
    }
    if state.phase == Phase::Open {
        state.opened = state.since.checked_add_unsigned(input.unsigned()?).filter(|at| *at <= input.base)?;
    }
    if head & PAUSED != 0 {
        state.unknown = input.past()?;
        state.cleared = input.past()?;
    }
    if head & BUCKETS != 0 {
        let mut last = bucket;
        for _ in 0..input.count(2)? {
            last = last.wrapping_sub(input.signed()?);
            state.buckets.push((last, input.unsigned()?.try_into().ok()?));
        }
        state.buckets.reverse();
    }
    let mut root = None;
    if head & ROOT != 0 {
        root = Some(Root { rule: input.unsigned()?.try_into().ok()?, since: input.past()? });
    }
    Some((state, root))
}
