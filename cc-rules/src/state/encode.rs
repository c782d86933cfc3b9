//! Writes a state in the form of [`super::bytes`].

use cc_core::{Action, RecommendationId};

use super::block_bytes;
use super::bytes::{
    BLOCKED, BLOCKS, BOOL, BUCKETS, GROUPED, MAGIC, NUMBER, ODOMETER, OWN_ID, PAUSED, PREDICATE, PackKey,
    SPEAKS, SPENT, STAGE, STALE, TEXT, TIME, TRUE, VERSION, pack_key,
};
use super::codes::Presence;
use super::migrate::bucket_of;
use super::names::Words;
use super::{Blocks, CodeState, Drives, NONE, Origin, Phase, RuleState, Said, VehicleState};
use crate::engine::id_of;
use crate::expr::Val;
use crate::pack::{self, Key, Linked, Rule, WindowBy};
use crate::wire::Writer;

impl VehicleState {
    pub(super) fn write(&self, pack: &Linked, out: &mut Writer) {
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
        out.unsigned(self.facts.cells.heard() as u64);
        for (signal, (value, at, stale)) in pack.signals.iter().zip(self.facts.cells.entries()) {
            write_cell((signal.key, key_bytes), value, at, stale, out);
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
        let mut words = Words::default();
        let layouts_at = out.count_later();
        let mut layouts = 0;
        // The layout of the rules being written, the place of their number, and the number.
        let mut alike = None;
        for line in self.in_order(pack).filter_map(|number| self.line(number, pack)) {
            let layout = line.rule.layout;
            alike = match alike {
                Some((known, place, count)) if known == layout => Some((known, place, count + 1)),
                others => {
                    fill(others, out);
                    layouts += 1;
                    out.bytes(&layout.to_be_bytes());
                    Some((layout, out.count_later(), 1))
                }
            };
            self.write_rule(&line, pack, &mut words, out);
        }
        fill(alike, out);
        out.fill_count(layouts_at, layouts);
        let speaks = |said: &&Said| {
            let speaker = pack.rule_index(&said.rule).map(|number| (number, &pack.rules[number]));
            speaker.is_some_and(|(number, rule)| {
                self.rules[number].phase == Phase::Open && self.groups.get(rule.group) == Some(*said)
            })
        };
        let said = self.groups.iter().map(|(_, said)| said);
        let mut silent: Vec<&Said> = said.filter(|said| !speaks(said)).collect();
        silent.extend(&self.orphans);
        silent.sort_by(|a, b| a.order(b, &self.vehicle));
        out.unsigned(silent.len() as u64);
        for said in silent {
            words.rules.write(&said.rule, out);
            let own = Some(said.id(&self.vehicle)).filter(|id| id.0 != [0; 16]);
            write_said(said, own, &mut words, out);
        }
    }

    /// A rule without what no longer matters; `None` where it has nothing to remember.
    #[inline]
    fn line<'a>(&'a self, number: usize, pack: &'a Linked) -> Option<Line<'a>> {
        let state = self.rules.kept_one(number)?;
        let rule = &pack.rules[number];
        let is_cool = state.cleared != NONE && state.cleared.saturating_add(rule.cooldown) < self.reached;
        let cleared = if is_cool { NONE } else { state.cleared };
        let settled = (!state.is_small()).then(|| Box::new(self.settled(state, rule)));
        Some(Line { rule, state, settled, cleared }).filter(Line::remembers)
    }

    /// The numbers of the rules that may have something to remember, by layout. Those at rest are not asked: which of all
    /// rules are, cannot be guessed.
    fn in_order(&self, pack: &Linked) -> impl Iterator<Item = usize> {
        let mut marked = vec![0_u64; pack.words];
        for (number, _) in self.rules.kept_anyhow() {
            let place = usize::from(pack.layout_places[number]);
            marked[place / 64] |= 1 << (place % 64);
        }
        let places = marked.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let place = (bits != 0).then(|| word * 64 + bits.trailing_zeros() as usize)?;
                bits &= bits - 1;
                Some(place)
            })
        });
        places.map(|place| usize::from(pack.by_layout[place]))
    }

    /// A rule's state with its windows as they are now.
    fn settled(&self, state: &RuleState, rule: &Rule) -> RuleState {
        let mut state = state.clone();
        state.forget_look();
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

    fn write_rule(&self, line: &Line<'_>, pack: &Linked, words: &mut Words, out: &mut Writer) {
        let Line { rule, cleared, .. } = line;
        let state = line.state();
        if line.rests() {
            out.byte(PAUSED as u8);
            out.key(rule.key, usize::from(pack.key_bytes));
            out.instant(state.unknown);
            return out.instant(*cleared);
        }
        let said = if state.phase == Phase::Open { self.groups.get(rule.group) } else { None };
        let said = said.filter(|said| said.rule == rule.id);
        out.unsigned(line.head(said.is_some()));
        match said {
            Some(_) => words.rules.write(&rule.id, out),
            None => out.key(rule.key, usize::from(pack.key_bytes)),
        }
        if state.phase != Phase::Idle {
            out.instant(state.since);
        }
        if state.phase == Phase::Open {
            out.unsigned(state.opened.saturating_sub(state.since) as u64);
        }
        if state.stage > 0 {
            out.byte(state.stage);
            out.unsigned(state.escalated().saturating_sub(state.opened) as u64);
        }
        if line.is_paused() {
            out.instant(state.unknown);
            out.instant(*cleared);
        }
        if !state.buckets.is_empty() {
            write_buckets(&state.buckets, bucket_of(self, rule), out);
        }
        if let (Some(blocks), Some(of)) = (&state.blocks, &rule.blocks) {
            block_bytes::write(blocks, of, &self.facts, self.now, out);
        }
        if let Some(said) = said {
            let derived = || id_of(&self.vehicle, &rule.id, state.since);
            let is_derived = said.origin == Origin::Episode(state.since);
            let own = (!is_derived).then(|| said.id(&self.vehicle)).filter(|id| *id != derived());
            write_said(said, own, words, out);
        }
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

fn write_drives(drives: &Drives, out: &mut Writer) {
    out.byte(u8::from(drives.driving) | u8::from(drives.ignition_known) << 1);
    out.unsigned(u64::from(drives.ordinal));
    out.instant(drives.started);
    out.instant(drives.moved);
}

/// A cell of which something was heard.
#[inline]
fn write_cell((key, length): (Key, usize), value: Val<'_>, at: i64, stale: bool, out: &mut Writer) {
    let stale = if stale { STALE } else { 0 };
    match value {
        Val::Double(value) => return out.entry(key, length, stale | NUMBER, value, at),
        Val::Bool(value) => out.key_and(key, length, stale | BOOL | if value { TRUE } else { 0 }),
        Val::Time(nanos) => {
            out.key_and(key, length, stale | TIME);
            out.instant(nanos);
        }
        Val::Str(text) => {
            out.key_and(key, length, stale | TEXT);
            out.text(text);
        }
        // Of an unknown value nothing is written; cells hold nothing else.
        Val::Int(_) | Val::Duration(_) | Val::Unknown => return,
    }
    out.instant(at);
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

/// How many rules of a layout there were.
fn fill(alike: Option<(u16, usize, usize)>, out: &mut Writer) {
    if let Some((_, place, count)) = alike {
        out.fill_count(place, count);
    }
}

/// What is written of a rule.
struct Line<'a> {
    rule: &'a Rule,
    state: &'a RuleState,
    /// The state as it is to be written, where it holds windows or stages.
    settled: Option<Box<RuleState>>,
    /// When it was last cleared, while that matters.
    cleared: i64,
}

impl Line<'_> {
    #[inline]
    fn state(&self) -> &RuleState {
        self.settled.as_deref().unwrap_or(self.state)
    }

    /// Whether all there is to remember is a gap or a cooldown.
    #[inline]
    fn rests(&self) -> bool {
        let RuleState { phase, spent, blocked, predicate, .. } = self.state;
        let is_idle = *phase == Phase::Idle && !spent && !blocked && !predicate;
        is_idle && self.settled.is_none() && self.state.stage == 0 && self.is_paused()
    }

    /// Whether there is anything to remember.
    fn remembers(&self) -> bool {
        let RuleState { phase, spent, blocked, predicate, since, stage, unknown, buckets, blocks, .. } =
            self.state();
        let is_idle = *phase == Phase::Idle && !spent && !blocked && !predicate && *stage == 0;
        let is_empty = *since == NONE && *unknown == NONE && buckets.is_empty() && blocks.is_none();
        !is_idle || !is_empty || self.cleared != NONE
    }

    fn is_paused(&self) -> bool {
        self.state().unknown != NONE || self.cleared != NONE
    }

    fn head(&self, speaks: bool) -> u64 {
        let state = self.state();
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
            | flag(self.is_paused(), PAUSED)
            | flag(!state.buckets.is_empty(), BUCKETS)
            | flag(speaks, SPEAKS)
            | flag(state.blocks.is_some(), BLOCKS)
            | flag(state.stage > 0, STAGE)
    }
}

fn write_buckets(buckets: &[(i64, u32)], current: i64, out: &mut Writer) {
    out.unsigned(buckets.len() as u64);
    let mut last = current;
    for (number, count) in buckets.iter().rev() {
        out.signed(last.wrapping_sub(*number));
        out.unsigned(u64::from(*count));
        last = *number;
    }
}

/// An id of its own is one that is not made of vehicle, rule and episode.
fn write_said(said: &Said, own: Option<RecommendationId>, words: &mut Words, out: &mut Writer) {
    let head = said.urgency as u8 * Action::ALL.len() as u8 + said.action as u8;
    let flags = if own.is_some() { OWN_ID } else { 0 } | if said.group.is_some() { GROUPED } else { 0 };
    out.byte(head | flags);
    if let Some(id) = own {
        out.bytes(&id.0);
    }
    out.bytes(said.group.as_ref().map_or(&[], |group| group));
    // Many messages are called like their rule.
    words.messages.write_unless(&said.rule, &said.message, out);
    out.instant(said.due.unwrap_or(NONE));
}
