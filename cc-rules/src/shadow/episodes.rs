//! Episodes of recommendations on both sides, and which of them are about the same.

use std::collections::{BTreeMap, VecDeque};

use cc_core::{Action, Change, ChangeKind, RecommendationId, Timestamp, Urgency, VehicleRef};

use super::Difference;
use crate::pack::Pack;

/// One recommendation from its raising to its end, in the words last said.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Episode {
    /// Its id.
    pub id: RecommendationId,
    /// The rule that spoke last.
    pub rule: Box<str>,
    /// When it was raised; `None` where it was open before the comparison began.
    pub raised: Option<Timestamp>,
    /// When it was cleared; `None` while it is open.
    pub cleared: Option<Timestamp>,
    /// The highest urgency it had.
    pub urgency: Urgency,
    /// What it asked for.
    pub action: Action,
    /// The key of its message.
    pub message: Box<str>,
    /// Until when it should be done.
    pub due: Option<Timestamp>,
}

impl Episode {
    pub(super) fn new(change: &Change, raised: Option<Timestamp>) -> Self {
        Self {
            id: change.id,
            rule: change.rule.clone(),
            raised,
            cleared: None,
            urgency: change.urgency,
            action: change.action,
            message: change.message.clone(),
            due: change.due,
        }
    }

    fn take(&mut self, change: &Change) {
        if change.change == ChangeKind::Cleared {
            self.cleared = Some(change.at);
            return;
        }
        self.rule = change.rule.clone();
        self.urgency = self.urgency.max(change.urgency);
        self.action = change.action;
        self.message = change.message.clone();
        self.due = change.due;
    }

    /// Whether it was over before the other one began.
    fn ended_before(&self, other: &Self) -> bool {
        match (self.cleared, other.raised) {
            (Some(cleared), Some(raised)) => cleared < raised,
            _ => false,
        }
    }
}

/// Which pack said it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Side {
    Live,
    Candidate,
}

/// What both sides said about one vehicle and group, oldest first: at most one of a side is open, the last.
#[derive(Clone, Debug, Default)]
pub(super) struct Pair {
    live: VecDeque<Episode>,
    candidate: VecDeque<Episode>,
}

impl Pair {
    fn side(&mut self, side: Side) -> &mut VecDeque<Episode> {
        match side {
            Side::Live => &mut self.live,
            Side::Candidate => &mut self.candidate,
        }
    }
}

/// A vehicle, and the group that a rule shares its recommendation with; else the rule.
pub(super) type Topic = (VehicleRef, Box<str>);

/// The topic of a change.
pub(super) fn topic(pack: &Pack, vehicle: &VehicleRef, rule: &str) -> Topic {
    let group = pack.rule(rule).and_then(|rule| rule.group).unwrap_or(rule);
    (vehicle.clone(), group.into())
}

/// Everything that is not settled yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    pairs: BTreeMap<Topic, Pair>,
    /// The topic under which each open recommendation was raised.
    open: BTreeMap<(Side, VehicleRef, RecommendationId), Topic>,
}

impl Book {
    pub(super) fn begin(&mut self, side: Side, topic: Topic, episode: Episode) {
        self.open.insert((side, topic.0.clone(), episode.id), topic.clone());
        self.pairs.entry(topic).or_default().side(side).push_back(episode);
    }

    pub(super) fn take(&mut self, side: Side, pack: &Pack, change: &Change) {
        let key = (side, change.vehicle.clone(), change.id);
        let known = match change.change {
            ChangeKind::Cleared => self.open.remove(&key),
            _ => self.open.get(&key).cloned(),
        };
        let Some(topic) = known else {
            if change.change != ChangeKind::Cleared {
                let raised = (change.change == ChangeKind::Raised).then_some(change.at);
                let topic = topic(pack, &change.vehicle, &change.rule);
                self.begin(side, topic, Episode::new(change, raised));
            }
            return;
        };
        let episodes = self.pairs.entry(topic).or_default().side(side);
        if let Some(episode) = episodes.iter_mut().rev().find(|episode| episode.id == change.id) {
            episode.take(change);
        }
    }

    /// Gives what is decided: an episode is, once it is over and nothing can begin any more that would overlap it. At the
    /// end everything is.
    pub(super) fn settle(
        &mut self,
        reached: impl Fn(&VehicleRef) -> Option<Timestamp>,
        at_the_end: bool,
        mut tell: impl FnMut(Difference),
    ) {
        self.pairs.retain(|(vehicle, topic), pair| {
            let reached = reached(vehicle);
            while let Some((live, candidate)) = next(pair, reached, at_the_end) {
                tell(Difference::new(vehicle, topic, live, candidate));
            }
            !(pair.live.is_empty() && pair.candidate.is_empty())
        });
        if at_the_end {
            self.open.clear();
        }
    }
}

type Matched = (Option<Episode>, Option<Episode>);

fn next(pair: &mut Pair, reached: Option<Timestamp>, at_the_end: bool) -> Option<Matched> {
    let over = |episode: &Episode| at_the_end || episode.cleared.is_some();
    let lonely = |episode: &Episode| {
        at_the_end || episode.cleared.is_some_and(|cleared| reached.is_some_and(|reached| reached > cleared))
    };
    match (pair.live.front(), pair.candidate.front()) {
        (None, None) => None,
        (Some(live), None) => lonely(live).then(|| (pair.live.pop_front(), None)),
        (None, Some(candidate)) => lonely(candidate).then(|| (None, pair.candidate.pop_front())),
        (Some(live), Some(candidate)) if live.ended_before(candidate) => Some((pair.live.pop_front(), None)),
        (Some(live), Some(candidate)) if candidate.ended_before(live) => {
            Some((None, pair.candidate.pop_front()))
        }
        (Some(live), Some(candidate)) => {
            (over(live) && over(candidate)).then(|| (pair.live.pop_front(), pair.candidate.pop_front()))
        }
    }
}
