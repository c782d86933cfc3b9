//! Bookings: made, moved and called off by who drives and by the workshop; the server decides.

use cc_core::platform::{Booking, Bookings};
use cc_core::{Timestamp, VehicleRef, WorkshopId};

use super::changes::{Asked, Kind, Stop, conflict, invalid};
use super::members::Members;
use super::{Item, Spot, care, last, refresh_whole_vehicle};
use crate::auth::Role;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, View, all, key};

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let known = asked.item(edit)?.filter(|item| item.value.is_some());
    match (asked.kind, known) {
        (Kind::Put, None) => make(edit, asked),
        (Kind::Put | Kind::Patch | Kind::Act, Some(item)) => {
            let booking = read(&item)?;
            // Others see it, and leave it as it is.
            let of_workshop = asked.caller.has(Role::Workshop)
                && booking.workshop().is_some_and(|workshop| asked.account.workshop == Some(workshop.0));
            // Whoever made it calls it off also when the car is no longer theirs to drive.
            let calls_off = asked.kind == Kind::Act && asked.action() == "cancel" && asked.is_own(&item);
            if !of_workshop && !calls_off && !asked.account.drives(booking.vehicle_ref().vehicle.0) {
                return Err(Problem::forbidden().into());
            }
            if asked.base != item.version {
                return Err(conflict(asked));
            }
            let booking = match asked.kind {
                Kind::Act if asked.action() == "cancel" => {
                    let (reason, words) =
                        (words(&asked.body, "reasonKey")?, words(&asked.body, "reasonText")?);
                    booking.cancel(reason.as_deref(), words.as_deref(), asked.now)
                }
                Kind::Act if asked.action() != "change" => return Err(invalid("action: cancel or change")),
                _ => {
                    stays_with(&booking.vehicle_ref(), &asked.body)?;
                    booking.change(appointment(&asked.body)?, workshop(&asked.body)?, asked.now)
                }
            };
            save(edit, &asked.spot, item, &booking.map_err(invalid)?)
        }
        (Kind::Delete, _) => Err(asked.not_here()),
        (_, None) => Err(Problem::not_found().into()),
    }
}

fn read(item: &Item) -> Result<Booking, Stop> {
    Booking::from_json(item.value.as_deref().unwrap_or_default()).map_err(invalid)
}

fn appointment(body: &Members) -> Result<Timestamp, Stop> {
    body.instant("appointmentDate").ok_or_else(|| invalid("appointmentDate: expected an instant"))
}

/// A booking moves to another time and workshop, and to no other vehicle: whoever says one means another booking.
fn stays_with(vehicle: &VehicleRef, body: &Members) -> Result<(), Stop> {
    let said = body.0.get("vehicleId").map(|text| text.parse::<i64>());
    match said {
        Some(number) if number.as_ref() != Ok(&vehicle.vehicle.0) => {
            Err(invalid("vehicleId: a booking stays with its vehicle"))
        }
        _ => Ok(()),
    }
}

fn workshop(body: &Members) -> Result<Option<WorkshopId>, Stop> {
    let number = body.0.get("workshopId").map(|text| text.parse().map(WorkshopId));
    number.transpose().map_err(|_| invalid("workshopId: expected a number"))
}

/// A text that may be left out.
fn words(body: &Members, name: &str) -> Result<Option<String>, Stop> {
    let text = body.text(name);
    if text.is_none() && body.says(name) {
        return Err(invalid(format!("{name}: expected a text")));
    }
    Ok(text)
}

fn make(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let org = &asked.caller.who.org;
    let number = asked.body.0.get("vehicleId").and_then(|text| text.parse().ok());
    let number: i64 = number.ok_or_else(|| invalid("vehicleId: expected a number"))?;
    let workshop = workshop(&asked.body)?.ok_or_else(|| invalid("workshopId: expected a number"))?;
    // What a driver began with a workshop, the workshop may go on with.
    let answers = asked.caller.has(Role::Workshop)
        && asked.account.workshop == Some(workshop.0)
        && care::is_cared(edit, org, number, workshop.0)?;
    if !asked.account.drives(number) && !answers {
        return Err(Problem::not_found().because("a vehicle that is driven by oneself").into());
    }
    let vehicle: VehicleRef = format!("{org}/{number}").parse().map_err(invalid)?;
    let id = asked.spot.key.parse().map_err(invalid)?;
    let booking =
        Booking::new(id, vehicle.clone(), workshop, appointment(&asked.body)?, asked.now).map_err(invalid)?;
    // A car has one active booking at most. Of those that are over the latest is kept in sight: the next counts as made after it.
    let mut ledger = Bookings::new(vehicle);
    let (mut over, mut latest) = (Vec::new(), Timestamp::MIN_UTC);
    for (row, _) in all(edit, &key(&["booked", org, &number.to_string()]))? {
        let spot = Spot { key: last(&row).to_owned(), ..asked.spot.clone() };
        if let Some(item) = Item::load(edit, &spot)? {
            let booking = read(&item)?;
            latest = latest.max(booking.created_at());
            if !booking.is_active(asked.now) {
                over.push((row, booking.created_at()));
            }
            ledger.join(booking).map_err(invalid)?;
        }
    }
    for (row, _) in over.into_iter().filter(|(_, made)| *made < latest) {
        edit.delete(&row)?;
    }
    let booking = ledger.add(booking, asked.now).map_err(invalid)?.clone();
    let item = Item::fresh(edit, &asked.spot, &asked.caller.who.sub)?;
    save(edit, &asked.spot, item, &booking)
}

fn save(edit: &mut dyn Edit, spot: &Spot, mut item: Item, booking: &Booking) -> Result<u64, Stop> {
    let now = Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
    let vehicle = booking.vehicle_ref().vehicle.0;
    let before = item.value.as_deref().and_then(|value| Booking::from_json(value).ok());
    let old = before.and_then(|booking| booking.workshop());
    let new = booking.workshop().filter(|_| booking.is_active(now));
    if let Some(workshop) = new.filter(|_| new != old) {
        care::may(edit, &spot.org, &item.owner, vehicle, workshop.0)?;
    }
    let cared = |view: &dyn View| -> Result<Vec<bool>, StorageError> {
        let workshops = old.into_iter().chain(booking.workshop());
        workshops.map(|workshop| care::is_cared(view, &spot.org, vehicle, workshop.0)).collect()
    };
    let was = cared(edit)?;
    if let Some(old) = old {
        edit.delete(&care::row(spot, vehicle, old.0))?;
    }
    lead_to(edit, spot, &item.owner, booking)?;
    item.value = Some(booking.to_json());
    let version = item.store(edit, spot)?;
    if cared(edit)? != was {
        refresh_whole_vehicle(edit, &spot.org, vehicle)?;
    }
    Ok(version)
}

/// Writes the rows by which a booking is found, and by which its workshop sees the vehicle.
pub(super) fn lead_to(
    edit: &mut dyn Edit,
    spot: &Spot,
    owner: &str,
    booking: &Booking,
) -> Result<(), StorageError> {
    let now = Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
    let vehicle = booking.vehicle_ref().vehicle.0;
    edit.put(&key(&["booked", &spot.org, &vehicle.to_string(), &spot.key]), b"1")?;
    match booking.workshop().filter(|_| booking.is_active(now)) {
        Some(workshop) => edit.put(&care::row(spot, vehicle, workshop.0), owner.as_bytes()),
        None => Ok(()),
    }
}
