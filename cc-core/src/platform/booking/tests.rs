use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::super::testing::{at, shuffled_round_trip};
use super::super::transition::play;
use super::*;

fn car() -> VehicleRef {
    "local/0".parse().unwrap()
}

fn booking(id: &str, appointment: i64, now: i64) -> Booking {
    Booking::new(id.parse().unwrap(), car(), WorkshopId(9), at(appointment), at(now)).unwrap()
}

#[test]
fn the_table_is_what_the_code_does() {
    play(&STATES, |from, action| {
        let new = booking("b", 1_000, 100);
        let (booking, now) = match from {
            "NEW" => (new, at(1_000)),
            "CHANGED" => (new.change(at(900), None, at(200)).unwrap(), at(300)),
            "CANCELLED" => (new.cancel(None, None, at(200)).unwrap(), at(2_000)),
            "past" => (new, at(1_001)),
            _ => panic!("{from}"),
        };
        assert_eq!(booking.status(now).as_str(), from);
        let next = match action {
            "change" => booking.change(at(5_000), Some(WorkshopId(8)), now),
            "cancel" => booking.cancel(Some("customer"), None, now),
            "expire" => booking.expire(now),
            _ => panic!("{action}"),
        };
        next.map(|booking| booking.status(now).to_string()).map_err(|error| error.to_string())
    });
}

#[test]
fn what_no_car_can_book_is_refused() {
    let mut bookings = Bookings::new(car());
    let none = bookings.cancel(None, None, at(0)).unwrap_err();
    bookings.add(booking("b1", 1_000, 100), at(100)).unwrap();
    let elsewhere = Booking { vehicle: VehicleId(5), ..booking("b9", 1_000, 100) };
    let found = [
        booking("b", 1_000, 100).change(at(99), None, at(100)).unwrap_err(),
        bookings.add(booking("b2", 1_000, 100), at(1_000)).unwrap_err(),
        none,
        bookings.add(booking("b1", 9_000, 100), at(5_000)).unwrap_err(),
        bookings.join(elsewhere.clone()).unwrap_err(),
    ];
    assert_eq!(found.map(|error| error.to_string()).each_ref().map(|text| &**text), STATES.refusals);
    assert_eq!(bookings.add(booking("b2", 150, 100), at(2_000)), Err(BookingError::PastAppointment));
    assert_eq!(bookings.change(at(2_000), None, at(1_001)), Err(BookingError::NoActive));
    for (change, error) in [
        ("\"car_service_booking\" -> \"later\"", "expected an event of the type car_service_booking"),
        ("\"bookingId\" -> \"bookingIds\"", "bookingId: expected a value"),
        ("NEW -> MAYBE", "bookingStatus: expected a text with a known meaning"),
        ("\"value\" -> \"values\"", "value: expected a value"),
        ("\"vehicleId\":0 -> \"vehicleId\":null", "vehicleId and organizationKey: expected a value"),
        ("\"vehicleId\":0 -> \"vehicleId\":5", "expected an event of the same vehicle"),
    ] {
        let (from, to) = change.split_once(" -> ").unwrap();
        let json = booking("b1", 1_000, 100).to_event(EventId(1)).to_json();
        assert!(json.contains(from), "{json}");
        let event = Event::from_json(json.replace(from, to)).unwrap();
        assert_eq!(bookings.fold(&event).unwrap_err().to_string(), error);
    }
}

#[test]
fn what_has_passed_expires_with_its_reason() {
    let mut bookings = Bookings::new(car());
    bookings.add(booking("b1", 1_000, 100), at(100)).unwrap();
    assert!(bookings.expire(at(1_000)).is_empty());
    let expired: Vec<Booking> = bookings.expire(at(1_001)).into_iter().cloned().collect();
    assert_eq!((expired.len(), expired[0].reason_key()), (1, Some("automatically_expired")));
    let json = expired[0].to_event(EventId(4)).to_json();
    assert!(
        json.contains(r#""bookingStatus":"CANCELLED""#)
            && json.contains(r#""reasonKey":"automatically_expired""#)
    );
    assert!(bookings.expire(at(1_001)).is_empty());
    assert!(bookings.add(booking("b2", 5_000, 100), at(1_002)).is_ok());
}

#[test]
fn a_booking_whose_cancellation_is_late_is_over_when_the_next_is_made() {
    let mut bookings = Bookings::new(car());
    let (old, new) = (booking("z", 9_000, 100), booking("a", 5_000, 200));
    for fact in [&new, &old] {
        bookings.fold(&fact.to_event(EventId(1))).unwrap();
    }
    assert_eq!(bookings.active(at(300)), Some(&new));
    // A change that cannot have happened does not bring a cancelled one back.
    let gone = new.cancel(Some("customer"), None, at(300)).unwrap();
    let later = new.change(at(8_000), None, at(400)).unwrap();
    for fact in [later, gone.clone()] {
        bookings.fold(&fact.to_event(EventId(2))).unwrap();
    }
    assert_eq!(bookings.active(at(300)), None);
    assert_eq!(bookings.iter().find(|booking| booking.id == gone.id), Some(&gone));
}

#[test]
fn debug_shows_no_person() {
    let booking = Booking {
        vin: Some("WVWZZZ1KZAM000001".parse().unwrap()),
        dealer: Some("CANARY".into()),
        reason_text: Some("CANARY".into()),
        source: Some("CANARY".into()),
        ..booking("CANARY", 1_000, 100)
    };
    let mut bookings = Bookings::new(car());
    bookings.join(booking.clone()).unwrap();
    let shown: String = format!("{booking:?} {bookings:?}");
    assert!(!shown.contains("CANARY") && !shown.contains("ZAM000001"), "{shown}");
    shuffled_round_trip(&booking.to_json(), |json| Booking::from_json(json).unwrap().to_json());
    assert_eq!(Booking::from_event(&booking.to_event(EventId(1))).unwrap(), booking);
}

/// One thing somebody asks the platform for: what, which booking, and how many seconds ahead.
type Command = (u8, u8, i64);

/// What the platform decides, and the facts it tells.
fn decided(commands: &[Command]) -> (Bookings, Vec<Booking>, Timestamp) {
    let (mut bookings, mut facts, mut now) = (Bookings::new(car()), Vec::new(), 0);
    for (command, id, ahead) in commands {
        now += 10;
        let appointment = now + ahead;
        match command {
            0 | 1 => {
                let asked = booking(&format!("b{id}"), appointment, now);
                facts.extend(bookings.add(asked, at(now)).cloned());
            }
            2 => facts
                .extend(bookings.change(at(appointment), Some(WorkshopId((*id).into())), at(now)).cloned()),
            3 => facts.extend(bookings.cancel(Some("customer"), None, at(now)).cloned()),
            _ => facts.extend(bookings.expire(at(now)).into_iter().cloned()),
        }
    }
    (bookings, facts, at(now))
}

proptest! {
    #[test]
    fn a_car_never_has_two_active_bookings(commands in proptest::collection::vec((0_u8..5, 0_u8..6, 0_i64..60), 0..30)) {
        let (bookings, _, now) = decided(&commands);
        let active: Vec<&Booking> = bookings.iter().filter(|booking| booking.is_active(now)).collect();
        prop_assert!(active.len() <= 1);
        prop_assert_eq!(active.first().copied(), bookings.active(now));
        for booking in bookings.iter() {
            prop_assert_eq!(&Booking::from_json(booking.to_json()).unwrap(), booking);
        }
    }

    #[test]
    fn the_same_facts_in_any_order_and_number_give_what_the_platform_decided(
        commands in proptest::collection::vec((0_u8..5, 0_u8..6, 0_i64..60), 0..20),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let (bookings, facts, _) = decided(&commands);
        let mut replica = Bookings::new(car());
        if !facts.is_empty() {
            for index in &order {
                replica.fold(&index.get(&facts).to_event(EventId(1))).unwrap();
            }
        }
        for fact in facts.iter().rev() {
            replica.fold(&fact.to_event(EventId(2))).unwrap();
        }
        prop_assert_eq!(replica, bookings);
    }

    #[test]
    fn facts_that_no_platform_decided_fold_the_same_in_any_order(
        facts in proptest::collection::vec((0_u8..3, 0_usize..3, 0_i64..20, 0_i64..20, 0_i64..20), 1..16),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let facts: Vec<Event> = facts.into_iter().map(|(id, state, created, updated, appointment)| {
            let state = BookingState::ALL[state];
            let booking = Booking { state, created_at: at(created), updated_at: at(updated), ..booking(&format!("b{id}"), appointment, 0) };
            booking.to_event(EventId(1))
        }).collect();
        let (mut forward, mut shuffled) = (Bookings::new(car()), Bookings::new(car()));
        for fact in &facts {
            forward.fold(fact).unwrap();
        }
        for fact in order.iter().map(|index| index.get(&facts)).chain(facts.iter().rev()) {
            shuffled.fold(fact).unwrap();
        }
        prop_assert_eq!(&forward, &shuffled);
        prop_assert_eq!(forward.active(at(5)), shuffled.active(at(5)));
    }
}
