//! What is read again after a crash: the events behind the checkpoint, of which an earlier run had told something already.
//!
//! It had them in other pages. What came late then comes in order now, so that the changes are others; what is told of them one by one is not
//! what holds. So nothing is told before all of it is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::Relaxed;

use cc_core::{Change, Timestamp, VehicleRef};

use super::{Rules, TOLD, raised};
use crate::items::settle;
use crate::problem::Problem;
use crate::storage::Edit;

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

    /// A vehicle was read anew, and what is open of it told.
    pub(super) fn is_settled(&mut self, vehicle: &VehicleRef) {
        self.count -= self.vehicles.remove(vehicle).map_or(0, |changes| changes.len());
        self.beyond.remove(vehicle);
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

impl Rules {
    /// What an earlier run had read was read again, in another order perhaps: recommendations become what is open now.
    pub(super) async fn was_repeated(&mut self, repeated: Repeated) -> Result<(), Problem> {
        let now = self.node.config.clock.now();
        let (vehicles, beyond) = repeated.end();
        for vehicle in beyond {
            self.agenda.mark(vehicle, Timestamp::UNIX_EPOCH, now);
        }
        let is_missed = self.missed();
        let (mut whole, mut rest) = (Vec::new(), Vec::new());
        for (vehicle, changes) in vehicles {
            match self.runner.vehicle(&vehicle).filter(|_| is_missed(&vehicle).is_none()) {
                Some(state) => {
                    let open = raised(&self.pack, state.open(&self.pack));
                    whole.push((vehicle, raised(&self.pack, changes), open));
                }
                // Of what is to be read anew not all is known yet.
                None => rest.extend(changes),
            }
        }
        drop(is_missed);
        self.tell(rest).await?;
        // By turns: others write, too.
        for some in whole.chunks(TOLD) {
            let some = some.to_vec();
            let job = move |edit: &mut dyn Edit| {
                let (mut count, mut unread) = (0, Vec::new());
                for (vehicle, changes, open) in some {
                    let (changed, reads) = settle(edit, &vehicle, &changes, &open)?;
                    count += changed;
                    unread.extend(Some(vehicle).filter(|_| !reads));
                }
                Ok((count, unread))
            };
            let (count, unread) = self.node.commit(job).await?;
            self.node.metrics.recommendations.fetch_add(count, Relaxed);
            for vehicle in unread {
                self.put_off(vehicle, now);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cc_core::Event;
    use cc_rules::{Runner, standard_pack};
    use chrono::TimeDelta;

    use super::super::follow;
    use super::*;
    use crate::events::{log_of, log_of_all};
    use crate::node::{Node, NodeConfig};
    use crate::storage::{View, key};

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
        assert_eq!(vehicles.len() + beyond.len(), 3);
        let counts: Vec<_> = vehicles.iter().map(|(of, changes)| (of.vehicle.0, changes.len())).collect();
        assert_eq!(counts, [(1, MOST), (3, 0)]);
        let mut repeated = Repeated::up_to(7);
        repeated.add(BTreeSet::new(), vec![of(1); MOST]);
        repeated.add(BTreeSet::new(), vec![of(1)]);
        repeated.is_settled(&"demo/1".parse().unwrap());
        repeated.add(BTreeSet::new(), vec![of(2)]);
        assert_eq!(repeated.end().0.into_keys().map(|of| of.vehicle.0).collect::<Vec<_>>(), [2]);
        assert_eq!(beyond.iter().map(|of| of.vehicle.0).collect::<Vec<_>>(), [2]);
    }

    #[tokio::test]
    async fn no_checkpoint_is_written_before_what_is_read_again_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let node = Arc::new(Node::open(folder.path(), NodeConfig::default()).await.unwrap());
        let (of, all) = (log_of("demo", 7), log_of_all("demo"));
        let job = move |edit: &mut dyn Edit| {
            // More than one page.
            let letters = "a".repeat(200_000);
            for id in 0..20 {
                let event = format!(
                    r#"{{"id":{id},"vehicleId":7,"organizationKey":"demo","time":"2026-05-01T10:00:00Z","type":"x","note":"{letters}"}}"#
                );
                edit.append(&of, &[event.as_bytes()])?;
                edit.append(&all, &[format!("{id} {of}").as_bytes()])?;
            }
            Ok(())
        };
        node.commit(job).await.unwrap();
        node.drain();
        follow(&node, "demo").await.unwrap();
        let kept = |view: &dyn View| Ok(view.get(&key(&["rules", "demo"]))?);
        assert!(node.look(kept).await.unwrap().is_none(), "it ended in the middle");
        let mut rules = Rules::load(&node, "demo").await.unwrap();
        while rules.step(&log_of_all("demo")).await.unwrap() {}
        assert!(rules.repeated.is_none());
    }
}
