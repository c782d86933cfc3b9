//! A pack as plain data, and how it is written.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::rc::Rc;

use cc_core::{Action, Urgency};

use crate::expr::{CODES, Expr, Name, both};
use crate::facts::Facts;
use crate::tables::TableSpec;

/// Nanoseconds of a millisecond and of a second.
pub(crate) const MS: i64 = 1_000_000;
pub(crate) const SECOND: i64 = 1_000 * MS;
pub(crate) const DAY: i64 = 86_400 * SECOND;

/// A pack: signals with a `max_age`, monotonic ones, declared codes, parameters, rules in order of id; and the vehicle.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spec {
    /// Of the pack: another one makes another pack of the same rules.
    pub(crate) version: u32,
    /// Nanoseconds by signal.
    pub(crate) max_age: Vec<(&'static str, i64)>,
    pub(crate) monotonic: Vec<&'static str>,
    pub(crate) codes: Vec<CodeSpec>,
    /// Named `p0`, `p1`.
    pub(crate) params: Vec<ParamSpec>,
    pub(crate) rules: Vec<RuleSpec>,
    /// What the vehicle is, by dimension.
    pub(crate) profile: Vec<(&'static str, &'static str)>,
}

/// A parameter, and its values for some vehicles.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ParamSpec {
    pub(crate) unit: &'static str,
    pub(crate) default: f64,
    /// Dimension, the vehicle's value, the parameter's value.
    pub(crate) by: Vec<(&'static str, &'static str, f64)>,
}

impl ParamSpec {
    /// The value for a vehicle: the first dimension that lists what the vehicle is decides.
    pub(crate) fn value(&self, profile: &[(&str, &str)]) -> f64 {
        let of = |dimension: &str| {
            let is = profile.iter().find(|(name, _)| *name == dimension)?.1;
            self.by
                .iter()
                .find(|(name, value, _)| *name == dimension && *value == is)
                .map(|(.., value)| *value)
        };
        DIMENSIONS.iter().find_map(|dimension| of(dimension)).unwrap_or(self.default)
    }
}

/// What a vehicle is known by, in the order in which parameters ask.
pub(crate) const DIMENSIONS: [&str; 4] = ["engine_family", "model", "market", "fleet"];

/// Arguments of a message: name, value, and the unit of a number.
pub(crate) type Args = Vec<(&'static str, Expr, Option<cc_core::MeasureUnit>)>;

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
    /// Rules by id, groups as `group:NAME`.
    pub(crate) suppressed_by: Vec<String>,
    pub(crate) valid_for: Option<i64>,
    pub(crate) words: Words,
    pub(crate) args: Args,
    pub(crate) stages: Vec<StageSpec>,
    /// The table that the rule is a row of, and which; behind the last row, what is left.
    pub(crate) row: Option<(Rc<TableSpec>, usize)>,
}

/// A stage: its test, and what it changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct StageSpec {
    pub(crate) after: Option<i64>,
    pub(crate) when: Option<Expr>,
    pub(crate) urgency: Option<Urgency>,
    pub(crate) action: Option<Action>,
    pub(crate) due: Option<i64>,
    pub(crate) message: Option<&'static str>,
    pub(crate) args: Option<Args>,
}

/// What is recommended; `due` counts from the opening.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Words {
    pub(crate) urgency: Urgency,
    pub(crate) action: Action,
    pub(crate) due: Option<i64>,
    pub(crate) message: &'static str,
}

impl Words {
    /// Whether both say the same, but for when it is due: that is an instant.
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        (self.urgency, self.action, self.message) == (other.urgency, other.action, other.message)
    }
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
        if let Some((table, row)) = &self.row {
            names.extend(table.reads(*row));
        }
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

    /// The truth of `when`, and of what the row asks.
    pub(crate) fn written_truth(&self, facts: &Facts) -> Option<bool> {
        let when = self.when.as_ref().map_or(Some(true), |when| when.truth(facts));
        let row = self.row.as_ref().map_or(Some(true), |(table, row)| table.speaks(*row, facts));
        both(when, row)
    }

    /// What is recommended in a stage: what a stage does not say is as in the one before.
    pub(crate) fn words_in(&self, stage: usize) -> (Words, &Args) {
        let (mut words, mut args) = (self.words.clone(), &self.args);
        for stage in &self.stages[..stage] {
            words = Words {
                urgency: stage.urgency.unwrap_or(words.urgency),
                action: stage.action.unwrap_or(words.action),
                due: stage.due.or(words.due),
                message: stage.message.unwrap_or(words.message),
            };
            args = stage.args.as_ref().unwrap_or(args);
        }
        (words, args)
    }

    /// The names whose change makes the rule be looked at.
    pub(crate) fn reads(&self) -> BTreeSet<Name> {
        let mut names = self.condition_reads();
        names.extend(self.clear.iter().flat_map(Expr::reads));
        names.extend(self.age.iter().map(|(of, _)| match of {
            Name::Code(code, _) => Name::Code(*code, "since"),
            of => *of,
        }));
        names.extend(self.windows.iter().filter_map(|window| window.only.as_ref()).flat_map(Expr::reads));
        names.extend(self.stages.iter().filter_map(|stage| stage.when.as_ref()).flat_map(Expr::reads));
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

    /// The signals that any rule reads or listens to.
    pub(crate) fn signals_read(&self) -> BTreeSet<Name> {
        let mut names = BTreeSet::new();
        for rule in &self.rules {
            names.extend(rule.reads());
            let args =
                [&rule.args].into_iter().chain(rule.stages.iter().filter_map(|stage| stage.args.as_ref()));
            names.extend(args.flatten().flat_map(|(_, value, _)| value.reads()));
            names.extend(rule.occurrences().filter_map(|of| match of {
                Occurrence::Signal(signal) => Some(Name::Signal(signal)),
                _ => None,
            }));
        }
        names
    }

    /// The pack as a workshop expert would write it.
    pub(crate) fn yaml(&self) -> String {
        let mut out = format!(
            "pack: {{id: model, version: {}.0.0, language: 1, min_engine: 0.2.0}}\nsignals:\n",
            self.version
        );
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
        if !self.params.is_empty() {
            out.push_str("params:\n");
        }
        for (index, ParamSpec { unit, default, by }) in self.params.iter().enumerate() {
            let by = DIMENSIONS.iter().filter_map(|dimension| {
                let of = by.iter().filter(|(name, ..)| name == dimension);
                let of: Vec<String> = of.map(|(_, is, value)| format!("{is}: {value:?} {unit}")).collect();
                (!of.is_empty()).then(|| format!("{dimension}: {{{}}}", of.join(", ")))
            });
            let by: Vec<String> = by.collect();
            let by = if by.is_empty() { String::new() } else { format!(", by: {{{}}}", by.join(", ")) };
            writeln!(out, "  p{index}: {{default: {default:?} {unit}{by}}}").unwrap();
        }
        out.push_str("rules:\n");
        let mut written: Option<&Rc<TableSpec>> = None;
        for rule in &self.rules {
            let Some((table, _)) = &rule.row else {
                rule.write(&mut out);
                continue;
            };
            if written.is_none_or(|written| !Rc::ptr_eq(written, table)) {
                let of_table =
                    |rule: &&RuleSpec| rule.row.as_ref().is_some_and(|(of, _)| Rc::ptr_eq(of, table));
                table.write(&self.rules.iter().filter(of_table).collect::<Vec<_>>(), &mut out);
                written = Some(table);
            }
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
        self.write_keys(out);
        writeln!(out, "  recommend: {}", self.advice()).unwrap();
        self.write_stages("  ", out);
    }

    /// Everything but who the rule is and what it recommends.
    pub(crate) fn write_keys(&self, out: &mut String) {
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
        if let Some(valid) = self.valid_for {
            time("valid_for", valid);
        }
        if let Some(clear) = &self.clear {
            writeln!(out, "  clear: \"{clear}\"").unwrap();
        }
        if self.clear_on_unknown {
            writeln!(out, "  on_unknown: clear").unwrap();
        }
        // A table's own group is not written.
        let own = self.row.as_ref().map(|(table, _)| table.id);
        if let Some(group) = self.group.filter(|group| Some(*group) != own) {
            writeln!(out, "  group: {group}").unwrap();
        }
        if !self.suppressed_by.is_empty() {
            writeln!(out, "  suppressed_by: ['{}']", self.suppressed_by.join("', '")).unwrap();
        }
    }

    pub(crate) fn advice(&self) -> String {
        let Words { urgency, action, due, message } = &self.words;
        let due = due.map(|due| format!(", due: {}", due_text(due))).unwrap_or_default();
        let args =
            if self.args.is_empty() { String::new() } else { format!(", args: {}", args_text(&self.args)) };
        format!("{{action: {action}, urgency: {urgency}{due}, message: {message}{args}}}")
    }

    pub(crate) fn write_stages(&self, indent: &str, out: &mut String) {
        if !self.stages.is_empty() {
            writeln!(out, "{indent}escalate:").unwrap();
        }
        for StageSpec { after, when, urgency, action, due, message, args } in &self.stages {
            let keys = [
                after.map(|after| format!("after: {} ms", after / MS)),
                when.as_ref().map(|when| format!("when: \"{when}\"")),
                urgency.map(|urgency| format!("urgency: {urgency}")),
                action.map(|action| format!("action: {action}")),
                due.map(|due| format!("due: {}", due_text(due))),
                message.map(|message| format!("message: {message}")),
                args.as_ref().map(|args| format!("args: {}", args_text(args))),
            ];
            let keys: Vec<String> = keys.into_iter().flatten().collect();
            writeln!(out, "{indent}- {{{}}}", keys.join(", ")).unwrap();
        }
    }
}

fn due_text(due: i64) -> String {
    if due == 0 { "now".to_owned() } else { format!("{} ms", due / MS) }
}

fn args_text(args: &Args) -> String {
    let args: Vec<String> = args.iter().map(|(name, value, _)| format!("{name}: \"{value}\"")).collect();
    format!("{{{}}}", args.join(", "))
}
