//! The next version of a pack: what changes in it, and what the old one's rules keep.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use cc_core::Urgency;
use cc_rules::Migration;

use crate::dice::Dice;
use crate::expr::{Expr, Name};
use crate::groups::names;
use crate::model::Fate;
use crate::packs::{self, Theme};
use crate::spec::{CountSpec, Counted, LastSpec, Occurrence, RuleSpec, SECOND, Spec};
use crate::voices;

/// What of a rule must be the same, so that it goes on where it was.
pub(crate) fn layout(rule: &RuleSpec) -> String {
    let mut out = format!("for {}", rule.wait > 0);
    if let Some(CountSpec { of, window, .. }) = &rule.count {
        let of = match of {
            Counted::When(_) => "when".to_owned(),
            Counted::Code(code) => format!("code {code}"),
            Counted::Event(event) => format!("event {event}"),
        };
        write!(out, ", count {of} {window}").unwrap();
    }
    if let Some(LastSpec { of_last, per_drive, whole, .. }) = &rule.last {
        write!(out, ", last {of_last} {per_drive} {whole}").unwrap();
    }
    for of in rule.sequence.iter().flat_map(|(steps, _)| steps) {
        write!(out, ", step {}", kind(of)).unwrap();
    }
    if let Some((of, _)) = &rule.absence {
        write!(out, ", absence {}", kind(of)).unwrap();
    }
    for (place, window) in rule.windows.iter().enumerate() {
        write!(out, ", window {} {} {:?}", window.window, window.of, kept(rule, place)).unwrap();
    }
    out
}

fn kind(of: &Occurrence) -> String {
    match of {
        Occurrence::When(_) => "when".to_owned(),
        of => of.to_string(),
    }
}

/// What of the samples of a window is kept.
fn kept(rule: &RuleSpec, window: usize) -> BTreeSet<&'static str> {
    let mut read: BTreeSet<Name> = BTreeSet::new();
    let count = rule.count.iter().filter_map(|count| match &count.of {
        Counted::When(when) => Some(when),
        _ => None,
    });
    let last = rule.last.iter().map(|last| &last.when);
    let stages = rule.stages.iter().filter_map(|stage| stage.when.as_ref());
    let args = rule.args.iter().chain(rule.stages.iter().filter_map(|stage| stage.args.as_ref()).flatten());
    let args = args.map(|(_, value, _)| value);
    for expr in rule.when.iter().chain(&rule.clear).chain(count).chain(last).chain(stages).chain(args) {
        read.extend(expr.reads());
    }
    let fields = read.into_iter().filter_map(|name| match name {
        Name::Window(place, field) if place == window => Some(field),
        _ => None,
    });
    let kept = fields.filter_map(|field| match field {
        "average" | "slope" | "sum" => Some("sums"),
        "minimum" => Some("least"),
        "maximum" => Some("greatest"),
        "change" => Some("ends"),
        _ => None,
    });
    kept.collect()
}

/// Where the report of an upgrade is not what became of the rules.
pub(crate) fn disagreements(fates: &[Fate], migration: &Migration) -> Vec<String> {
    let kept = migration.kept();
    let is_reset = |rule: &str| migration.reset.iter().any(|one| **one == *rule);
    let mut all = Vec::new();
    let mut dropped = 0;
    for fate in fates {
        let told = (kept.contains(&&*fate.rule), is_reset(&fate.rule));
        let is_right = match (fate.goes_on, fate.is_busy) {
            (Some(true), true) => told == (true, false),
            (Some(true), false) => !told.1,
            (Some(false), true) => told == (false, true),
            (Some(false), false) => !told.0,
            (None, is_busy) => {
                dropped += usize::from(is_busy);
                told == (false, false)
            }
        };
        if !is_right {
            all.push(format!("{fate:?} is reported as {migration:?}"));
        }
    }
    if migration.dropped < dropped {
        all.push(format!("{dropped} rules are dropped: {migration:?}"));
    }
    all
}

/// The pack with some things changed.
pub(crate) fn changed(dice: &mut Dice, theme: &Theme, old: &Spec) -> Spec {
    let fresh = packs::spec(dice, theme);
    let mut spec = Spec { version: 2, ..old.clone() };
    if dice.once_in(2) {
        (spec.max_age, spec.params) = (fresh.max_age.clone(), fresh.params.clone());
    }
    // Tables stay, go, or are replaced as a whole.
    if dice.once_in(3) {
        spec.rules.retain(|rule| rule.row.is_none());
        spec.rules.extend(fresh.rules.iter().filter(|rule| rule.row.is_some()).cloned());
    }
    let mut rules: Vec<RuleSpec> = Vec::new();
    for rule in spec.rules.clone() {
        match dice.below(6) {
            _ if rule.row.is_some() => rules.push(rule),
            0 => {}
            1 => rules.push(RuleSpec { id: rule.id.clone(), ..packs::rule(dice, theme, &spec, 0) }),
            2 => rules.push(rule),
            _ => rules.push(tweaked(dice, theme, &spec, rule)),
        }
    }
    if dice.once_in(2) || rules.is_empty() {
        rules.insert(0, RuleSpec { id: "q".to_owned(), ..packs::rule(dice, theme, &spec, 0) });
    }
    spec.rules = rules;
    repair(&mut spec);
    spec
}

/// Another threshold here, another duration there; the layout may stay.
fn tweaked(dice: &mut Dice, theme: &Theme, spec: &Spec, mut rule: RuleSpec) -> RuleSpec {
    let other = packs::rule(dice, theme, spec, 0);
    let when = |expr: &mut Expr, dice: &mut Dice| *expr = packs::condition(dice, theme, 1);
    for _ in 0..=dice.below(3) {
        match dice.below(12) {
            0 | 1 => {
                // What reads a window stays: a window without a reader is none.
                if let Some(old) = rule.when.as_mut().filter(|when| !reads_windows(when)) {
                    when(old, dice);
                }
            }
            2 if rule.wait > 0 => rule.wait = dice.one(&[1, 3, 10]) * SECOND,
            3 => rule.cooldown = other.cooldown,
            4 if !rule.clear.as_ref().is_some_and(reads_windows) => {
                rule.clear = other.clear.clone().filter(|clear| !reads_windows(clear));
            }
            5 => rule.group = other.group,
            6 => {
                // Urgencies do not fall from there.
                let highest = rule.stages.iter().find_map(|stage| stage.urgency).unwrap_or(Urgency::Critical);
                (rule.words, rule.args) = (other.words.clone(), other.args.clone());
                rule.words.urgency = rule.words.urgency.min(highest);
            }
            7 => {
                // A stage may be the reader of a window.
                if rule.stages.iter().filter_map(|stage| stage.when.as_ref()).any(reads_windows) {
                    continue;
                }
                rule.stages.clear();
                if dice.once_in(2) {
                    voices::stages(dice, theme, &mut rule);
                }
            }
            8 => rule.valid_for = dice.once_in(2).then(|| dice.one(&[1, 3, 10, 60]) * SECOND),
            9 => {
                if let Some(count) = &mut rule.count {
                    count.at_least = dice.one(&[1, 2, 3]);
                    if let Counted::When(old) = &mut count.of {
                        when(old, dice);
                    }
                }
                if let Some((_, wait)) = &mut rule.absence {
                    *wait = dice.one(&[1, 3, 10, 60, 700]) * SECOND;
                }
            }
            10 => {
                if let Some((_, within)) = &mut rule.sequence {
                    *within = dice.one(&[3, 10, 60, 700]) * SECOND;
                }
                if let Some((_, over)) = &mut rule.age {
                    *over = dice.one(&[1, 3, 10, 60, 700]) * SECOND;
                }
            }
            _ => rule.clear_on_unknown = other.clear_on_unknown,
        }
    }
    rule
}

fn reads_windows(expr: &Expr) -> bool {
    expr.reads().iter().any(|name| matches!(name, Name::Window(..)))
}

/// Makes a pack of changed rules one that compiles.
fn repair(spec: &mut Spec) {
    spec.rules.sort_by(|a, b| a.id.cmp(&b.id));
    let ages = spec.clone();
    for rule in &mut spec.rules {
        if rule.wait == 0 {
            rule.max_gap = None;
        } else if ages.smallest_max_age(rule).is_none() && rule.max_gap.is_none() {
            rule.max_gap = Some(3 * SECOND);
        }
        rule.suppressed_by.retain(|named| ages.rules.iter().any(|rule| names(named, rule)));
    }
    // The rows of a table share their keys.
    for index in 1..spec.rules.len() {
        let (before, rest) = spec.rules.split_at_mut(index);
        if let (Some((one, _)), Some((other, _))) = (&before[index - 1].row, &rest[0].row)
            && Rc::ptr_eq(one, other)
        {
            rest[0].suppressed_by.clone_from(&before[index - 1].suppressed_by);
        }
    }
    voices::end_late_enough(spec);
    if voices::is_cyclic(spec) {
        spec.rules.iter_mut().for_each(|rule| rule.suppressed_by.clear());
    }
}
