//! One recommendation a group: the open rules of a group speak with one voice.

use std::collections::BTreeSet;

use cc_core::{
    Argument, Arguments, Change, ChangeKind, MeasureUnit, Recommendation, RecommendationId, Timestamp,
    VehicleRef,
};
use sha2::{Digest, Sha256};

use crate::expr::{EvalCounters, Program, Ty, Val};
use crate::pack::{Linked, Pack, Rule};
use crate::state::{Origin, Phase, Said, VehicleState, View, group_key, instant};

/// What becomes of a group after some of its rules opened or closed, or after they were looked at anew.
pub(super) fn resolve(pack: &Linked, state: &mut VehicleState, group: u16, at: i64) -> Option<Change> {
    let before = state.groups.take(group);
    let Some(voice) = voice_of(pack, state, group) else {
        return cleared(&state.vehicle, before?, at);
    };
    let speaker = usize::from(voice.speaker);
    let rule = &pack.rules[speaker];
    let advice = rule.advice(state.rules[speaker].stage);
    let root = &pack.rules[usize::from(voice.root)].id;
    let origin = match &before {
        Some(before) if before.rule == rule.id => before.origin,
        Some(before) => Origin::Known(before.id(&state.vehicle)),
        None if voice.root == voice.speaker => Origin::Episode(voice.since),
        None => Origin::Known(id_of(&state.vehicle, root, voice.since)),
    };
    let said = Said {
        origin,
        group: group_key(pack, voice.speaker),
        rule: rule.id.clone(),
        urgency: advice.urgency,
        action: advice.action,
        due: voice.due,
        message: advice.message.clone(),
    };
    let change = match &before {
        Some(before) if before.says_the_same(&said) => None,
        _ => {
            let kind = if before.is_some() { ChangeKind::Updated } else { ChangeKind::Raised };
            let args = arguments(pack, state, voice.speaker, at);
            Some(said.change(&state.vehicle, instant(at)?, kind, args))
        }
    };
    state.groups.put(group, said);
    change
}

/// The end of a recommendation, in the words that were last said.
pub(super) fn cleared(vehicle: &VehicleRef, said: Said, at: i64) -> Option<Change> {
    Some(Change {
        at: instant(at)?,
        vehicle: vehicle.clone(),
        id: said.id(vehicle),
        rule: said.rule,
        change: ChangeKind::Cleared,
        urgency: said.urgency,
        action: said.action,
        due: None,
        message: said.message,
        args: Arguments::new(),
    })
}

impl VehicleState {
    /// What is open, one a group, each as the change that would raise it now: at the newest instant at which something was
    /// done, with the arguments of that instant.
    pub fn open(&self, pack: &Pack) -> Vec<Change> {
        let change = |(_, said): (u16, &Said)| {
            let args = match pack.0.rule_index(&said.rule).and_then(|rule| u16::try_from(rule).ok()) {
                Some(rule) => arguments(&pack.0, self, rule, self.now),
                None => Arguments::new(),
            };
            Some(said.change(&self.vehicle, instant(self.now)?, ChangeKind::Raised, args))
        };
        self.groups.iter().filter_map(change).collect()
    }
}

/// How the open rules of a group speak.
struct Voice {
    /// The rule whose episode starts first, and when: what the id is made of.
    root: u16,
    since: i64,
    speaker: u16,
    due: Option<i64>,
}

fn voice_of(pack: &Linked, state: &VehicleState, group: u16) -> Option<Voice> {
    let mut merged: Option<(Recommendation, u16)> = None;
    let mut first: Option<(i64, u16)> = None;
    for number in &pack.groups[usize::from(group)] {
        let (rule, rule_state) = (&pack.rules[usize::from(*number)], &state.rules[usize::from(*number)]);
        if rule_state.phase != Phase::Open || state.is_suppressed(rule) {
            continue;
        }
        if first.is_none_or(|(since, _)| rule_state.since < since) {
            first = Some((rule_state.since, *number));
        }
        let due =
            rule.advice(rule_state.stage).due.and_then(|due| instant(rule_state.opened.saturating_add(due)));
        let one = words(rule, state, due, *number);
        merged = Some(match merged {
            None => (one, *number),
            Some((so_far, speaker)) => match so_far.merge(one) {
                Ok(both) => {
                    let speaker = if both.rule == rule.id { *number } else { speaker };
                    (both, speaker)
                }
                Err(both) => (both.0, speaker),
            },
        });
    }
    let ((since, root), (recommendation, speaker)) = (first?, merged?);
    Some(Voice { root, since, speaker, due: recommendation.due.and_then(super::nanos) })
}

/// A rule's advice, as far as merging asks for it: which one speaks, and the earliest due.
fn words(rule: &Rule, state: &VehicleState, due: Option<Timestamp>, number: u16) -> Recommendation {
    let rule_state = &state.rules[usize::from(number)];
    let advice = rule.advice(rule_state.stage);
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    Recommendation {
        id: RecommendationId(id),
        aliases: BTreeSet::new(),
        vehicle: state.vehicle.clone(),
        rule: rule.id.clone(),
        group: Box::default(),
        since: instant(rule_state.since).unwrap_or_default(),
        urgency: advice.urgency,
        action: advice.action,
        due,
        message: advice.message.clone(),
        args: Arguments::new(),
    }
}

/// The first 16 bytes of the SHA-256 of vehicle, rule and start of the episode, each on a line of its own.
pub(crate) fn id_of(vehicle: &VehicleRef, rule: &str, since: i64) -> RecommendationId {
    let text = format!("{vehicle}\n{rule}\n{since}");
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    RecommendationId(id)
}

/// The arguments of a rule's message, in its stage.
pub(crate) fn arguments(pack: &Linked, state: &VehicleState, rule: u16, at: i64) -> Arguments {
    let view = View::of_rule(pack, state, usize::from(rule), at);
    let advice = pack.rules[usize::from(rule)].advice(state.rules[usize::from(rule)].stage);
    let value = |program: &Program| argument(program, &view);
    advice.args.iter().filter_map(|(name, program)| Some((name.clone(), value(program)?))).collect()
}

/// A value with its unit; `None` where it is unknown.
fn argument(program: &Program, view: &View<'_>) -> Option<Argument> {
    let number = |value: f64, unit| Some(Argument::Number { value, unit });
    match program.eval(view, &mut EvalCounters::default()) {
        Val::Unknown => None,
        Val::Bool(value) => Some(Argument::Bool(value)),
        Val::Int(value) => number(value as f64, MeasureUnit::One),
        Val::Double(value) => {
            let unit = if let Ty::Double(ty) = program.ty() { ty.unit } else { MeasureUnit::One };
            number(value, unit)
        }
        Val::Str(text) => Some(Argument::Text(text.into())),
        Val::Time(nanos) => {
            let text = instant(nanos)?.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            Some(Argument::Text(text.into()))
        }
        Val::Duration(nanos) => {
            let (value, unit) = duration(nanos);
            number(value, unit)
        }
    }
}

/// A duration in the largest unit that it is a whole number of.
pub(crate) fn duration(nanos: i64) -> (f64, MeasureUnit) {
    const SECOND: i64 = 1_000_000_000;
    for (size, unit) in [
        (86_400 * SECOND, MeasureUnit::Day),
        (3_600 * SECOND, MeasureUnit::Hour),
        (60 * SECOND, MeasureUnit::Minute),
    ] {
        if nanos != 0 && nanos % size == 0 {
            return ((nanos / size) as f64, unit);
        }
    }
    (nanos as f64 / SECOND as f64, MeasureUnit::Second)
}
