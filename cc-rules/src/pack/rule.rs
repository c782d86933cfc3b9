//! Checks one rule and resolves its names.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use cc_core::{Action, Signal, Urgency, catalogue, structured_types};

use super::limits::{MAX_ARGS, MAX_BUCKETS, MAX_DISTANCE_M, MAX_DURATION_MS};
use super::link::{Problem, name};
use super::model::{RawCount, RawPack, RawRule, RawWindow};
use super::names::{RuleScope, Scope, key_of};
use super::{
    Advice, Blocks, Count, Counted, Gap, Occurrence, Rule, Window, WindowBy, check_blocks, is_window,
};
use crate::diagnostic::did_you_mean;
use crate::expr::{self, Expected, Program, UnitTy};

pub(super) const NANOS_PER_MS: i64 = 1_000_000;

pub(super) struct RuleCheck<'a> {
    pub(super) raw: &'a RawPack,
    pub(super) rule: &'a RawRule,
    /// Its place among the rules of the pack.
    pub(super) index: usize,
    pub(super) scope: &'a Scope<'a>,
    pub(super) found: &'a mut Vec<Problem>,
    /// The rule's windows: name, unit, and whether it was understood.
    pub(super) windows: Vec<(Box<str>, UnitTy, bool)>,
}

impl RuleCheck<'_> {
    pub(super) fn path(&self, field: &str) -> String {
        format!("rules[{}].{field}", self.index)
    }

    pub(super) fn report(&mut self, field: &str, code: &'static str, text: impl Into<Box<str>>) {
        let problem = Problem::new(self.path(field), code, text);
        self.found.push(problem);
    }

    pub(super) fn rule(&mut self, group: u16) -> Option<Rule> {
        let rule = self.rule;
        if rule.id.is_empty() {
            self.report("id", "missing-key", "a rule needs an `id`");
        } else {
            name(&rule.id, &self.path("id"), self.found);
        }
        if let Some(group) = &rule.group {
            name(group, &self.path("group"), self.found);
        }
        if rule.when.is_none() && rule.count.is_none() && rule.sequence.is_none() {
            self.needs_a_condition();
        }
        let numbers = self.windows();
        let when = rule.when.as_deref().and_then(|text| self.condition("when", text));
        let clear = rule.clear.as_deref().and_then(|text| self.condition("clear", text));
        let count = rule.count.as_ref().filter(|count| count.of_last.is_none());
        let count = count.and_then(|count| self.count(count));
        let args = self.args("recommend.args", &rule.recommend.args);
        let (action, urgency) = self.words();
        if let Some(due) = rule.recommend.due
            && due > MAX_DURATION_MS
        {
            self.report("recommend.due", "out-of-range", "the duration is too long");
        }
        let advice = match (action, urgency, &args) {
            (Some(action), Some(urgency), Some(args)) => Some(Advice {
                action,
                urgency,
                due: rule.recommend.due.map(|ms| (ms.min(MAX_DURATION_MS) as i64) * NANOS_PER_MS),
                message: rule.recommend.message.as_str().into(),
                args: args.clone(),
            }),
            _ => None,
        };
        let stages = self.stages(advice.as_ref());
        let valid_for = self.valid_for();
        let counted = count.as_ref().and_then(|count| match &count.of {
            Counted::When(program) => Some(program),
            _ => None,
        });
        let expressions = when.iter().chain(&clear).chain(counted);
        let expressions = expressions.chain(args.iter().flatten().map(|(_, program)| program));
        let tests = stages.iter().flat_map(|stage| &stage.when);
        let of_stages = stages.iter().flat_map(|stage| &stage.advice.args).map(|(_, program)| program);
        let expressions = expressions.chain(tests).chain(of_stages);
        let all_reads: Vec<u16> = expressions.flat_map(Program::reads).copied().collect();
        let blocks = self.blocks(numbers, &all_reads);
        let mut reads = BTreeSet::new();
        reads.extend(when.iter().chain(counted).flat_map(Program::reads));
        if let Some(blocks) = &blocks {
            reads.extend(blocks.last.iter().flat_map(|last| last.when.reads()));
            reads.extend(blocks.numbers.iter().flat_map(|numbers| numbers.of.reads()));
            let steps = blocks.sequence.iter().flat_map(|sequence| &sequence.steps);
            for of in steps.chain(blocks.absence.iter().map(|absence| &absence.of)) {
                if let Occurrence::When(program) = of {
                    reads.extend(program.reads());
                }
            }
        }
        let reads: Vec<u16> = reads.into_iter().filter(|slot| !is_window(*slot)).collect();
        let (wait, gap) = self.timing(&reads);
        let clear_on_unknown = match rule.on_unknown.as_deref() {
            None | Some("hold") => false,
            Some("clear") => true,
            Some(word) => {
                let problem = Problem::new(self.path("on_unknown"), "unknown-word", "expected hold or clear");
                self.found.push(problem.hint(did_you_mean(word, ["hold", "clear"])));
                false
            }
        };
        let key = key_of(&rule.id);
        Some(Rule {
            id: rule.id.as_str().into(),
            layout: layout(rule, blocks.as_deref()),
            when,
            count,
            blocks,
            clear,
            wait,
            gap,
            clear_on_unknown,
            cooldown: self.nanos("cooldown", rule.cooldown),
            group,
            advice: advice?,
            stages,
            valid_for,
            suppressed_by: Vec::new(),
            silences: Vec::new(),
            reads,
            key,
        })
    }

    fn needs_a_condition(&mut self) {
        if self.rule.absence.is_none() && self.rule.age.is_none() {
            let text = "a rule needs `when`, `count` or another block";
            self.report("when", "missing-key", text);
        }
    }

    pub(super) fn nanos(&mut self, field: &str, ms: Option<u64>) -> i64 {
        let ms = ms.unwrap_or(0);
        if ms > MAX_DURATION_MS {
            self.report(field, "out-of-range", "the duration is too long");
            return 0;
        }
        ms as i64 * NANOS_PER_MS
    }

    pub(super) fn condition(&mut self, field: &str, text: &str) -> Option<Program> {
        self.program(field, text, Expected::Bool)
    }

    fn program(&mut self, field: &str, text: &str, expected: Expected) -> Option<Program> {
        let program = self.compile(field, text, expected, true)?;
        self.sums(field, &program);
        Some(program)
    }

    /// An expression that may not read the rule's windows.
    pub(super) fn plain_program(&mut self, field: &str, text: &str, expected: Expected) -> Option<Program> {
        self.compile(field, text, expected, false)
    }

    fn compile(
        &mut self,
        field: &str,
        text: &str,
        expected: Expected,
        may_read_windows: bool,
    ) -> Option<Program> {
        // While the windows themselves are checked, they have names but no units yet.
        let unchecked: Vec<_>;
        let windows = if self.windows.is_empty() {
            let names = self.rule.windows.keys();
            unchecked = names.map(|name| (name.as_str().into(), UnitTy::PLAIN, true)).collect();
            &unchecked
        } else {
            &self.windows
        };
        let names = RuleScope { scope: self.scope, windows, missed: Cell::new(false), may_read_windows };
        self.scope.take_missed();
        let compiled = expr::compile(text, &names, expected);
        if self.scope.take_missed() {
            return None;
        }
        if names.missed.get() {
            if !may_read_windows {
                let text =
                    "windows are not read here: neither windows nor `sequence` and `absence` look at them";
                self.report(field, "window-of-window", text);
            }
            return None;
        }
        match compiled {
            Ok(program) => Some(program),
            Err(list) => {
                let path = self.path(field);
                self.found.extend(list.into_iter().map(|diagnostic| Problem {
                    path: path.as_str().into(),
                    offset: Some(diagnostic.span.start),
                    code: diagnostic.code.as_str(),
                    text: diagnostic.text.into(),
                    suggestion: diagnostic.suggestion.map(Into::into),
                }));
                None
            }
        }
    }

    fn timing(&mut self, reads: &[u16]) -> (i64, Gap) {
        let wait = self.nanos("for", self.rule.r#for);
        let max_gap = self.rule.max_gap.map(|ms| self.nanos("max_gap", Some(ms)));
        let smallest = reads.iter().filter_map(|slot| self.scope.max_age(*slot)).min();
        if self.rule.max_gap.is_some() && self.rule.r#for.is_none() {
            self.report(
                "max_gap",
                "without-for",
                "`max_gap` says when `for` starts again, and there is no `for`",
            );
        }
        let gap = match (smallest, max_gap) {
            (Some(smallest), max_gap) => Gap::Unknown(max_gap.unwrap_or(smallest)),
            (None, Some(max_gap)) => Gap::Silence(max_gap),
            (None, None) => {
                if self.rule.r#for.is_some() {
                    let text = "nothing that this rule reads has a `max_age`, so `for` needs a `max_gap`";
                    self.report("for", "max-gap-missing", text);
                }
                Gap::Silence(i64::MAX)
            }
        };
        (wait, gap)
    }

    fn count(&mut self, count: &RawCount) -> Option<Count> {
        let given = [&count.code, &count.event, &count.when].into_iter().flatten().count();
        if given != 1 {
            self.report("count", "bad-count", "`count` names one of `code`, `event` and `when`");
            return None;
        }
        if count.at_least == 0 {
            self.report("count.at_least", "out-of-range", "`at_least` is 1 or more");
        }
        if count.per.is_some() || count.held.is_some() {
            let field = if count.per.is_some() { "count.per" } else { "count.held" };
            self.report(field, "bad-count", "`per` and `held` go with `of_last`, not with a `window`");
        }
        let Some(window) = &count.window else {
            self.report("count.window", "missing-key", "`count` needs a `window` or `of_last`");
            return None;
        };
        let window = self.window(window, "count.window")?;
        let of = if let Some(code) = &count.code {
            Counted::Code(self.code("count.code", code)?)
        } else if let Some(event) = &count.event {
            self.event("count.event", event);
            Counted::Event(event.as_str().into())
        } else {
            Counted::When(self.condition("count.when", count.when.as_deref().unwrap_or_default())?)
        };
        Some(Count { of, at_least: count.at_least, window })
    }

    /// The place of a declared code.
    pub(super) fn code(&mut self, at: &str, code: &str) -> Option<u16> {
        if let Some(index) = self.raw.codes.keys().position(|id| id == code) {
            return Some(index as u16);
        }
        let hint = did_you_mean(code, self.raw.codes.keys().map(String::as_str));
        let problem = Problem::new(self.path(at), "unknown-name", "no such code is declared");
        self.found.push(problem.hint(hint));
        None
    }

    /// Only events of known types are counted. Events carry the current name of their type, so an older one would
    /// never be met.
    pub(super) fn event(&mut self, at: &str, written: &str) {
        let structured: Vec<_> = structured_types().iter().map(|kind| kind.name).collect();
        let known = || structured.iter().copied().chain(catalogue().iter().map(|row| row.stream));
        if known().any(|name| name == written) {
            return;
        }
        let current = Signal::by_stream(written).and_then(|signal| Some(signal.signal()?.stream));
        let (text, hint) = match current {
            Some(current) => {
                ("this type of event has a newer name", Some(format!("write `{current}`").into()))
            }
            None => ("no type of event has this name", did_you_mean(written, known())),
        };
        let problem = Problem::new(self.path(at), "unknown-event", text);
        self.found.push(problem.hint(hint));
    }

    pub(super) fn window(&mut self, window: &RawWindow, at: &str) -> Option<Window> {
        let (size, buckets) = (window.size, u64::from(window.buckets));
        if size == 0 && !window.by.is_empty() {
            self.report(at, "out-of-range", "the window is longer than 0");
            return None;
        }
        if !(1..=MAX_BUCKETS).contains(&window.buckets) {
            let text = format!("a window has 1 to {MAX_BUCKETS} buckets");
            self.report(at, "out-of-range", text);
            return None;
        }
        let longest = match window.by.as_str() {
            "duration" => MAX_DURATION_MS,
            "distance" => MAX_DISTANCE_M,
            _ => u64::from(MAX_BUCKETS),
        };
        let by = match window.by.as_str() {
            "duration" | "distance" if size > longest => {
                self.report(at, "out-of-range", "the window is too long");
                return None;
            }
            // The smallest parts are nanoseconds and metres, so a bucket must be a whole number of them.
            "duration" => {
                let nanos = size as i64 * NANOS_PER_MS;
                (nanos % buckets as i64 == 0).then(|| WindowBy::Duration(nanos / buckets as i64))
            }
            "distance" => (size % buckets == 0).then(|| WindowBy::Distance((size / buckets) as i64)),
            "drives" => (size == buckets).then_some(WindowBy::Drives),
            _ => None,
        };
        match by {
            Some(WindowBy::Duration(0) | WindowBy::Distance(0)) | None => {
                let problem = Problem::new(
                    self.path(at),
                    "bad-window",
                    "the window does not divide into whole buckets",
                );
                let hint =
                    "choose `buckets` so that it divides the window evenly; a drive is a bucket of its own";
                self.found.push(problem.hint(Some(hint.into())));
                None
            }
            Some(by) => Some(Window { by, buckets: window.buckets }),
        }
    }

    pub(super) fn args(
        &mut self,
        at: &str,
        args: &BTreeMap<String, String>,
    ) -> Option<Vec<(Box<str>, Program)>> {
        if args.len() > MAX_ARGS {
            self.report(at, "too-many", format!("more than {MAX_ARGS} arguments"));
            return None;
        }
        let mut list = Vec::new();
        for (arg, text) in args {
            name(arg, &self.path(at), self.found);
            list.extend(
                self.program(&format!("{at}.{arg}"), text, Expected::Any)
                    .map(|program| (arg.as_str().into(), program)),
            );
        }
        (list.len() == args.len()).then_some(list)
    }

    fn words(&mut self) -> (Option<Action>, Option<Urgency>) {
        let recommend = &self.rule.recommend;
        let parts =
            [("action", &recommend.action), ("urgency", &recommend.urgency), ("message", &recommend.message)];
        if parts.iter().all(|(_, written)| written.is_empty()) {
            self.report("recommend", "missing-key", "a rule needs `recommend`: action, urgency and message");
            return (None, None);
        }
        for (part, _) in parts.iter().filter(|(_, written)| written.is_empty()) {
            self.report(&format!("recommend.{part}"), "missing-key", format!("`recommend` needs `{part}`"));
        }
        let action = Some(&recommend.action).filter(|word| !word.is_empty());
        let action = action.and_then(|word| self.action("recommend.action", word));
        let urgency = Some(&recommend.urgency).filter(|word| !word.is_empty());
        let urgency = urgency.and_then(|word| self.urgency("recommend.urgency", word));
        if !recommend.message.is_empty() {
            name(&recommend.message, &self.path("recommend.message"), self.found);
        }
        (action, urgency)
    }

    pub(super) fn action(&mut self, at: &str, word: &str) -> Option<Action> {
        let problem = match word.parse::<Action>() {
            Ok(action) => return Some(action),
            Err(error) => Problem::new(self.path(at), "unknown-word", error.to_string()),
        };
        let hint = did_you_mean(word, Action::ALL.iter().map(|word| word.as_str()));
        self.found.push(problem.hint(hint));
        None
    }

    pub(super) fn urgency(&mut self, at: &str, word: &str) -> Option<Urgency> {
        let problem = match word.parse::<Urgency>() {
            Ok(urgency) => return Some(urgency),
            Err(error) => Problem::new(self.path(at), "unknown-word", error.to_string()),
        };
        let hint = did_you_mean(word, Urgency::ALL.iter().map(|word| word.as_str()));
        self.found.push(problem.hint(hint));
        None
    }
}

/// What a rule's stored state means: kinds of operators and layout of buckets, not thresholds.
fn layout(rule: &RawRule, blocks: Option<&Blocks>) -> u16 {
    let mut text = format!("1|{}|", u8::from(rule.r#for.is_some()));
    if let Some(count) = &rule.count {
        let of = match (&count.code, &count.event) {
            (Some(code), _) => format!("code {code}"),
            (_, Some(event)) => format!("event {event}"),
            _ => "when".to_owned(),
        };
        if let Some(RawWindow { by, size, buckets }) = &count.window {
            text.extend([of.as_str(), "|", by, &format!("|{size}|{buckets}")]);
        }
    }
    text += &check_blocks::layout(rule, blocks);
    let hash = key_of(&text);
    u16::from_be_bytes([hash[0], hash[1]])
}
