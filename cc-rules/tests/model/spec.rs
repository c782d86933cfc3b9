//! A pack as plain data, and how it is written.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use cc_core::{Action, Urgency};

use crate::expr::{CODES, Expr, Name};

/// Nanoseconds of a millisecond and of a second.
pub(crate) const MS: i64 = 1_000_000;
pub(crate) const SECOND: i64 = 1_000 * MS;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A pack: signals with a `max_age`, monotonic ones, declared codes, rules in order of id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spec {
    /// Nanoseconds by signal.
    pub(crate) max_age: Vec<(&'static str, i64)>,
    pub(crate) monotonic: Vec<&'static str>,
    pub(crate) codes: Vec<CodeSpec>,
    pub(crate) rules: Vec<RuleSpec>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CodeSpec {
    pub(crate) pattern: &'static str,
    pub(crate) status: &'static str,
    pub(crate) ecu: Option<&'static str>,
    pub(crate) clean_drives: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleSpec {
    pub(crate) id: String,
    pub(crate) when: Option<Expr>,
    pub(crate) count: Option<CountSpec>,
    pub(crate) last: Option<LastSpec>,
    /// Steps, and within how long.
    pub(crate) sequence: Option<(Vec<Occurrence>, i64)>,
    /// Of what, and for how long.
    pub(crate) absence: Option<(Occurrence, i64)>,
    /// Of a signal or a code, and how old it is then.
    pub(crate) age: Option<(Name, i64)>,
    /// Named `w0`, `w1`, and so on.
    pub(crate) windows: Vec<NumbersSpec>,
    /// All durations are nanoseconds.
    pub(crate) wait: i64,
    pub(crate) max_gap: Option<i64>,
    pub(crate) clear: Option<Expr>,
    pub(crate) clear_on_unknown: bool,
    pub(crate) cooldown: i64,
    pub(crate) group: Option<&'static str>,
    pub(crate) words: Words,
    pub(crate) args: Vec<(&'static str, Expr, Option<cc_core::MeasureUnit>)>,
}

/// What is recommended; `due` counts from the opening.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Words {
    pub(crate) urgency: Urgency,
    pub(crate) action: Action,
    pub(crate) due: Option<i64>,
    pub(crate) message: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CountSpec {
    pub(crate) of: Counted,
    pub(crate) at_least: usize,
    pub(crate) window: Window,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Counted {
    When(Expr),
    Code(usize),
    Event(&'static str),
}

/// A count of the last units: drives, or samples.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LastSpec {
    pub(crate) when: Expr,
    pub(crate) at_least: usize,
    pub(crate) of_last: usize,
    pub(crate) per_drive: bool,
    pub(crate) whole: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Occurrence {
    When(Expr),
    Code(usize),
    Event(&'static str),
    Signal(&'static str),
}

/// Numbers over a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NumbersSpec {
    pub(crate) of: Expr,
    pub(crate) only: Option<Expr>,
    pub(crate) window: Window,
    pub(crate) at_least: usize,
}

/// The size of a window in nanoseconds, metres or drives, and its buckets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Window {
    Duration(i64, i64),
    Distance(i64, i64),
    Drives(i64),
}

impl RuleSpec {
    /// The names that the condition reads.
    pub(crate) fn condition_reads(&self) -> BTreeSet<Name> {
        let mut names = self.when.as_ref().map(Expr::reads).unwrap_or_default();
        if let Some(CountSpec { of: Counted::When(when), .. }) = &self.count {
            names.extend(when.reads());
        }
        names.extend(self.last.iter().flat_map(|last| last.when.reads()));
        names.extend(self.windows.iter().flat_map(|window| window.of.reads()));
        for of in self.occurrences() {
            if let Occurrence::When(when) = of {
                names.extend(when.reads());
            }
        }
        names.retain(|name| !matches!(name, Name::Window(..)));
        names
    }

    /// The steps of the sequence, then what must be absent.
    pub(crate) fn occurrences(&self) -> impl Iterator<Item = &Occurrence> {
        let steps = self.sequence.iter().flat_map(|(steps, _)| steps);
        steps.chain(self.absence.iter().map(|(of, _)| of))
    }

    fn has_blocks(&self) -> bool {
        self.last.is_some()
            || self.sequence.is_some()
            || self.absence.is_some()
            || self.age.is_some()
            || !self.windows.is_empty()
    }

    /// The names whose change makes the rule be looked at.
    pub(crate) fn reads(&self) -> BTreeSet<Name> {
        let mut names = self.condition_reads();
        names.extend(self.clear.iter().flat_map(Expr::reads));
        names.extend(self.age.iter().map(|(of, _)| *of));
        names.retain(|name| !matches!(name, Name::Window(..)));
        names
    }
}

impl Spec {
    pub(crate) fn max_age(&self, signal: &str) -> Option<i64> {
        self.max_age.iter().find(|(name, _)| *name == signal).map(|(_, age)| *age)
    }

    /// The smallest `max_age` that a rule's condition reads.
    pub(crate) fn smallest_max_age(&self, rule: &RuleSpec) -> Option<i64> {
        let names = rule.condition_reads();
        let ages = names.iter().filter_map(|name| match name {
            Name::Signal(signal) => self.max_age(signal),
            _ => None,
        });
        ages.min()
    }

    /// The pack as a workshop expert would write it.
    pub(crate) fn yaml(&self) -> String {
        let min_engine = if self.rules.iter().any(RuleSpec::has_blocks) { "0.2.0" } else { "0.1.0" };
        let mut out =
            format!("pack: {{id: model, version: 1.0.0, language: 1, min_engine: {min_engine}}}\nsignals:\n");
        out.push_str("  door: {kind: boolean}\n  mode: {kind: text}\n  cell: {kind: number, unit: V");
        if let Some(age) = self.max_age("cell") {
            write!(out, ", max_age: {} ms", age / MS).unwrap();
        }
        out.push_str("}\n");
        let names: BTreeSet<&str> =
            self.max_age.iter().map(|(name, _)| *name).chain(self.monotonic.iter().copied()).collect();
        for name in names.into_iter().filter(|name| *name != "cell") {
            let age = self.max_age(name).map(|age| format!("max_age: {} ms", age / MS));
            let monotonic = self.monotonic.contains(&name).then(|| "monotonic: true".to_owned());
            let keys: Vec<String> = [age, monotonic].into_iter().flatten().collect();
            writeln!(out, "  {name}: {{{}}}", keys.join(", ")).unwrap();
        }
        out.push_str("codes:\n");
        for (name, code) in CODES.iter().zip(&self.codes) {
            let CodeSpec { pattern, status, ecu, clean_drives } = code;
            let ecu = ecu.map(|ecu| format!(", ecu: {ecu}")).unwrap_or_default();
            writeln!(
                out,
                "  {name}: {{match: ['{pattern}'], status: {status}, clean_drives: {clean_drives}{ecu}}}"
            )
            .unwrap();
        }
        out.push_str("rules:\n");
        for rule in &self.rules {
            rule.write(&mut out);
        }
        out
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duration(size, buckets) => write!(f, "{{duration: {} ms, buckets: {buckets}}}", size / MS),
            Self::Distance(size, buckets) => write!(f, "{{distance: {size} m, buckets: {buckets}}}"),
            Self::Drives(size) => write!(f, "{size} drives"),
        }
    }
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::When(when) => write!(f, "when: \"{when}\""),
            Self::Code(code) => write!(f, "code: {}", CODES[*code]),
            Self::Event(event) => write!(f, "event: {event}"),
            Self::Signal(signal) => write!(f, "signal: {signal}"),
        }
    }
}

impl RuleSpec {
    fn write(&self, out: &mut String) {
        writeln!(out, "- id: {}", self.id).unwrap();
        if let Some(when) = &self.when {
            writeln!(out, "  when: \"{when}\"").unwrap();
        }
        if let Some(CountSpec { of, at_least, window }) = &self.count {
            let of = match of {
                Counted::When(when) => format!("when: \"{when}\""),
                Counted::Code(code) => format!("code: {}", CODES[*code]),
                Counted::Event(event) => format!("event: {event}"),
            };
            writeln!(out, "  count: {{{of}, at_least: {at_least}, window: {window}}}").unwrap();
        }
        if let Some(LastSpec { when, at_least, of_last, per_drive, whole }) = &self.last {
            let per = if *per_drive { "drive" } else { "sample" };
            let held = if *whole { ", held: whole" } else { "" };
            writeln!(
                out,
                "  count: {{when: \"{when}\", at_least: {at_least}, of_last: {of_last}, per: {per}{held}}}"
            )
            .unwrap();
        }
        if let Some((steps, within)) = &self.sequence {
            let steps: Vec<String> = steps.iter().map(|step| format!("{{{step}}}")).collect();
            writeln!(out, "  sequence: {{steps: [{}], within: {} ms}}", steps.join(", "), within / MS)
                .unwrap();
        }
        if let Some((of, wait)) = &self.absence {
            writeln!(out, "  absence: {{of: {{{of}}}, for: {} ms}}", wait / MS).unwrap();
        }
        if let Some((of, over)) = &self.age {
            writeln!(out, "  age: {{of: {of}, over: {} ms}}", over / MS).unwrap();
        }
        if !self.windows.is_empty() {
            out.push_str("  windows:\n");
        }
        for (index, NumbersSpec { of, only, window, at_least }) in self.windows.iter().enumerate() {
            let only = only.as_ref().map(|only| format!(", while: \"{only}\"")).unwrap_or_default();
            writeln!(out, "    w{index}: {{of: \"{of}\"{only}, window: {window}, at_least: {at_least}}}")
                .unwrap();
        }
        let mut time = |key: &str, nanos: i64| writeln!(out, "  {key}: {} ms", nanos / MS).unwrap();
        if self.wait > 0 {
            time("for", self.wait);
        }
        if let Some(gap) = self.max_gap {
            time("max_gap", gap);
        }
        if self.cooldown > 0 {
            time("cooldown", self.cooldown);
        }
        if let Some(clear) = &self.clear {
            writeln!(out, "  clear: \"{clear}\"").unwrap();
        }
        if self.clear_on_unknown {
            writeln!(out, "  on_unknown: clear").unwrap();
        }
        if let Some(group) = self.group {
            writeln!(out, "  group: {group}").unwrap();
        }
        let Words { urgency, action, due, message } = &self.words;
        let due = match due {
            None => String::new(),
            Some(0) => ", due: now".to_owned(),
            Some(due) => format!(", due: {} ms", due / MS),
        };
        let args: Vec<String> =
            self.args.iter().map(|(name, value, _)| format!("{name}: \"{value}\"")).collect();
        let args = if args.is_empty() { String::new() } else { format!(", args: {{{}}}", args.join(", ")) };
        writeln!(out, "  recommend: {{action: {action}, urgency: {urgency}{due}, message: {message}{args}}}")
            .unwrap();
    }
}
