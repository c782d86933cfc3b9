//! The feeds that are followed. There may be thousands: what one of them is told costs no look at the others.

use std::collections::{BTreeMap, BTreeSet};

use super::FeedKind;
use crate::Mono;
use crate::decide::{FeedConfig, FeedEffect, FeedInput, FeedMachine};

pub(super) struct Followed {
    pub(super) machine: FeedMachine,
    pub(super) kind: FeedKind,
    /// When it wants to be looked at, as it stands in [`Feeds::due`].
    due: Option<Mono>,
    /// The last connection that was asked for, with the number of its request.
    asked: Option<(u64, u64)>,
}

pub(super) struct Feeds {
    all: BTreeMap<Box<str>, Followed>,
    due: BTreeSet<(Mono, Box<str>)>,
}

impl Feeds {
    pub(super) fn new(feeds: &[(Box<str>, FeedKind)], config: FeedConfig) -> Self {
        let followed = |kind| Followed { machine: FeedMachine::new(config), kind, due: None, asked: None };
        let all = feeds.iter().map(|(name, kind)| (name.clone(), followed(*kind))).collect();
        Self { all, due: BTreeSet::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Followed> {
        self.all.get(name)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Followed)> {
        self.all.iter().map(|(name, feed)| (&**name, feed))
    }

    pub(super) fn names(&self) -> Vec<Box<str>> {
        self.all.keys().cloned().collect()
    }

    /// Tells a feed; gives what it wants, and whether it is in another state.
    pub(super) fn handle(&mut self, now: Mono, name: &str, input: FeedInput<'_>) -> (Vec<FeedEffect>, bool) {
        let Some(feed) = self.all.get_mut(name) else { return (Vec::new(), false) };
        let before = feed.machine.state();
        let effects = feed.machine.handle(now, input);
        let due = feed.machine.next_deadline();
        if due != feed.due {
            if let Some(due) = feed.due {
                self.due.remove(&(due, name.into()));
            }
            self.due.extend(due.map(|due| (due, name.into())));
            feed.due = due;
        }
        (effects, feed.machine.state() != before)
    }

    /// When the first of them wants to be looked at.
    pub(super) fn next_deadline(&self) -> Option<Mono> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Those that want to be looked at now.
    pub(super) fn due(&self, now: Mono) -> Vec<Box<str>> {
        self.due.iter().take_while(|(due, _)| *due <= now).map(|(_, name)| name.clone()).collect()
    }

    /// A connection was asked for with this request.
    pub(super) fn asked(&mut self, name: &str, connection: u64, request: u64) {
        if let Some(feed) = self.all.get_mut(name) {
            feed.asked = Some((connection, request));
        }
    }

    /// The request with which a connection was asked for; it may have ended.
    pub(super) fn request_of(&self, name: &str, connection: u64) -> Option<u64> {
        let (asked, request) = self.all.get(name)?.asked?;
        (asked == connection).then_some(request)
    }
}
