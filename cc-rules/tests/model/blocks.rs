//! The blocks that look back over time, each from the list of everything it ever saw.

use std::collections::BTreeMap;

use crate::codes::{State, reports};
use crate::expr::{Name, Value, both};
use crate::facts::{Facts, Log, Phase};
use crate::model::{bucket, buckets};
use crate::spec::{LastSpec, NumbersSpec, Occurrence, RuleSpec, Window};

/// What the blocks of a rule saw.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    /// Drive or sample, and the truth of the counted condition at a look.
    looks: Vec<(i64, Option<bool>)>,
    /// The drive at the first look, or after the one in which the units were emptied; those before it are none.
    first_drive: Option<i64>,
    /// For each step of the sequence: the instants at which it occurred.
    steps: Vec<Vec<i64>>,
    /// For each step and the absence: whether its condition was true when last known.
    were_true: Vec<bool>,
    /// When what must be absent was last there.
    last_there: Option<i64>,
    /// Whether it is there.
    is_there: bool,
    /// For each window: bucket and value of the samples, in their order.
    pub(crate) samples: Vec<Vec<(i64, f64)>>,
}

impl Seen {
    pub(crate) fn new(rule: &RuleSpec) -> Self {
        let steps = rule.sequence.as_ref().map_or(0, |(steps, _)| steps.len());
        Self {
            steps: vec![Vec::new(); steps],
            were_true: vec![false; steps + 1],
            samples: vec![Vec::new(); rule.windows.len()],
            ..Self::default()
        }
    }

    /// Windows take their samples; gives their fields.
    pub(crate) fn sample(
        &mut self,
        rule: &RuleSpec,
        log: &Log<'_>,
        facts: &Facts,
    ) -> Vec<BTreeMap<&'static str, Value>> {
        let (now, phase) = facts.now;
        let each = rule.windows.iter().zip(&mut self.samples);
        let fields = each.map(|(spec, samples)| {
            let Some(current) = bucket(spec.window, facts) else { return BTreeMap::new() };
            samples.retain(|(bucket, _)| (current - buckets(spec.window) + 1..=current).contains(bucket));
            let is_read = phase == Phase::Step && log.reads_one_of(&spec.of.reads(), now);
            let is_wanted = spec.only.as_ref().is_none_or(|only| only.truth(facts) == Some(true));
            if let (true, Value::Number(value)) = (is_read && is_wanted, spec.of.value(facts)) {
                samples.push((current, value));
            }
            fields(spec, samples)
        });
        fields.collect()
    }

    /// Looks at everything but the windows.
    pub(crate) fn look(&mut self, rule: &RuleSpec, log: &Log<'_>, facts: &Facts) {
        let (now, phase) = facts.now;
        self.first_drive.get_or_insert(facts.drive);
        if let Some(LastSpec { when, per_drive, .. }) = &rule.last {
            let truth = when.truth(facts);
            if *per_drive {
                self.looks.push((facts.drive, truth));
            } else if phase == Phase::Step && truth.is_some() && log.reads_one_of(&when.reads(), now) {
                self.looks.push((now, truth));
            }
        }
        for (place, of) in rule.occurrences().enumerate() {
            let occurs = match of {
                Occurrence::When(when) => {
                    let before = self.were_true[place];
                    let truth = when.truth(facts);
                    self.were_true[place] = truth.unwrap_or(before);
                    if place == self.steps.len() {
                        // As long as it is true it is there, and where it no longer is known to be, it was.
                        let was_there = std::mem::replace(&mut self.is_there, truth == Some(true));
                        self.is_there || was_there
                    } else {
                        truth == Some(true) && !before
                    }
                }
                of => phase == Phase::Step && happens(of, log, now),
            };
            if place == self.steps.len() {
                if occurs || self.last_there.is_none() {
                    self.last_there = Some(now);
                }
            } else if occurs {
                self.steps[place].push(now);
            }
        }
        if rule.absence.is_some() && self.last_there.is_none() {
            self.last_there = Some(now);
        }
    }

    /// The rule ended by `clear`: what was counted and matched is forgotten.
    pub(crate) fn cleared(&mut self, facts: &Facts) {
        self.looks.clear();
        self.first_drive = Some(facts.drive + 1);
        self.steps.iter_mut().for_each(Vec::clear);
    }

    /// What the blocks say together.
    pub(crate) fn truth(&self, rule: &RuleSpec, log: &Log<'_>, facts: &Facts) -> Option<bool> {
        let last = rule.last.as_ref().map_or(Some(true), |last| self.last(last, facts));
        let sequence = rule.sequence.as_ref().map_or(Some(true), |(_, within)| {
            Some(self.first_of_match(*within).is_some_and(|first| facts.now.0 - first <= *within))
        });
        let absence = rule.absence.as_ref().map_or(Some(true), |(_, wait)| {
            let is_over = self.last_there.is_some_and(|last| (last + wait, Phase::Timers) <= facts.now);
            Some(is_over && !self.is_there)
        });
        let age = rule.age.as_ref().map_or(Some(true), |(of, over)| {
            since(*of, log, facts).map(|since| (since + over, Phase::Timers) <= facts.now)
        });
        both(both(last, sequence), both(absence, age))
    }

    fn last(&self, spec: &LastSpec, facts: &Facts) -> Option<bool> {
        // Each unit: whether the condition was seen true, and seen false.
        let mut units: BTreeMap<i64, (bool, bool)> = BTreeMap::new();
        if let (true, Some(first)) = (spec.per_drive, self.first_drive) {
            units.extend((first.max(1)..=facts.drive).map(|drive| (drive, (false, false))));
        }
        for (unit, truth) in &self.looks {
            let seen =
                if spec.per_drive { units.get_mut(unit) } else { Some(units.entry(*unit).or_default()) };
            let Some(seen) = seen else { continue };
            seen.0 |= *truth == Some(true);
            seen.1 |= *truth == Some(false);
        }
        let newest = units.values().rev().take(spec.of_last);
        let (mut hits, mut blanks) = (0, 0);
        for (was_true, was_false) in newest {
            match (was_true, was_false) {
                (false, false) => blanks += 1,
                (true, false) => hits += 1,
                (true, true) if !spec.whole => hits += 1,
                _ => {}
            }
        }
        if hits >= spec.at_least {
            Some(true)
        } else if hits + blanks < spec.at_least {
            Some(false)
        } else {
            None
        }
    }

    /// The first instant of the complete match that starts the latest.
    pub(crate) fn first_of_match(&self, within: i64) -> Option<i64> {
        let (first, later) = self.steps.split_first()?;
        first.iter().copied().filter(|first| completes(*first, later, *first + within)).max()
    }

    /// What a state of the rule remembers at the instant reached: no step that came too late, and no match that is over,
    /// begun or complete.
    pub(crate) fn remembered(mut self, rule: &RuleSpec, reached: i64) -> Self {
        let Some((_, within)) = &rule.sequence else { return self };
        if let Some(first) = self.steps.first_mut() {
            first.retain(|first| first + within + 1 >= reached);
        }
        for place in 1..self.steps.len() {
            let (earlier, later) = self.steps.split_at_mut(place);
            let Some((first, between)) = earlier.split_first() else { continue };
            later[0].retain(|at| {
                let mut path = between.to_vec();
                path.push(vec![*at]);
                first.iter().any(|first| completes(*first, &path, first + within))
            });
        }
        self
    }

    /// The instants at which a block's own time is up.
    pub(crate) fn deadlines(&self, rule: &RuleSpec, log: &Log<'_>, facts: &Facts) -> Vec<i64> {
        let mut all = Vec::new();
        if let Some((_, within)) = &rule.sequence {
            all.extend(self.first_of_match(*within).map(|first| first + within + 1));
        }
        if let Some((_, wait)) = &rule.absence {
            all.extend(self.last_there.filter(|_| !self.is_there).map(|last| last + wait));
        }
        if let Some((of, over)) = &rule.age {
            all.extend(since(*of, log, facts).map(|since| since + over));
        }
        for (spec, samples) in rule.windows.iter().zip(&self.samples) {
            if let Window::Duration(size, buckets) = spec.window {
                all.extend(samples.iter().map(|(bucket, _)| (bucket + buckets) * (size / buckets)));
            }
        }
        all
    }
}

/// What a rule is made of, for the counters of what was reached.
pub(crate) fn names(rule: &RuleSpec) -> Vec<&'static str> {
    let window = |window: Window| match window {
        Window::Duration(..) => ["opened with a count by time", "opened with numbers by time"],
        Window::Distance(..) => ["opened with a count by distance", "opened with numbers by distance"],
        Window::Drives(_) => ["opened with a count by drives", "opened with numbers by drives"],
    };
    let mut all: Vec<&'static str> = rule.count.iter().map(|count| window(count.window)[0]).collect();
    all.extend(rule.windows.iter().map(|spec| window(spec.window)[1]));
    all.extend(rule.last.as_ref().map(|last| match last {
        LastSpec { per_drive: false, .. } => "opened with a count of samples",
        LastSpec { whole: true, .. } => "opened with a count of whole drives",
        _ => "opened with a count of drives",
    }));
    all.extend(rule.row.as_ref().map(|(table, row)| match table.hit {
        _ if *row == table.rows.len() => "opened what rows leave",
        "first" => "opened a row of first",
        "unique" => "opened a row of unique",
        _ => "opened a row of collect",
    }));
    all.extend(rule.sequence.as_ref().map(|_| "opened with a sequence"));
    all.extend(rule.absence.as_ref().map(|_| "opened with an absence"));
    all.extend(rule.age.as_ref().map(|_| "opened with an age"));
    all
}

/// Whether the later steps occurred in their order, each after the one before, the last not after `until`.
fn completes(after: i64, later: &[Vec<i64>], until: i64) -> bool {
    let Some((next, rest)) = later.split_first() else { return true };
    next.iter().any(|at| *at > after && *at <= until && completes(*at, rest, until))
}

/// Whether something happens at a step.
pub(crate) fn happens(of: &Occurrence, log: &Log<'_>, now: i64) -> bool {
    match of {
        Occurrence::When(_) => false,
        Occurrence::Code(code) => {
            log.events_at(now).any(|event| reports(&log.spec.codes[*code], &event.body))
        }
        Occurrence::Event(name) => log.events_at(now).any(|event| event.type_name() == *name),
        Occurrence::Signal(signal) => log.reads_one_of(&[Name::Signal(signal)].into(), now),
    }
}

/// The last word on a signal, or the start of a code's episode.
fn since(of: Name, log: &Log<'_>, facts: &Facts) -> Option<i64> {
    match of {
        Name::Signal(signal) => log.last_heard(signal, facts.now).map(|heard| heard.at),
        Name::Code(code, _) if matches!(facts.codes[code].state, State::Present | State::Gone) => {
            match facts.codes[code].field("since") {
                Value::Time(since) => Some(since),
                _ => None,
            }
        }
        _ => None,
    }
}

fn fields(spec: &NumbersSpec, samples: &[(i64, f64)]) -> BTreeMap<&'static str, Value> {
    let mut fields = BTreeMap::from([("count", Value::Int(samples.len() as i64))]);
    if samples.len() < spec.at_least.max(1) {
        return fields;
    }
    let mut by_bucket: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for (bucket, value) in samples {
        by_bucket.entry(*bucket).or_default().push(*value);
    }
    let sum_of = |values: &[f64]| values.iter().fold(0.0, |sum, value| sum + value);
    let sum = by_bucket.values().map(|values| sum_of(values)).fold(0.0, |sum, part| sum + part);
    let values = samples.iter().map(|(_, value)| *value);
    let first = by_bucket.values().next().and_then(|values| values.first());
    let last = by_bucket.values().next_back().and_then(|values| values.last());
    let mut tell = |name, value: f64| {
        if value.is_finite() {
            fields.insert(name, Value::Number(value));
        }
    };
    tell("sum", sum);
    tell("average", sum / samples.len() as f64);
    tell("minimum", values.clone().fold(f64::INFINITY, f64::min));
    tell("maximum", values.fold(f64::NEG_INFINITY, f64::max));
    tell("change", last.unwrap() - first.unwrap());
    if by_bucket.len() > 1 {
        tell("slope", slope(&by_bucket, &sum_of));
    }
    fields
}

fn slope(by_bucket: &BTreeMap<i64, Vec<f64>>, sum_of: &impl Fn(&[f64]) -> f64) -> f64 {
    let oldest = *by_bucket.keys().next().unwrap();
    let (mut n, mut x, mut y, mut xy, mut xx) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (bucket, values) in by_bucket {
        let (at, average) = ((bucket - oldest) as f64, sum_of(values) / values.len() as f64);
        n += 1.0;
        x += at;
        y += average;
        xy += at * average;
        xx += at * at;
    }
    (n * xy - x * y) / (n * xx - x * x)
}
