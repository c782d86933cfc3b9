//! What is known of the cars: the dashboard, and the recommendations that the rules give.

use std::collections::BTreeMap;

use cc_core::dashboard::{Dashboard, Row, Status};
use cc_core::{Change, ChangeKind, Event, RecommendationId, Timestamp, VehicleRef};
use cc_rules::{Explanation, Pack, Runner};
use chrono::TimeDelta;

/// Folds events into the dashboard and runs the rules over them.
pub(crate) struct Session {
    runner: Runner,
    dashboard: Dashboard,
    open: BTreeMap<(VehicleRef, RecommendationId), Open>,
    newest: Option<Timestamp>,
    received_at: Option<Timestamp>,
    future: u64,
}

/// An open recommendation, as it was said last.
pub(crate) struct Open {
    pub(crate) change: Change,
    pub(crate) why: Option<Explanation>,
}

impl Session {
    pub(crate) fn new(pack: Pack, lateness: TimeDelta, explain: bool) -> Self {
        let dashboard = Dashboard::default().with_rules({
            let pack = pack.clone();
            move |rule, subject| pack.is_about(rule, subject)
        });
        let mut runner = Runner::new(pack, lateness);
        runner.explain(explain);
        Self { runner, dashboard, open: BTreeMap::new(), newest: None, received_at: None, future: 0 }
    }

    /// Says when the events were received: those from the future are set aside.
    pub(crate) fn received_at(&mut self, at: Option<Timestamp>) {
        self.received_at = at;
    }

    /// Takes in one event.
    pub(crate) fn event(&mut self, event: Event) {
        let event = match self.received_at {
            Some(received_at) => cc_rules::screen([event], received_at).accepted.pop(),
            None => Some(event),
        };
        let Some(event) = event else {
            self.future += 1;
            return;
        };
        self.newest = self.newest.max(Some(event.at));
        self.dashboard.add(&event);
        self.runner.feed([event]);
        let changes = self.runner.take_explained();
        self.apply(changes);
    }

    /// Says that no more events come.
    pub(crate) fn finish(&mut self) {
        let changes = self.runner.drain_explained();
        self.apply(changes);
    }

    fn apply(&mut self, changes: Vec<(Change, Option<Explanation>)>) {
        for (change, why) in changes {
            self.dashboard.add_change(&change);
            let key = (change.vehicle.clone(), change.id);
            if change.change == ChangeKind::Cleared {
                self.open.remove(&key);
            } else {
                self.open.insert(key, Open { change, why });
            }
        }
    }

    pub(crate) fn pack(&self) -> &Pack {
        self.runner.pack()
    }

    /// How many events came so late that the rules left them out.
    pub(crate) fn late(&self) -> u64 {
        self.runner.stats().late
    }

    /// How many events claim to be from the future.
    pub(crate) fn future(&self) -> u64 {
        self.future
    }

    /// When any car was last heard.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    pub(crate) fn vehicles(&self) -> impl Iterator<Item = &VehicleRef> {
        self.dashboard.vehicles()
    }

    pub(crate) fn status(&self, vehicle: &VehicleRef) -> Status {
        self.dashboard.status(vehicle)
    }

    /// The rows of the dashboard. A row is as urgent as the recommendations of the rules that look at it, or that share
    /// a group with one that does.
    pub(crate) fn rows(&self) -> Vec<Row> {
        self.dashboard.rows()
    }

    /// The open recommendations of a car, the most urgent first.
    pub(crate) fn recommendations(&self, vehicle: &VehicleRef) -> Vec<&Open> {
        let mut list: Vec<_> = self.open.values().filter(|open| open.change.vehicle == *vehicle).collect();
        list.sort_by_key(|open| std::cmp::Reverse(open.change.urgency));
        list
    }
}
