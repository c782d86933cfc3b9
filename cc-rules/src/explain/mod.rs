//! Why a recommendation is what it is, and why another is not there.

mod blocks;

use std::fmt;

use cc_core::{Change, ChangeKind, MeasureUnit, Timestamp};

use crate::engine::{duration_of, enough_of, hits_and_blanks, last_truth, nanos, truth_of};
use crate::expr::{ExplainNode, Explained, Program, Truth as NodeTruth};
use crate::pack::{CODE_SLOT, Counted, Ear, Linked, Pack, Rule, TODAY_SLOT, is_window};
use crate::state::{Blocks, NONE, Phase, RuleState, VehicleState, View, instant};

/// A truth of Kleene's three.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// A value is missing, or too old, that would decide it.
    Unknown,
}

/// One part of a condition, with what it came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Part {
    /// The part as it stands in the pack.
    pub text: Box<str>,
    /// Its value as text; `None` when unknown.
    pub value: Option<Box<str>>,
    /// The unit of the value.
    pub unit: Option<MeasureUnit>,
    /// For a name, how old its value is.
    pub age: Option<chrono::TimeDelta>,
    /// For a condition, whether it holds.
    pub truth: Option<Truth>,
    /// What it is made of.
    pub parts: Vec<Part>,
}

/// What was heard last of a signal or code that a rule reads: the evidence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Evidence {
    /// The signal or code.
    pub name: Box<str>,
    /// When the event that told it was measured.
    pub at: Timestamp,
    /// Its value as text.
    pub value: Box<str>,
    /// The unit of the value.
    pub unit: Option<MeasureUnit>,
    /// Whether it is too old to count.
    pub stale: bool,
}

/// Where a rule stands.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Standing {
    /// Its condition does not hold, or is unknown.
    Idle,
    /// It was cleared while its condition held, and waits for it to end.
    Spent,
    /// Its condition holds, but not for long enough, or its cooldown lasts.
    Pending {
        /// Since when it holds.
        since: Timestamp,
        /// When the rule opens at the earliest.
        until: Timestamp,
        /// Since when the condition has been unknown.
        gap: Option<Timestamp>,
    },
    /// It recommends.
    Open {
        /// The start of its episode.
        since: Timestamp,
    },
}

/// Why a rule is where it is: its conditions with every value, and the evidence.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The rule.
    pub rule: Box<str>,
    /// The instant that this explains.
    pub at: Timestamp,
    /// What the change was; `None` from [`why_not`].
    pub change: Option<ChangeKind>,
    /// Where the rule stands.
    pub standing: Standing,
    /// The stage of an escalation, counted from 1, and since when.
    pub stage: Option<(u8, Timestamp)>,
    /// The open rules that keep it silent.
    pub suppressed_by: Vec<Box<str>>,
    /// The condition `when`.
    pub when: Option<Part>,
    /// The count in its window, or the hits among the last drives or samples, and how many are needed; the truth is
    /// unknown where the window is, or where what is unknown decides.
    pub count: Option<(u32, u32, Truth)>,
    /// The predicate that is counted.
    pub counted: Option<Part>,
    /// The windows, and each block beside `when` and a count in a window, with its numbers: the hits of the last drives,
    /// when the first step of a sequence was, how long something has been absent, the samples of a window.
    pub blocks: Vec<Part>,
    /// The condition `clear`.
    pub clear: Option<Part>,
    /// What was heard, newest first.
    pub evidence: Vec<Evidence>,
}

/// Why a rule does not hold at this instant, or why it does; `None` when the pack has no such rule.
///
/// # Examples
///
/// ```
/// use cc_rules::{Standing, Truth, VehicleState, why_not};
///
/// let pack = cc_rules::standard_pack();
/// let state = VehicleState::new(&pack, "local/0".parse()?);
/// let at = "2026-05-01T10:00:00Z".parse().unwrap();
/// let why = why_not(&pack, &state, "misfire", at).unwrap();
/// assert_eq!((why.standing, why.when.unwrap().truth), (Standing::Idle, Some(Truth::Unknown)));
/// assert!(why_not(&pack, &state, "no-such-rule", at).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn why_not(pack: &Pack, state: &VehicleState, rule: &str, at: Timestamp) -> Option<Explanation> {
    let index = pack.0.rule_index(rule)?;
    Some(Explanation::of_rule(&pack.0, state, index, nanos(at)?, None))
}

impl Explanation {
    pub(crate) fn of_change(pack: &Linked, state: &VehicleState, change: &Change, at: i64) -> Self {
        match pack.rule_index(&change.rule) {
            Some(index) => Self::of_rule(pack, state, index, at, Some(change.change)),
            None => Self::of_gone(change),
        }
    }

    /// The rule is none of this version of the pack: that is why its recommendation ended.
    fn of_gone(change: &Change) -> Self {
        Self {
            rule: change.rule.clone(),
            at: change.at,
            change: Some(change.change),
            standing: Standing::Idle,
            stage: None,
            suppressed_by: Vec::new(),
            when: None,
            count: None,
            counted: None,
            blocks: Vec::new(),
            clear: None,
            evidence: Vec::new(),
        }
    }

    fn of_rule(
        pack: &Linked,
        state: &VehicleState,
        index: usize,
        at: i64,
        change: Option<ChangeKind>,
    ) -> Self {
        let (rule, rule_state) = (&pack.rules[index], &state.rules[index]);
        let view = View::of_rule(pack, state, index, at);
        let part = |program: &Program| Part::from(program.explain(&view));
        let mut count = rule
            .count
            .as_ref()
            .map(|count| (rule_state.total(), count.at_least, truth_of(enough_of(count, rule_state, &view))));
        let mut counted = rule.count.as_ref().and_then(|count| match &count.of {
            Counted::When(program) => Some(part(program)),
            _ => None,
        });
        let mut blocks = Vec::new();
        if let Some(of) = &rule.blocks {
            let nothing = Blocks::new(of.numbers.len());
            let states = rule_state.blocks.as_deref().unwrap_or(&nothing);
            if let Some(last) = &of.last {
                let truth = truth_of(last_truth(last, &states.last, &view));
                count = Some((hits_and_blanks(last, &states.last).0, last.at_least, truth));
                counted = Some(part(&last.when));
            }
            blocks = blocks::parts(&pack.raw.rules[index], of, states, &view);
        }
        Self {
            rule: rule.id.clone(),
            at: instant(at).unwrap_or_default(),
            change,
            standing: standing(rule, rule_state),
            stage: instant(rule_state.escalated()).map(|since| (rule_state.stage, since)),
            suppressed_by: state
                .suppressors(rule)
                .filter_map(|number| Some(pack.rules.get(usize::from(number))?.id.clone()))
                .collect(),
            when: rule.when.as_ref().map(part),
            count,
            counted,
            blocks,
            clear: rule.clear.as_ref().map(part),
            evidence: evidence(pack, state, rule),
        }
    }
}

fn standing(rule: &Rule, state: &RuleState) -> Standing {
    let since = instant(state.since).unwrap_or_default();
    match state.phase {
        Phase::Idle if state.spent => Standing::Spent,
        Phase::Idle => Standing::Idle,
        Phase::Open => Standing::Open { since },
        Phase::Pending => Standing::Pending {
            since,
            until: instant(state.opens_at(rule)).unwrap_or_default(),
            gap: instant(state.unknown),
        },
    }
}

fn evidence(pack: &Linked, state: &VehicleState, rule: &Rule) -> Vec<Evidence> {
    let mut slots: Vec<u16> = rule.reads.clone();
    slots.extend(rule.clear.iter().flat_map(Program::reads));
    slots.extend(rule.stage_reads());
    slots.extend(rule.advice.args.iter().flat_map(|(_, program)| program.reads()));
    slots.extend(rule.blocks.iter().flat_map(|blocks| &blocks.watches));
    slots.extend(rule.ears().into_iter().filter_map(|(_, ear)| match ear {
        Ear::Code(code) => Some(CODE_SLOT | (code * 4)),
        Ear::Signal(slot) => Some(slot),
        Ear::Event(_) => None,
    }));
    // One entry a code, whichever of its fields is read.
    for slot in slots.iter_mut().filter(|slot| **slot & CODE_SLOT != 0 && !is_window(**slot)) {
        *slot &= !3;
    }
    slots.retain(|slot| *slot != TODAY_SLOT && !is_window(*slot));
    slots.sort_unstable();
    slots.dedup();
    let mut list: Vec<Evidence> = slots.into_iter().filter_map(|slot| heard(pack, state, slot)).collect();
    list.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.name.cmp(&b.name)));
    list
}

fn heard(pack: &Linked, state: &VehicleState, slot: u16) -> Option<Evidence> {
    if slot & CODE_SLOT == 0 {
        let (signal, cells) = (&pack.signals[usize::from(slot)], &state.facts.cells);
        let slot = usize::from(slot);
        let unit = (signal.kind == cc_core::ValueKind::Number && signal.unit != MeasureUnit::One)
            .then_some(signal.unit);
        return Some(Evidence {
            name: signal.id.as_str().into(),
            at: instant(cells.at(slot))?,
            value: show(&Explained::from(cells.last(slot)))?,
            unit,
            stale: cells.is_stale(slot),
        });
    }
    let index = usize::from((slot & !CODE_SLOT) / 4);
    let code = &state.facts.codes[index];
    if code.seen == NONE {
        return None;
    }
    let name = pack.raw.codes.keys().nth(index)?;
    let value = show(&Explained::from(code.read(0))).unwrap_or_else(|| "unknown".into());
    Some(Evidence { name: name.as_str().into(), at: instant(code.seen)?, value, unit: None, stale: false })
}

impl From<ExplainNode> for Part {
    fn from(node: ExplainNode) -> Self {
        Self {
            text: node.text.into(),
            value: show(&node.value),
            unit: node.unit,
            age: node.age.map(chrono::TimeDelta::nanoseconds),
            truth: node.truth.map(|truth| match truth {
                NodeTruth::True => Truth::True,
                NodeTruth::False => Truth::False,
                NodeTruth::Unknown => Truth::Unknown,
            }),
            parts: node.children.into_iter().map(Self::from).collect(),
        }
    }
}

fn show(value: &Explained) -> Option<Box<str>> {
    let mut text = String::new();
    match value {
        Explained::Unknown => return None,
        Explained::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Explained::Int(value) => text = value.to_string(),
        Explained::Double(value) => text = number_for_people(*value),
        Explained::Text(value) => text.push_str(value),
        Explained::Time(nanos) => {
            text = instant(*nanos)?.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        }
        Explained::Duration(nanos) => {
            text = duration_for_people(*nanos);
        }
    }
    Some(text.into())
}

/// A number without what floating point leaves behind: seven digits, and the whole part as it is.
pub(crate) fn number_for_people(value: f64) -> String {
    let rounded = if value.fract() == 0.0 || !value.is_finite() {
        value
    } else if value.abs() >= 1e6 {
        value.round()
    } else {
        format!("{value:.6e}").parse().unwrap_or(value)
    };
    let mut text = String::new();
    cc_core::json::write_number(&mut text, rounded);
    text
}

/// A length of time: in its largest unit where that comes out even, else from a minute on in whole seconds, by parts.
fn duration_for_people(nanos: i64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let (value, unit) = duration_of(nanos);
    let seconds = (nanos.unsigned_abs() + 500_000_000) / 1_000_000_000;
    if seconds < 60 || value.fract() == 0.0 && unit.symbol() != "s" {
        return format!("{} {}", number_for_people(value), unit.symbol());
    }
    let mut parts = Vec::new();
    let mut rest = seconds;
    for (size, unit) in UNITS.into_iter().filter(|(size, _)| seconds >= *size) {
        if rest >= size {
            parts.push(format!("{} {unit}", rest / size));
            rest %= size;
        }
    }
    format!("{}{}", if nanos < 0 { "-" } else { "" }, parts.join(" "))
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::False => "false",
            Self::True => "true",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Part {
    /// One line a part, its parts indented below it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, f.width().unwrap_or(0))
    }
}

impl Part {
    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        write!(f, "{:depth$}{} = ", "", self.text)?;
        match (&self.value, self.unit) {
            (None, _) => f.write_str("unknown")?,
            (Some(value), None) => f.write_str(value)?,
            (Some(value), Some(unit)) => write!(f, "{value} {unit}")?,
        }
        if let Some(age) = self.age {
            write!(f, " ({} old)", duration_for_people(age.num_nanoseconds().unwrap_or(i64::MAX)))?;
        }
        for part in &self.parts {
            f.write_str("\n")?;
            part.write(f, depth + 2)?;
        }
        Ok(())
    }
}

impl Explanation {
    /// Why a rule that could have opened is still shut, if it is `clear` that keeps it so.
    fn held_shut(&self, until: Timestamp) -> Option<&'static str> {
        let clear = self.clear.as_ref().filter(|_| until <= self.at)?;
        match clear.truth? {
            Truth::True => Some("but `clear` is true and keeps it shut"),
            Truth::Unknown => Some("but `clear` is unknown, and with `on_unknown: clear` that keeps it shut"),
            Truth::False => None,
        }
    }
}

impl fmt::Display for Explanation {
    /// The rule, its conditions and the evidence, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |at: &Timestamp| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        write!(f, "{} at {}: ", self.rule, show(&self.at))?;
        match &self.standing {
            Standing::Idle => f.write_str("does not hold")?,
            Standing::Spent => f.write_str("was cleared while its condition held")?,
            Standing::Pending { since, until, gap } => {
                write!(f, "holds since {}, ", show(since))?;
                match self.held_shut(*until) {
                    Some(why) => f.write_str(why)?,
                    None => write!(f, "opens at {}", show(until))?,
                }
                if let Some(gap) = gap {
                    write!(f, ", unknown since {}", show(gap))?;
                }
            }
            Standing::Open { since } => write!(f, "open since {}", show(since))?,
        }
        if let Some((stage, since)) = &self.stage {
            write!(f, ", stage {stage} since {}", show(since))?;
        }
        if !self.suppressed_by.is_empty() {
            write!(f, ", suppressed by {}", self.suppressed_by.join(", "))?;
        }
        for (name, part) in [("when", &self.when), ("counts", &self.counted), ("clear", &self.clear)] {
            if let Some(part) = part {
                write!(f, "\n  {name}:\n{part:4}")?;
            }
        }
        if let Some((have, need, truth)) = self.count {
            write!(f, "\n  count: {have} of {need} needed = {truth}")?;
        }
        for block in &self.blocks {
            write!(f, "\n{block:2}")?;
        }
        for heard in &self.evidence {
            write!(f, "\n  heard {} = {}", heard.name, heard.value)?;
            if let Some(unit) = heard.unit {
                write!(f, " {unit}")?;
            }
            write!(f, " at {}{}", show(&heard.at), if heard.stale { ", too old" } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_shown_without_what_floating_point_leaves_behind() {
        for (value, expected) in [
            (-0.133_349_999_999_998_66, "-0.13335"),
            (12.199_999_999_999_998, "12.2"),
            (12.569, "12.569"),
            (0.000_012_345_678_9, "0.00001234568"),
            (123_456_789.0, "123456789"),
            (123_456_789.26, "123456789"),
            (0.0, "0"),
        ] {
            assert_eq!(number_for_people(value), expected);
        }
        for (nanos, expected) in [
            (0, "0 s"),
            (250_000_000, "0.25 s"),
            (30_000_000_000, "30 s"),
            (90_000_000_000, "1 min 30 s"),
            (3_600_000_000_000, "1 h"),
            (3_641_200_000_000, "1 h 41 s"),
            (172_800_000_000_000, "2 d"),
            (176_461_000_000_000, "2 d 1 h 1 min 1 s"),
            (-3_641_200_000_000, "-1 h 41 s"),
        ] {
            assert_eq!(duration_for_people(nanos), expected);
        }
    }
}
