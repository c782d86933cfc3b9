//! Laws: whatever a car says.

use core::fmt::Write as _;
use std::string::String;
use std::vec;

use proptest::prelude::*;

use super::*;
use crate::trips::fact::{Fix, FuelUnit, Odometer, Says};
use crate::trips::spot::Spot;

/// What a car may say at some instant, likely or not.
fn facts(longest: usize) -> impl Strategy<Value = Vec<Fact>> {
    let at = prop_oneof![20 => 0_i64..500, 1 => Just(-70_000_000), 1 => Just(70_000_000)];
    let says = prop_oneof![
        Just(Says::IgnitionOn),
        Just(Says::IgnitionOff),
        any::<bool>().prop_map(Says::Engine),
        any::<bool>().prop_map(Says::Idle),
        prop_oneof![0_u32..10_000, any::<u32>()].prop_map(Says::Speed),
        (0_u64..400, any::<bool>()).prop_map(|(km, whole)| Says::Odometer(Odometer::Car, km * 500, whole)),
        any::<u64>().prop_map(|meters| Says::Odometer(Odometer::CarTens, meters, true)),
        (0_u64..90_000).prop_map(|meters| Says::Odometer(Odometer::Daily, meters, true)),
        (0_u32..60_000).prop_map(|level| Says::Fuel(FuelUnit::Liters, level)),
        any::<u32>().prop_map(|level| Says::Fuel(FuelUnit::Percent, level)),
        (0_i32..90_000, proptest::option::of(0_u32..15_000)).prop_map(|(meters, speed)| {
            Says::Position(Fix { spot: Spot { at: 0, latitude: meters * 90, longitude: 5 }, speed })
        }),
        (any::<i32>(), any::<i32>()).prop_map(|(latitude, longitude)| {
            Says::Position(Fix { spot: Spot { at: 0, latitude, longitude }, speed: None })
        }),
    ];
    let fact = (at, says).prop_map(|(minute, says)| {
        let at = minute.saturating_mul(60_000_000_000);
        let says = match says {
            Says::Position(fix) => Says::Position(Fix { spot: fix.spot.at(at), ..fix }),
            says => says,
        };
        Fact { at, says }
    });
    proptest::collection::vec(fact, 0..longest)
}

fn limits() -> Limits {
    Limits::of(&TripOptions { tank_liters: Some(50.0), route_points: 5, ..TripOptions::default() }).unwrap()
}

fn segmenter() -> Segmenter {
    Segmenter::with_limits("demo/7".parse().unwrap(), limits())
}

fn all(mut segmenter: Segmenter) -> (Vec<Finding>, Option<MeasuredTrip>) {
    segmenter.drain();
    (segmenter.finished(), segmenter.open())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_a_car_says_order_batches_and_restarts_do_not_matter(
        mut said in facts(60), swaps in proptest::collection::vec((0_usize..60, 0_usize..60), 0..60), restart in 0_usize..60,
    ) {
        let mut sorted = said.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let mut at_once = segmenter();
        at_once.take_all(&sorted);
        let expected = all(at_once);

        // Live, in order, each twice, with a restart and the time told after each.
        let mut live = segmenter();
        for (index, fact) in sorted.iter().enumerate() {
            live.add_fact(*fact);
            live.add_fact(*fact);
            if index == restart {
                let bytes = live.to_bytes();
                let again = Segmenter::from_bytes(&bytes, &TripOptions::default()).unwrap();
                prop_assert_eq!(again.to_bytes(), bytes);
                live = Segmenter { limits: limits(), ..again };
            }
            live.advance(Timestamp::from_timestamp_nanos(fact.at));
        }
        prop_assert!(live.stats().late == 0 && live.stats().duplicates == sorted.len() as u64);
        prop_assert!(all(live) == expected);

        // In any order, all of it within the lateness.
        let count = said.len();
        for (a, b) in swaps {
            if count > 0 {
                said.swap(a % count, b % count);
            }
        }
        let mut any = segmenter();
        any.limits.lateness = i64::MAX;
        for fact in &said {
            any.add_fact(*fact);
        }
        prop_assert_eq!(any.stats().late, 0);
        prop_assert!(all(any) == expected);
    }

    /// Every trip lies after the one before, its stops and its way within it.
    #[test]
    fn trips_do_not_overlap(mut said in facts(80)) {
        said.sort_unstable();
        said.dedup();
        let mut segmenter = segmenter();
        segmenter.take_all(&said);
        let (findings, open) = all(segmenter);
        let mut reached = None;
        let trips = findings.into_iter().filter_map(|finding| match finding {
            Finding::Trip(trip) => Some(*trip),
            _ => None,
        });
        for trip in trips.chain(open) {
            prop_assert!(trip.start.at <= trip.end.at);
            prop_assert!(reached <= Some(trip.start.at), "{:?} {:?}", reached, trip);
            reached = Some(trip.end.at);
            let inside = |at: Timestamp| trip.start.at <= at && at <= trip.end.at;
            prop_assert!(trip.stops.iter().all(|stop| inside(stop.from) && inside(stop.until)));
            prop_assert!(trip.route.len() <= 6 && trip.route.iter().all(|waypoint| inside(waypoint.at())));
            prop_assert!(trip.idle.is_none_or(|idle| idle <= trip.duration()), "{:?}", trip);
        }
    }

    #[test]
    fn a_forged_state_is_refused_or_works(said in facts(40), place in any::<u16>(), byte in any::<u8>(), more in facts(20)) {
        let mut segmenter = segmenter();
        for fact in said {
            segmenter.add_fact(fact);
        }
        let mut bytes = segmenter.to_bytes();
        let place = HEAD + usize::from(place) % (bytes.len() - HEAD);
        bytes[place] = byte;
        let sum = checksum(&bytes[HEAD..]);
        bytes[4..HEAD].copy_from_slice(&sum);
        if let Ok(mut forged) = Segmenter::from_bytes(&bytes, &TripOptions::default()) {
            for fact in more {
                forged.add_fact(fact);
            }
            let _ = all(forged);
        }
    }
}

#[test]
fn what_waits_is_bounded() {
    let mut segmenter = segmenter();
    for second in 0..6_000 {
        let at = second * 1_000_000;
        assert_eq!(segmenter.add_fact(Fact { at, says: Says::Speed(5_000) }), Added::Accepted);
    }
    assert_eq!((segmenter.state.waiting.len(), segmenter.stats().early), (4_096, 6_000 - 4_096));
}

/// The bytes of a state are a promise: this one was written when the version was made.
#[test]
fn a_state_of_this_version_is_read_for_ever() {
    let minute = 60_000_000_000;
    let spot = |minutes: i64, latitude| Spot { at: minutes * minute, latitude, longitude: -200_000_000 };
    let mut segmenter = segmenter();
    for (at, says) in [
        (0, Says::IgnitionOn),
        (0, Says::Odometer(Odometer::Car, 84_150_000, true)),
        (0, Says::Fuel(FuelUnit::Percent, 54_000)),
        (1, Says::Speed(5_000)),
        (1, Says::Position(Fix { spot: spot(1, -300_000_000), speed: None })),
        (2, Says::Position(Fix { spot: spot(2, -299_000_000), speed: Some(5_100) })),
        (3, Says::IgnitionOff),
        (4, Says::IgnitionOn),
        (20, Says::Speed(0)),
    ] {
        segmenter.add_fact(Fact { at: at * minute, says });
    }
    let bytes = segmenter.to_bytes();
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    assert_eq!(hex, STATE);
    assert_eq!(Segmenter::from_bytes(&bytes, &TripOptions::default()).unwrap().to_bytes(), bytes);
}

const STATE: &str = "434354014d7c9e7c0464656d6f0e01808097d9ec45030001808097d9ec4580a0f1c2b13401010180e0ba84bf03ff8b8d\
    9e02ff87debe010180c0f588fe06ff82939d02ff87debe01010180a0b08dbd0aff8b8d9e02ff87debe0180a0b08dbd0a\
    0001f08d90280000000000000000000000000000000000000000f0a503000000000100000180a0b08dbd0a0100000100\
    010001000180e0ba84bf03ff8b8d9e02ff87debe010180e0ba84bf03ff8b8d9e02ff87debe010180e0ba84bf03ff8b8d\
    9e02ff87debe010000010080a0b08dbd0a0180e0ba84bf0300000101008080eb91fc0d808c8d9e0201018827000001f0\
    8d90280001f08d9028000000000000000000000000000000000000008080eb91fc0d0180e0ba84bf03ff8b8d9e02ff87\
    debe010000008080eb91fc0d000180e0ba84bf03ff8b8d9e02ff87debe010100050180a0b08dbd0a8080eb91fc0d0000\
    0100000900000000000000";
