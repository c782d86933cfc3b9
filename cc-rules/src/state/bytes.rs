//! The stable form of a state in bytes.
//!
//! Layout, version 3: `CCR` and the version; how many bytes a key has; the vehicle and its profile; the pack whose rules
//! were looked at last; the instants; then signals, codes, rules and what was said of none of these rules, each kind with
//! a count and one entry for each that has something to remember, found by the hash of its name. Instants are distances
//! from the newest one, in the largest unit that keeps them whole. Version 2 differs in the head of a rule only, which
//! was one byte with the flags in another order; it is read as well.
//!
//! Decoding knows nothing of the pack; [`super::migrate`] finds a place for what was decoded.

use std::collections::BTreeSet;

use cc_core::{Action, OrganizationKey, RecommendationId, Urgency, VehicleId, VehicleRef};

use super::block_bytes::{self, SavedBlocks};
use super::codes::Presence;
use super::migrate::{Migration, bucket_of};
use super::names::Words;
use super::{Blocks, Cell, CellValue, CodeState, Drives, Guard, NONE, Phase, RuleState, Said, VehicleState};
use crate::engine::id_of;
use crate::pack::limits::MAX_STAGES;
use crate::pack::{self, Key, Linked, Pack, Profile, Rule, WindowBy};
use crate::wire::{Reader, Writer};

/// Why bytes are not a state.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum StateError {
    /// They end too early, go on too long, or hold something impossible.
    #[error("not the state of a vehicle")]
    Damaged,
    /// They were written by another version of this crate.
    #[error("a state of version {found}, this engine reads versions {OLDEST} to {VERSION}")]
    Version {
        /// The version found.
        found: u8,
    },
}

const MAGIC: &[u8; 3] = b"CCR";
/// The version of the form in bytes, and of a runner's file of them.
pub(crate) const VERSION: u8 = 3;
/// The oldest version that is read.
pub(crate) const OLDEST: u8 = 2;

/// The beginning of a pack's hash; zeros while the rules have still to be looked at.
pub(super) type PackKey = [u8; 8];

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
        out.bytes(&if self.upgraded { PackKey::default() } else { pack_key(pack) });
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
        self.write_rules(pack, &mut out);
        out.done()
    }

    fn write_rules(&self, pack: &Linked, out: &mut Writer) {
        let rules = self.rules.iter().zip(&pack.rules).map(|(state, rule)| (self.settled(state, rule), rule));
        let rules: Vec<_> = rules.filter(|(state, _)| *state != RuleState::IDLE).collect();
        let layouts: BTreeSet<u16> = rules.iter().map(|(_, rule)| rule.layout).collect();
        let mut words = Words::default();
        out.unsigned(layouts.len() as u64);
        for layout in layouts {
            out.bytes(&layout.to_be_bytes());
            let alike = || rules.iter().filter(|(_, rule)| rule.layout == layout);
            out.unsigned(alike().count() as u64);
            for (state, rule) in alike() {
                let said = self.groups[usize::from(rule.group)].as_ref();
                let said = said.filter(|said| state.phase == Phase::Open && said.rule == rule.id);
                out.unsigned(head_of(state, said.is_some()));
                match said {
                    Some(_) => words.rules.write(&rule.id, out),
                    None => out.bytes(&rule.key[..usize::from(pack.key_bytes)]),
                }
                write_rule(state, bucket_of(self, rule), out);
                if let (Some(blocks), Some(of)) = (&state.blocks, &rule.blocks) {
                    block_bytes::write(blocks, of, &self.facts, self.now, out);
                }
                if let Some(said) = said {
                    write_said(said, id_of(&self.vehicle, &rule.id, state.since), &mut words, out);
                }
            }
        }
        let speaks = |said: &&Said| {
            let speaker = pack.rule_index(&said.rule).map(|number| (number, &pack.rules[number]));
            speaker.is_some_and(|(number, rule)| {
                self.rules[number].phase == Phase::Open
                    && self.groups[usize::from(rule.group)].as_ref() == Some(*said)
            })
        };
        let mut silent: Vec<&Said> = self.groups.iter().flatten().filter(|said| !speaks(said)).collect();
        silent.extend(&self.orphans);
        silent.sort_by(|a, b| (&a.rule, a.id).cmp(&(&b.rule, b.id)));
        out.unsigned(silent.len() as u64);
        for said in silent {
            words.rules.write(&said.rule, out);
            write_said(said, RecommendationId([0; 16]), &mut words, out);
        }
    }

    /// Reads a state, whichever version of the pack it was written under: what has kept its layout goes on.
    ///
    /// Under another version, the first deadline is the instant reached: there every rule is looked at.
    pub fn from_bytes(pack: &Pack, bytes: &[u8]) -> Result<(Self, Migration), StateError> {
        let mut input = Reader::new(bytes);
        if input.bytes(3) != Some(MAGIC) {
            return Err(StateError::Damaged);
        }
        let version = match input.byte() {
            Some(version @ OLDEST..=VERSION) => version,
            Some(found) => return Err(StateError::Version { found }),
            None => return Err(StateError::Damaged),
        };
        let saved = read(&mut input, version).filter(|_| input.is_empty()).ok_or(StateError::Damaged)?;
        saved.place(pack).ok_or(StateError::Damaged)
    }

    /// A rule's state without what no longer matters.
    fn settled(&self, state: &RuleState, rule: &Rule) -> RuleState {
        let mut state = state.clone();
        state.looked = NONE;
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
        if let (Some(blocks), Some(of)) = (&mut state.blocks, &rule.blocks) {
            self.settle_blocks(blocks, of);
        }
        state.blocks = state.blocks.filter(|blocks| !blocks.are_empty());
        state
    }

    fn settle_blocks(&self, blocks: &mut Blocks, of: &pack::Blocks) {
        if let Some(sequence) = &of.sequence {
            blocks.sequence = blocks.sequence.settled(sequence.within, self.now);
        }
        for (state, numbers) in blocks.numbers.iter_mut().zip(&of.numbers) {
            if let Some(bucket) = self.facts.bucket(numbers.window.by, self.now)
                && self.now != NONE
            {
                state.keep(numbers.window, bucket);
            }
        }
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

pub(super) fn pack_key(pack: &Linked) -> PackKey {
    pack.hash.first_chunk().copied().unwrap_or_default()
}

/// The key of the engine's own odometer among the guards.
pub(super) const ODOMETER: Key = [0xFF; 8];

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
    out.byte(presence | u8::from(code.crowded.is_some()) << 2);
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
    if let Some(ecu) = code.crowded {
        out.bytes(&ecu.to_be_bytes());
    }
}

const SPENT: u64 = 0x04;
const PREDICATE: u64 = 0x08;
/// The instants of a gap and of the last clearing follow.
const PAUSED: u64 = 0x10;
/// Buckets follow.
const BUCKETS: u64 = 0x20;
/// The rule is told by its name, and what it said follows.
const SPEAKS: u64 = 0x40;
/// From here on the flags are rare: a head without them is one byte.
const BLOCKED: u64 = 0x80;
/// The state of blocks that look back over time follows.
const BLOCKS: u64 = 0x100;
/// The stage of an escalation follows, and when it was reached.
const STAGE: u64 = 0x200;
const KNOWN: u64 = STAGE | (STAGE - 1);

fn head_of(state: &RuleState, speaks: bool) -> u64 {
    let phase = match state.phase {
        Phase::Idle => 0,
        Phase::Pending => 1,
        Phase::Open => 2,
    };
    let flag = |set: bool, bit: u64| if set { bit } else { 0 };
    phase
        | flag(state.spent, SPENT)
        | flag(state.predicate, PREDICATE)
        | flag(state.blocked, BLOCKED)
        | flag(is_paused(state), PAUSED)
        | flag(!state.buckets.is_empty(), BUCKETS)
        | flag(speaks, SPEAKS)
        | flag(state.blocks.is_some(), BLOCKS)
        | flag(state.stage > 0, STAGE)
}

fn read_head(input: &mut Reader<'_>, version: u8) -> Option<u64> {
    if version > 2 {
        return input.unsigned().filter(|head| head & !KNOWN == 0);
    }
    let head = u64::from(input.byte()?);
    let moved = [(0x10, BLOCKED), (0x20, PAUSED), (0x40, BUCKETS), (0x80, SPEAKS)];
    Some(moved.iter().filter(|(old, _)| head & old != 0).fold(head & 0x0F, |head, (_, new)| head | new))
}

fn is_paused(state: &RuleState) -> bool {
    state.unknown != NONE || state.cleared != NONE
}

fn write_rule(state: &RuleState, bucket: i64, out: &mut Writer) {
    if state.phase != Phase::Idle {
        out.instant(state.since);
    }
    if state.phase == Phase::Open {
        out.unsigned(state.opened.saturating_sub(state.since) as u64);
    }
    if state.stage > 0 {
        out.byte(state.stage);
        out.unsigned(state.escalated.saturating_sub(state.opened) as u64);
    }
    if is_paused(state) {
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
}

/// What was said has an id that cannot be derived.
const OWN_ID: u8 = 0x80;
/// The key of the speaker's group follows.
const GROUPED: u8 = 0x40;

fn write_said(said: &Said, derived: RecommendationId, words: &mut Words, out: &mut Writer) {
    let head = said.urgency as u8 * Action::ALL.len() as u8 + said.action as u8;
    let own = if said.id == derived { 0 } else { OWN_ID };
    out.byte(head | own | if said.group.is_some() { GROUPED } else { 0 });
    if own != 0 {
        out.bytes(&said.id.0);
    }
    out.bytes(said.group.as_ref().map_or(&[], |group| group));
    // Many messages are called like their rule.
    words.messages.write_unless(&said.rule, &said.message, out);
    out.instant(said.due.unwrap_or(NONE));
}

/// What the bytes say, before any of it is given a place in a pack.
pub(super) struct Saved<'a> {
    pub(super) vehicle: VehicleRef,
    pub(super) profile: Profile,
    pub(super) pack: PackKey,
    pub(super) now: i64,
    pub(super) reached: i64,
    pub(super) drives: Drives,
    pub(super) odometer: Option<i64>,
    pub(super) readiness: Option<bool>,
    pub(super) service: i64,
    pub(super) guards: Vec<(&'a [u8], Guard)>,
    pub(super) cells: Vec<(&'a [u8], Cell)>,
    pub(super) codes: Vec<(&'a [u8], CodeState)>,
    pub(super) rules: Vec<SavedRule<'a>>,
    /// Said of rules that are not open: between two versions of the pack.
    pub(super) silent: Vec<Said>,
}

/// The state of one rule; its buckets are numbered from the current one.
pub(super) struct SavedRule<'a> {
    pub(super) name: Name<'a>,
    pub(super) layout: u16,
    pub(super) state: RuleState,
    pub(super) blocks: Option<SavedBlocks>,
    pub(super) said: Option<Said>,
}

pub(super) enum Name<'a> {
    Id(Box<str>),
    Key(&'a [u8]),
}

fn read<'a>(input: &mut Reader<'a>, version: u8) -> Option<Saved<'a>> {
    let key_bytes = usize::from(input.byte().filter(|length| (3..=8).contains(length))?);
    let organization: OrganizationKey = input.text()?.parse().ok()?;
    let vehicle = VehicleRef { organization, vehicle: VehicleId(input.signed()?) };
    let profile = read_profile(input)?;
    let pack = input.bytes(8)?.try_into().ok()?;
    let now = input.fixed()?;
    input.base = now;
    let reached = input.instant()?;
    // What was done at the newest instant is done.
    if now != NONE && reached <= now {
        return None;
    }
    let mut words = Words::default();
    Some(Saved {
        drives: read_drives(input)?,
        odometer: match input.unsigned()? {
            0 => None,
            metres => Some(i64::try_from(metres - 1).ok()?),
        },
        readiness: match input.byte()? {
            0 => None,
            1 => Some(false),
            2 => Some(true),
            _ => return None,
        },
        service: input.instant()?,
        guards: read_list(input, key_bytes, |input| {
            Some(Guard { candidate: input.number()?, seen: input.byte()? })
        })?,
        cells: read_list(input, key_bytes, read_cell)?,
        codes: read_list(input, key_bytes, read_code)?,
        rules: read_rules(input, version, key_bytes, &vehicle, &mut words)?,
        silent: read_silent(input, &mut words)?,
        vehicle,
        profile,
        pack,
        now,
        reached,
    })
}

fn read_profile(input: &mut Reader<'_>) -> Option<Profile> {
    let mut profile = Profile::default();
    for _ in 0..input.count(1)? {
        let name = crate::pack::DIMENSIONS.get(usize::from(input.byte()?))?;
        profile = profile.with(name, input.text()?)?;
    }
    Some(profile)
}

fn read_drives(input: &mut Reader<'_>) -> Option<Drives> {
    let flags = input.byte().filter(|flags| *flags < 4)?;
    Some(Drives {
        driving: flags & 1 != 0,
        ignition_known: flags & 2 != 0,
        ordinal: input.unsigned()?.try_into().ok()?,
        started: input.past()?,
        moved: input.past()?,
    })
}

/// Entries that begin with a key.
fn read_list<'a, T>(
    input: &mut Reader<'a>,
    key_bytes: usize,
    read: impl Fn(&mut Reader<'a>) -> Option<T>,
) -> Option<Vec<(&'a [u8], T)>> {
    (0..input.count(key_bytes)?).map(|_| Some((input.bytes(key_bytes)?, read(input)?))).collect()
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
    let crowded =
        if head & 4 == 0 { None } else { Some(u16::from_be_bytes(input.bytes(2)?.try_into().ok()?)) };
    Some(CodeState { presence, since, seen, gone, count, clean, crowded, active })
}

fn read_rules<'a>(
    input: &mut Reader<'a>,
    version: u8,
    key_bytes: usize,
    vehicle: &VehicleRef,
    words: &mut Words,
) -> Option<Vec<SavedRule<'a>>> {
    let mut rules = Vec::new();
    for _ in 0..input.count(2)? {
        let layout = u16::from_be_bytes(input.bytes(2)?.try_into().ok()?);
        for _ in 0..input.count(2)? {
            let head = read_head(input, version)?;
            if head & SPEAKS == 0 {
                let name = Name::Key(input.bytes(key_bytes)?);
                let (state, blocks) = read_rule(head, input)?;
                rules.push(SavedRule { name, layout, state, blocks, said: None });
                continue;
            }
            let id = words.rules.read(input)?;
            let (state, blocks) = read_rule(head, input).filter(|(state, _)| state.phase == Phase::Open)?;
            let said = read_said(&id, id_of(vehicle, &id, state.since), words, input)?;
            rules.push(SavedRule { name: Name::Id(id), layout, state, blocks, said: Some(said) });
        }
    }
    Some(rules)
}

fn read_rule(head: u64, input: &mut Reader<'_>) -> Option<(RuleState, Option<SavedBlocks>)> {
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
    if head & STAGE != 0 {
        let number = input.byte().filter(|number| (1..=MAX_STAGES as u8).contains(number));
        state.stage = number.filter(|_| state.phase == Phase::Open)?;
        state.escalated =
            state.opened.checked_add_unsigned(input.unsigned()?).filter(|at| *at <= input.base)?;
    }
    if head & PAUSED != 0 {
        state.unknown = input.past()?;
        state.cleared = input.past()?;
    }
    if head & BUCKETS != 0 {
        let mut last = 0_i64;
        for _ in 0..input.count(2)? {
            last = last.wrapping_sub(input.signed()?);
            state.buckets.push((last, input.unsigned()?.try_into().ok()?));
        }
        state.buckets.reverse();
    }
    let blocks = if head & BLOCKS == 0 { None } else { Some(block_bytes::read(input)?) };
    Some((state, blocks))
}

fn read_said(
    rule: &str,
    derived: RecommendationId,
    words: &mut Words,
    input: &mut Reader<'_>,
) -> Option<Said> {
    let head = input.byte()?;
    let advice = usize::from(head & !(OWN_ID | GROUPED));
    let id = if head & OWN_ID == 0 { derived } else { RecommendationId(input.bytes(16)?.try_into().ok()?) };
    let group = if head & GROUPED == 0 { None } else { Some(input.bytes(4)?.try_into().ok()?) };
    let message = words.messages.read_unless(rule, input)?;
    let due = input.instant()?;
    Some(Said {
        id,
        group,
        rule: rule.into(),
        urgency: *Urgency::ALL.get(advice / Action::ALL.len())?,
        action: *Action::ALL.get(advice % Action::ALL.len())?,
        due: (due != NONE).then_some(due),
        message,
    })
}

fn read_silent(input: &mut Reader<'_>, words: &mut Words) -> Option<Vec<Said>> {
    (0..input.count(4)?)
        .map(|_| {
            let rule = words.rules.read(input)?;
            read_said(&rule, RecommendationId([0; 16]), words, input)
        })
        .collect()
}
