//! The bookings of one car, of which one at most is active.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use super::{Booking, BookingError, BookingEventError, BookingState};
use crate::platform::{BookingId, values};
use crate::{Event, Timestamp, VehicleRef, WorkshopId};

/// All that is known of one car's bookings.
///
/// Two roads lead in. *Commands* ([`add`](Self::add), [`change`](Self::change), [`cancel`](Self::cancel),
/// [`expire`](Self::expire)) are what the platform decides: they keep the rule that a car has one active booking at
/// most, and give the booking to tell the data stream of. *Facts* ([`fold`](Self::fold)) are what the data stream
/// tells, at least once and in any order: the same facts give the same state.
///
/// Of one booking the latest fact holds, except that a cancelled one stays cancelled, by its first cancellation. Since
/// a booking is made only when no other is active, the one made last is the only one that can be: an older one whose
/// cancellation has not arrived yet is over all the same.
///
/// # Examples
///
/// ```
/// use cc_core::WorkshopId;
/// use cc_core::platform::{Booking, Bookings};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let (now, monday) = (at("2026-05-01T08:00:00Z")?, at("2026-05-04T07:30:00Z")?);
/// let car: cc_core::VehicleRef = "local/0".parse()?;
/// let mut bookings = Bookings::new(car.clone());
/// let made = bookings.add(Booking::new("B-17".parse()?, car.clone(), WorkshopId(9), monday, now)?, now)?.clone();
///
/// let mut elsewhere = Bookings::new(car.clone());
/// elsewhere.fold(&made.to_event(cc_core::EventId(1)))?;
/// assert_eq!(elsewhere.active(now), Some(&made));
///
/// let second = Booking::new("B-18".parse()?, car, WorkshopId(9), monday, now)?;
/// assert_eq!(bookings.add(second, now).unwrap_err().to_string(), "the vehicle has an active booking");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Bookings {
    vehicle: VehicleRef,
    known: BTreeMap<Key, Booking>,
}

/// The system a booking was made in, and its name there.
type Key = (Option<Box<str>>, BookingId);

impl Bookings {
    /// A car without bookings.
    pub fn new(vehicle: VehicleRef) -> Self {
        Self { vehicle, known: BTreeMap::new() }
    }

    /// The car.
    pub fn vehicle(&self) -> &VehicleRef {
        &self.vehicle
    }

    /// Every booking, active or not, by system and id.
    pub fn iter(&self) -> impl Iterator<Item = &Booking> {
        self.known.values()
    }

    /// The booking that is neither cancelled nor past.
    pub fn active(&self, now: Timestamp) -> Option<&Booking> {
        self.latest().filter(|booking| booking.is_active(now))
    }

    /// Takes in a booking that the data stream tells of.
    pub fn fold(&mut self, event: &Event) -> Result<(), BookingEventError> {
        self.join(Booking::from_event(event)?).map_err(|_| BookingEventError::AnotherVehicle)
    }

    /// Takes in a copy of a booking, such as one that was stored.
    pub fn join(&mut self, booking: Booking) -> Result<(), BookingError> {
        if booking.vehicle_ref() != self.vehicle {
            return Err(BookingError::AnotherVehicle);
        }
        let key = (booking.source.clone(), booking.id.clone());
        match self.known.get_mut(&key) {
            Some(known) => {
                let created_at = known.created_at.min(booking.created_at);
                if rank(known) < rank(&booking) {
                    *known = booking;
                }
                known.created_at = created_at;
            }
            None => {
                self.known.insert(key, booking);
            }
        }
        Ok(())
    }

    /// Makes a booking. It counts as made now.
    pub fn add(&mut self, booking: Booking, now: Timestamp) -> Result<&Booking, BookingError> {
        if booking.vehicle_ref() != self.vehicle {
            return Err(BookingError::AnotherVehicle);
        }
        let key = (booking.source.clone(), booking.id.clone());
        if self.known.contains_key(&key) {
            return Err(BookingError::KnownId);
        }
        if self.active(now).is_some() {
            return Err(BookingError::ActiveExists);
        }
        if booking.appointment < now {
            return Err(BookingError::PastAppointment);
        }
        let made = values::after(now, self.latest().map(|latest| latest.created_at));
        let booking = Booking { state: BookingState::New, created_at: made, updated_at: made, ..booking };
        Ok(self.known.entry(key).or_insert(booking))
    }

    /// Moves the active booking.
    pub fn change(
        &mut self,
        appointment: Timestamp,
        workshop: Option<WorkshopId>,
        now: Timestamp,
    ) -> Result<&Booking, BookingError> {
        let changed = self.active(now).ok_or(BookingError::NoActive)?.change(appointment, workshop, now)?;
        Ok(self.put(changed))
    }

    /// Calls the active booking off.
    pub fn cancel(
        &mut self,
        reason_key: Option<&str>,
        reason_text: Option<&str>,
        now: Timestamp,
    ) -> Result<&Booking, BookingError> {
        let cancelled =
            self.active(now).ok_or(BookingError::NoActive)?.cancel(reason_key, reason_text, now)?;
        Ok(self.put(cancelled))
    }

    /// Closes every booking whose appointment has gone by, and gives them.
    pub fn expire(&mut self, now: Timestamp) -> Vec<&Booking> {
        let mut expired = Vec::new();
        for booking in self.known.values_mut() {
            if let Ok(closed) = booking.expire(now) {
                *booking = closed;
                expired.push(&*booking);
            }
        }
        expired
    }

    /// The one made last: the only one that can be active.
    fn latest(&self) -> Option<&Booking> {
        self.known.iter().max_by_key(|(key, booking)| (booking.created_at, *key)).map(|(_, booking)| booking)
    }

    fn put(&mut self, booking: Booking) -> &Booking {
        let key = (booking.source.clone(), booking.id.clone());
        let place = self.known.entry(key).or_insert_with(|| booking.clone());
        *place = booking;
        place
    }
}

/// Which of two facts of one booking holds. When it was made is not part of it: of that the earliest holds.
fn rank(booking: &Booking) -> (bool, Option<Reverse<Timestamp>>, Timestamp, BookingState, String) {
    let cancelled = booking.state == BookingState::Cancelled;
    let rest = Booking { created_at: Timestamp::UNIX_EPOCH, ..booking.clone() }.to_json();
    let first = cancelled.then_some(Reverse(booking.updated_at));
    (cancelled, first, booking.updated_at, booking.state, rest)
}

impl fmt::Debug for Bookings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bookings").field("vehicle", &self.vehicle).field("known", &self.known.len()).finish()
    }
}
