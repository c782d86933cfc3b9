//! Checks the blocks of a rule that look back over time.

use cc_core::Dimension;

use super::blocks::{Blocks, SUM, WINDOW_SLOT, is_temperature, needs, signals_of, window_field};
use super::limits::{MAX_DURATION_MS, MAX_STEPS, MAX_UNITS, MAX_WINDOWS};
use super::link::Problem;
use super::model::{RawAbsence, RawAge, RawCount, RawNumbers, RawOccurrence, RawRule, RawSequence};
use super::names::is_expression_name;
use super::rule::RuleCheck;
use super::{Absence, Age, CODE_SLOT, Last, Numbers, Occurrence, Per, Sequence, Window, WindowBy, is_window};
use crate::diagnostic::did_you_mean;
use crate::expr::{Expected, Program, Scale, Symbol, Ty, UnitTy};

/// What a block may name as an occurrence.
const OCCURRENCES: &str = "one of `code`, `event` and `when`";
const ABSENCES: &str = "one of `code`, `event`, `signal` and `when`";

impl RuleCheck<'_> {
    /// The windows come first: the other expressions of the rule may read them.
    pub(super) fn windows(&mut self) -> Vec<Numbers> {
        let rule = self.rule;
        if rule.windows.len() > MAX_WINDOWS {
            self.report("windows", "too-many", format!("more than {MAX_WINDOWS} windows"));
            return Vec::new();
        }
        let mut list = Vec::new();
        let mut names = Vec::new();
        for (name, raw) in &rule.windows {
            let at = format!("windows.{name}");
            let before = self.found.len();
            if !is_expression_name(name) {
                let text = "a name in expressions has letters, digits and `_`, and starts with a letter";
                self.report(&at, "bad-name", text);
            } else if self.scope.is_taken(name) {
                self.report(&at, "duplicate-key", "a signal or code has this name already");
            }
            let numbers = self.window_of(name, raw);
            // What is wrong with it has been said; its readers need not repeat it.
            let unit = numbers.as_ref().map_or(UnitTy::PLAIN, |numbers| numbers.unit);
            names.push((name.as_str().into(), unit, self.found.len() == before));
            list.extend(numbers);
        }
        self.windows = names;
        list
    }

    fn window_of(&mut self, name: &str, raw: &RawNumbers) -> Option<Numbers> {
        let at = format!("windows.{name}");
        let path = format!("{at}.of");
        let window = self.window(&raw.window, &format!("{at}.window"));
        let only = raw.r#while.as_ref();
        let only = only.map(|text| self.plain_program(&format!("{at}.while"), text, Expected::Bool));
        let at_least = raw.at_least.unwrap_or(1);
        if at_least == 0 {
            self.report(&format!("{at}.at_least"), "out-of-range", "`at_least` is 1 or more");
        }
        let of = self.plain_program(&path, &raw.of, Expected::Any)?;
        let unit = match of.ty() {
            Ty::Double(unit) => unit,
            Ty::Int => UnitTy::PLAIN,
            _ => {
                let text = "a window is made of numbers: a decimal number with its unit, or a whole one";
                self.report(&path, "type-mismatch", text);
                return None;
            }
        };
        if signals_of(&of).next().is_none() {
            self.report(
                &path,
                "no-samples",
                "the readings of a signal are the samples, and none is read here",
            );
            return None;
        }
        let only = match only {
            Some(only) => Some(only?),
            None => None,
        };
        Some(Numbers { name: name.into(), of, only, window: window?, at_least, unit, keeps: 0 })
    }

    /// Checks the blocks; the windows have been checked, and the expressions beside the blocks read these slots.
    pub(super) fn blocks(&mut self, mut numbers: Vec<Numbers>, reads: &[u16]) -> Option<Box<Blocks>> {
        let rule = self.rule;
        let last = rule.count.as_ref().filter(|count| count.of_last.is_some());
        let last = last.and_then(|count| self.last(count));
        let sequence = rule.sequence.as_ref().and_then(|sequence| self.sequence(sequence));
        let absence = rule.absence.as_ref().and_then(|absence| self.absence(absence));
        let age = rule.age.as_ref().and_then(|age| self.age(age));
        let last_reads = last.iter().flat_map(|last| last.when.reads());
        for slot in reads.iter().chain(last_reads).filter(|slot| is_window(**slot)) {
            let (window, field) = window_field(*slot);
            if let Some(numbers) = numbers.get_mut(window) {
                numbers.keeps |= needs(field);
            }
        }
        let mut watches = Vec::new();
        watches.extend(sequence.iter().flat_map(|block| &block.steps).flat_map(Occurrence::watches));
        watches.extend(absence.iter().flat_map(|block| block.of.watches()));
        watches.extend(age.iter().map(|age| age.of));
        watches.extend(numbers.iter().filter_map(|numbers| numbers.only.as_ref()).flat_map(Program::reads));
        let blocks = Blocks { last, sequence, absence, age, numbers, watches };
        (!blocks.is_empty()).then(|| Box::new(blocks))
    }

    /// Absolute temperatures do not add up.
    pub(super) fn sums(&mut self, field: &str, program: &Program) {
        for slot in program.reads().iter().filter(|slot| is_window(**slot)) {
            let (window, field_read) = window_field(*slot);
            let unit = self.windows.get(window).map(|(_, unit, _)| *unit);
            if field_read == SUM && unit.is_some_and(is_temperature) {
                let problem = Problem::new(
                    self.path(field),
                    "temperature-sum",
                    "points on the scale of a temperature do not add up",
                );
                self.found.push(problem.hint(Some("the mean of a window is its `average`".into())));
            }
        }
    }

    fn last(&mut self, count: &RawCount) -> Option<Last> {
        let of_last = count.of_last.unwrap_or(0);
        if !(1..=MAX_UNITS).contains(&of_last) {
            self.report("count.of_last", "out-of-range", format!("`of_last` is 1 to {MAX_UNITS}"));
        } else if count.at_least > of_last {
            self.report("count.at_least", "out-of-range", "`at_least` is more than `of_last` ever holds");
        }
        if count.window.is_some() {
            self.report("count.window", "bad-count", "a count has either a `window` or `of_last`");
        }
        let whole = match count.held.as_deref() {
            None | Some("once") => false,
            Some("whole") => true,
            Some(word) => {
                let problem = Problem::new(self.path("count.held"), "unknown-word", "expected once or whole");
                self.found.push(problem.hint(did_you_mean(word, ["once", "whole"])));
                false
            }
        };
        let per = match count.per.as_deref() {
            Some("drive") => Some(Per::Drive { whole }),
            Some("sample") => Some(Per::Sample),
            Some(word) => {
                let problem =
                    Problem::new(self.path("count.per"), "unknown-word", "expected drive or sample");
                self.found.push(problem.hint(did_you_mean(word, ["drive", "sample"])));
                None
            }
            None => {
                self.report("count.per", "missing-key", "`of_last` needs `per`: drive or sample");
                None
            }
        };
        if count.held.is_some() && per == Some(Per::Sample) {
            self.report("count.held", "bad-count", "`held` is about drives; a sample is a hit or a miss");
        }
        let Some(text) = &count.when else {
            self.report("count", "bad-count", "only a condition, `when`, can be counted with `of_last`");
            return None;
        };
        let when = self.condition("count.when", text)?;
        if per == Some(Per::Sample) && signals_of(&when).next().is_none() {
            self.report(
                "count.when",
                "no-samples",
                "the readings of a signal are the samples, and none is read here",
            );
        }
        Some(Last { when, at_least: count.at_least, of: of_last.clamp(1, MAX_UNITS), per: per? })
    }

    fn sequence(&mut self, raw: &RawSequence) -> Option<Sequence> {
        if !(2..=MAX_STEPS).contains(&raw.steps.len()) {
            self.report("sequence.steps", "bad-sequence", format!("a sequence has 2 to {MAX_STEPS} steps"));
            return None;
        }
        let within = self.span("sequence.within", raw.within);
        let steps: Vec<_> = raw
            .steps
            .iter()
            .enumerate()
            .filter_map(|(number, step)| self.occurrence(&format!("sequence.steps[{number}]"), step, false))
            .collect();
        (steps.len() == raw.steps.len()).then_some(Sequence { steps, within: within? })
    }

    fn absence(&mut self, raw: &RawAbsence) -> Option<Absence> {
        let wait = self.span("absence.for", raw.r#for);
        let of = self.occurrence("absence.of", &raw.of, true);
        Some(Absence { of: of?, wait: wait? })
    }

    fn occurrence(&mut self, at: &str, raw: &RawOccurrence, signals: bool) -> Option<Occurrence> {
        let RawOccurrence { code, event, signal, when } = raw;
        let given = [code, event, signal, when].into_iter().flatten().count();
        if given != 1 || (signal.is_some() && !signals) {
            let expected = if signals { ABSENCES } else { OCCURRENCES };
            self.report(at, "bad-occurrence", format!("what happens is {expected}"));
            return None;
        }
        if let Some(code) = code {
            return self.code(&format!("{at}.code"), code).map(Occurrence::Code);
        }
        if let Some(event) = event {
            self.event(&format!("{at}.event"), event);
            return Some(Occurrence::Event(event.as_str().into()));
        }
        if let Some(signal) = signal {
            return self.signal(&format!("{at}.signal"), signal).map(Occurrence::Signal);
        }
        let text = when.as_deref().unwrap_or_default();
        self.plain_program(&format!("{at}.when"), text, Expected::Bool).map(Occurrence::When)
    }

    fn age(&mut self, raw: &RawAge) -> Option<Age> {
        let over = self.span("age.over", raw.over);
        let is_code = self.raw.codes.contains_key(&raw.of);
        let of = if is_code {
            // The slot of its `since`.
            self.code("age.of", &raw.of).map(|code| CODE_SLOT | (code * 4 + 1))
        } else {
            self.signal("age.of", &raw.of)
        };
        Some(Age { of: of?, over: over? })
    }

    fn signal(&mut self, at: &str, name: &str) -> Option<u16> {
        match self.scope.signal(name) {
            Some(Symbol::Slot { slot, .. }) => Some(slot),
            _ => {
                let hint = did_you_mean(name, self.scope.known());
                let problem = Problem::new(self.path(at), "unknown-name", "no signal or code has this name");
                self.found.push(problem.hint(hint));
                None
            }
        }
    }

    /// A length of time that is longer than nothing.
    fn span(&mut self, at: &str, ms: u64) -> Option<i64> {
        if ms == 0 || ms > MAX_DURATION_MS {
            let text = "the duration is longer than nothing and at most ten years";
            self.report(at, "out-of-range", text);
            return None;
        }
        Some(self.nanos(at, Some(ms)))
    }
}

/// The number of a field of a window, where the rule has such a window.
pub(super) fn window_symbol(windows: &[(Box<str>, UnitTy, bool)], name: &str) -> Option<Symbol> {
    let (owner, field) = name.split_once('.')?;
    let window = windows.iter().position(|(known, ..)| **known == *owner)?;
    let field = super::blocks::WINDOW_FIELDS.iter().position(|known| *known == field)? as u16;
    let unit = windows[window].1;
    let difference = UnitTy { scale: Scale::Difference, ..unit };
    let ty = match field {
        super::COUNT => Ty::Int,
        super::CHANGE | super::SLOPE if unit.unit.dimension() == Dimension::Temperature => {
            Ty::Double(difference)
        }
        _ => Ty::Double(unit),
    };
    Some(Symbol::Slot { slot: WINDOW_SLOT | (window as u16 * 8 + field), ty })
}

/// What the stored state of the blocks means, as a part of the rule's layout; nothing without blocks.
pub(super) fn layout(rule: &RawRule, blocks: Option<&Blocks>) -> String {
    let mut text = String::new();
    let Some(blocks) = blocks else { return text };
    if let Some(last) = &blocks.last {
        text = match last.per {
            Per::Drive { whole } => format!("|last {} drives {whole}", last.of),
            Per::Sample => format!("|last {} samples", last.of),
        };
    }
    let kind = |raw: &RawOccurrence| match (&raw.code, &raw.event, &raw.signal) {
        (Some(code), ..) => format!(" code {code}"),
        (_, Some(event), _) => format!(" event {event}"),
        (.., Some(signal)) => format!(" signal {signal}"),
        _ => " when".to_owned(),
    };
    if let Some(sequence) = &rule.sequence {
        text += "|sequence";
        text.extend(sequence.steps.iter().map(kind));
    }
    if let Some(absence) = &rule.absence {
        text += "|absence";
        text += &kind(&absence.of);
    }
    for (numbers, raw) in blocks.numbers.iter().zip(rule.windows.values()) {
        let Window { by, buckets } = numbers.window;
        let by = match by {
            WindowBy::Distance(size) => format!("distance {size}"),
            WindowBy::Drives => "drives".to_owned(),
            WindowBy::Duration(size) => format!("duration {size}"),
        };
        let Numbers { name, keeps, .. } = numbers;
        text.extend(["|window ", name, " ", &by, &format!(" {buckets} {keeps} "), &raw.of]);
    }
    text
}
