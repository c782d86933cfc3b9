//! Fleets: vehicles that are looked after together, and the people who do.

use alloc::vec::Vec;

use super::json::entity_json;
use super::transition::{StateMachine, StateTransition, goes, refused};
use super::values::{self, TextLine};
use super::words::words;
use crate::event::codec::Leftovers;
use crate::{AccessKind, Body, Event, FleetId, OrganizationKey, Timestamp, UnknownFields, UserId, VehicleId};

words! {
    /// What a person may do in a fleet; each role may do what those before it may.
    FleetRole, "viewer, manager or owner" {
        /// See its vehicles.
        Viewer = "viewer",
        /// Add and remove vehicles.
        Manager = "manager",
        /// Add and remove people.
        Owner = "owner",
    }
}

/// A person of a fleet.
#[derive(Clone, Eq, PartialEq)]
pub struct FleetMember {
    user: UserId,
    role: FleetRole,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl FleetMember {
    /// The person.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// What the person may do.
    pub fn role(&self) -> FleetRole {
        self.role
    }
}

entity_json! {
    FleetMember {
        required "userId" => user: UserId, "the person";
        required "role" => role: FleetRole, "what the person may do";
    }
    shows [role]
    check |_| Ok(())
}

/// What is known of a vehicle in a fleet, also after it has left.
#[derive(Clone, Eq, PartialEq)]
pub struct FleetVehicle {
    vehicle: VehicleId,
    inside: bool,
    changed_at: Timestamp,
    /// The fleet's own name for the vehicle, such as the number on its door.
    pub external_reference: Option<TextLine>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl FleetVehicle {
    /// The vehicle.
    pub fn vehicle(&self) -> VehicleId {
        self.vehicle
    }

    /// Whether it is in the fleet.
    pub fn is_inside(&self) -> bool {
        self.inside
    }

    /// Since when it is in the fleet, or no longer.
    pub fn changed_at(&self) -> Timestamp {
        self.changed_at
    }
}

entity_json! {
    FleetVehicle {
        required "vehicleId" => vehicle: VehicleId, "the vehicle";
        required "inside" => inside: bool, "whether it is in the fleet";
        required "changedAt" => changed_at: Timestamp, "since when it is in the fleet, or no longer";
        optional "externalReference" => external_reference: TextLine, "the fleet's own name for the vehicle";
    }
    shows [vehicle, inside, changed_at]
    check |_| Ok(())
}

/// A group of vehicles with people who look after them.
///
/// Vehicles come and go by command ([`add_vehicle`](Self::add_vehicle), [`remove_vehicle`](Self::remove_vehicle)) or by
/// the events of the data stream ([`fold`](Self::fold)), which come at least once and in any order: of each vehicle the
/// latest counts, and of two at one instant the one that takes it out. So a vehicle that has left is remembered. A
/// fleet with people always has an owner.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Fleet, FleetRole};
/// use cc_core::{FleetId, UserId, VehicleId};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let now = at("2026-05-01T08:00:00Z")?;
/// let fleet = Fleet::new("local".parse()?, FleetId(3), "Vans".parse()?, UserId(1), now);
/// let fleet = fleet.add_vehicle(VehicleId(7), Some("van 7".parse()?), now)?.set_role(UserId(2), FleetRole::Viewer, now)?;
/// assert!(fleet.has_vehicle(VehicleId(7)));
/// assert!(fleet.role(UserId(2)).is_some_and(|role| role < FleetRole::Manager));
///
/// let error = fleet.remove_member(UserId(1), now).unwrap_err();
/// assert_eq!(error.to_string(), "a fleet keeps an owner");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Fleet {
    /// The scope of its id.
    pub organization: OrganizationKey,
    /// Its id.
    pub id: FleetId,
    /// Its name.
    pub name: TextLine,
    /// What another system calls it.
    pub external_reference: Option<TextLine>,
    members: Vec<FleetMember>,
    vehicles: Vec<FleetVehicle>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Fleet {
    /// A fleet without vehicles.
    pub fn new(
        organization: OrganizationKey,
        id: FleetId,
        name: TextLine,
        owner: UserId,
        now: Timestamp,
    ) -> Self {
        let (unknown, kept) = (UnknownFields::default(), Leftovers::default());
        let owner = FleetMember { user: owner, role: FleetRole::Owner, unknown, kept };
        Self {
            organization,
            id,
            name,
            external_reference: None,
            members: Vec::from([owner]),
            vehicles: Vec::new(),
            updated_at: Some(now),
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// Takes a vehicle in, under the fleet's own name for it; one that comes back keeps its name if none is given.
    pub fn add_vehicle(
        &self,
        vehicle: VehicleId,
        external_reference: Option<TextLine>,
        now: Timestamp,
    ) -> Result<Self, FleetError> {
        if self.has_vehicle(vehicle) {
            return Err(FleetError::VehicleInside);
        }
        let mut next = self.changed(now);
        let place = next.place(vehicle, now, true);
        if external_reference.is_some() {
            place.external_reference = external_reference;
        }
        Ok(next)
    }

    /// Takes a vehicle out.
    pub fn remove_vehicle(&self, vehicle: VehicleId, now: Timestamp) -> Result<Self, FleetError> {
        if !self.has_vehicle(vehicle) {
            return Err(FleetError::VehicleOutside);
        }
        let mut next = self.changed(now);
        next.place(vehicle, now, false);
        Ok(next)
    }

    /// Gives a person a role, in place of the one they had.
    pub fn set_role(&self, user: UserId, role: FleetRole, now: Timestamp) -> Result<Self, FleetError> {
        if role != FleetRole::Owner && self.is_last_owner(user) {
            return Err(FleetError::LastOwner);
        }
        let mut next = self.changed(now);
        match next.members.binary_search_by_key(&user, |member| member.user) {
            Ok(at) => next.members[at].role = role,
            Err(at) => {
                let (unknown, kept) = (UnknownFields::default(), Leftovers::default());
                next.members.insert(at, FleetMember { user, role, unknown, kept });
            }
        }
        Ok(next)
    }

    /// Takes a person out.
    pub fn remove_member(&self, user: UserId, now: Timestamp) -> Result<Self, FleetError> {
        if self.role(user).is_none() {
            return Err(FleetError::NoMember);
        }
        if self.is_last_owner(user) {
            return Err(FleetError::LastOwner);
        }
        let mut next = self.changed(now);
        next.members.retain(|member| member.user != user);
        Ok(next)
    }

    /// Takes in what the data stream tells: a vehicle joined or left. Gives whether the event is about this fleet.
    pub fn fold(&mut self, event: &Event) -> bool {
        let Body::Access(access) = &event.body else { return false };
        let Some(vehicle) = event.vehicle else { return false };
        let inside = match access.kind {
            AccessKind::VehicleJoinedFleet => true,
            AccessKind::VehicleLeftFleet => false,
            _ => return false,
        };
        let elsewhere = event.organization.as_ref().is_some_and(|key| *key != self.organization);
        if access.fleet != Some(self.id) || elsewhere {
            return false;
        }
        match self.vehicles.binary_search_by_key(&vehicle, |known| known.vehicle) {
            Ok(at) => {
                let known = &mut self.vehicles[at];
                if (known.changed_at, !known.inside) < (event.at, !inside) {
                    (known.changed_at, known.inside) = (event.at, inside);
                }
            }
            Err(at) => self.vehicles.insert(at, FleetVehicle::new(vehicle, inside, event.at)),
        }
        true
    }

    /// Whether a vehicle is in the fleet.
    pub fn has_vehicle(&self, vehicle: VehicleId) -> bool {
        let found = self.vehicles.binary_search_by_key(&vehicle, |known| known.vehicle).ok();
        found.and_then(|at| self.vehicles.get(at)).is_some_and(|known| known.inside)
    }

    /// What a person may do in it, if anything.
    pub fn role(&self, user: UserId) -> Option<FleetRole> {
        self.members.iter().find(|member| member.user == user).map(|member| member.role)
    }

    /// Its people, by id.
    pub fn members(&self) -> &[FleetMember] {
        &self.members
    }

    /// The vehicles it has and had, by id.
    pub fn vehicles(&self) -> &[FleetVehicle] {
        &self.vehicles
    }

    fn is_last_owner(&self, user: UserId) -> bool {
        let others = |member: &&FleetMember| member.user != user && member.role == FleetRole::Owner;
        self.role(user) == Some(FleetRole::Owner) && self.members.iter().find(others).is_none()
    }

    fn place(&mut self, vehicle: VehicleId, now: Timestamp, inside: bool) -> &mut FleetVehicle {
        let at = match self.vehicles.binary_search_by_key(&vehicle, |known| known.vehicle) {
            Ok(at) => {
                let known = &mut self.vehicles[at];
                known.changed_at = values::after(now, Some(known.changed_at));
                known.inside = inside;
                at
            }
            Err(at) => {
                self.vehicles.insert(at, FleetVehicle::new(vehicle, inside, now));
                at
            }
        };
        &mut self.vehicles[at]
    }

    fn changed(&self, now: Timestamp) -> Self {
        Self { updated_at: Some(values::after(now, self.updated_at)), ..self.clone() }
    }
}

impl FleetVehicle {
    fn new(vehicle: VehicleId, inside: bool, changed_at: Timestamp) -> Self {
        let (unknown, kept) = (UnknownFields::default(), Leftovers::default());
        Self { vehicle, inside, changed_at, external_reference: None, unknown, kept }
    }
}

entity_json! {
    Fleet {
        required "organizationKey" => organization: OrganizationKey, "the scope of its id";
        required "fleetId" => id: FleetId, "the fleet";
        required "name" => name: TextLine, "its name";
        optional "externalReference" => external_reference: TextLine, "what another system calls it";
        required "members" => members: Vec<FleetMember>, "`FleetMember`: its people, by id";
        required "vehicles" => vehicles: Vec<FleetVehicle>, "`FleetVehicle`: the vehicles it has and had, by id";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [organization, id, vehicles, updated_at, version]
    check |fleet| {
        if fleet.members.windows(2).any(|pair| pair[0].user >= pair[1].user) {
            return Err(("members", "people by id, each once"));
        }
        if !fleet.members.iter().any(|member| member.role == FleetRole::Owner) {
            return Err(("members", "people with an owner among them"));
        }
        if fleet.vehicles.windows(2).any(|pair| pair[0].vehicle >= pair[1].vehicle) {
            return Err(("vehicles", "vehicles by id, each once"));
        }
        Ok(())
    }
}

/// Why a fleet does not change.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FleetError {
    /// The person is its only owner.
    #[error("a fleet keeps an owner")]
    LastOwner,
    /// The person is not of it.
    #[error("the person is not in the fleet")]
    NoMember,
    /// The vehicle is in it already.
    #[error("the vehicle is in the fleet")]
    VehicleInside,
    /// The vehicle is not in it.
    #[error("the vehicle is not in the fleet")]
    VehicleOutside,
}

pub(super) const STATES: StateMachine = StateMachine {
    entity: "Vehicle of a fleet",
    states: &[("outside", "the fleet does not have it"), ("inside", "the fleet has it")],
    actions: &[("add", "the fleet takes it in"), ("remove", "the fleet gives it up")],
    transitions: TRANSITIONS,
    refusals: &["the person is not in the fleet", "a fleet keeps an owner"],
};

const TRANSITIONS: &[StateTransition] = &[
    goes("outside", "add", "inside"),
    refused("outside", "remove", "the vehicle is not in the fleet"),
    refused("inside", "add", "the vehicle is in the fleet"),
    goes("inside", "remove", "outside"),
];

#[cfg(test)]
mod tests;
