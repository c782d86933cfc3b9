//! One recommendation a group: the open rules of a group speak with one voice.

use std::collections::BTreeSet;

use cc_core::{
    Argument, Arguments, Change, ChangeKind, MeasureUnit, Recommendation, RecommendationId, Timestamp,
};
use sha2::{Digest, Sha256};

use crate::expr::{EvalCounters, Program, Ty, Val};
use crate::pack::{Linked, Rule};
use crate::state::{GroupState, Phase, Root, VehicleState, View, instant};

/// What becomes of a group after some of its rules opened or closed.
pub(super) fn resolve(pack: &Linked, state: &mut VehicleState, group: u16, at: i64) -> Option<Change> {
    let before = state.groups[usize::from(group)];
    let open = derive(pack, state, group);
    let after = GroupState { open: before.open.or(open.open), ..open };
    let (kind, root, speaker) = match (before.open, open.open) {
        (None, None) => return None,
        (None, Some(root)) => (ChangeKind::Raised, root, after.speaker),
        (Some(root), None) => (ChangeKind::Cleared, root, before.speaker),
        (Some(root), Some(_)) if (before.speaker, before.due) != (after.speaker, after.due) => {
            (ChangeKind::Updated, root, after.speaker)
        }
        (Some(_), Some(_)) => {
            state.groups[usize::from(group)] = after;
            return None;
        }
    };
    state.groups[usize::from(group)] =
        if kind == ChangeKind::Cleared { GroupState::default() } else { after };
    let rule = &pack.rules[usize::from(speaker)];
    let cleared = kind == ChangeKind::Cleared;
    Some(Change {
        at: instant(at)?,
        vehicle: state.vehicle.clone(),
        id: id_of(pack, state, root),
        rule: rule.id.clone(),
        change: kind,
        urgency: rule.urgency,
        action: rule.action,
        due: if cleared { None } else { after.due.and_then(instant) },
        message: rule.message.clone(),
        args: if cleared { Arguments::new() } else { arguments(pack, state, rule, at) },
    })
}

/// The group as its open rules make it, the root being the one that starts first.
pub(crate) fn derive(pack: &Linked, state: &VehicleState, group: u16) -> GroupState {
    let mut merged: Option<(Recommendation, u16)> = None;
    let mut root: Option<Root> = None;
    for number in &pack.groups[usize::from(group)] {
        let (rule, rule_state) = (&pack.rules[usize::from(*number)], &state.rules[usize::from(*number)]);
        if rule_state.phase != Phase::Open {
            continue;
        }
        if root.is_none_or(|root| rule_state.since < root.since) {
            root = Some(Root { rule: *number, since: rule_state.since });
        }
        let due = rule.due.and_then(|due| instant(rule_state.opened.saturating_add(due)));
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
    let (speaker, due) = match &merged {
        Some((recommendation, speaker)) => (*speaker, recommendation.due.and_then(super::nanos)),
        None => (0, None),
    };
    GroupState { open: root, speaker, due }
}

/// A rule's advice, as far as merging asks for it: which one speaks, and the earliest due.
fn words(rule: &Rule, state: &VehicleState, due: Option<Timestamp>, number: u16) -> Recommendation {
    let mut id = [0; 16];
    id[..2].copy_from_slice(&number.to_be_bytes());
    Recommendation {
        id: RecommendationId(id),
        aliases: BTreeSet::new(),
        vehicle: state.vehicle.clone(),
        rule: rule.id.clone(),
        group: Box::default(),
        since: instant(state.rules[usize::from(number)].since).unwrap_or_default(),
        urgency: rule.urgency,
        action: rule.action,
        due,
        message: rule.message.clone(),
        args: Arguments::new(),
    }
}

/// The first 16 bytes of the SHA-256 of vehicle, rule and start of the episode, each on a line of its own.
fn id_of(pack: &Linked, state: &VehicleState, root: Root) -> RecommendationId {
    let rule = &pack.rules[usize::from(root.rule)].id;
    let text = format!("{}\n{}\n{}", state.vehicle, rule, root.since);
    let mut id = [0; 16];
    id.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
    RecommendationId(id)
}

pub(crate) fn arguments(pack: &Linked, state: &VehicleState, rule: &Rule, at: i64) -> Arguments {
    let view = View::new(pack, &state.facts, at);
    let value = |program: &Program| argument(program, &view);
    rule.args.iter().filter_map(|(name, program)| Some((name.clone(), value(program)?))).collect()
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
