use alloc::format;
use alloc::string::ToString;

use proptest::prelude::*;

use super::super::FleetAccess;
use super::super::testing::{at, shuffled_round_trip, told};
use super::super::transition::play;
use super::*;
use crate::{AccessChange, EventId};

fn vans() -> Fleet {
    Fleet::new("local".parse().unwrap(), FleetId(3), "Vans".parse().unwrap(), UserId(1), at(0))
}

const VAN: VehicleId = VehicleId(7);

#[test]
fn the_table_is_what_the_code_does() {
    play(&STATES, |from, action| {
        let fleet = if from == "inside" { vans().add_vehicle(VAN, None, at(1)).unwrap() } else { vans() };
        let next = match action {
            "add" => fleet.add_vehicle(VAN, None, at(2)),
            _ => fleet.remove_vehicle(VAN, at(2)),
        };
        let state = |fleet: Fleet| if fleet.has_vehicle(VAN) { "inside" } else { "outside" };
        next.map(|fleet| state(fleet).to_string()).map_err(|error| error.to_string())
    });
}

#[test]
fn a_fleet_is_never_without_an_owner() {
    let fleet = vans();
    let stranger = fleet.remove_member(UserId(2), at(1)).unwrap_err();
    let alone = fleet.remove_member(UserId(1), at(1)).unwrap_err();
    assert_eq!(
        [stranger, alone].map(|error| error.to_string()).each_ref().map(|text| &**text),
        STATES.refusals
    );
    assert_eq!(fleet.set_role(UserId(1), FleetRole::Viewer, at(1)), Err(FleetError::LastOwner));
    let two = fleet.set_role(UserId(2), FleetRole::Owner, at(1)).unwrap();
    let one = two.set_role(UserId(1), FleetRole::Viewer, at(2)).unwrap();
    assert_eq!((one.role(UserId(1)), one.role(UserId(2))), (Some(FleetRole::Viewer), Some(FleetRole::Owner)));
    let one = one.remove_member(UserId(1), at(3)).unwrap();
    assert_eq!((one.members().len(), one.role(UserId(1))), (1, None));
    let json = one.to_json();
    for (from, to, error) in [
        ("owner", "viewer", "members: expected people with an owner among them at [{\"userI"),
        ("owner", "boss", "members[0].role: expected viewer, manager or owner at \"boss\"}]"),
    ] {
        assert!(json.contains(from));
        let wrong = json.replace(from, to);
        assert_eq!(told(&wrong, &Fleet::from_json(&wrong).unwrap_err()), error);
    }
}

#[test]
fn a_vehicle_that_comes_back_has_its_old_name_and_debug_shows_none() {
    let fleet = vans().add_vehicle(VAN, Some("CANARY".parse().unwrap()), at(1)).unwrap();
    let fleet = fleet.remove_vehicle(VAN, at(1)).unwrap().add_vehicle(VAN, None, at(1)).unwrap();
    assert_eq!(fleet.vehicles()[0].external_reference.as_ref().unwrap().as_str(), "CANARY");
    assert!(!format!("{fleet:?} {:?}", fleet.members()).contains("CANARY"));
    shuffled_round_trip(&fleet.to_json(), |json| Fleet::from_json(json).unwrap().to_json());
}

fn event(kind: usize, fleet: i64, vehicle: i64, second: i64) -> Event {
    let body = Body::Access(AccessChange { kind: AccessKind::ALL[kind], fleet: Some(FleetId(fleet)) });
    let mut event = Event::new("local/0".parse().unwrap(), at(second), EventId(1), body);
    (event.organization, event.vehicle) = (None, Some(VehicleId(vehicle)));
    event
}

#[test]
fn one_sees_a_vehicle_by_itself_or_by_its_fleet() {
    let mut access = FleetAccess::default();
    for (second, (kind, seen)) in
        (0..).zip([(0, false), (4, true), (1, false), (2, true), (5, true), (3, false)])
    {
        assert!(access.fold(&event(kind, 3, 7, second)));
        assert_eq!(access.sees(VAN), seen, "{:?}", AccessKind::ALL[kind]);
    }
    assert!(!access.fold(&Event::new(
        "local/0".parse().unwrap(),
        at(0),
        EventId(1),
        Body::Refuel(crate::Refuel { before: None, after: 5.into() })
    )));
}

proptest! {
    #[test]
    fn the_same_events_in_any_order_and_number_fold_to_the_same(
        events in proptest::collection::vec((0_usize..6, 1_i64..4, 0_i64..3, 0_i64..6), 1..24),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let events: Vec<Event> = events.into_iter().map(|(kind, fleet, vehicle, second)| event(kind, fleet, vehicle, second)).collect();
        let (mut access, mut again) = (FleetAccess::default(), FleetAccess::default());
        let (mut fleet, mut copy) = (vans(), vans());
        for event in &events {
            access.fold(event);
            fleet.fold(event);
        }
        for event in order.iter().map(|index| index.get(&events)).chain(events.iter().rev()) {
            again.fold(event);
            copy.fold(event);
        }
        prop_assert_eq!(&access, &again);
        prop_assert_eq!(&fleet, &copy);
        prop_assert_eq!(&Fleet::from_json(fleet.to_json()).unwrap(), &fleet);
        for vehicle in (0..3).map(VehicleId) {
            prop_assert_eq!(fleet.has_vehicle(vehicle), access.vehicles_of(FleetId(3)).any(|inside| inside == vehicle));
        }
    }

    #[test]
    fn any_commands_leave_an_owner(commands in proptest::collection::vec((0_u8..4, 1_i64..4), 0..24)) {
        let mut fleet = vans();
        for (second, (command, user)) in (1..).zip(commands) {
            let role = [FleetRole::Viewer, FleetRole::Manager, FleetRole::Owner][usize::from(command % 3)];
            let next = if command == 3 { fleet.remove_member(UserId(user), at(second)) } else { fleet.set_role(UserId(user), role, at(second)) };
            fleet = next.unwrap_or(fleet);
            prop_assert!(fleet.members().iter().any(|member| member.role() == FleetRole::Owner));
            prop_assert_eq!(&Fleet::from_json(fleet.to_json()).unwrap(), &fleet);
        }
    }
}
