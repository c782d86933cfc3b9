//! Who sees what: the table of the protocol's §8.

use std::collections::BTreeMap;

use cc_core::platform::{Amount, FleetAccess, ShareRecipient, ShareSubject, Trip};
use cc_core::privacy::{Policy, Purpose};
use cc_core::{Event, VehicleId};
use serde::{Deserialize, Serialize};

use super::care::{is_cared, workshops_of};
use super::members::Members;
use super::{Collection, Item, Spot};
use crate::auth::account::{Account, SPEAKERS, account, near};
use crate::auth::consents::positions_since;
use crate::auth::{Role, Who};
use crate::storage::{StorageError, View, all, key, names};

/// How much of an item someone sees.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Sight {
    /// All of it.
    Full,
    /// What its owner shares: no words of the owner's own about a trip, places only roughly; no identification number of a car.
    Shared,
}

impl Sight {
    /// What is shown of a value.
    pub fn shows(self, collection: &str, value: &str) -> String {
        match (self, Collection::find(collection)) {
            (Self::Shared, Some(Collection::Trips)) => shared_trip(value).unwrap_or_else(|| "{}".to_owned()),
            (Self::Shared, Some(Collection::Vehicles)) => {
                let mut members = Members::parse(value).unwrap_or_default();
                members.0.remove("vin");
                members.to_json()
            }
            _ => value.to_owned(),
        }
    }
}

/// A trip as others may see it: the purpose `fleet` of the privacy table decides how precisely.
fn shared_trip(value: &str) -> Option<String> {
    let trip = Trip::from_json(value).ok()?;
    let policy = Policy::default();
    let precision = policy.purpose(Purpose::Fleet).position;
    let mut members = Members::default();
    let coarse = |at: &cc_core::platform::Coordinates| {
        let (latitude, longitude) = precision.coarsen(at.latitude(), at.longitude())?;
        Some(format!(r#"{{"latitude":{latitude},"longitude":{longitude}}}"#))
    };
    for (name, position) in [("startPosition", &trip.start_position), ("endPosition", &trip.end_position)] {
        members.0.extend(position.as_ref().and_then(coarse).map(|text| (name.to_owned(), text)));
    }
    let amount = |amount: &Option<Amount>| amount.as_ref().map(|amount| amount.number().to_string());
    let figures = trip.figures();
    for (name, figure) in
        [("distanceKm", &figures.distance), ("fuelLiters", &figures.fuel), ("idleSeconds", &figures.idle)]
    {
        members.0.extend(amount(figure).map(|text| (name.to_owned(), text)));
    }
    let all = Members::parse(value)?;
    for name in ["tripId", "organizationKey", "vehicleId", "userId", "startedAt", "endedAt"] {
        members.0.extend(all.0.get(name).map(|text| (name.to_owned(), text.clone())));
    }
    Some(members.to_json())
}

type Audience = BTreeMap<Who, Sight>;

fn add(audience: &mut Audience, who: impl IntoIterator<Item = Who>, sight: Sight) {
    for who in who {
        audience.entry(who).or_insert(sight);
    }
}

/// Everybody who sees an item.
pub fn audience(view: &dyn View, spot: &Spot, item: &Item) -> Result<Audience, StorageError> {
    let mut audience = Audience::new();
    let org = &spot.org;
    let owner = || Some(Who::new(org, &item.owner));
    let value = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    let vehicle = || value.0.get("vehicleId").and_then(|text| text.parse::<i64>().ok());
    match spot.collection() {
        Some(Collection::Settings) => add(&mut audience, owner(), Sight::Full),
        Some(Collection::Places) => {
            add(&mut audience, owner(), Sight::Full);
            shared(view, org, &format!("place/{}", spot.key), Some(&item.owner), &mut audience)?;
        }
        Some(Collection::Trips) => {
            add(&mut audience, owner(), Sight::Full);
            shared(view, org, &format!("trip/{}", spot.key), Some(&item.owner), &mut audience)?;
        }
        Some(Collection::Vehicles | Collection::Recommendations) => {
            let mut parts = spot.key.splitn(3, '/').skip(1);
            if let Some(number) = parts.next().and_then(|text| text.parse().ok()) {
                around(view, org, number, &mut audience)?;
            }
        }
        Some(Collection::Bookings) => {
            if let Some(vehicle) = vehicle() {
                add(&mut audience, booked_by(view, spot, item, vehicle, &value)?, Sight::Full);
            }
            workshop(view, org, &value, &mut audience)?;
        }
        Some(Collection::Conversations | Collection::Messages) => {
            add(&mut audience, owner(), Sight::Full);
            // A message stands in a conversation, which says whose it is.
            let workshops = item.facts.get("workshop").map(|text| ("workshopId".to_owned(), text.clone()));
            let of = if workshops.is_some() { Members(workshops.into_iter().collect()) } else { value };
            workshop(view, org, &of, &mut audience)?;
        }
        Some(Collection::Shares) => {
            add(&mut audience, owner(), Sight::Full);
            if let Some(recipient) = value.text("recipient").and_then(|text| text.parse().ok()) {
                add(&mut audience, recipients(view, org, &recipient)?, Sight::Full);
            }
        }
        None => {}
    }
    Ok(audience)
}

/// The drivers whose booking it is: the one who made it, whether or not the car is still theirs to drive, or those who drove the car
/// when a workshop did.
fn booked_by(
    view: &dyn View,
    spot: &Spot,
    item: &Item,
    vehicle: i64,
    value: &Members,
) -> Result<Vec<Who>, StorageError> {
    let owner = Who::new(&spot.org, &item.owner);
    let maker = account(view, &owner)?;
    let by_driver = maker.as_ref().is_some_and(|maker| maker.roles.contains(&Role::Driver));
    let by_workshop = maker.is_some() && !by_driver;
    let made = value.instant("bookingCreatedDate");
    let mut found: Vec<Who> = by_driver.then_some(owner).into_iter().collect();
    for who in near(view, &spot.org, &format!("vehicle/{vehicle}"))? {
        let for_them = || -> Result<bool, StorageError> {
            let driver = account(view, &who)?.unwrap_or_default();
            Ok(made.is_some_and(|made| driver.drove(vehicle, made.timestamp_millis())))
        };
        if who.sub == item.owner || by_workshop && for_them()? {
            found.push(who);
        }
    }
    Ok(found)
}

fn workshop(
    view: &dyn View,
    org: &str,
    value: &Members,
    audience: &mut Audience,
) -> Result<(), StorageError> {
    if let Some(workshop) = value.0.get("workshopId") {
        add(audience, near(view, org, &format!("workshop/{workshop}"))?, Sight::Full);
    }
    add(audience, near(view, org, "support")?, Sight::Full);
    Ok(())
}

/// Everybody around a vehicle.
fn around(view: &dyn View, org: &str, vehicle: i64, audience: &mut Audience) -> Result<(), StorageError> {
    add(audience, near(view, org, &format!("vehicle/{vehicle}"))?, Sight::Full);
    for fleet in fleets_of(view, org, vehicle)? {
        add(audience, near(view, org, &format!("fleet/{fleet}"))?, Sight::Full);
    }
    for (workshop, _) in workshops_of(view, org, vehicle)? {
        add(audience, near(view, org, &format!("workshop/{workshop}"))?, Sight::Full);
    }
    let partners = near(view, org, "partner")?;
    if !partners.is_empty() && partners_see(view, org, vehicle)? {
        add(audience, partners, Sight::Full);
    }
    add(audience, near(view, org, "support")?, Sight::Full);
    shared(view, org, &format!("vehicle/{org}/{vehicle}"), None, audience)
}

/// Those with whom something is shared at present, where it is somebody's by them.
fn shared(
    view: &dyn View,
    org: &str,
    subject: &str,
    owner: Option<&str>,
    audience: &mut Audience,
) -> Result<(), StorageError> {
    for (row, recipient) in all(view, &key(&["shared", org, subject]))? {
        if !super::shares::shows(view, org, super::last(&row), owner)? {
            continue;
        }
        if let Ok(recipient) = String::from_utf8_lossy(&recipient).parse() {
            add(audience, recipients(view, org, &recipient)?, Sight::Shared);
        }
    }
    Ok(())
}

/// What somebody sees of an item at this instant: what was shared is not once its time has come, and a fleet not once it was taken away,
/// also where that was not told yet.
pub fn sight(view: &dyn View, spot: &Spot, item: &Item, who: &Who) -> Result<Option<Sight>, StorageError> {
    let told = item.is_seen_by(who);
    let is_of_vehicle = matches!(spot.collection(), Some(Collection::Vehicles | Collection::Recommendations));
    if told == Some(Sight::Full) && is_of_vehicle && crate::events::access::is_untold(view, &spot.org)? {
        return Ok(audience(view, spot, item)?.get(who).copied());
    }
    if told != Some(Sight::Shared) {
        return Ok(told);
    }
    let owner = Some(item.owner.as_str());
    let (subject, owner) = match spot.collection() {
        Some(Collection::Places) => (format!("place/{}", spot.key), owner),
        Some(Collection::Trips) => (format!("trip/{}", spot.key), owner),
        // The key of a recommendation begins with that of its vehicle.
        _ => (format!("vehicle/{}", spot.key.splitn(3, '/').take(2).collect::<Vec<_>>().join("/")), None),
    };
    let mut now = Audience::new();
    shared(view, &spot.org, &subject, owner, &mut now)?;
    Ok(now.get(who).copied())
}

/// Everybody whom a share is with: a person, or those who speak for an organization.
pub fn recipients(view: &dyn View, org: &str, recipient: &ShareRecipient) -> Result<Vec<Who>, StorageError> {
    match recipient {
        ShareRecipient::User(user) => Ok(vec![Who::new(org, format!("user/{user}"))]),
        ShareRecipient::Organization(other) => near(view, other.as_str(), SPEAKERS),
    }
}

/// The item that a share is about.
pub fn subject_spot(org: &str, subject: &ShareSubject) -> Spot {
    let (collection, key) = match subject {
        ShareSubject::Place(place) => (Collection::Places, place.to_string()),
        ShareSubject::Trip(trip) => (Collection::Trips, trip.to_string()),
        ShareSubject::Vehicle(vehicle) => (Collection::Vehicles, vehicle.to_string()),
    };
    Spot::shared(org, collection, key)
}

/// What the last admin event about it says: numbers of fleets and vehicles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fact<'a> {
    /// Partners see all of a fleet, or no more.
    Fleet(&'a str),
    /// A fleet has a vehicle, or no more.
    Inside(&'a str, &'a str),
    /// Partners see a vehicle, or no more.
    Vehicle(&'a str),
}

impl Fact<'_> {
    /// Where that event is kept.
    pub fn row(self, org: &str) -> String {
        match self {
            Self::Fleet(fleet) => key(&["access", org, "fleet", fleet, ""]),
            Self::Inside(fleet, vehicle) => key(&["access", org, "inside", fleet, vehicle]),
            Self::Vehicle(vehicle) => key(&["access", org, "vehicle", "", vehicle]),
        }
    }
}

/// Where the last events are that a fleet has vehicles, one behind the other.
pub fn inside(org: &str, fleet: &str) -> String {
    key(&["access", org, "inside", fleet])
}

/// Whether the partners of an organization see a vehicle, by the last admin event of each fact: it was granted to them, or a fleet that it
/// is in was. Only the rows of that vehicle are read, however many there are.
pub(crate) fn partners_see(view: &dyn View, org: &str, vehicle: i64) -> Result<bool, StorageError> {
    let number = vehicle.to_string();
    let mut access = FleetAccess::default();
    let mut fold = |fact: Fact<'_>| -> Result<(), StorageError> {
        if let Some(Ok(event)) = view.get(&fact.row(org))?.map(Event::from_json) {
            access.fold(&event);
        }
        Ok(())
    };
    fold(Fact::Vehicle(&number))?;
    for fleet in fleets_of(view, org, vehicle)? {
        fold(Fact::Fleet(&fleet))?;
        fold(Fact::Inside(&fleet, &number))?;
    }
    Ok(access.sees(VehicleId(vehicle)))
}

/// The fleets that a vehicle is in, by the same events.
pub fn fleets_of(view: &dyn View, org: &str, vehicle: i64) -> Result<Vec<String>, StorageError> {
    names(view, &key(&["fleets", org, &vehicle.to_string()]))
}

/// What someone sees of the events of a vehicle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct EventSight {
    /// All of those that were at this instant (milliseconds since 1970) or later: since then one drives the car.
    pub whole_from: Option<i64>,
    /// What is seen of the others.
    pub part: Option<EventPart>,
}

/// What is seen of the events of a vehicle by those who do not drive it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EventPart {
    /// What a workshop needs.
    Workshop,
    /// What a fleet needs.
    Fleet {
        /// Positions and trips too, of this instant (milliseconds since 1970) and later: since then all who drive it allow that.
        positions: Option<i64>,
    },
}

impl EventSight {
    /// All, as they came.
    pub const ALL: Self = Self { whole_from: Some(i64::MIN), part: None };
}

/// What someone sees of the events of a vehicle, if anything.
pub fn event_sight(
    view: &dyn View,
    who: &Who,
    account: &Account,
    org: &str,
    vehicle: i64,
) -> Result<Option<EventSight>, StorageError> {
    if who.org != org {
        return Ok(None);
    }
    let whole_from = account.drives(vehicle).then(|| account.since.get(&vehicle).copied());
    if whole_from == Some(None) {
        return Ok(Some(EventSight::ALL));
    }
    let whole_from = whole_from.flatten();
    let part = event_part(view, account, org, vehicle)?;
    let sees = whole_from.is_some() || part.is_some();
    Ok(Some(EventSight { whole_from, part }).filter(|_| sees))
}

fn event_part(
    view: &dyn View,
    account: &Account,
    org: &str,
    vehicle: i64,
) -> Result<Option<EventPart>, StorageError> {
    let has = |role| account.roles.contains(&role);
    let managed = || -> Result<bool, StorageError> {
        let fleets = fleets_of(view, org, vehicle)?;
        Ok(account.fleets.iter().any(|fleet| fleets.contains(&fleet.to_string())))
    };
    let fleet = has(Role::FleetManager) && managed()?;
    let partner = has(Role::Partner) && partners_see(view, org, vehicle)?;
    if fleet || partner {
        return Ok(Some(EventPart::Fleet { positions: positions_since(view, org, vehicle)? }));
    }
    let cared = |workshop: i64| is_cared(view, org, vehicle, workshop);
    let is_shop = has(Role::Workshop) && account.workshop.map_or(Ok(false), cared)?;
    Ok(Some(EventPart::Workshop).filter(|_| is_shop))
}
