//! Groups, the changes that come out of them, and their ids.

use std::collections::BTreeMap;

use cc_core::{Argument, Arguments, Change, ChangeKind, RecommendationId, Timestamp, VehicleRef};
use sha2::{Digest as _, Sha256};

use crate::expr::Value;
use crate::facts::Facts;
use crate::model::{Life, Standing};
use crate::spec::{RuleSpec, Spec, Words};

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

/// An open rule: itself, the start of its episode, when it opened.
type Open<'a> = (&'a RuleSpec, i64, i64);

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
            if let Standing::Open { start, opened } = life.standing {
                members.push((rule, start, opened));
            }
        }
        let from = self.changes.len();
        for (group, members) in open {
            self.settle_one(&group, &members, facts);
        }
        let news = self.changes[from..].iter();
        news.map(|change| (change.change.as_str(), change.to_canonical_json())).collect()
    }

    fn settle_one(&mut self, group: &str, members: &[Open<'_>], facts: &Facts) {
        let speaker = members
            .iter()
            .max_by(|(a, ..), (b, ..)| a.words.urgency.cmp(&b.words.urgency).then_with(|| b.id.cmp(&a.id)));
        let Some((speaker, ..)) = speaker else {
            if let Some(Said { id, rule, words, .. }) = self.said.remove(group) {
                self.say(ChangeKind::Cleared, id, &rule, &words, None, Arguments::new(), facts);
            }
            return;
        };
        let due = members.iter().filter_map(|(rule, _, opened)| Some(opened + rule.words.due?)).min();
        let (kind, id) = match self.said.get(group) {
            None => {
                let root = members.iter().min_by_key(|(rule, start, _)| (*start, &rule.id));
                let (root, start, _) = root.unwrap();
                (ChangeKind::Raised, id(&root.id, *start))
            }
            Some(said) if said.rule == speaker.id && said.due == due && said.words == speaker.words => return,
            Some(said) => (ChangeKind::Updated, said.id),
        };
        let args = speaker.args.iter().filter_map(|(name, value, unit)| {
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
        self.say(kind, id, &speaker.id, &speaker.words, due, args, facts);
        let said = Said { id, rule: speaker.id.clone(), words: speaker.words.clone(), due };
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

/// A rule without a group has one of its own, which no written name can be.
fn group(rule: &RuleSpec) -> String {
    rule.group.map_or_else(|| format!("\u{0}{}", rule.id), str::to_owned)
}

fn id(rule: &str, start: i64) -> RecommendationId {
    let hash = Sha256::digest(format!("{VEHICLE}\n{rule}\n{start}"));
    RecommendationId(hash[..16].try_into().unwrap())
}
