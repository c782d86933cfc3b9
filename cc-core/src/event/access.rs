//! Who may see which vehicle.

use super::codec::{EventField, FieldSink, FieldSource, FieldValue as _};
use super::{EventDecodeError, StructuredBody, StructuredType};
use crate::FleetId;
#[cfg(feature = "protobuf")]
use crate::protobuf::{FieldRow, WireValue as _};

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

/// The fleet's number in protobuf.
const FLEET_NUMBER: u32 = 7;

const fn row(kind: AccessKind, about: &'static str) -> StructuredType {
    let fields: &[EventField] =
        if matches!(kind, AccessKind::VehicleGranted | AccessKind::VehicleRemoved) { &[] } else { FLEET };
    let number = 20 + kind as u32;
    StructuredType { name: kind.type_name(), published: true, number, about, fields }
}

impl StructuredBody for AccessChange {
    const TYPES: &'static [StructuredType] = &[
        // By the kind's place in its enum.
        row(AccessKind::FleetGranted, "Access to a fleet was granted."),
        row(AccessKind::FleetRemoved, "Access to a fleet was removed."),
        row(AccessKind::VehicleGranted, "Access to a vehicle was granted."),
        row(AccessKind::VehicleRemoved, "Access to a vehicle was removed."),
        row(AccessKind::VehicleJoinedFleet, "A vehicle was added to a fleet."),
        row(AccessKind::VehicleLeftFleet, "A vehicle was removed from a fleet."),
    ];
    const FIELDS: &'static [EventField] = FLEET;
    #[cfg(feature = "protobuf")]
    const MESSAGE: &'static [FieldRow] = &[FieldRow {
        json: "fleetId",
        renamed: None,
        number: FLEET_NUMBER,
        kind: FleetId::WIRE,
        required: false,
        about: "the fleet",
    }];

    fn row(&self) -> &'static StructuredType {
        &Self::TYPES[self.kind as usize]
    }

    fn read<S: FieldSource>(
        type_name: &'static str,
        fields: &mut S,
    ) -> Result<Option<Self>, EventDecodeError> {
        let fleet = fields.optional_field("fleetId", FLEET_NUMBER)?;
        let kind = AccessKind::ALL.into_iter().find(|kind| kind.type_name() == type_name);
        Ok(kind.map(|kind| Self { kind, fleet }))
    }

    fn write<W: FieldSink>(&self, out: &mut W) {
        out.optional_field("fleetId", FLEET_NUMBER, self.fleet.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row() {
        for kind in AccessKind::ALL {
            assert_eq!(AccessChange { kind, fleet: None }.row().name, kind.type_name());
        }
    }
}
