//! What is allowed in a pack and hardly ever meant.

use cc_core::MeasureUnit;

use crate::expr::Program;
use crate::pack::{Linked, Pack, Problem};

/// Conditions that are always or never true, what nobody uses, and rules that say nothing.
pub(super) fn warnings(pack: &Pack) -> Vec<Problem> {
    let linked = &*pack.0;
    let mut found = Vec::new();
    if linked.raw.messages.is_empty() && !linked.rules.is_empty() {
        let hint =
            "write `messages: {en: {m: {title: …, text: …}}}`, with the rule's message in place of `m`";
        let text = "the pack has no `messages`, so nobody is told what this rule means";
        let problem = Problem::new("rules[0].recommend.message", "missing-message", text);
        found.push(problem.hint(Some(hint.into())));
    }
    for (number, rule) in linked.rules.iter().enumerate() {
        let path = |part: &str| format!("rules[{number}].{part}");
        if let Some(when) = &rule.when {
            found.extend(constant_truth(when, linked, path("when"), "the rule never opens"));
        }
        let Some(clear) = &rule.clear else { continue };
        let before = found.len();
        found.extend(constant_truth(clear, linked, path("clear"), "it never ends the rule"));
        if found.len() == before
            && rule.when.as_ref().is_some_and(|when| when.implies(clear, &range_of(linked)))
        {
            let text = "this is true whenever `when` is, so the rule never opens";
            let hint = "`clear` says when it is over: write what `when` excludes, or leave it out";
            found.push(Problem::new(path("clear"), "never-opens", text).hint(Some(hint.into())));
        }
    }
    unused(linked, &mut found);
    found
}

/// What is wrong with a condition that comes out the same whatever the vehicle says.
fn constant_truth(condition: &Program, linked: &Linked, path: String, so: &str) -> Option<Problem> {
    let range_of = range_of(linked);
    if condition.verdict(&range_of)? {
        return Some(Problem::new(path, "always-true", "this is true of every value that can be"));
    }
    let never = condition.never_true(&range_of)?;
    let range = never.slot.and_then(|slot| {
        let (low, high) = range_of(slot)?;
        let unit = linked.signals.get(usize::from(slot))?.unit;
        let unit = if unit == MeasureUnit::One { String::new() } else { format!(" {unit}") };
        Some(format!("from {low} to {high}{unit}"))
    });
    let range = range.unwrap_or_else(|| "that can be".to_owned());
    Some(Problem::new(path, "never-true", format!("this is true of no value {range}, so {so}")).at(never.at))
}

/// What signals may be, in the units in which they are compared.
fn range_of(linked: &Linked) -> impl Fn(u16) -> Option<(f64, f64)> {
    |slot| linked.signals.get(usize::from(slot))?.range
}

fn unused(linked: &Linked, found: &mut Vec<Problem>) {
    let uses = linked.uses();
    let mut seen = Vec::new();
    for (language, catalogue) in &linked.raw.messages {
        for key in catalogue.keys() {
            if uses.iter().all(|spoken| spoken.message != key) && !seen.contains(&key) {
                seen.push(key);
                let path = format!("messages.{language}.{key}");
                found.push(Problem::new(path, "unused-message", "no rule speaks this message"));
            }
        }
    }
    let rules = serde_json::to_string(&linked.raw.rules).unwrap_or_default();
    for name in linked.raw.params.keys() {
        let written = format!("${name}");
        let follows = |at: usize| rules.get(at + written.len()..).and_then(|rest| rest.chars().next());
        let is_word = |next: char| next.is_ascii_alphanumeric() || next == '_';
        if !rules.match_indices(&written).any(|(at, _)| !follows(at).is_some_and(is_word)) {
            found.push(Problem::new(
                format!("params.{name}"),
                "unused-param",
                "no rule reads this parameter",
            ));
        }
    }
}
