//! What a rule says, in stages; and which rules keep others silent.

use std::collections::BTreeMap;

use cc_core::{Action, Urgency};

use super::limits::{MAX_DURATION_MS, MAX_STAGES, MAX_SUPPRESSIONS, MAX_SUPPRESSORS};
use super::link::{Problem, name};
use super::model::{RawPack, RawStage};
use super::rule::{NANOS_PER_MS, RuleCheck};
use super::{Rule, is_window};
use crate::diagnostic::did_you_mean;
use crate::expr::Program;

/// What a rule says while it is open.
#[derive(Clone)]
pub(crate) struct Advice {
    pub(crate) action: Action,
    pub(crate) urgency: Urgency,
    /// Nanoseconds after the opening.
    pub(crate) due: Option<i64>,
    pub(crate) message: Box<str>,
    pub(crate) args: Vec<(Box<str>, Program)>,
}

/// A step of an escalation.
pub(crate) struct Stage {
    /// Nanoseconds after the opening; 0 where none is asked for.
    pub(crate) after: i64,
    pub(crate) when: Option<Program>,
    /// All of it, what the stages before said included.
    pub(crate) advice: Advice,
}

impl Rule {
    /// What it says in a stage; 0 is before the first.
    pub(crate) fn advice(&self, stage: u8) -> &Advice {
        let stage = usize::from(stage).checked_sub(1).and_then(|index| self.stages.get(index));
        stage.map_or(&self.advice, |stage| &stage.advice)
    }

    /// Slots that its stages wait for.
    pub(crate) fn stage_reads(&self) -> impl Iterator<Item = &u16> {
        let tests = self.stages.iter().flat_map(|stage| &stage.when);
        tests.flat_map(Program::reads).filter(|slot| !is_window(**slot))
    }
}

impl RuleCheck<'_> {
    pub(super) fn stages(&mut self, first: Option<&Advice>) -> Vec<Stage> {
        let rule = self.rule;
        if rule.escalate.len() > MAX_STAGES {
            self.report("escalate", "too-many", format!("more than {MAX_STAGES} stages"));
            return Vec::new();
        }
        let mut stages = Vec::new();
        let mut before = first.cloned();
        for (number, raw) in rule.escalate.iter().enumerate() {
            let at = format!("escalate[{number}]");
            let stage = self.stage(&at, raw, before.as_ref());
            if let Some(stage) = stage {
                before = Some(stage.advice.clone());
                stages.push(stage);
            }
        }
        stages
    }

    fn stage(&mut self, at: &str, raw: &RawStage, before: Option<&Advice>) -> Option<Stage> {
        if raw.after.is_none() && raw.when.is_none() {
            self.report(&format!("{at}.after"), "missing-key", "a stage has `after` or `when`");
        }
        if raw.action.is_none() && raw.urgency.is_none() && raw.due.is_none() && raw.message.is_none() {
            let text = "a stage changes `urgency`, `action`, `due` or `message`";
            self.report(&format!("{at}.urgency"), "missing-key", text);
        }
        let after = self.nanos(&format!("{at}.after"), raw.after);
        let when = raw.when.as_deref().map(|text| self.condition(&format!("{at}.when"), text));
        let action = raw.action.as_deref().map(|word| self.action(&format!("{at}.action"), word));
        let urgency = raw.urgency.as_deref().map(|word| self.urgency(&format!("{at}.urgency"), word));
        let due = raw.due.map(|ms| self.nanos(&format!("{at}.due"), Some(ms)));
        if let Some(message) = &raw.message {
            name(message, &self.path(&format!("{at}.message")), self.found);
        }
        let args = if raw.args.is_empty() { None } else { Some(self.args(&format!("{at}.args"), &raw.args)) };
        let before = before?;
        let urgency = urgency.unwrap_or(Some(before.urgency))?;
        if urgency < before.urgency {
            let text = format!("the urgency falls: the stage before has {}", before.urgency);
            self.report(&format!("{at}.urgency"), "falling-urgency", text);
        }
        let advice = Advice {
            action: action.unwrap_or(Some(before.action))?,
            urgency,
            due: due.or(before.due),
            message: raw.message.as_deref().map_or_else(|| before.message.clone(), Into::into),
            args: args.unwrap_or_else(|| Some(before.args.clone()))?,
        };
        let when = match when {
            Some(program) => Some(program?),
            None => None,
        };
        Some(Stage { after, when, advice })
    }

    /// Nanoseconds; `i64::MAX` where a rule stays open for as long as its condition says.
    pub(super) fn valid_for(&mut self) -> i64 {
        let Some(ms) = self.rule.valid_for else { return i64::MAX };
        if ms == 0 || ms > MAX_DURATION_MS {
            let text = "`valid_for` is longer than nothing and at most ten years";
            self.report("valid_for", "out-of-range", text);
            return i64::MAX;
        }
        if self.rule.escalate.iter().any(|stage| stage.after.is_some_and(|after| after >= ms)) {
            let text = "the rule ends before its last stage: `valid_for` is longer than every `after`";
            self.report("valid_for", "out-of-range", text);
        }
        ms as i64 * NANOS_PER_MS
    }
}

/// For each rule, the rules that keep it silent while they are open, in order.
pub(super) fn suppressors(raw: &RawPack, found: &mut Vec<Problem>) -> Vec<Vec<u16>> {
    let mut groups: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for (number, rule) in raw.rules.iter().enumerate() {
        if let Some(group) = rule.group.as_deref() {
            groups.entry(group).or_default().push(number as u16);
        }
    }
    let mut all = Vec::with_capacity(raw.rules.len());
    let mut total = 0_usize;
    for (number, rule) in raw.rules.iter().enumerate() {
        let path = format!("rules[{number}].suppressed_by");
        if rule.suppressed_by.len() > MAX_SUPPRESSORS {
            let text = format!("more than {MAX_SUPPRESSORS} rules and groups");
            found.push(Problem::new(path, "too-many", text));
            all.push(Vec::new());
            continue;
        }
        let mut own = Vec::new();
        for (index, written) in rule.suppressed_by.iter().enumerate() {
            let (list, known): (Vec<u16>, Vec<&str>) = match written.strip_prefix("group:") {
                Some(group) => {
                    (groups.get(group).cloned().unwrap_or_default(), groups.keys().copied().collect())
                }
                None => {
                    let place = raw.rules.iter().position(|other| other.id == *written);
                    let list = place.map(|place| place as u16).into_iter().collect();
                    (list, raw.rules.iter().map(|rule| rule.id.as_str()).collect())
                }
            };
            if list.is_empty() {
                let text = "no rule or group has this name; a group is written `group:NAME`";
                let hint = did_you_mean(written.trim_start_matches("group:"), known);
                found.push(Problem::new(format!("{path}[{index}]"), "unknown-rule", text).hint(hint));
            }
            own.extend(list);
        }
        own.sort_unstable();
        own.dedup();
        total = total.saturating_add(own.len());
        if total > MAX_SUPPRESSIONS {
            let text =
                format!("the rules of the pack suppress each other in more than {MAX_SUPPRESSIONS} ways");
            found.push(Problem::new(path, "too-many", text));
            return vec![Vec::new(); raw.rules.len()];
        }
        all.push(own);
    }
    for number in circular(&all) {
        let text = if all[number].contains(&(number as u16)) {
            "the rule suppresses itself"
        } else {
            "the rule suppresses itself, by way of others"
        };
        found.push(Problem::new(format!("rules[{number}].suppressed_by"), "circular", text));
    }
    all
}

/// The rules that lie on a circle, or behind one: what is left when rules that nothing suppresses are taken away, one after
/// the other, from both ends.
fn circular(suppressed_by: &[Vec<u16>]) -> Vec<usize> {
    let mut inverse = vec![Vec::new(); suppressed_by.len()];
    for (rule, list) in suppressed_by.iter().enumerate() {
        for other in list {
            inverse[usize::from(*other)].push(rule as u16);
        }
    }
    let forward = peeled(suppressed_by, &inverse);
    let backward = peeled(&inverse, suppressed_by);
    (0..suppressed_by.len()).filter(|rule| !forward[*rule] && !backward[*rule]).collect()
}

/// Which rules can be taken away, each once all that it depends on are.
fn peeled(depends_on: &[Vec<u16>], needed_by: &[Vec<u16>]) -> Vec<bool> {
    let mut left: Vec<usize> = depends_on.iter().map(Vec::len).collect();
    let mut free: Vec<usize> = (0..left.len()).filter(|rule| left[*rule] == 0).collect();
    let mut gone = vec![false; left.len()];
    while let Some(rule) = free.pop() {
        gone[rule] = true;
        for other in &needed_by[rule] {
            let other = usize::from(*other);
            left[other] -= 1;
            if left[other] == 0 {
                free.push(other);
            }
        }
    }
    gone
}
