//! What is allowed in a pack and hardly ever meant.

use cc_core::MeasureUnit;

use crate::expr::Program;
use crate::pack::{Linked, Pack, Problem};

macro_rules! warnings {
    ($($name:ident = $code:literal,)*) => {
        /// What is warned of; the page of rules (`docs/reference/rules.md`) has an example of each.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Warning {
            $($name,)*
        }

        impl Warning {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub(super) const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

warnings! {
    AlwaysTrue = "always-true",
    DuplicateName = "duplicate-name",
    MissingMessage = "missing-message",
    NeverOpens = "never-opens",
    NeverTrue = "never-true",
    UnusedMessage = "unused-message",
    UnusedParam = "unused-param",
}

impl Warning {
    fn problem(self, path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Problem {
        Problem::new(path, self.code(), text)
    }
}

/// Conditions that are always or never true, what nobody uses, and rules that say nothing.
pub(super) fn warnings(pack: &Pack) -> Vec<Problem> {
    let linked = &*pack.0;
    let mut found = Vec::new();
    if linked.raw.messages.is_empty() && !linked.rules.is_empty() {
        let hint =
            "write `messages: {en: {m: {title: …, text: …}}}`, with the rule's message in place of `m`";
        let text = "the pack has no `messages`, so nobody is told what this rule means";
        let problem = Warning::MissingMessage.problem("rules[0].recommend.message", text);
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
            found.push(Warning::NeverOpens.problem(path("clear"), text).hint(Some(hint.into())));
        }
    }
    unused(linked, &mut found);
    found
}

/// What is wrong with a condition that comes out the same whatever the vehicle says.
fn constant_truth(condition: &Program, linked: &Linked, path: String, so: &str) -> Option<Problem> {
    let range_of = range_of(linked);
    if condition.verdict(&range_of)? {
        return Some(Warning::AlwaysTrue.problem(path, "this is true of every value that can be"));
    }
    let never = condition.never_true(&range_of)?;
    let range = never.slot.and_then(|slot| {
        let (low, high) = range_of(slot)?;
        let unit = linked.signals.get(usize::from(slot))?.unit;
        let unit = if unit == MeasureUnit::One { String::new() } else { format!(" {unit}") };
        Some(format!("from {low} to {high}{unit}"))
    });
    let range = range.unwrap_or_else(|| "that can be".to_owned());
    let text = format!("this is true of no value {range}, so {so}");
    Some(Warning::NeverTrue.problem(path, text).at(never.at))
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
                found.push(Warning::UnusedMessage.problem(path, "no rule speaks this message"));
            }
        }
    }
    let rules = serde_json::to_string(&linked.raw.rules).unwrap_or_default();
    for name in linked.raw.params.keys() {
        let written = format!("${name}");
        let follows = |at: usize| rules.get(at + written.len()..).and_then(|rest| rest.chars().next());
        let is_word = |next: char| next.is_ascii_alphanumeric() || next == '_';
        if !rules.match_indices(&written).any(|(at, _)| !follows(at).is_some_and(is_word)) {
            let path = format!("params.{name}");
            found.push(Warning::UnusedParam.problem(path, "no rule reads this parameter"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Warning;

    const PAGE: &str = include_str!("../../../docs/reference/rules.md");

    /// Code and example of each row of the page's table.
    fn rows() -> Vec<(&'static str, String)> {
        let section = PAGE.split("## 13. Warnings").nth(1).unwrap();
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
        let cells = |row: &'static str| {
            let (code, rest) = row.split_once("` | ").unwrap();
            let (_, example) = rest.split_once(" | `").unwrap();
            (code, example.trim_end_matches("` |").replace("\\|", "|"))
        };
        rows.map(cells).collect()
    }

    /// A pack of one rule with this part: one of the rule, or a section of the pack in the place of the one it has.
    fn pack(part: &str) -> String {
        let (key, _) = part.split_once(':').unwrap();
        let (when, clear) = match key {
            "when" => (part, ""),
            "clear" => ("when: battery_voltage < 12 V", part),
            _ => ("when: battery_voltage < 12 V", ""),
        };
        let clear = if clear.is_empty() { String::new() } else { format!("  {clear}\n") };
        let is_section = !["when", "clear"].contains(&key);
        let section = if is_section { format!("{part}\n") } else { String::new() };
        let words = if key == "messages" { "" } else { "messages: {en: {m: Stop.}}\n" };
        format!(
            "pack: {{id: t, version: 1.0.0, language: 1, min_engine: 0.1.0}}\nrules:\n- id: a\n  {when}\n{clear}  \
             recommend: {{action: book, urgency: low, message: m}}\n{section}{words}"
        )
    }

    #[test]
    fn the_page_lists_every_warning_and_its_examples_give_them() {
        let codes: Vec<_> = rows().iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, Warning::ALL.iter().map(|warning| warning.code()).collect::<Vec<_>>());
        for (code, example) in rows() {
            let text = pack(&example);
            let compiled = crate::source::compile("pack.yaml", &[("pack.yaml", &text)])
                .unwrap_or_else(|found| panic!("{found}"));
            assert_eq!(
                compiled.warnings.iter().map(|found| found.code).collect::<Vec<_>>(),
                [code],
                "{text}"
            );
        }
        let compiled =
            crate::source::compile("pack.yaml", &[("pack.yaml", &pack("when: battery_voltage < 12 V"))]);
        assert_eq!(compiled.unwrap().warnings.to_string(), "");
    }
}
