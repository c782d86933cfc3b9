//! What is read again after a crash: the events behind the checkpoint, of which an earlier run had told something already.
//!
//! It had them in other pages. What came late then comes in order now, so that the changes are others; what is told of them one by one is not
//! what holds. So nothing is told before all of it is read.

use std::collections::{BTreeMap, BTreeSet};

use cc_core::{Change, VehicleRef};

/// The most changes that are held.
const MOST: usize = 50_000;

/// The vehicles of which something is read again, and what comes of it.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// The number of the first message that no earlier run can have read.
    until: u64,
    vehicles: BTreeMap<VehicleRef, Vec<Change>>,
    count: usize,
    /// Those for whose changes there was no room.
    beyond: BTreeSet<VehicleRef>,
}

impl Repeated {
    pub(super) fn up_to(until: u64) -> Self {
        Self { until, ..Self::default() }
    }

    /// Some more was read: of these vehicles, and this is what changed.
    pub(super) fn add(&mut self, vehicles: BTreeSet<VehicleRef>, changes: Vec<Change>) {
        for vehicle in vehicles {
            self.vehicles.entry(vehicle).or_default();
        }
        for change in changes {
            let of = self.vehicles.entry(change.vehicle.clone()).or_default();
            if self.count < MOST {
                self.count += 1;
                of.push(change);
            } else {
                self.beyond.insert(change.vehicle);
            }
        }
    }

    /// Whether all of it is read, where the next message has this number.
    pub(super) fn is_over(&self, next: u64) -> bool {
        next >= self.until
    }

    /// Vehicles with their changes, in order; and those that are to be read anew, since not all of theirs were held.
    pub(super) fn end(mut self) -> (BTreeMap<VehicleRef, Vec<Change>>, BTreeSet<VehicleRef>) {
        self.vehicles.retain(|vehicle, _| !self.beyond.contains(vehicle));
        (self.vehicles, self.beyond)
    }
}

#[cfg(test)]
mod tests {
    use cc_core::Event;
    use cc_rules::{Runner, standard_pack};
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn what_has_no_room_is_read_anew() {
        let mut runner = Runner::new(standard_pack(), TimeDelta::seconds(1));
        let code = |car: i64| {
            Event::from_json(format!(
                r#"{{"id":1,"vehicleId":{car},"organizationKey":"demo","time":"2026-05-01T10:00:00Z","type":"can_dtc","code":"0301","sourceType":"j2012"}}"#
            ))
            .unwrap()
        };
        runner.feed([code(1), code(2)]);
        runner.advance("2026-05-01T10:01:00Z".parse().unwrap());
        let changes = runner.take_changes();
        let of = |car: i64| changes.iter().find(|change| change.vehicle.vehicle.0 == car).unwrap().clone();
        let mut repeated = Repeated::up_to(7);
        repeated.add(BTreeSet::from(["demo/3".parse().unwrap()]), vec![of(1); MOST]);
        repeated.add(BTreeSet::new(), vec![of(2), of(2)]);
        assert!(!repeated.is_over(6) && repeated.is_over(7));
        let (vehicles, beyond) = repeated.end();
        let counts: Vec<_> = vehicles.iter().map(|(of, changes)| (of.vehicle.0, changes.len())).collect();
        assert_eq!(counts, [(1, MOST), (3, 0)]);
        assert_eq!(beyond.iter().map(|of| of.vehicle.0).collect::<Vec<_>>(), [2]);
    }
}
