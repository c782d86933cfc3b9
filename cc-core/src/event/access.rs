//! Who may see which vehicle.

use super::codec::{EventField, FieldReader, FieldValue as _, FieldWriter};
use super::{EventDecodeError, StructuredBody, StructuredType};
use crate::FleetId;

/// What changed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum AccessKind {
    /// `access_granted_to_fleet`.
    FleetGranted,
    /// `access_removed_from_fleet`.
    FleetRemoved,
    /// `access_granted_to_vehicle`.
    VehicleGranted,
    /// `access_removed_from_vehicle`.
    VehicleRemoved,
    /// `vehicle_added_to_fleet`.
    VehicleJoinedFleet,
    /// `vehicle_removed_from_fleet`.
    VehicleLeftFleet,
}

impl AccessKind {
    /// The name of the event type.
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::FleetGranted => "access_granted_to_fleet",
            Self::FleetRemoved => "access_removed_from_fleet",
            Self::VehicleGranted => "access_granted_to_vehicle",
            Self::VehicleRemoved => "access_removed_from_vehicle",
            Self::VehicleJoinedFleet => "vehicle_added_to_fleet",
            Self::VehicleLeftFleet => "vehicle_removed_from_fleet",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::FleetGranted,
        Self::FleetRemoved,
        Self::VehicleGranted,
        Self::VehicleRemoved,
        Self::VehicleJoinedFleet,
        Self::VehicleLeftFleet,
    ];
}

/// Access to a vehicle or a fleet changed, or a vehicle joined or left a fleet.
///
/// The vehicle, where there is one, is the event's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AccessChange {
    /// What changed.
    pub kind: AccessKind,
    /// The fleet, where the type names one.
    pub fleet: Option<FleetId>,
}

const FLEET: &[EventField] =
    &[EventField { name: "fleetId", kind: FleetId::KIND, required: false, about: "the fleet" }];

const fn row(kind: AccessKind, about: &'static str) -> StructuredType {
    let fields: &[EventField] =
        if matches!(kind, AccessKind::VehicleGranted | AccessKind::VehicleRemoved) { &[] } else { FLEET };
    StructuredType { name: kind.type_name(), published: true, about, fields }
}

impl StructuredBody for AccessChange {
    const TYPES: &'static [StructuredType] = &[
        row(AccessKind::FleetGranted, "Access to a fleet was granted."),
        row(AccessKind::FleetRemoved, "Access to a fleet was removed."),
        row(AccessKind::VehicleGranted, "Access to a vehicle was granted."),
        row(AccessKind::VehicleRemoved, "Access to a vehicle was removed."),
        row(AccessKind::VehicleJoinedFleet, "A vehicle was added to a fleet."),
        row(AccessKind::VehicleLeftFleet, "A vehicle was removed from a fleet."),
    ];
    const FIELDS: &'static [EventField] = FLEET;

    fn type_name(&self) -> &'static str {
        self.kind.type_name()
    }

    fn read(
        type_name: &'static str,
        fields: &mut FieldReader<'_, '_>,
    ) -> Result<Option<Self>, EventDecodeError> {
        let fleet = fields.optional("fleetId")?;
        let kind = AccessKind::ALL.into_iter().find(|kind| kind.type_name() == type_name);
        Ok(kind.map(|kind| Self { kind, fleet }))
    }

    fn write(&self, out: &mut FieldWriter<'_>) {
        out.optional("fleetId", self.fleet.as_ref());
    }
}
