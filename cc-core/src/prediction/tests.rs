//! Dates worked out by hand.

use alloc::vec::Vec;

use chrono::{Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::{Confidence, Limit, NoPrediction, ServiceHistory, ServicePlan};
use crate::dashboard::state::{Bytes, Stored};
use crate::{Number, Reading, SignalId, Timestamp, Value};

/// A Thursday, and the beginning of a week in the history.
const START: &str = "2025-01-02T12:00:00Z";

fn day(day: i64) -> Timestamp {
    START.parse::<Timestamp>().unwrap() + TimeDelta::days(day)
}

fn date(day: i64) -> NaiveDate {
    self::day(day).date_naive()
}

/// A history of odometer readings: day and kilometres.
fn driven(readings: &[(i64, i64)]) -> ServiceHistory {
    let mut history = ServiceHistory::default();
    for (at, km) in readings {
        history.add_odometer(day(*at), &Number::from(*km));
    }
    history
}

fn says(history: &mut ServiceHistory, at: i64, signal: SignalId, value: impl Into<Value>) {
    history.add_reading(day(at), &Reading::new(signal, value));
}

/// Week after week, so many kilometres in each.
fn weekly(km: &[i64]) -> Vec<(i64, i64)> {
    let mut odometer = 50_000;
    let mut readings = alloc::vec![(0, odometer)];
    for (week, km) in (1..).zip(km) {
        odometer += km;
        readings.push((7 * week, odometer));
    }
    readings
}

#[test]
fn the_distance_a_day_is_the_middle_slope() {
    let steady: Vec<i64> = [280; 20].to_vec();
    let trip: Vec<i64> = [280; 9].iter().chain(&[2_800]).chain(&[280; 42]).copied().collect();
    let short: Vec<i64> = [280, 280, 280, 280, 2_800, 280, 280, 280, 280, 280].to_vec();
    let other_weekend: Vec<i64> = [0, 560].repeat(10);
    let parked: Vec<i64> = [280; 4].iter().chain(&[0; 20]).copied().collect();
    let summer_only: Vec<i64> = [0; 13].iter().chain(&[400; 26]).chain(&[0; 20]).copied().collect();
    for (name, weeks, meters) in [
        ("steady", &steady, 40_000),
        // Of the 1,378 slopes of a year 948 do not span the trip.
        ("one long trip in a year", &trip, 40_000),
        // Of 55 slopes 25 do not span it: the middle one is 2,520 km over nine weeks and 280 in each.
        ("one long trip in ten weeks", &short, 80_000),
        ("every other weekend", &other_weekend, 40_000),
        ("parked for most of the time", &parked, 0),
        // Of 903 slopes; the mean is 35 km a day.
        ("in summer only, in autumn", &summer_only[..42].to_vec(), 48_571),
        // 10,400 km in 52 weeks are 200 km a week.
        ("in summer only, once there is a year of it", &summer_only, 28_571),
    ] {
        let readings = weekly(weeks);
        let now = day(readings.last().unwrap().0);
        let found = driven(&readings).daily_distance(now).unwrap();
        assert_eq!((found.middle, found.weeks), (meters, weeks.len()), "{name}");
        assert!(found.slow <= found.middle && found.middle <= found.fast, "{name}");
    }
}

#[test]
fn what_cannot_have_been_driven_does_not_count() {
    // 40 km a day, in each case.
    for (name, readings) in [
        ("whole", &[(0, 1_000), (7, 1_280), (14, 1_560), (21, 1_840)][..]),
        ("a new instrument cluster", &[(0, 90_000), (7, 90_280), (8, 3), (14, 243), (21, 523)]),
        ("a cluster with more on it", &[(0, 1_000), (7, 1_280), (8, 90_000), (14, 90_240), (21, 90_520)]),
        ("a misread number", &[(0, 90_000), (7, 90_280), (10, 0), (14, 90_560), (21, 90_840), (28, 91_120)]),
        (
            "steps of ten kilometres",
            &[(0, 1_000), (7, 1_280), (7, 1_280), (14, 1_560), (14, 1_550), (21, 1_840)],
        ),
        ("a silent month", &[(0, 1_000), (7, 1_280), (35, 2_400), (42, 2_680)]),
        ("out of order and twice", &[(21, 1_840), (7, 1_280), (0, 1_000), (14, 1_560), (7, 1_280)]),
    ] {
        let found = driven(readings).daily_distance(day(60)).unwrap();
        let (least, most) = if name.starts_with("steps") { (39_000, 40_500) } else { (40_000, 40_000) };
        assert!((least..=most).contains(&found.middle), "{name}: {found:?}");
    }
}

#[test]
fn the_earlier_of_distance_and_time_counts() {
    let km = |interval_km, interval_days| ServicePlan {
        last_service: Some(date(0)),
        interval_km,
        interval_days,
        ..ServicePlan::default()
    };
    // Driven 20 weeks at 40 km a day: 5,600 km, on day 140.
    let history = driven(&weekly(&[280; 20]));
    for (plan, likely, limit) in [
        // 9,400 km left: 235 days.
        (km(Some(15_000), None), 140 + 235, Limit::Distance),
        (km(Some(15_000), Some(730)), 140 + 235, Limit::Distance),
        (km(Some(15_000), Some(365)), 365, Limit::Time),
        (km(None, Some(730)), 730, Limit::Time),
        // 600 km too many: 15 days ago.
        (km(Some(5_000), Some(730)), 140 - 15, Limit::Distance),
    ] {
        let found = history.predict(&plan, day(140)).unwrap();
        assert_eq!((found.due.likely, found.limit), (date(likely), limit), "{plan:?}");
        assert_eq!(found.is_overdue(day(140)), likely < 140);
    }
    // All slopes are one: the range is the day itself, and a day for what was rounded.
    let due = history.predict(&km(Some(15_000), None), day(140)).unwrap().due;
    assert_eq!((due.earliest, due.latest), (date(375), Some(date(376))));
}

#[test]
fn what_the_car_says_comes_first_until_the_next_service() {
    let plan = ServicePlan {
        last_service: Some(date(0)),
        interval_km: Some(15_000),
        interval_days: Some(365),
        ..ServicePlan::default()
    };
    let mut history = driven(&weekly(&[280; 20]));
    // On day 126 it says 2,000 km; 560 km later 1,440 are left: 36 days.
    says(&mut history, 126, SignalId::NEXT_SERVICE_DISTANCE, 2_000);
    let found = history.predict(&plan, day(140)).unwrap();
    assert_eq!((found.due.likely, found.distance_left), (date(176), Some(1_440_000)));
    // What it says later counts, in whatever order it comes.
    says(&mut history, 100, SignalId::NEXT_SERVICE_DISTANCE, 9_999);
    assert_eq!(history.predict(&plan, day(140)).unwrap(), found);
    says(&mut history, 139, SignalId::NEXT_SERVICE_TIME, 20);
    let by_time = history.predict(&plan, day(140)).unwrap();
    assert_eq!((by_time.due.likely, by_time.limit), (date(159), Limit::Time));
    assert_eq!((by_time.due.earliest, by_time.due.latest), (date(159), Some(date(159))));
    // From before what it says; as of then it was not yet said.
    assert_eq!(history.predict(&plan, day(138)).unwrap().limit, Limit::Distance);
    // Serviced on day 140: what was said before is over.
    says(&mut history, 141, SignalId::LAST_SERVICE_DATE, Value::Date(date(140)));
    let found = history.predict(&plan, day(141)).unwrap();
    assert_eq!((found.due.likely, found.limit), (date(140 + 365), Limit::Time));
    assert_eq!(found.distance_left, Some(15_000_000 - 20_000), "half of day 140 was driven before noon");
}

#[test]
fn what_the_car_said_before_its_last_service_is_over_however_it_tells_that() {
    type S = SignalId;
    // 50 km a day for 100 days: 45,000 km on day 100.
    let readings: Vec<(i64, i64)> = (0..=100).map(|day| (day, 40_000 + 50 * day)).collect();
    let date = |day| Value::Date(self::date(day));
    let km = |km: i64| Value::from(km);
    for (name, told, due) in [
        ("no service", &[][..], 72),
        ("the odometer at the last service", &[(100, S::LAST_SERVICE_ODOMETER, km(44_900))], 100 + 298),
        ("the same, fifteen days ago", &[(85, S::LAST_SERVICE_ODOMETER, km(44_250))], 85 + 300),
        ("ahead of the last reading", &[(100, S::LAST_SERVICE_ODOMETER, km(45_010))], 100 + 300),
        ("kilometres since", &[(100, S::LAST_SERVICE_DISTANCE, km(100))], 100 + 298),
        ("kilometres since, ten days ago", &[(90, S::LAST_SERVICE_DISTANCE, km(100))], 88 + 300),
        // From the beginning of day 98, half a day before its reading.
        ("days since", &[(100, S::LAST_SERVICE_TIME, km(2))], 100 + 297),
        ("days since, ten days ago", &[(90, S::LAST_SERVICE_TIME, km(2))], 100 + 287),
        ("the date", &[(100, S::LAST_SERVICE_DATE, date(98))], 100 + 297),
        ("a service before what is left was said", &[(100, S::LAST_SERVICE_ODOMETER, km(43_000))], 72),
        ("the same in kilometres", &[(100, S::LAST_SERVICE_DISTANCE, km(2_000))], 72),
        ("the same in days", &[(100, S::LAST_SERVICE_TIME, km(40))], 72),
        ("an odometer of no service of this car", &[(100, S::LAST_SERVICE_ODOMETER, km(60_000))], 72),
        ("less than nothing since", &[(100, S::LAST_SERVICE_DISTANCE, km(-1))], 72),
        ("a service of tomorrow", &[(101, S::LAST_SERVICE_DISTANCE, km(0))], 72),
        (
            "an old date and a new odometer",
            &[(10, S::LAST_SERVICE_DATE, date(1)), (100, S::LAST_SERVICE_ODOMETER, km(44_900))],
            100 + 298,
        ),
    ] {
        let mut history = driven(&readings);
        says(&mut history, 70, S::NEXT_SERVICE_DISTANCE, 100);
        says(&mut history, 70, S::SERVICE_INTERVAL_DISTANCE, 15_000);
        for (at, signal, value) in told {
            says(&mut history, *at, signal.clone(), value.clone());
        }
        let found = history.predict(&ServicePlan::default(), day(100)).unwrap();
        assert_eq!(found.due.likely, self::date(due), "{name}");
        // The same of days that are left.
        let mut history = driven(&readings);
        says(&mut history, 70, S::NEXT_SERVICE_TIME, 2);
        says(&mut history, 70, S::SERVICE_INTERVAL_TIME, 365);
        for (at, signal, value) in told {
            says(&mut history, *at, signal.clone(), value.clone());
        }
        let found = history.predict(&ServicePlan::default(), day(100)).unwrap();
        assert_eq!(found.due.likely == self::date(72), due == 72, "{name}");
    }
    // A plan that knows the odometer and no date.
    let mut history = driven(&readings);
    says(&mut history, 70, S::NEXT_SERVICE_DISTANCE, 100);
    let plan =
        ServicePlan { last_service_km: Some(44_900), interval_km: Some(15_000), ..ServicePlan::default() };
    assert_eq!(history.predict(&plan, day(100)).unwrap().due.likely, self::date(100 + 298));
}

#[test]
fn kilometres_and_days_since_the_last_service_are_a_last_service() {
    type S = SignalId;
    // 52,800 km on day 70, at 40 km a day.
    for (name, signal, since, likely) in [
        ("on the line", S::LAST_SERVICE_DISTANCE, 400, 70 + 365),
        ("before the first reading", S::LAST_SERVICE_DISTANCE, 10_000, 70 + 125),
        // From midnight: 380 km until the reading of day 61, 360 more.
        ("in days", S::LAST_SERVICE_TIME, 10, 60 + 374),
    ] {
        let mut history = driven(&weekly(&[280; 10]));
        says(&mut history, 70, S::SERVICE_INTERVAL_DISTANCE, 15_000);
        let nothing = history.predict(&ServicePlan::default(), day(70));
        assert_eq!(nothing, Err(NoPrediction::NoLimit), "{name}");
        says(&mut history, 70, signal, since);
        let found = history.predict(&ServicePlan::default(), day(70)).unwrap();
        assert_eq!((found.due.likely, found.limit), (date(likely), Limit::Distance), "{name}");
    }
    let mut history = ServiceHistory::default();
    says(&mut history, 70, S::SERVICE_INTERVAL_TIME, 365);
    says(&mut history, 70, S::LAST_SERVICE_TIME, 10);
    let found = history.predict(&ServicePlan::default(), day(70)).unwrap();
    assert_eq!((found.due.likely, found.confidence), (date(60 + 365), Confidence::High));
    says(&mut history, 70, S::SERVICE_INTERVAL_DISTANCE, 15_000);
    says(&mut history, 70, S::LAST_SERVICE_DISTANCE, 400);
    let found = history.predict(&ServicePlan::default(), day(70)).unwrap();
    assert_eq!((found.due.likely, found.confidence), (date(60 + 365), Confidence::Low));
}

#[test]
fn each_thing_the_car_says_of_its_service_is_merged_and_kept() {
    type S = SignalId;
    for (signal, value) in [
        (S::LAST_SERVICE_DATE, Value::Date(date(1))),
        (S::LAST_SERVICE_DISTANCE, 1.into()),
        (S::LAST_SERVICE_ODOMETER, 1.into()),
        (S::LAST_SERVICE_TIME, 1.into()),
        (S::NEXT_SERVICE_30DAYS, 30.into()),
        (S::NEXT_SERVICE_DISTANCE, 1.into()),
        (S::NEXT_SERVICE_TIME, 1.into()),
        (S::SERVICE_INTERVAL_DISTANCE, 1.into()),
        (S::SERVICE_INTERVAL_TIME, 1.into()),
    ] {
        let mut history = ServiceHistory::default();
        says(&mut history, 5, signal.clone(), value);
        assert!(history != ServiceHistory::default(), "{signal}");
        let mut merged = ServiceHistory::default();
        merged.merge(&history);
        assert!(merged == history, "{signal}");
        let mut bytes = Vec::new();
        history.write(&mut bytes);
        assert!(ServiceHistory::read(&mut Bytes::new(&bytes)) == Some(history), "{signal}");
    }
}

#[test]
fn steps_of_30_days_are_a_range() {
    let history = |readings: &[(i64, i64)], days: i64| {
        let mut history = driven(readings);
        says(&mut history, 140, SignalId::NEXT_SERVICE_30DAYS, days);
        history
    };
    let steady = weekly(&[280; 20]);
    let km =
        |km| ServicePlan { interval_km: Some(km), last_service: Some(date(0)), ..ServicePlan::default() };
    for (name, readings, days, plan, expected) in [
        ("alone", &[][..], 60, ServicePlan::default(), (200, 214, 229, Limit::Time, Confidence::Medium)),
        ("overdue", &[], -30, ServicePlan::default(), (110, 124, 139, Limit::Time, Confidence::Medium)),
        ("distance is later", &steady, 60, km(15_000), (200, 214, 229, Limit::Time, Confidence::Medium)),
        // 2,400 km left: 60 days, and a day for what was rounded.
        ("distance is earlier", &steady, 60, km(8_000), (200, 200, 201, Limit::Distance, Confidence::Medium)),
        // 3,200 km left: 80 days.
        ("distance is within", &steady, 60, km(8_800), (200, 214, 221, Limit::Time, Confidence::Medium)),
    ] {
        let found = history(readings, days).predict(&plan, day(140)).unwrap();
        let (earliest, likely, latest, limit, confidence) = expected;
        assert_eq!(
            (found.due.earliest, found.due.likely, found.due.latest),
            (date(earliest), date(likely), Some(date(latest))),
            "{name}"
        );
        assert_eq!((found.limit, found.confidence), (limit, confidence), "{name}");
    }
    // Days to the day come before.
    let mut both = history(&[], 60);
    says(&mut both, 140, SignalId::NEXT_SERVICE_TIME, 71);
    let found = both.predict(&ServicePlan::default(), day(140)).unwrap();
    assert_eq!((found.due.latest, found.confidence), (Some(date(211)), Confidence::High));
}

#[test]
fn the_odometer_at_the_last_service_helps_where_no_reading_reaches_back() {
    let plan = |last_service_km| ServicePlan {
        last_service: Some(date(-300)),
        last_service_km,
        interval_km: Some(15_000),
        ..ServicePlan::default()
    };
    let history = driven(&weekly(&[280; 10]));
    // 52,800 km now: 10,000 since the service, 5,000 left, 125 days.
    let found = history.predict(&plan(Some(42_800)), day(70)).unwrap();
    assert_eq!(found.due.likely, date(70 + 125));
    assert_eq!(history.predict(&plan(None), day(70)), Err(NoPrediction::NoLimit));
    assert_eq!(history.predict(&plan(Some(60_000)), day(70)), Err(NoPrediction::UnknownStart));
    let mut told = history.clone();
    says(&mut told, 60, SignalId::LAST_SERVICE_DATE, Value::Date(date(-200)));
    says(&mut told, 60, SignalId::LAST_SERVICE_ODOMETER, 46_800);
    // 6,000 since then.
    assert_eq!(told.predict(&plan(Some(42_800)), day(70)).unwrap().due.likely, date(70 + 225));
}

#[test]
fn without_enough_to_go_by_there_is_a_reason_and_no_date() {
    let plan =
        ServicePlan { last_service: Some(date(0)), interval_km: Some(15_000), ..ServicePlan::default() };
    let parked = [(0, 50_000), (7, 50_000), (14, 50_000), (90, 50_000)];
    for (readings, now, reason) in [
        (&[][..], 0, "nothing says when a service is due"),
        (&[(0, 50_000)], 3, "expected readings of the odometer over 14 days or more, found 0 days"),
        (
            &[(0, 50_000), (13, 51_000)],
            13,
            "expected readings of the odometer over 14 days or more, found 13 days",
        ),
        (
            &[(0, 50_000), (7, 50_100), (14, 50_200)],
            105,
            "expected a reading of the odometer within 90 days, the last is 91 days old",
        ),
        (&parked, 90, "the car is not driven, and no time limit is known"),
    ] {
        let error = driven(readings).predict(&plan, day(now)).unwrap_err();
        assert_eq!(alloc::format!("{error}"), reason);
        if !readings.is_empty() {
            // The months are a date all the same.
            let plan = ServicePlan { interval_days: Some(365), ..plan };
            let found = driven(readings).predict(&plan, day(now)).unwrap();
            let confidence = if readings == parked { Confidence::Medium } else { Confidence::Low };
            assert_eq!(
                (found.due.likely, found.limit, found.confidence),
                (date(365), Limit::Time, confidence)
            );
        }
    }
}

#[test]
fn confidence_grows_with_what_is_known() {
    let plan =
        ServicePlan { last_service: Some(date(0)), interval_km: Some(30_000), ..ServicePlan::default() };
    let uneven: Vec<i64> = [100, 460].repeat(6);
    let seasons: Vec<i64> = [20; 20].iter().chain(&[600; 20]).copied().collect();
    for (weeks, silent, confidence) in [
        (&[280; 7][..], 0, Confidence::Low),
        (&[280; 8], 0, Confidence::Medium),
        (&[280; 26], 0, Confidence::High),
        (&[280; 26], 31, Confidence::Low),
        (&uneven, 0, Confidence::Medium),
        (&seasons, 0, Confidence::Low),
    ] {
        let readings = weekly(weeks);
        let now = day(readings.last().unwrap().0 + silent);
        assert_eq!(
            driven(&readings).predict(&plan, now).unwrap().confidence,
            confidence,
            "{weeks:?} {silent}"
        );
    }
}

#[test]
fn a_silent_car_may_be_parked_and_so_the_range_is_open_to_later() {
    let plan =
        ServicePlan { last_service: Some(date(0)), interval_km: Some(10_000), ..ServicePlan::default() };
    // 4,400 km left at 40 km a day: 110 days from the last reading, or from 20 days later.
    let history = driven(&weekly(&[280; 20]));
    let due = history.predict(&plan, day(160)).unwrap().due;
    assert_eq!((due.earliest, due.likely, due.latest), (date(250), date(250), Some(date(271))));
}

#[test]
fn memory_is_bounded_and_the_newest_weeks_stay() {
    let mut history = ServiceHistory::default();
    for week in 0..1_000 {
        history.add_odometer(day(7 * week), &Number::from(1_000 + 280 * week));
    }
    assert_eq!(history.weeks(), 60);
    assert!(history.bytes() < 3_000, "{}", history.bytes());
    assert_eq!(history.daily_distance(day(7_000)).unwrap().middle, 40_000);
    for km in ["-5", "4000001", "1e300"] {
        history.add_odometer(day(7_001), &km.parse().unwrap());
    }
    assert_eq!(history.daily_distance(day(7_001)).unwrap().middle, 40_000);
}

proptest! {
    #[test]
    fn order_batches_and_duplicates_do_not_matter(
        readings in prop::collection::vec((0..700_i64, 0..2_000_000_i64), 0..90),
        told in prop::collection::vec((0..700_i64, -500..30_000_i64), 0..6),
        rotate in 0..90_usize,
        cut in 0..90_usize,
        now in 0..800_i64,
        interval_km in prop::option::of(0..50_000_u32),
    ) {
        let plan = ServicePlan { last_service: Some(date(0)), interval_km, interval_days: Some(730), ..ServicePlan::default() };
        let build = |readings: &[(i64, i64)], told: &[(i64, i64)]| {
            let mut history = driven(readings);
            for (at, km) in told {
                says(&mut history, *at, SignalId::NEXT_SERVICE_DISTANCE, *km);
            }
            history
        };
        let whole = build(&readings, &told);
        let mut other = readings.clone();
        other.rotate_left(if readings.is_empty() { 0 } else { rotate % readings.len() });
        other.extend(readings.iter().step_by(3));
        let backwards: Vec<_> = told.iter().rev().copied().collect();
        prop_assert_eq!(&build(&other, &backwards), &whole);
        let (a, b) = readings.split_at(cut.min(readings.len()));
        let mut merged = build(b, &told);
        merged.merge(&build(a, &[]));
        prop_assert_eq!(&merged, &whole);

        let found = whole.predict(&plan, day(now)).unwrap();
        prop_assert!(found.due.earliest <= found.due.likely);
        prop_assert!(found.due.latest.is_none_or(|latest| found.due.likely <= latest));
        prop_assert!(found.due.likely <= date(730));
    }

    #[test]
    fn any_readings_give_a_date_or_a_reason(
        readings in prop::collection::vec((any::<i64>(), any::<f64>()), 0..20),
        left in any::<f64>(),
        days in any::<f64>(),
        now in any::<i64>(),
    ) {
        let at = |seconds: i64| Timestamp::from_timestamp(seconds % 8_000_000_000_000, 0).unwrap();
        let mut history = ServiceHistory::default();
        for (seconds, km) in readings {
            if let Some(km) = Number::from_f64(km) {
                history.add_odometer(at(seconds), &km);
            }
        }
        for (signal, value) in [(SignalId::NEXT_SERVICE_DISTANCE, left), (SignalId::NEXT_SERVICE_TIME, days)] {
            if let Some(value) = Number::from_f64(value) {
                history.add_reading(at(now / 2), &Reading::new(signal, value));
            }
        }
        let plan = ServicePlan {
            last_service: Some(NaiveDate::MAX - Days::new(1)),
            last_service_km: Some(u32::MAX),
            interval_km: Some(u32::MAX),
            interval_days: Some(u32::MAX),
        };
        let _ = (history.predict(&plan, at(now)), history.predict(&ServicePlan::default(), at(now)));
    }
}
