//! A recommendation that is open, in the words that were last said.

use cc_core::{Action, RecommendationId, Urgency};

use crate::pack::{Linked, key_of};

/// What was last said of an open recommendation: enough to end it when its rule is gone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Said {
    pub(crate) id: RecommendationId,
    /// The speaker's group; `None` where it has one of its own.
    pub(crate) group: Option<GroupKey>,
    pub(crate) rule: Box<str>,
    pub(crate) urgency: Urgency,
    pub(crate) action: Action,
    pub(crate) due: Option<i64>,
    pub(crate) message: Box<str>,
}

impl Said {
    /// Whether nobody would notice the difference.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let words = |said: &Self| (said.id, said.urgency, said.action, said.due);
        words(self) == words(other) && self.rule == other.rule && self.message == other.message
    }
}

/// The beginning of the hash of a group's name.
pub(crate) type GroupKey = [u8; 4];

/// The key of a rule's group; `None` where it has one of its own.
pub(crate) fn group_key(pack: &Linked, rule: u16) -> Option<GroupKey> {
    let name = pack.raw.rules.get(usize::from(rule))?.group.as_deref()?;
    let [a, b, c, d, ..] = key_of(name);
    Some([a, b, c, d])
}
