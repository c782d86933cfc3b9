//! Which vehicles a reader of the data stream may see.

use alloc::collections::BTreeMap;
use core::fmt;

use crate::{AccessKind, Body, Event, FleetId, Timestamp, VehicleId};

/// What the admin events of one organisation's data stream say of its reader's access.
///
/// A vehicle is seen if access to it was granted, or to a fleet it is in. Events come at least once and in any order:
/// of each fact the latest counts, and of two at one instant the one that takes access away.
///
/// # Examples
///
/// ```
/// use cc_core::platform::FleetAccess;
/// use cc_core::{Event, VehicleId};
///
/// let mut access = FleetAccess::default();
/// for json in [
///     r#"{"id":2,"time":"2026-05-01T10:00:00Z","type":"vehicle_added_to_fleet","fleetId":3,"vehicleId":7}"#,
///     r#"{"id":1,"time":"2026-05-01T09:00:00Z","type":"access_granted_to_fleet","fleetId":3}"#,
/// ] {
///     assert!(access.fold(&Event::from_json(json)?));
/// }
/// assert!(access.sees(VehicleId(7)));
/// assert!(!access.sees(VehicleId(8)));
/// # Ok::<(), cc_core::EventDecodeError>(())
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct FleetAccess {
    fleets: BTreeMap<FleetId, Latest>,
    vehicles: BTreeMap<VehicleId, Latest>,
    inside: BTreeMap<(FleetId, VehicleId), Latest>,
}

/// When something last changed, and whether it then ended.
type Latest = (Timestamp, bool);

impl FleetAccess {
    /// Takes in an event. Gives whether it says anything of access.
    pub fn fold(&mut self, event: &Event) -> bool {
        let Body::Access(access) = &event.body else { return false };
        let ends = matches!(
            access.kind,
            AccessKind::FleetRemoved | AccessKind::VehicleRemoved | AccessKind::VehicleLeftFleet
        );
        let latest = (event.at, ends);
        match (access.kind, access.fleet, event.vehicle) {
            (AccessKind::FleetGranted | AccessKind::FleetRemoved, Some(fleet), _) => {
                keep_latest(&mut self.fleets, fleet, latest);
            }
            (AccessKind::VehicleGranted | AccessKind::VehicleRemoved, _, Some(vehicle)) => {
                keep_latest(&mut self.vehicles, vehicle, latest);
            }
            (AccessKind::VehicleJoinedFleet | AccessKind::VehicleLeftFleet, Some(fleet), Some(vehicle)) => {
                keep_latest(&mut self.inside, (fleet, vehicle), latest);
            }
            _ => return false,
        }
        true
    }

    /// Whether a vehicle may be seen.
    pub fn sees(&self, vehicle: VehicleId) -> bool {
        holds(self.vehicles.get(&vehicle))
            || self
                .fleets
                .iter()
                .any(|(fleet, latest)| holds(Some(latest)) && holds(self.inside.get(&(*fleet, vehicle))))
    }

    /// The vehicles that are in a fleet, whether or not they may be seen.
    pub fn vehicles_of(&self, fleet: FleetId) -> impl Iterator<Item = VehicleId> {
        let all = (fleet, VehicleId(i64::MIN))..=(fleet, VehicleId(i64::MAX));
        self.inside.range(all).filter(|(_, latest)| holds(Some(latest))).map(|((_, vehicle), _)| *vehicle)
    }
}

fn keep_latest<K: Ord>(facts: &mut BTreeMap<K, Latest>, key: K, latest: Latest) {
    let known = facts.entry(key).or_insert(latest);
    *known = latest.max(*known);
}

fn holds(latest: Option<&Latest>) -> bool {
    matches!(latest, Some((_, false)))
}

impl fmt::Debug for FleetAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FleetAccess({} fleets, {} vehicles)", self.fleets.len(), self.vehicles.len())
    }
}
