//! What is allowed in a pack and hardly ever meant.

use crate::expr::{Program, Val};
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
        let Some(always) = rule.when.as_ref().and_then(|when| constant_truth(when, linked)) else { continue };
        let (code, text) = if always {
            ("always-true", "this is true of every value that can be")
        } else {
            ("never-true", "this is true of no value that can be, so the rule never opens")
        };
        found.push(Problem::new(format!("rules[{number}].when"), code, text));
    }
    unused(linked, &mut found);
    found
}

/// What a condition is whatever the vehicle says; `None` where that depends.
fn constant_truth(when: &Program, linked: &Linked) -> Option<bool> {
    match when.constant() {
        Some(Val::Bool(always)) => Some(always),
        _ => when.chain()?.truth_in(|slot| linked.signals.get(usize::from(slot))?.range),
    }
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
