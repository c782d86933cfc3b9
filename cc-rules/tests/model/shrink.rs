//! Makes a disagreement small, and tells it so that a person sees what happened.

use std::fmt::Write as _;
use std::rc::Rc;

use cc_core::Event;

use crate::case::{Case, Disagreement};
use crate::expr::Expr;
use crate::facts::nanos;
use crate::groups::names;
use crate::spec::{Counted, RuleSpec, Spec};
use crate::stories::START;

/// The smallest case found, its trace, and how to run it again.
pub(crate) fn report(seed: u64, case: Case) -> String {
    let (case, disagreement) = shrunk(case);
    let Disagreement { way, expected, found, trace } = disagreement;
    let mut out = format!(
        "\nrun it again: CC_MODEL_SEED={seed} CC_MODEL_RUNS=1 cargo test -p cc-rules --test model\n\n{}\n",
        case.spec.yaml()
    );
    for event in &case.arrivals {
        writeln!(out, "{:+} s  {}", (nanos(event.at) - START) as f64 / 1e9, line(event)).unwrap();
    }
    if let Some((next, ..)) = case.next.as_ref().filter(|_| way == "upgraded") {
        writeln!(out, "\nthen\n\n{}", next.yaml()).unwrap();
    }
    writeln!(
        out,
        "lateness {} s, {} s more\n\nthe model:",
        case.lateness / 1_000_000_000,
        case.tail / 1_000_000_000
    )
    .unwrap();
    let list =
        |out: &mut String, lines: &[String]| lines.iter().for_each(|line| writeln!(out, "  {line}").unwrap());
    list(&mut out, &trace);
    out.push_str("expected\n");
    list(&mut out, &expected);
    writeln!(out, "found ({way})").unwrap();
    list(&mut out, &found);
    out
}

fn line(event: &Event) -> String {
    event.to_json()
}

fn shrunk(case: Case) -> (Case, Disagreement) {
    let mut best = case;
    let Err(mut why) = best.check() else { panic!("the disagreement went away") };
    loop {
        let smaller =
            candidates(&best).into_iter().find_map(|case| case.check().err().map(|why| (case, why)));
        match smaller {
            Some((case, found)) => (best, why) = (case, found),
            None => return (best, why),
        }
    }
}

/// The case with one thing less, the biggest things first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    let count = case.arrivals.len();
    for half in [0..count / 2, count / 2..count].into_iter().filter(|half| half.len() > 1) {
        with(&|case| drop(case.arrivals.drain(half.clone())));
    }
    for index in 0..count {
        with(&|case| drop(case.arrivals.remove(index)));
    }
    if let Some((_, _, later)) = &case.next {
        with(&|case| case.next = None);
        if *later > 0 {
            with(&|case| case.next = case.next.take().map(|(next, after, _)| (next, after, 0)));
        }
    }
    if let Some((next, ..)) = &case.next {
        for smaller in packs(next) {
            with(&|case| {
                case.next = case.next.take().map(|(_, after, later)| (smaller.clone(), after, later));
            });
        }
        // The two packs differ in as little as they can, and neither grows: that would go on for ever.
        let size = |rule: &RuleSpec| format!("{rule:?}").len();
        for rule in case.spec.rules.iter().filter(|rule| rule.row.is_none()) {
            let differs =
                |other: &RuleSpec| other.id == rule.id && other != rule && size(other) >= size(rule);
            if next.rules.iter().any(differs) {
                with(&|case| {
                    for other in case.next.iter_mut().flat_map(|(next, ..)| &mut next.rules) {
                        if other.id == rule.id {
                            *other = rule.clone();
                        }
                    }
                });
            }
        }
    }
    for smaller in packs(&case.spec) {
        with(&|case| case.spec = smaller.clone());
    }
    if case.tail > 0 {
        with(&|case| case.tail = 0);
    }
    all
}

/// The pack with one thing less.
fn packs(spec: &Spec) -> Vec<Spec> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Spec)| {
        let mut smaller = spec.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    for index in (0..spec.rules.len()).filter(|_| spec.rules.len() > 1) {
        with(&|spec| {
            let rule = spec.rules.remove(index);
            for other in &mut spec.rules {
                other.suppressed_by.retain(|named| !names(named, &rule));
            }
            // A table goes as a whole.
            if let Some((table, _)) = rule.row {
                spec.rules.retain(|rule| rule.row.as_ref().is_none_or(|(of, _)| !Rc::ptr_eq(of, &table)));
            }
        });
    }
    for index in 0..spec.max_age.len() {
        with(&|spec| _ = spec.max_age.remove(index));
    }
    if !spec.monotonic.is_empty() {
        with(&|spec| spec.monotonic.clear());
    }
    if !spec.profile.is_empty() {
        with(&|spec| spec.profile.clear());
    }
    for (index, code) in spec.codes.iter().enumerate() {
        if code.ecu.is_some() {
            with(&|spec| spec.codes[index].ecu = None);
        }
        if code.status != "any" {
            with(&|spec| spec.codes[index].status = "any");
        }
    }
    for (index, rule) in spec.rules.iter().enumerate().filter(|(_, rule)| rule.row.is_none()) {
        for smaller in rules(rule) {
            with(&|spec| spec.rules[index] = smaller.clone());
        }
    }
    all
}

fn rules(rule: &RuleSpec) -> Vec<RuleSpec> {
    let mut all = Vec::new();
    let mut with = |does: bool, change: &dyn Fn(&mut RuleSpec)| {
        if does {
            let mut smaller = rule.clone();
            change(&mut smaller);
            all.push(smaller);
        }
    };
    with(rule.count.is_some() && rule.when.is_some(), &|rule| rule.count = None);
    with(rule.count.is_some() && rule.when.is_some(), &|rule| rule.when = None);
    with(rule.last.is_some(), &|rule| rule.last = None);
    with(rule.sequence.is_some(), &|rule| rule.sequence = None);
    with(rule.absence.is_some(), &|rule| rule.absence = None);
    with(rule.age.is_some(), &|rule| rule.age = None);
    with(!rule.windows.is_empty(), &|rule| _ = rule.windows.pop());
    for (index, window) in rule.windows.iter().enumerate() {
        with(window.only.is_some(), &|rule| rule.windows[index].only = None);
    }
    with(rule.clear.is_some(), &|rule| rule.clear = None);
    with(rule.wait > 0, &|rule| (rule.wait, rule.max_gap) = (0, None));
    with(rule.max_gap.is_some(), &|rule| rule.max_gap = None);
    with(rule.cooldown > 0, &|rule| rule.cooldown = 0);
    with(rule.clear_on_unknown, &|rule| rule.clear_on_unknown = false);
    with(rule.group.is_some(), &|rule| rule.group = None);
    with(rule.words.due.is_some(), &|rule| rule.words.due = None);
    with(!rule.stages.is_empty(), &|rule| _ = rule.stages.pop());
    with(!rule.stages.is_empty(), &|rule| drop(rule.stages.remove(0)));
    with(rule.valid_for.is_some(), &|rule| rule.valid_for = None);
    with(!rule.suppressed_by.is_empty(), &|rule| _ = rule.suppressed_by.pop());
    with(!rule.args.is_empty(), &|rule| rule.args.clear());
    for smaller in rule.when.iter().flat_map(parts) {
        with(true, &|rule| rule.when = Some(smaller.clone()));
    }
    for smaller in rule.clear.iter().flat_map(parts) {
        with(true, &|rule| rule.clear = Some(smaller.clone()));
    }
    if let Some(Counted::When(when)) = rule.count.as_ref().map(|count| &count.of) {
        for smaller in parts(when) {
            with(true, &|rule| {
                if let Some(count) = &mut rule.count {
                    count.of = Counted::When(smaller.clone());
                }
            });
        }
    }
    all
}

/// The conditions that a condition is made of.
fn parts(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Not(inner) => vec![(**inner).clone()],
        Expr::Infix(left, "&&" | "||", right) => vec![(**left).clone(), (**right).clone()],
        Expr::Conditional(c, a, b) => vec![(**c).clone(), (**a).clone(), (**b).clone()],
        _ => Vec::new(),
    }
}
