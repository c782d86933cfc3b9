//! The stable form of a state in bytes.
//!
//! Layout, version 3: `CCR` and the version; how many bytes a key has; the vehicle and its profile; the pack whose rules
//! were looked at last; the instants; then signals, codes, rules and what was said of none of these rules, each kind with
//! a count and one entry for each that has something to remember, found by the hash of its name. Instants are distances
//! from the newest one, in the largest unit that keeps them whole. Version 2 differs in the head of a rule only, which
//! was one byte with the flags in another order; it is read as well.
//!
//! [`super::encode`] writes it. What is decoded is handed to [`super::migrate`] entry by entry, which finds a place for it in the pack.

use cc_core::{Action, OrganizationKey, RecommendationId, Urgency, VehicleId, VehicleRef};

use super::block_bytes::{self, SavedBlocks};
use super::codes::Presence;
use super::migrate::{Migration, Places};
use super::names::Words;
use super::{
    Cell, CellValue, CodeState, Drives, Guard, NONE, Origin, Phase, RuleState, Said, VehicleState, day_of,
};
use crate::pack::limits::MAX_STAGES;
use crate::pack::{Linked, Pack, Profile};
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

pub(super) const MAGIC: &[u8; 3] = b"CCR";
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
}

pub(super) fn pack_key(pack: &Linked) -> PackKey {
    pack.hash.first_chunk().copied().unwrap_or_default()
}

/// The key of the engine's own odometer among the guards.
pub(super) const ODOMETER: [u8; 8] = [0xFF; 8];

pub(super) const BOOL: u8 = 0;
pub(super) const NUMBER: u8 = 1;
pub(super) const TEXT: u8 = 2;
pub(super) const TIME: u8 = 3;
pub(super) const STALE: u8 = 0x10;
pub(super) const TRUE: u8 = 0x20;

pub(super) const SPENT: u64 = 0x04;
pub(super) const PREDICATE: u64 = 0x08;
/// The instants of a gap and of the last clearing follow.
pub(super) const PAUSED: u64 = 0x10;
/// Buckets follow.
pub(super) const BUCKETS: u64 = 0x20;
/// The rule is told by its name, and what it said follows.
pub(super) const SPEAKS: u64 = 0x40;
/// From here on the flags are rare: a head without them is one byte.
pub(super) const BLOCKED: u64 = 0x80;
/// The state of blocks that look back over time follows.
pub(super) const BLOCKS: u64 = 0x100;
/// The stage of an escalation follows, and when it was reached.
pub(super) const STAGE: u64 = 0x200;
const KNOWN: u64 = STAGE | (STAGE - 1);

fn read_head(input: &mut Reader<'_>, version: u8) -> Option<u64> {
    if version > 2 {
        return input.unsigned().filter(|head| head & !KNOWN == 0);
    }
    let head = u64::from(input.byte()?);
    let moved = [(0x10, BLOCKED), (0x20, PAUSED), (0x40, BUCKETS), (0x80, SPEAKS)];
    Some(moved.iter().filter(|(old, _)| head & old != 0).fold(head & 0x0F, |head, (_, new)| head | new))
}

/// What was said has an id that cannot be derived.
pub(super) const OWN_ID: u8 = 0x80;
/// The key of the speaker's group follows.
pub(super) const GROUPED: u8 = 0x40;

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
    let mut places = Places::new(&pack.0, &mut state, key_bytes);
    for _ in 0..input.count(key_bytes)? {
        let key = input.key(key_bytes)?;
        places.guard(key, Guard { candidate: input.number()?, seen: input.byte()? });
    }
    let mut cells = input.count(key_bytes)?;
    loop {
        cells -= places.plain(input, cells);
        let Some(others) = cells.checked_sub(1) else { break };
        cells = others;
        let key = input.key(key_bytes)?;
        let head = input.byte()?;
        let is_old = head & STALE != 0;
        if head & !STALE == NUMBER {
            places.number(key, input.number()?, input.past()?, is_old);
        } else {
            places.cell(key, Cell { value: read_value(head, input)?, at: input.past()?, stale: is_old });
        }
    }
    for _ in 0..input.count(key_bytes)? {
        places.code(input.key(key_bytes)?, read_code(input)?);
    }
    let mut words = Words::default();
    read_rules(input, version, key_bytes, &mut words, &mut places)?;
    for _ in 0..input.count(4)? {
        let rule = words.rules.read(input)?;
        places.silent(read_said(&rule, None, &mut words, input)?);
    }
    let migration = places.done()?;
    Some((state, migration))
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

fn read_value(head: u8, input: &mut Reader<'_>) -> Option<CellValue> {
    Some(match head & !(STALE | TRUE) {
        BOOL => CellValue::Bool(head & TRUE != 0),
        NUMBER => CellValue::Number(input.number()?),
        TEXT => CellValue::Text(input.text()?.into()),
        TIME => CellValue::Time(input.instant()?),
        _ => return None,
    })
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
    places.expect_rules(input.left() / (key_bytes + 2));
    for _ in 0..input.count(2)? {
        let layout = u16::from_be_bytes(input.bytes(2)?.try_into().ok()?);
        for _ in 0..input.count(2)? {
            let head = read_head(input, version)?;
            if head & SPEAKS == 0 {
                let number = places.rule_of_key(input.key(key_bytes)?);
                if head == PAUSED {
                    places.resting(number, layout, input.past()?, input.past()?);
                    continue;
                }
                let (state, blocks) = read_rule(head, input)?;
                places.rule(number, layout, state, blocks);
                continue;
            }
            let id = words.rules.read(input)?;
            let (state, blocks) = read_rule(head, input).filter(|(state, _)| state.phase == Phase::Open)?;
            places.said(read_said(&id, Some(state.since), words, input)?);
            places.rule(places.rule_of_name(&id), layout, state, blocks);
        }
    }
    Some(())
}

#[inline]
fn read_rule(head: u64, input: &mut Reader<'_>) -> Option<(RuleState, Option<Box<SavedBlocks>>)> {
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
        let reached = number.filter(|_| state.phase == Phase::Open)?;
        let at = state.opened.checked_add_unsigned(input.unsigned()?).filter(|at| *at <= input.base)?;
        state.escalate(reached, at);
    }
    if head & PAUSED != 0 {
        state.unknown = input.past()?;
        state.cleared = input.past()?;
    }
    if head & BUCKETS != 0 {
        let mut last = 0_i64;
        let mut buckets = Vec::new();
        for _ in 0..input.count(2)? {
            last = last.wrapping_sub(input.signed()?);
            buckets.push((last, input.unsigned()?.try_into().ok()?));
        }
        buckets.reverse();
        state.buckets = buckets.into();
    }
    let blocks = if head & BLOCKS == 0 { None } else { Some(Box::new(block_bytes::read(input)?)) };
    Some((state, blocks))
}

/// `episode` is the start of the rule's episode, where the id may be made of it.
fn read_said(rule: &str, episode: Option<i64>, words: &mut Words, input: &mut Reader<'_>) -> Option<Said> {
    let head = input.byte()?;
    let advice = usize::from(head & !(OWN_ID | GROUPED));
    let origin = match episode {
        _ if head & OWN_ID != 0 => Origin::Known(RecommendationId(input.bytes(16)?.try_into().ok()?)),
        Some(since) => Origin::Episode(since),
        None => Origin::Known(RecommendationId([0; 16])),
    };
    let group = if head & GROUPED == 0 { None } else { Some(input.bytes(4)?.try_into().ok()?) };
    let message = words.messages.read_unless(rule, input)?;
    let due = input.instant()?;
    Some(Said {
        origin,
        group,
        rule: rule.into(),
        urgency: *Urgency::ALL.get(advice / Action::ALL.len())?,
        action: *Action::ALL.get(advice % Action::ALL.len())?,
        due: (due != NONE).then_some(due),
        message,
    })
}
