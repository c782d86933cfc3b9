//! What the rules said of one car.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::Subject;
use super::state::{Bytes, Stored};
use crate::{Argument, Change, ChangeKind, RecommendationId, Timestamp, Urgency};

/// The recommendations of one car, each as it was said last.
#[derive(Clone, Debug, Default)]
pub(super) struct Recommendations(BTreeMap<RecommendationId, Latest>);

impl Stored for Recommendations {
    fn write(&self, out: &mut Vec<u8>) {
        (self.0.len() as u64).write(out);
        for (id, latest) in &self.0 {
            id.0.write(out);
            (latest.at, latest.change).write(out);
            (latest.urgency, latest.rule.clone()).write(out);
            latest.texts.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut all = BTreeMap::new();
        for _ in 0..u64::read(bytes)? {
            let id = RecommendationId(Stored::read(bytes)?);
            let (at, change) = Stored::read(bytes)?;
            let (urgency, rule) = Stored::read(bytes)?;
            all.insert(id, Latest { at, change, urgency, rule, texts: Stored::read(bytes)? });
        }
        Some(Self(all))
    }
}

/// The last thing said about a recommendation.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Latest {
    at: Timestamp,
    change: ChangeKind,
    pub(super) urgency: Urgency,
    pub(super) rule: Box<str>,
    texts: Vec<Box<str>>,
}

/// More of one car are not kept: the oldest go first, cleared ones before open ones.
const MOST: usize = 256;

impl Recommendations {
    /// Whether it is news.
    pub(super) fn take(&mut self, change: &Change) -> bool {
        let texts = change.args.values().filter_map(|argument| match argument {
            Argument::Text(text) => Some(text.clone()),
            _ => None,
        });
        let latest = Latest {
            at: change.at,
            change: change.change,
            urgency: change.urgency,
            rule: change.rule.clone(),
            texts: texts.collect(),
        };
        match self.0.get_mut(&change.id) {
            Some(known) if *known >= latest => return false,
            Some(known) => *known = latest,
            None => {
                self.0.insert(change.id, latest);
            }
        }
        if self.0.len() > MOST {
            let oldest = self.0.iter().min_by_key(|(id, latest)| (latest.is_open(), latest.at, **id));
            if let Some(id) = oldest.map(|(id, _)| *id) {
                self.0.remove(&id);
            }
        }
        true
    }

    pub(super) fn open(&self) -> impl Iterator<Item = &Latest> {
        self.0.values().filter(|latest| latest.is_open())
    }

    pub(super) fn forget_cleared(&mut self, before: Timestamp) {
        self.0.retain(|_, latest| latest.is_open() || latest.at >= before);
    }

    /// The memory it holds beside itself, in bytes, about.
    pub(super) fn bytes(&self) -> usize {
        let texts = |latest: &Latest| {
            latest.texts.iter().map(|text| text.len() + size_of::<Box<str>>()).sum::<usize>()
        };
        self.0
            .values()
            .map(|latest| size_of::<(RecommendationId, Latest)>() + latest.rule.len() + texts(latest))
            .sum()
    }
}

impl Latest {
    pub(super) fn is_open(&self) -> bool {
        self.change != ChangeKind::Cleared
    }

    /// Whether it is about a row: it names it, or the caller knows that its rule looks at it.
    pub(super) fn is_about(
        &self,
        name: &str,
        subject: Option<&Subject>,
        is_about: &dyn Fn(&str, &Subject) -> bool,
    ) -> bool {
        self.texts.iter().any(|text| **text == *name)
            || subject.is_some_and(|subject| is_about(&self.rule, subject))
    }
}
