//! Who may see which vehicle.

use crate::{FleetId, VehicleId};

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
    pub fn type_name(self) -> &'static str {
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
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AccessChange {
    /// What changed.
    pub kind: AccessKind,
    /// The fleet, where the type names one.
    pub fleet: Option<FleetId>,
    /// The vehicle, where the type names one.
    pub vehicle: Option<VehicleId>,
}
