//! Groups, the changes that come out of them, and their ids.

use std::collections::BTreeMap;

use cc_core::{Argument, Arguments, Change, ChangeKind, RecommendationId, Timestamp, VehicleRef};
use sha2::{Digest as _, Sha256};

use crate::expr::Value;
use crate::facts::Facts;
use crate::model::{Life, Standing};
use crate::spec::{Args, RuleSpec, Spec, Words};

/// The vehicle of every story.
pub(crate) const VEHICLE: &str = "local/0";

/// What was last said of an open recommendation.
struct Said {
    id: RecommendationId,
    rule: String,
    words: Words,
    due: Option<i64>,
}

#[derive(Default)]
pub(crate) struct Groups {
    said: BTreeMap<String, Said>,
    changes: Vec<Change>,
}

/// A rule that is open and has a voice.
struct Open<'a> {
    rule: &'a RuleSpec,
    start: i64,
    opened: i64,
    /// What it says in its stage.
    words: Words,
    args: &'a Args,
}

impl Groups {
    /// Compares what is open with what was said.
    pub(crate) fn settle(
        &mut self,
        spec: &Spec,
        lives: &[Life],
        facts: &Facts,
    ) -> Vec<(&'static str, String)> {
        let mut open: BTreeMap<String, Vec<Open<'_>>> = BTreeMap::new();
        for (rule, life) in spec.rules.iter().zip(lives) {
            let members = open.entry(group(rule)).or_default();
            if let Standing::Open { start, opened } = life.standing
                && !is_suppressed(rule, spec, lives)
            {
                let (words, args) = rule.words_in(life.stage);
                members.push(Open { rule, start, opened, words, args });
            }
        }
        let from = self.changes.len();
        for (group, members) in open {
            self.settle_one(&group, &members, facts);
        }
        // Of one rule, what ends comes first.
        self.changes[from..].sort_by_key(|change| change.change != ChangeKind::Cleared);
        let news = self.changes[from..].iter();
        news.map(|change| (change.change.as_str(), change.to_canonical_json())).collect()
    }

    /// An upgrade: each open recommendation finds its group in the new version, or ends.
    pub(crate) fn place(&mut self, spec: &Spec, lives: &[Life], facts: &Facts) -> Vec<&'static str> {
        let mut old: Vec<(String, Said)> = std::mem::take(&mut self.said).into_iter().collect();
        old.sort_by(|(_, a), (_, b)| a.rule.cmp(&b.rule));
        let mut remarkable = Vec::new();
        for (old_group, said) in old {
            let made_of = spec.rules.iter().zip(lives).find(|(rule, life)| {
                matches!(life.standing, Standing::Open { start, .. } if id(&rule.id, start) == said.id)
            });
            let spoke = spec.rules.iter().find(|rule| rule.id == said.rule);
            let named = spec.rules.iter().find(|rule| group(rule) == old_group);
            let place = made_of.map(|(rule, _)| rule).or(spoke).or(named).map(group);
            if let Some(place) = place.filter(|place| !self.said.contains_key(place)) {
                if place != old_group {
                    remarkable.push("upgrade: another group");
                }
                self.said.insert(place, said);
            } else {
                remarkable.push("upgrade: no place");
                let Said { id, rule, words, .. } = said;
                self.say(ChangeKind::Cleared, id, &rule, &words, None, Arguments::new(), facts);
            }
        }
        remarkable
    }

    fn settle_one(&mut self, group: &str, members: &[Open<'_>], facts: &Facts) {
        let speaker = members
            .iter()
            .max_by(|a, b| a.words.urgency.cmp(&b.words.urgency).then_with(|| b.rule.id.cmp(&a.rule.id)));
        let Some(Open { rule, words, args, .. }) = speaker else {
            if let Some(Said { id, rule, words, .. }) = self.said.remove(group) {
                self.say(ChangeKind::Cleared, id, &rule, &words, None, Arguments::new(), facts);
            }
            return;
        };
        let due = members.iter().filter_map(|open| Some(open.opened + open.words.due?)).min();
        let (kind, id) = match self.said.get(group) {
            None => {
                let root = members.iter().min_by_key(|open| (open.start, &open.rule.id)).unwrap();
                (ChangeKind::Raised, id(&root.rule.id, root.start))
            }
            Some(said) if said.rule == rule.id && said.due == due && said.words.says_as(words) => return,
            Some(said) => (ChangeKind::Updated, said.id),
        };
        let args = args.iter().filter_map(|(name, value, unit)| {
            let value = match (value.value(facts), unit) {
                (Value::Bool(value), _) => Argument::Bool(value),
                (Value::Text(text), _) => Argument::Text(text.into()),
                (Value::Number(value), Some(unit)) => Argument::Number { value, unit: *unit },
                (Value::Unknown, _) => return None,
                other => panic!("{other:?} is no argument here"),
            };
            Some(((*name).into(), value))
        });
        let args: Arguments = args.collect();
        self.say(kind, id, &rule.id, words, due, args, facts);
        let said = Said { id, rule: rule.id.clone(), words: words.clone(), due };
        self.said.insert(group.to_owned(), said);
    }

    #[allow(clippy::too_many_arguments, reason = "they are what a change is made of")]
    fn say(
        &mut self,
        change: ChangeKind,
        id: RecommendationId,
        rule: &str,
        words: &Words,
        due: Option<i64>,
        args: Arguments,
        facts: &Facts,
    ) {
        self.changes.push(Change {
            at: Timestamp::from_timestamp_nanos(facts.now.0),
            vehicle: VEHICLE.parse::<VehicleRef>().unwrap(),
            id,
            rule: rule.into(),
            change,
            urgency: words.urgency,
            action: words.action,
            due: due.map(Timestamp::from_timestamp_nanos),
            message: words.message.into(),
            args,
        });
    }

    /// All changes in their order, as they are written.
    pub(crate) fn sorted(&self) -> Vec<String> {
        lines(self.changes.clone())
    }
}

/// Changes by instant, vehicle and rule, each as canonical JSON.
pub(crate) fn lines(mut changes: Vec<Change>) -> Vec<String> {
    changes.sort_by(|a, b| (a.at, &a.vehicle, &a.rule).cmp(&(b.at, &b.vehicle, &b.rule)));
    changes.iter().map(Change::to_canonical_json).collect()
}

/// Whether a rule, or a rule of a group, that keeps this one silent is open.
pub(crate) fn is_suppressed(rule: &RuleSpec, spec: &Spec, lives: &[Life]) -> bool {
    let open =
        spec.rules.iter().zip(lives).filter(|(_, life)| matches!(life.standing, Standing::Open { .. }));
    open.into_iter().any(|(other, _)| rule.suppressed_by.iter().any(|named| names(named, other)))
}

/// Whether an entry of `suppressed_by` names a rule.
pub(crate) fn names(entry: &str, rule: &RuleSpec) -> bool {
    entry.strip_prefix("group:").map_or(entry == rule.id, |group| rule.group == Some(group))
}

/// A rule without a group has one of its own, which no written name can be.
fn group(rule: &RuleSpec) -> String {
    rule.group.map_or_else(|| format!("\u{0}{}", rule.id), str::to_owned)
}

fn id(rule: &str, start: i64) -> RecommendationId {
    let hash = Sha256::digest(format!("{VEHICLE}\n{rule}\n{start}"));
    RecommendationId(hash[..16].try_into().unwrap())
}
