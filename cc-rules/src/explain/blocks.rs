//! The blocks of a rule that look back over time, as parts with their numbers.

use cc_core::MeasureUnit;

use super::{Part, Truth, show};
use crate::engine::{
    absence_truth, age_truth, heard_of, hits_and_blanks, last_truth, sequence_truth, truth_of, window_value,
};
use crate::expr::{Explained, Program, Val};
use crate::pack::model::{RawOccurrence, RawRule};
use crate::pack::{
    AVERAGE, Blocks, CHANGE, COUNT, MAXIMUM, MINIMUM, Numbers, Occurrence, Per, SLOPE, SUM, WINDOW_FIELDS,
};
use crate::state::{self, NONE, View, instant};

/// Every block of a rule, in the order in which the engine looks at them.
pub(super) fn parts(raw: &RawRule, of: &Blocks, state: &state::Blocks, view: &View<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for (window, samples) in of.numbers.iter().zip(&state.numbers) {
        parts.push(numbers(window, samples, view));
    }
    parts.extend(last(of, state, view));
    parts.extend(sequence(raw, of, state, view));
    parts.extend(absence(raw, of, state, view));
    parts.extend(age(raw, of, state, view));
    parts
}

/// A part that is true, false or unknown as a whole.
fn condition(text: String, truth: Truth, parts: Vec<Part>) -> Part {
    let value = (truth != Truth::Unknown).then(|| truth.to_string().into());
    Part { text: text.into(), value, unit: None, age: None, truth: Some(truth), parts }
}

fn fact(text: impl Into<Box<str>>, value: Option<Box<str>>) -> Part {
    Part { text: text.into(), value, unit: None, age: None, truth: None, parts: Vec::new() }
}

fn explained(program: &Program, view: &View<'_>) -> Part {
    Part::from(program.explain(view))
}

fn duration(nanos: i64) -> Box<str> {
    show(&Explained::Duration(nanos)).unwrap_or_default()
}

/// An instant as text; none for no instant.
fn moment(at: i64) -> Option<Box<str>> {
    instant(at)?;
    show(&Explained::Time(at))
}

fn written(raw: &RawOccurrence) -> String {
    let RawOccurrence { code, event, signal, when } = raw;
    let named = [("code", code), ("event", event), ("signal", signal), ("when", when)];
    let found = named.into_iter().find_map(|(kind, name)| Some((kind, name.as_deref()?)));
    found.map_or_else(String::new, |(kind, name)| format!("{kind} {name}"))
}

fn last(of: &Blocks, state: &state::Blocks, view: &View<'_>) -> Option<Part> {
    let last = of.last.as_ref()?;
    let (hits, blanks) = hits_and_blanks(last, &state.last);
    let units = if last.per == Per::Sample { "samples" } else { "drives" };
    let truth = truth_of(last_truth(last, &state.last, view));
    let text = format!("{} of the last {} {units}", last.at_least, last.of);
    let parts = vec![
        fact("hits", Some(hits.to_string().into())),
        fact("of which nothing is known", Some(blanks.to_string().into())),
        explained(&last.when, view),
    ];
    Some(condition(text, truth, parts))
}

/// For each step, when the first step of the match was that has come so far.
fn sequence(raw: &RawRule, of: &Blocks, state: &state::Blocks, view: &View<'_>) -> Option<Part> {
    let (sequence, raw) = (of.sequence.as_ref()?, raw.sequence.as_ref()?);
    let mut parts = Vec::new();
    for (number, step) in raw.steps.iter().enumerate() {
        let is_last = number + 1 == raw.steps.len();
        let first = if is_last {
            state.sequence.complete
        } else {
            state.sequence.partial.get(number).copied().unwrap_or(NONE)
        };
        let in_time = first != NONE && view.now.saturating_sub(first) <= sequence.within;
        let value = if in_time { moment(first) } else { None };
        let text = format!("{}, first step at", written(step));
        parts.push(fact(text, value.or_else(|| Some("none".into()))));
    }
    let truth = truth_of(Some(sequence_truth(sequence, &state.sequence, view.now)));
    Some(condition(format!("sequence within {}", duration(sequence.within)), truth, parts))
}

fn absence(raw: &RawRule, of: &Blocks, state: &state::Blocks, view: &View<'_>) -> Option<Part> {
    let (absence, raw) = (of.absence.as_ref()?, raw.absence.as_ref()?);
    let absent = match state.absence.at {
        _ if state.absence.goes_on => Some(0),
        NONE => None,
        at => Some(view.now.saturating_sub(at)),
    };
    let mut parts = vec![
        fact("absent for", absent.map(duration)),
        fact(if state.absence.goes_on { "present since" } else { "absent since" }, moment(state.absence.at)),
    ];
    if let Occurrence::When(program) = &absence.of {
        parts.push(explained(program, view));
    }
    let truth = truth_of(Some(absence_truth(absence, &state.absence, view.now)));
    Some(condition(format!("absence of {} for {}", written(&raw.of), duration(absence.wait)), truth, parts))
}

fn age(raw: &RawRule, of: &Blocks, state: &state::Blocks, view: &View<'_>) -> Option<Part> {
    let (age, raw) = (of.age.as_ref()?, raw.age.as_ref()?);
    let old = heard_of(age, view.facts).map(|heard| duration(view.now.saturating_sub(heard)));
    let truth = truth_of(age_truth(age, state.aged, view));
    let text = format!("age of {} over {}", raw.of, duration(age.over));
    Some(condition(text, truth, vec![fact("age", old)]))
}

/// A window with every field that can be told of what it keeps.
fn numbers(window: &Numbers, samples: &state::NumbersState, view: &View<'_>) -> Part {
    let kept = |field: u16| match field {
        COUNT => true,
        SUM => window.keeps & Numbers::SUM != 0 && !window.is_temperature(),
        AVERAGE | SLOPE => window.keeps & Numbers::SUM != 0,
        CHANGE => window.keeps & Numbers::ENDS != 0,
        MAXIMUM => window.keeps & Numbers::MAXIMUM != 0,
        MINIMUM => window.keeps & Numbers::MINIMUM != 0,
        _ => false,
    };
    let unit = Some(window.unit.unit).filter(|unit| *unit != MeasureUnit::One);
    let current = view.facts.bucket(window.window.by, view.now);
    let mut parts = Vec::new();
    for (field, name) in (0_u16..).zip(WINDOW_FIELDS).filter(|(field, _)| kept(*field)) {
        let value = match window_value(window, samples, current, field) {
            Val::Double(value) if !value.is_finite() => None,
            value => show(&Explained::from(value)),
        };
        let unit = if field == COUNT { None } else { unit };
        parts.push(Part { unit, ..fact(format!("{}.{name}", window.name), value) });
    }
    parts.push(explained(&window.of, view));
    parts.extend(window.only.iter().map(|only| explained(only, view)));
    let needed = Some(window.at_least.to_string().into());
    Part { parts, ..fact(format!("window {}, samples needed", window.name), needed) }
}
