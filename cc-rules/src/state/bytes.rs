//! The stable form of a state in bytes.
//!
//! Layout, version 3: `CCR` and the version; how many bytes a key has; the vehicle and its profile; the pack whose rules
//! were looked at last; the instants; then signals, codes, rules and what was said of none of these rules, each kind with
//! a count and one entry for each that has something to remember, found by the hash of its name. Instants are distances
//! from the newest one, in the largest unit that keeps them whole. Version 2 differs in the head of a rule only, which
//! was one byte with the flags in another order; it is read as well.
//!
//! What is decoded is handed to [`super::migrate`] entry by entry, which finds a place for it in the pack.

use cc_core::{Action, OrganizationKey, RecommendationId, Urgency, VehicleId, VehicleRef};

use super::block_bytes::{self, SavedBlocks};
use super::codes::Presence;
use super::migrate::{Migration, Places, bucket_of};
use super::names::Words;
use super::{
    Blocks, Cell, CellValue, CodeState, Drives, Guard, NONE, Phase, RuleState, Said, VehicleState, day_of,
};
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
        let mut bytes = Vec::with_capacity(1_024);
        self.to_bytes_into(pack, &mut bytes);
        bytes
    }

    /// Like [`Self::to_bytes`], into a buffer whose content is replaced: who writes one state after another needs memory
    /// for the largest only.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let mut buffer = b"the state before".to_vec();
    /// for car in ["local/1", "local/2"] {
    ///     let state = cc_rules::VehicleState::new(&pack, car.parse()?);
    ///     state.to_bytes_into(&pack, &mut buffer);
    ///     assert_eq!(buffer, state.to_bytes(&pack));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_bytes_into(&self, pack: &Pack, bytes: &mut Vec<u8>) {
        let mut out = Writer::reusing(std::mem::take(bytes), self.now);
        self.write(&pack.0, &mut out);
        *bytes = out.done();
    }

    fn write(&self, pack: &Linked, out: &mut Writer) {
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
        write_drives(&self.facts.drives, out);
        out.unsigned(self.facts.odometer.map_or(0, |metres| metres as u64 + 1));
        out.byte(match self.facts.readiness {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        });
        out.instant(self.facts.service);
        self.write_guards(pack, out);
        let key_bytes = usize::from(pack.key_bytes);
        let cells = self.facts.cells.iter().zip(&pack.signals);
        let cells = cells.filter(|(cell, _)| cell.value != CellValue::Empty);
        out.unsigned(cells.clone().count() as u64);
        for (cell, slot) in cells {
            out.bytes(&slot.key[..key_bytes]);
            write_cell(cell, out);
        }
        let codes = self.facts.codes.iter().zip(&pack.codes);
        let codes = codes.filter(|(code, _)| **code != CodeState::default());
        out.unsigned(codes.clone().count() as u64);
        for (code, slot) in codes {
            out.bytes(&slot.key[..key_bytes]);
            write_code(code, out);
        }
        self.write_rules(pack, out);
    }

    fn write_rules(&self, pack: &Linked, out: &mut Writer) {
        let rules = self.rules.kept().map(|(number, state)| (state, &pack.rules[number]));
        let rules = rules.map(|(state, rule)| (self.settled(state, rule), rule));
        let mut rules: Vec<_> = rules.filter(|(state, _)| *state != RuleState::IDLE).collect();
        // Those of a layout keep their order.
        rules.sort_by_key(|(_, rule)| rule.layout);
        let layouts = rules.chunk_by(|(_, a), (_, b)| a.layout == b.layout);
        let mut words = Words::default();
        out.unsigned(layouts.clone().count() as u64);
        for alike in layouts {
            out.bytes(&alike.first().map_or(0, |(_, rule)| rule.layout).to_be_bytes());
            out.unsigned(alike.len() as u64);
            for (state, rule) in alike {
                let said = self.groups[usize::from(rule.group)].as_deref();
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
                    && self.groups[usize::from(rule.group)].as_deref() == Some(*said)
            })
        };
        let said = self.groups.iter().flatten().map(|said| &**said);
        let mut silent: Vec<&Said> = said.filter(|said| !speaks(said)).collect();
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
        read(pack, &mut input, version).filter(|_| input.is_empty()).ok_or(StateError::Damaged)
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
            blocks.sequence = blocks.sequence.settled(sequence.within, self.reached);
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

/// The state of one rule; its buckets are numbered from the current one.
pub(super) struct SavedRule<'a> {
    pub(super) name: Name<'a>,
    pub(super) layout: u16,
    pub(super) state: RuleState,
    pub(super) blocks: Option<SavedBlocks>,
}

pub(super) enum Name<'a> {
    Id(Box<str>),
    Key(&'a [u8]),
}

/// Each entry is given its place in the pack as it is read; `None` where no engine can have written such a state.
fn read(pack: &Pack, input: &mut Reader<'_>, version: u8) -> Option<(VehicleState, Migration)> {
    let key_bytes = usize::from(input.byte().filter(|length| (3..=8).contains(length))?);
    let organization: OrganizationKey = input.text()?.parse().ok()?;
    let vehicle = VehicleRef { organization, vehicle: VehicleId(input.signed()?) };
    let profile = read_profile(input)?;
    let written_under: PackKey = input.bytes(8)?.try_into().ok()?;
    let now = input.fixed()?;
    input.base = now;
    let reached = input.instant()?;
    // What was done at the newest instant is done.
    if now != NONE && reached <= now {
        return None;
    }
    let mut state = VehicleState::with_profile(pack, vehicle, profile);
    state.now = now;
    state.day = if now == NONE { NONE } else { day_of(now) };
    state.reached = reached;
    // Before its first event a state has nothing that another pack could see otherwise.
    state.upgraded = written_under != pack_key(&pack.0) && now != NONE;
    let facts = &mut state.facts;
    facts.drives = read_drives(input)?;
    facts.odometer = match input.unsigned()? {
        0 => None,
        metres => Some(i64::try_from(metres - 1).ok()?),
    };
    facts.readiness = match input.byte()? {
        0 => None,
        1 => Some(false),
        2 => Some(true),
        _ => return None,
    };
    facts.service = input.instant()?;
    let mut places = Places::new(&pack.0, state);
    for _ in 0..input.count(key_bytes)? {
        let key = input.bytes(key_bytes)?;
        places.guard(key, Guard { candidate: input.number()?, seen: input.byte()? });
    }
    for _ in 0..input.count(key_bytes)? {
        places.cell(input.bytes(key_bytes)?, read_cell(input)?);
    }
    for _ in 0..input.count(key_bytes)? {
        places.code(input.bytes(key_bytes)?, read_code(input)?);
    }
    let mut words = Words::default();
    read_rules(input, version, key_bytes, &mut words, &mut places)?;
    for _ in 0..input.count(4)? {
        let rule = words.rules.read(input)?;
        places.silent(read_said(&rule, RecommendationId([0; 16]), &mut words, input)?);
    }
    places.done()
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

fn read_rules(
    input: &mut Reader<'_>,
    version: u8,
    key_bytes: usize,
    words: &mut Words,
    places: &mut Places<'_>,
) -> Option<()> {
    for _ in 0..input.count(2)? {
        let layout = u16::from_be_bytes(input.bytes(2)?.try_into().ok()?);
        for _ in 0..input.count(2)? {
            let head = read_head(input, version)?;
            if head & SPEAKS == 0 {
                let name = Name::Key(input.bytes(key_bytes)?);
                let (state, blocks) = read_rule(head, input)?;
                places.rule(SavedRule { name, layout, state, blocks });
                continue;
            }
            let id = words.rules.read(input)?;
            let (state, blocks) = read_rule(head, input).filter(|(state, _)| state.phase == Phase::Open)?;
            let derived = id_of(places.vehicle(), &id, state.since);
            places.said(read_said(&id, derived, words, input)?);
            places.rule(SavedRule { name: Name::Id(id), layout, state, blocks });
        }
    }
    Some(())
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
