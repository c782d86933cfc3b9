//! A recommendation that is open, in the words that were last said.

use std::cmp::Ordering;

use cc_core::{Action, Arguments, Change, ChangeKind, RecommendationId, Timestamp, Urgency, VehicleRef};

use crate::engine::id_of;
use crate::pack::{Linked, key_of};
use crate::state::instant;

/// What was last said of an open recommendation: enough to end it when its rule is gone.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Said {
    pub(crate) origin: Origin,
    /// The speaker's group; `None` where it has one of its own.
    pub(crate) group: Option<GroupKey>,
    pub(crate) rule: Box<str>,
    pub(crate) urgency: Urgency,
    pub(crate) action: Action,
    pub(crate) due: Option<i64>,
    pub(crate) message: Box<str>,
}

/// Where an id comes from. It is made when somebody asks for it: most are read and written without, and a hash takes
/// longer than all else that is read of a recommendation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Origin {
    /// Of the speaking rule's own episode that starts there.
    Episode(i64),
    /// Of whatever else.
    Known(RecommendationId),
}

impl Said {
    /// The id in the name of the vehicle whose state this is part of.
    pub(crate) fn id(&self, vehicle: &VehicleRef) -> RecommendationId {
        match self.origin {
            Origin::Episode(since) => id_of(vehicle, &self.rule, since),
            Origin::Known(id) => id,
        }
    }

    /// The change that says it.
    pub(crate) fn change(
        &self,
        vehicle: &VehicleRef,
        at: Timestamp,
        change: ChangeKind,
        args: Arguments,
    ) -> Change {
        Change {
            at,
            vehicle: vehicle.clone(),
            id: self.id(vehicle),
            rule: self.rule.clone(),
            change,
            urgency: self.urgency,
            action: self.action,
            due: self.due.and_then(instant),
            message: self.message.clone(),
            args,
        }
    }

    /// In the order of rules, then of ids.
    pub(crate) fn order(&self, other: &Self, vehicle: &VehicleRef) -> Ordering {
        self.rule.cmp(&other.rule).then_with(|| self.id(vehicle).cmp(&other.id(vehicle)))
    }

    /// Whether nobody would notice the difference of words under the same id.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let words = |said: &Self| (said.urgency, said.action, said.due);
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

/// The open recommendations of the groups: few at a time, so that a group without one takes no room.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Voices {
    /// By group, ascending.
    said: Vec<(u16, Box<Said>)>,
}

impl Voices {
    pub(crate) fn get(&self, group: u16) -> Option<&Said> {
        let place = self.place(group).ok()?;
        self.said.get(place).map(|(_, said)| &**said)
    }

    pub(crate) fn take(&mut self, group: u16) -> Option<Said> {
        let place = self.place(group).ok()?;
        Some(*self.said.remove(place).1)
    }

    /// In the place of what the group said before.
    pub(crate) fn put(&mut self, group: u16, said: Said) {
        match self.place(group) {
            Ok(place) => *self.said[place].1 = said,
            Err(place) => self.said.insert(place, (group, Box::new(said))),
        }
    }

    /// In order of the groups.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u16, &Said)> {
        self.said.iter().map(|(group, said)| (*group, &**said))
    }

    fn place(&self, group: u16) -> Result<usize, usize> {
        self.said.binary_search_by_key(&group, |(of, _)| *of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_has_one_voice() {
        let said = |rule: &str| Said {
            origin: Origin::Episode(1),
            group: None,
            rule: rule.into(),
            urgency: Urgency::Low,
            action: Action::Book,
            due: None,
            message: "m".into(),
        };
        let mut voices = Voices::default();
        for (group, rule) in [(7, "b"), (2, "a"), (9, "d"), (7, "c")] {
            voices.put(group, said(rule));
        }
        let all = |voices: &Voices| {
            voices.iter().map(|(group, said)| (group, said.rule.to_string())).collect::<Vec<_>>()
        };
        assert_eq!(all(&voices), [(2, "a".into()), (7, "c".into()), (9, "d".into())]);
        assert_eq!(voices.take(7).map(|said| said.rule), Some("c".into()));
        assert_eq!((voices.take(7), voices.get(7)), (None, None));
        assert_eq!(voices.get(9).map(|said| &*said.rule), Some("d"));
    }
}
