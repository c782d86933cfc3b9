//! The reference: every instant in its order, every rule from the words of the page.

use std::collections::{BTreeMap, BTreeSet};

use cc_core::Event;

use crate::blocks::{self, Seen, happens};
use crate::expr::{Name, Value, both};
use crate::facts::{Facts, Log, Phase};
use crate::groups::{Groups, is_suppressed};
use crate::spec::{CountSpec, Counted, DAY, RuleSpec, Spec, Window};
use crate::upgrade;

/// How often something happened, by its name.
pub(crate) type Coverage = BTreeMap<&'static str, u64>;

/// Where a rule is. The start of the episode goes along.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Standing {
    Idle,
    Pending { start: i64, gap: Option<i64> },
    Open { start: i64, opened: i64 },
    Spent,
}

/// What a rule remembers.
#[derive(Clone)]
pub(crate) struct Life {
    pub(crate) standing: Standing,
    cleared: Option<i64>,
    /// Whether the counted condition was true when it was last known.
    was_true: bool,
    /// The bucket of each hit.
    hits: Vec<i64>,
    seen: Seen,
    /// The stage of the open rule; 0 before the first.
    pub(crate) stage: usize,
}

impl Life {
    fn new(rule: &RuleSpec) -> Self {
        Self {
            standing: Standing::Idle,
            cleared: None,
            was_true: false,
            hits: Vec::new(),
            seen: Seen::new(rule),
            stage: 0,
        }
    }
}

pub(crate) struct Model<'a> {
    spec: &'a Spec,
    log: Log<'a>,
    lives: Vec<Life>,
    groups: Groups,
    /// The rules that are open without a voice.
    silent: BTreeSet<usize>,
    pub(crate) coverage: Coverage,
    pub(crate) trace: Vec<String>,
}

/// What comes out of a pack, a vehicle's accepted events, and the instant before which time has passed.
pub(crate) fn run(spec: &Spec, events: Vec<Event>, until: i64) -> (Vec<String>, Coverage, Vec<String>) {
    let lives = spec.rules.iter().map(Life::new);
    let mut model = Model {
        spec,
        log: Log::new(spec, events),
        lives: lives.collect(),
        groups: Groups::default(),
        silent: BTreeSet::new(),
        coverage: Coverage::new(),
        trace: Vec::new(),
    };
    for what in model.log.remarkable() {
        model.count(what);
    }
    let Some(first) = model.log.instants().first().copied() else { return Default::default() };
    model.run(None, first, (until, Phase::Step));
    (model.groups.sorted(), model.coverage, model.trace)
}

/// The same where the state of the first pack is read under the next one once the instant `reached` is; with what is to
/// be said of each rule that the old one had: whether it surely had something to remember, and whether it goes on.
pub(crate) fn run_upgraded(
    (spec, next): (&Spec, &Spec),
    events: Vec<Event>,
    reached: i64,
    until: i64,
) -> (Vec<String>, Coverage, Vec<String>, Vec<Fate>) {
    let mut old = Model {
        spec,
        log: Log::new(spec, events.clone()),
        lives: spec.rules.iter().map(Life::new).collect(),
        groups: Groups::default(),
        silent: BTreeSet::new(),
        coverage: Coverage::new(),
        trace: Vec::new(),
    };
    let Some(first) = old.log.instants().first().copied() else { return Default::default() };
    old.run(None, first, (reached, Phase::Upgrade));
    let fates = spec.rules.iter().zip(&old.lives).map(|(rule, life)| {
        let new = next.rules.iter().find(|new| new.id == rule.id);
        Fate {
            rule: rule.id.clone(),
            is_busy: life.standing != Standing::Idle,
            goes_on: new.map(|new| upgrade::layout(new) == upgrade::layout(rule)),
        }
    });
    let fates: Vec<Fate> = fates.collect();
    let lives = next.rules.iter().map(|rule| {
        let place = spec
            .rules
            .iter()
            .position(|old| old.id == rule.id && upgrade::layout(old) == upgrade::layout(rule));
        let Some(place) = place else { return Life::new(rule) };
        let life = old.lives[place].clone();
        // A clearing is remembered while its cooldown runs.
        let cooldown = spec.rules[place].cooldown;
        let cleared = life.cleared.filter(|cleared| cooldown > 0 && cleared + cooldown >= reached);
        let seen = life.seen.clone().remembered(&spec.rules[place], reached);
        Life { stage: life.stage.min(rule.stages.len()), cleared, seen, ..life }
    });
    let mut new = Model {
        spec: next,
        log: Log::upgraded(next, events, spec, reached),
        lives: lives.collect(),
        groups: old.groups,
        silent: BTreeSet::new(),
        coverage: Coverage::new(),
        trace: old.trace,
    };
    new.trace.push(format!("{reached} the next pack"));
    for fate in &fates {
        new.count(match fate {
            Fate { is_busy: true, goes_on: Some(true), .. } => "upgrade: goes on",
            Fate { is_busy: true, goes_on: Some(false), .. } => "upgrade: starts again",
            Fate { is_busy: true, goes_on: None, .. } => "upgrade: dropped",
            _ => continue,
        });
    }
    let facts = new.log.facts((reached, Phase::Upgrade));
    for what in new.groups.place(next, &new.lives, &facts) {
        new.count(what);
    }
    for index in 0..next.rules.len() {
        new.look_at(index, &facts);
    }
    new.settle(&facts);
    new.run(Some(facts), reached, (until, Phase::Step));
    (new.groups.sorted(), new.coverage, new.trace, fates)
}

/// What became of a rule of the old version.
#[derive(Debug)]
pub(crate) struct Fate {
    pub(crate) rule: String,
    /// Whether it surely had something to remember.
    pub(crate) is_busy: bool,
    /// Whether it has its layout still; `None` where the next version lacks it.
    pub(crate) goes_on: Option<bool>,
}

impl Model<'_> {
    /// All moments after those that were, up to `until`.
    fn run(&mut self, mut before: Option<Facts>, from: i64, until: (i64, Phase)) {
        let instants = self.log.instants();
        let mut next = Some(from);
        while let Some(now) = next {
            for phase in [Phase::Step, Phase::Timers, Phase::Expiries] {
                if before.as_ref().is_some_and(|before| (now, phase) <= before.now)
                    || phase == Phase::Step && !instants.contains(&now)
                {
                    continue;
                }
                if (now, phase) >= until {
                    return;
                }
                let facts = self.log.facts((now, phase));
                self.moment(before.as_ref(), &facts);
                before = Some(facts);
            }
            next = before.as_ref().and_then(|facts| self.next_instant(facts, &instants));
        }
    }

    /// The next instant at which anything may happen.
    fn next_instant(&self, facts: &Facts, instants: &[i64]) -> Option<i64> {
        let now = facts.now.0;
        let mut all: Vec<i64> = instants.to_vec();
        all.extend(
            self.log.heard.iter().filter_map(|heard| Some(heard.at + self.spec.max_age(heard.signal)?)),
        );
        all.extend(self.log.drives.iter().filter_map(|drive| Some(drive.end?.0)));
        for (rule, life) in self.spec.rules.iter().zip(&self.lives) {
            if rule.reads().contains(&Name::Today) {
                all.push((now.div_euclid(DAY) + 1) * DAY);
            }
            if let Some(CountSpec { window: Window::Duration(size, buckets), .. }) = &rule.count {
                let bucket = size / buckets;
                all.extend(life.hits.iter().map(|hit| (hit + buckets) * bucket));
            }
            all.extend(self.timers(rule, life, facts));
        }
        all.into_iter().filter(|at| *at > now).min()
    }

    /// The instants at which a rule's own time is up.
    fn timers(&self, rule: &RuleSpec, life: &Life, facts: &Facts) -> Vec<i64> {
        let mut all = Vec::new();
        if let Standing::Pending { start, gap } = life.standing {
            all.push(start + rule.wait);
            all.extend(gap.map(|gap| gap + self.max_gap(rule)));
            all.extend(life.cleared.map(|cleared| cleared + rule.cooldown));
        }
        if let Standing::Open { opened, .. } = life.standing {
            all.extend(rule.stages.iter().filter_map(|stage| Some(opened + stage.after?)));
            all.extend(rule.valid_for.map(|valid| opened + valid));
        }
        all.extend(self.silent_after(rule, facts.now.0));
        all.extend(life.seen.deadlines(rule, &self.log, facts));
        all
    }

    fn max_gap(&self, rule: &RuleSpec) -> i64 {
        rule.max_gap.or_else(|| self.spec.smallest_max_age(rule)).unwrap_or(0)
    }

    /// Where nothing that a waiting rule reads grows old: the deadline at which the last word on it is too long ago.
    fn silent_after(&self, rule: &RuleSpec, now: i64) -> Option<i64> {
        if rule.wait == 0 || self.spec.smallest_max_age(rule).is_some() {
            return None;
        }
        let reads = rule.condition_reads();
        let heard = reads.iter().filter_map(|name| match name {
            Name::Signal(signal) => self.log.last_heard(signal, (now, Phase::Expiries)).map(|heard| heard.at),
            Name::Code(code, _) => self.log.facts((now, Phase::Expiries)).codes[*code].heard,
            Name::Today | Name::Param(_) | Name::Window(..) => None,
        });
        heard.max().map(|heard| heard + self.max_gap(rule))
    }

    /// Looks at the rules that something happened to, then settles the groups.
    fn moment(&mut self, before: Option<&Facts>, facts: &Facts) {
        for index in 0..self.spec.rules.len() {
            if self.is_touched(index, before, facts) {
                self.look_at(index, facts);
            }
        }
        self.settle(facts);
    }

    fn settle(&mut self, facts: &Facts) {
        let is_open = |index: &usize| matches!(self.lives[*index].standing, Standing::Open { .. });
        let open: BTreeSet<usize> = (0..self.lives.len()).filter(is_open).collect();
        let silent = |index: &usize| is_suppressed(&self.spec.rules[*index], self.spec, &self.lives);
        let silent: BTreeSet<usize> = open.iter().copied().filter(silent).collect();
        if !silent.is_empty() {
            self.count("suppressed");
        }
        if self.silent.iter().any(|index| open.contains(index) && !silent.contains(index)) {
            self.count("no longer suppressed");
        }
        self.silent = silent;
        let settled = self.groups.settle(self.spec, &self.lives, facts);
        for (kind, line) in settled {
            self.trace.push(format!("{:?} {line}", facts.now));
            self.count(kind);
        }
    }

    fn is_touched(&self, index: usize, before: Option<&Facts>, facts: &Facts) -> bool {
        let (rule, life) = (&self.spec.rules[index], &self.lives[index]);
        let (now, phase) = facts.now;
        // At the first step of a vehicle, every rule is looked at.
        let Some(before) = before else { return true };
        if rule.reads().into_iter().any(|name| self.log.changed(name, before, facts)) {
            return true;
        }
        if phase == Phase::Step && self.news(rule, now) > 0 {
            return true;
        }
        if phase == Phase::Step && rule.occurrences().any(|of| happens(of, &self.log, now)) {
            return true;
        }
        let windows = || rule.windows.iter().map(|window| window.window);
        if phase == Phase::Step {
            let sampled = rule.windows.iter().map(|window| window.of.reads());
            let sampled =
                sampled.chain(rule.last.iter().filter(|last| !last.per_drive).map(|last| last.when.reads()));
            let aged = rule.age.iter().map(|(of, _)| [*of].into());
            if sampled.chain(aged).any(|names| self.log.reads_one_of(&names, now)) {
                return true;
            }
        }
        // Where nothing grows old, the mere word matters.
        if phase == Phase::Step && self.silent_after(rule, now) == Some(now + self.max_gap(rule)) {
            return true;
        }
        if phase == Phase::Timers && self.timers(rule, life, facts).contains(&now) {
            return true;
        }
        let per_drive = rule.last.as_ref().filter(|last| last.per_drive).map(|_| Window::Drives(1));
        let all = rule.count.iter().map(|count| count.window).chain(windows()).chain(per_drive);
        all.into_iter().any(|window| match window {
            Window::Duration(size, buckets) => phase == Phase::Timers && now % (size / buckets) == 0,
            Window::Distance(..) => phase == Phase::Step && self.log.moves(window, before, now),
            Window::Drives(_) => before.drive != facts.drive,
        })
    }

    /// How many events of an instant a rule counts.
    fn news(&self, rule: &RuleSpec, now: i64) -> usize {
        match rule.count.as_ref().map(|count| &count.of) {
            Some(Counted::Code(code)) => {
                let code = &self.spec.codes[*code];
                self.log.events_at(now).filter(|event| crate::codes::reports(code, &event.body)).count()
            }
            Some(Counted::Event(name)) => {
                self.log.events_at(now).filter(|event| event.type_name() == *name).count()
            }
            _ => 0,
        }
    }

    fn look_at(&mut self, index: usize, facts: &Facts) {
        let (now, phase) = facts.now;
        let rule = &self.spec.rules[index];
        let seen = &mut self.lives[index].seen;
        let windows = seen.sample(rule, &self.log, facts);
        let facts = &facts.with_windows(windows);
        seen.look(rule, &self.log, facts);
        let bucket = rule.count.as_ref().and_then(|count| bucket(count.window, facts));
        if let Some(CountSpec { of, .. }) = &rule.count {
            let mut hits = if phase == Phase::Step { self.news(rule, now) } else { 0 };
            if let Counted::When(when) = of
                && let Some(is_true) = when.truth(facts)
            {
                hits += usize::from(is_true && !self.lives[index].was_true);
                self.lives[index].was_true = is_true;
            }
            if let Some(bucket) = bucket {
                // What left the window does not come back; what a new instrument has yet to reach is forgotten.
                let window = rule.count.as_ref().map_or(1, |count| buckets(count.window));
                self.lives[index].hits.retain(|hit| (bucket - window + 1..=bucket).contains(hit));
                self.lives[index].hits.extend(std::iter::repeat_n(bucket, hits));
            }
            if hits > 0 {
                self.count("counted");
            }
        }
        let condition = self.condition(index, facts);
        let clear = rule.clear.as_ref().map(|clear| clear.truth(facts));
        let life = &self.lives[index];
        let is_quiet = life.cleared.is_none_or(|cleared| now >= cleared + rule.cooldown);
        let mut standing = life.standing.clone();
        let mut coverage = Vec::new();
        if let (Standing::Spent, Some(false)) = (&standing, condition) {
            coverage.push("spent no more");
            standing = Standing::Idle;
        }
        if let (Standing::Idle, Some(true)) = (&standing, condition) {
            standing = Standing::Pending { start: now, gap: None };
        }
        let (mut ended, mut is_over) = (false, false);
        match standing.clone() {
            Standing::Idle | Standing::Spent => {}
            Standing::Pending { start, gap } => match condition {
                Some(false) => standing = Standing::Idle,
                None => {
                    let gap = gap.unwrap_or(now);
                    if rule.wait == 0 {
                        coverage.push("idle at once without for");
                        standing = Standing::Idle;
                    } else if (gap + self.max_gap(rule), Phase::Timers) <= facts.now
                        || self.is_silent(rule, facts.now.0)
                    {
                        coverage.push("gap too long");
                        standing = Standing::Idle;
                    } else {
                        standing = Standing::Pending { start, gap: Some(gap) };
                    }
                }
                Some(true) => {
                    if gap.is_some() {
                        coverage.push("gap survived");
                    }
                    standing = Standing::Pending { start, gap: None };
                    let is_ripe = now >= start + rule.wait;
                    if is_ripe && !is_quiet {
                        coverage.push("held by cooldown");
                    }
                    let would_end = clear.is_some_and(|clear| clear.unwrap_or(rule.clear_on_unknown));
                    if is_ripe && is_quiet && would_end {
                        coverage.push("held by clear");
                    }
                    if is_ripe && is_quiet && !would_end {
                        coverage.push("opened");
                        coverage.extend(blocks::names(rule));
                        let is_own = |name: &Name| {
                            matches!(name, Name::Param(param) if facts.value(*name)
                                != Value::Number(self.spec.params[*param].default))
                        };
                        if rule.reads().iter().any(is_own) {
                            coverage.push("opened with a parameter of the vehicle");
                        }
                        standing = Standing::Open { start, opened: now };
                    }
                }
            },
            Standing::Open { opened, .. } => {
                let ends = match clear {
                    Some(clear) => clear,
                    None => condition.map(|condition| !condition),
                };
                if ends.is_none() {
                    coverage.push(if rule.clear_on_unknown {
                        "ended by unknown"
                    } else {
                        "held while unknown"
                    });
                }
                ended = ends.unwrap_or(rule.clear_on_unknown);
                is_over = rule.valid_for.is_some_and(|valid| (opened + valid, Phase::Timers) <= facts.now);
            }
        }
        if ended || is_over {
            coverage.push("ended");
            self.lives[index].cleared = Some(now);
            standing = Standing::Idle;
            if clear.is_some() || is_over {
                coverage.push(if is_over { "ended by valid_for" } else { "ended by clear" });
                self.lives[index].hits.clear();
                self.lives[index].seen.cleared(facts);
                if self.condition(index, facts) == Some(true) {
                    coverage.push("spent");
                    standing = Standing::Spent;
                }
            }
        }
        let stage = self.stage(index, &standing, facts);
        if stage > self.lives[index].stage {
            coverage.push(match stage - self.lives[index].stage {
                1 => "escalated",
                _ => "skipped a stage",
            });
            self.trace.push(format!("{:?} {} is in stage {stage}", facts.now, rule.id));
        }
        self.lives[index].stage = stage;
        if standing != self.lives[index].standing {
            self.trace
                .push(format!("{:?} {} {standing:?} (C {condition:?}, clear {clear:?})", facts.now, rule.id));
        }
        self.lives[index].standing = standing;
        for what in coverage {
            self.count(what);
        }
    }

    /// The stage of a rule that is looked at: the latest of the later ones whose test holds.
    fn stage(&self, index: usize, standing: &Standing, facts: &Facts) -> usize {
        let Standing::Open { opened, .. } = standing else { return 0 };
        let now = self.lives[index].stage;
        let stages = self.spec.rules[index].stages.iter().enumerate();
        let holding = stages.filter(|(_, stage)| {
            stage.after.is_none_or(|after| facts.now.0 >= opened + after)
                && stage.when.as_ref().is_none_or(|when| when.truth(facts) == Some(true))
        });
        holding.map(|(place, _)| place + 1).filter(|stage| *stage > now).max().unwrap_or(now)
    }

    fn is_silent(&self, rule: &RuleSpec, now: i64) -> bool {
        self.silent_after(rule, now).is_some_and(|silent| now >= silent)
    }

    /// The condition of a rule: what is read and what is counted.
    fn condition(&self, index: usize, facts: &Facts) -> Option<bool> {
        let (rule, life) = (&self.spec.rules[index], &self.lives[index]);
        let is_waiting = matches!(life.standing, Standing::Idle | Standing::Pending { .. });
        if is_waiting && self.is_silent(rule, facts.now.0) {
            return None;
        }
        let when = rule.written_truth(facts);
        let count = rule.count.as_ref().map_or(Some(true), |count| {
            let now = bucket(count.window, facts)?;
            let oldest = now - buckets(count.window) + 1;
            let hits = life.hits.iter().filter(|hit| (oldest..=now).contains(*hit)).count();
            Some(hits >= count.at_least)
        });
        both(both(when, count), life.seen.truth(rule, &self.log, facts))
    }

    fn count(&mut self, what: &'static str) {
        *self.coverage.entry(what).or_default() += 1;
    }
}

pub(crate) fn buckets(window: Window) -> i64 {
    match window {
        Window::Duration(_, buckets) | Window::Distance(_, buckets) | Window::Drives(buckets) => buckets,
    }
}

/// The bucket of a window at a moment; `None` while the odometer is unknown.
pub(crate) fn bucket(window: Window, facts: &Facts) -> Option<i64> {
    match window {
        Window::Duration(size, buckets) => Some(facts.now.0.div_euclid(size / buckets)),
        Window::Distance(size, buckets) => {
            let metres = facts.odometer? * 1_000.0;
            Some((metres / (size / buckets) as f64).floor() as i64)
        }
        Window::Drives(_) => Some(facts.drive),
    }
}
