//! The rules of trips one by one: what a car says, minute by minute, and what comes of it.

#![cfg(feature = "geography")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_core::trips::{CarTrips, TripOptions, segment};
use cc_core::{Event, Timestamp};

/// Events of a text such as `0:on 1:v50 2:p900 20:off`: a minute, and what is said: ignition `on` and `off`, speed
/// `v`, engine `e1` and `e0`, idle `i1`, position `p` in metres to the north (`p900/50` with the receiver's speed),
/// odometer `o` (in tens `t`, of the device `d`, once a day `y`), fuel `f` in litres and `%` in percent.
fn events(text: &str) -> Vec<Event> {
    text.split_whitespace()
        .enumerate()
        .map(|(id, said)| {
            let (minute, said) = said.split_once(':').unwrap();
            let (whole, tenths) = minute.split_once('.').unwrap_or((minute, "0"));
            let second = whole.parse::<i64>().unwrap() * 60 + tenths.parse::<i64>().unwrap() * 6;
            let at = Timestamp::from_timestamp(1_780_000_000 - 1_780_000_000 % 60 + second, 0).unwrap();
            let of = |letter: char| said.strip_prefix(letter);
            let body = if let Some(on) = ["off", "on"].iter().position(|word| *word == said) {
                format!("\"type\":\"car_ignition\",\"value\":{}", on == 1)
            } else if let Some(position) = of('p') {
                let (meters, speed) = position.split_once('/').unwrap_or((position, "null"));
                let latitude = meters.parse::<f64>().unwrap() / 111_195.08 - 30.0;
                format!(
                    "\"type\":\"gps_position\",\"latitude\":{latitude:.6},\"longitude\":-20,\"speed\":{speed}"
                )
            } else {
                let types = [
                    ('v', "can_vehicle_speed_kph"),
                    ('o', "can_odometer_km"),
                    ('t', "can_odometer10_km"),
                    ('d', "car_odometer_km"),
                    ('y', "daily_can_odometer_km"),
                    ('f', "can_fuel_level_liters"),
                    ('%', "can_fuel_level_percent"),
                    ('e', "can_engine_running"),
                    ('i', "calc_vehicle_idle"),
                ];
                let (letter, name) = types.into_iter().find(|(letter, _)| said.starts_with(*letter)).unwrap();
                let value = of(letter).unwrap();
                let value = match letter {
                    'e' | 'i' => (value == "1").to_string(),
                    _ => value.to_owned(),
                };
                format!("\"type\":\"{name}\",\"value\":{value}")
            };
            let time = at.to_rfc3339();
            let json = format!(
                "{{\"id\":{id},\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"{time}\",{body}}}"
            );
            Event::from_json(&json).unwrap()
        })
        .collect()
}

fn history(text: &str) -> CarTrips {
    segment(&events(text), &TripOptions::default()).unwrap().into_iter().next().unwrap()
}

/// Minutes of both ends and what told them, stops, and whether it is open; then movements.
fn told(text: &str) -> String {
    let history = history(text);
    let base = Timestamp::from_timestamp(1_780_000_000 - 1_780_000_000 % 60, 0).unwrap();
    let minute = |at: Timestamp| {
        let tenths = (at - base).num_seconds() / 6;
        if tenths % 10 == 0 { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    let mut lines: Vec<(Timestamp, String)> = Vec::new();
    for trip in &history.trips {
        let (start, end) = (&trip.start, &trip.end);
        let mut line = format!(
            "{} {} - {} {}",
            minute(start.at),
            start.told_by.as_str(),
            minute(end.at),
            end.told_by.as_str()
        );
        for stop in &trip.stops {
            let _ = write!(line, " ({}-{})", minute(stop.from), minute(stop.until));
        }
        lines.push((start.at, line));
    }
    for movement in &history.movements {
        let (from, until) = (movement.from.at(), movement.until.at());
        lines.push((from, format!("{} {}-{}", movement.kind.as_str(), minute(from), minute(until))));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_trip_is_cut_as_the_docs_say() {
    let mut wrong = Vec::new();
    for (case, said, expected) in [
        ("nothing", "0:off", ""),
        ("the ignition opens and closes", "0:on 1:v50 20:off", "0 ignition - 20 ignition"),
        ("told twice", "0:on 0.1:on 1:v50 20:off 20.1:off", "0 ignition - 20 ignition"),
        ("a short stop joins", "0:on 1:v50 5:off 9:on 10:v50 20:off", "0 ignition - 20 ignition (5-9)"),
        ("two do", "0:on 1:v50 5:off 9:on 12:off 13:on 20:off", "0 ignition - 20 ignition (5-9) (12-13)"),
        (
            "a longer one does not",
            "0:on 1:v50 5:off 15:on 16:v50 20:off",
            "0 ignition - 5 ignition; 15 ignition - 20 ignition",
        ),
        ("only stood", "0:on 1:v0 10:v0 20:off", ""),
        ("only stood, by its positions", "0:on 1:p0 10:p20 20:off", ""),
        ("only stood, by one position with its speed", "0:on 3:p0/0 10:off", ""),
        ("the receiver's noise is no speed", "0:on 3:p0/2.9 10:off", ""),
        ("one position that drives", "0:on 3:p0/50 10:off", "0 ignition - 10 ignition"),
        ("one position without a speed tells nothing", "0:on 3:p0 10:off", "0 ignition - 10 ignition"),
        ("one that stands, and the car drives", "0:on 3:p0/0 5:v50 10:off", "0 ignition - 10 ignition"),
        (
            "one that stands, and the odometer counts",
            "0:on 0:o100 3:p0/0 9:o102 10:off",
            "0 ignition - 10 ignition",
        ),
        (
            "one that stands, far from where it was parked",
            "0:on 0:p0 1:p900 2:off 60:on 63:p5000/0 70:off",
            "0 ignition - 2 ignition; 60 ignition - 70 ignition",
        ),
        (
            "one that stands where it was parked",
            "0:on 0:p0 1:p900 2:off 60:on 63:p900/0 70:off",
            "0 ignition - 2 ignition",
        ),
        ("nothing but an ignition", "0:on 20:off", "0 ignition - 20 ignition"),
        ("warming up, then off", "0:on 1:v0 5:off 6:on 7:v50 20:off", "0 ignition - 20 ignition (5-6)"),
        ("still on its way", "0:on 1:v50 2:v50", "0 ignition - 2 running"),
        ("just ended", "0:on 1:v50 20:off 21:v0", "0 ignition - 20 ignition"),
        ("no start", "0:off 5:v0 6:v50 7:v50 20:off", "6 motion - 20 ignition"),
        ("no start, the engine tells", "0:off 5:e1 6:v50 7:v50 20:off", "5 motion - 20 ignition"),
        ("old news after the end", "0:on 1:v50 20:off 20.1:v9 20.1:e1", "0 ignition - 20 ignition"),
        (
            "going on without the news of it",
            "0:on 1:v50 20:off 23:v50 30:off",
            "0 ignition - 30 ignition (20-23)",
        ),
        (
            "no end, positions go on",
            "0:on 0:p0 1:v50 5:p3000 10:v50 10:p9000 20:p9010 30:p9000 40:p9000 50:p9010 60:p9000 69:p9000 70:p9000 80:p9000",
            "0 ignition - 10 standing",
        ),
        (
            "a jam with the engine running",
            "0:on 1:v50 10:v0 20:v0 30:v0 40:v0 50:v0 60:v0 70:v0 80:v0 85:v50 90:off",
            "0 ignition - 90 ignition",
        ),
        ("silence, and the ignition goes off", "0:on 1:v50 80:off", "0 ignition - 80 ignition"),
        ("silence longer than anybody drives", "0:on 1:v50 271:off", "0 ignition - 1 silence"),
        (
            "silence, and on again: off was lost",
            "0:on 1:v50 30:on 31:v50 40:off",
            "0 ignition - 1 silence; 30 ignition - 40 ignition",
        ),
        ("a tunnel of 19 minutes", "0:on 0:p0 1:p500 20:p20000 21:p21000 25:off", "0 ignition - 25 ignition"),
        (
            "a silence without getting anywhere",
            "0:on 0:p0 1:p500 1:v30 40:p900 41:p1700 42:p2500 45:off",
            "0 ignition - 1 silence; 40 motion - 45 ignition",
        ),
        (
            "the same, and the odometer knows better",
            "0:on 0:p0 0:o100 1:p500 1:v30 2:o101 40:o120 40:p900 41:p1700 42:p2500 45:off",
            "0 ignition - 45 ignition",
        ),
        (
            "the position comes after the speed",
            "0:on 0:p0 1:p500 1:v30 40:v30 40.1:v30 40.2:p900 41:p1700 42:p2500 45:off",
            "0 ignition - 1 silence; 40 motion - 45 ignition",
        ),
        (
            "without positions the ignition is believed",
            "0:on 1:v50 40:v50 41:v50 45:off",
            "0 ignition - 45 ignition",
        ),
        // Cars that do not tell their ignition.
        (
            "positions alone",
            "0:p0 5:p10 6:p400 7:p1200 8:p2000 9:p2900 12:p2910 15:p2900 19:p2905 20:p2900",
            "5 motion - 9 standing",
        ),
        (
            "positions alone, a stop of 8 minutes",
            "0:p0 1:p400 2:p1200 5:p1205 9:p1200 10:p2000 11:p2800 15:p2800 21:p2800",
            "0 motion - 11 standing",
        ),
        (
            "positions alone, silence",
            "0:p0 1:p400 2:p1200 3:p2000 20:p9000 21:p9800 22:p10500",
            "0 motion - 3 silence; unseen 3-20; 20 motion - 22 running",
        ),
        ("speed alone", "0:v0 1:v50 10:v50 15:v0 20:v0 25:v0", "1 motion - 10 standing"),
        // Movements.
        (
            "a wrong position while parked",
            "0:on 0:p0 1:p900 2:off 60:p905 90:p2900 120:p900",
            "0 ignition - 2 ignition",
        ),
        (
            "towed",
            "0:on 0:p0 1:p900 2:off 60:p900 61:p1800 62:p2700 63:p3600 70:p3600 80:p3600",
            "0 ignition - 2 ignition; carried 60-63",
        ),
        (
            "carried, then driven off",
            "0:on 0:p0 1:p900 2:off 60:p900 61:p1800 62:p2700 63:p3600 64:on 64:p3600 65:p4500 70:off",
            "0 ignition - 2 ignition; carried 60-63; 64 ignition - 70 ignition",
        ),
        (
            "a ferry that leaves at once is no stop",
            "0:on 0:p0 1:p900 2:off 3:p900 4:p1900 5:p2900 6:p3900 8:on 8:p3900 9:p4900 12:off",
            "0 ignition - 2 ignition; carried 3-6; 8 ignition - 12 ignition",
        ),
        (
            "it had a speed: the news that it was on was lost",
            "0:on 0:p0 1:p900 2:off 60:p900 61:p1800 62:p2700 62.1:v50 63:p3600 70:off",
            "0 ignition - 2 ignition; 60 motion - 70 ignition",
        ),
        (
            "it went off again: the news that it was on was lost",
            "0:on 0:p0 1:p900 2:off 60:p900 61:p1800 62:p2700 63:p3600 64:off",
            "0 ignition - 2 ignition; 60 motion - 64 ignition",
        ),
        (
            "the odometer counted",
            "0:on 0:p0 0:o100 1:p900 2:off 60:p900 61:p2000 62:p3200 63:p4400 64:p5600 64:o105 75:p5600",
            "0 ignition - 2 ignition; 60 motion - 64 standing",
        ),
        (
            "the odometer did not count",
            "0:on 0:p0 0:o100 1:p900 2:off 60:p900 61:p2000 62:p3200 63:p4400 64:p5600 64:o100 64.1:off 75:p5600",
            "0 ignition - 2 ignition; carried 60-64",
        ),
        (
            "moved while nobody looked",
            "0:on 0:p0 1:p900 2:off 600:on 600:p9000 601:p9900 610:off",
            "0 ignition - 2 ignition; unseen 2-600; 600 ignition - 610 ignition",
        ),
        (
            "parked under a roof: the first position is further on",
            "0:on 0:p0 1:p900 2:off 600:on 602:p2400 603:p3300 610:off",
            "0 ignition - 2 ignition; 600 ignition - 610 ignition",
        ),
    ] {
        let backwards: Vec<&str> = said.split_whitespace().rev().collect();
        for said in [said.to_owned(), format!("{} {said}", backwards.join(" "))] {
            let found = told(&said);
            if found != expected {
                wrong.push(format!("{case}: {said}\n  expected {expected}\n  found    {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn distance_idle_speed_and_fuel_are_those_of_the_best_source() {
    let long = "0:on 0:o84150 0:p0 10:p10000 20:v90 20:p20000 30:p30000 33:o84184 33:p33600 34:off";
    let trip = &history(long).trips[0];
    let distance = trip.distance.unwrap();
    assert_eq!((distance.meters, distance.source.as_str()), (34_000, "odometer"));
    assert_eq!(trip.top_speed.unwrap().kilometers_per_hour, 90.0);
    assert_eq!(trip.start.odometer_meters, Some(84_150_000));
    assert_eq!(trip.fuel, None);

    // The odometer once a day, read while it was parked; a slow trip with its own speed.
    let daily = "0:y100 60:on 60:v36 60.5:v36 61:v36 61.5:v36 62:v0 62.5:v0 63:v0 64:v0 64:off 65:o102";
    let trip = &history(daily).trips[0];
    let distance = trip.distance.unwrap();
    assert_eq!((distance.meters, distance.source.as_str()), (1_050, "speed"));
    assert_eq!((trip.start.odometer_meters, trip.end.odometer_meters), (Some(100_000), Some(102_000)));
    assert_eq!(trip.idle.unwrap().num_seconds(), 120);

    // The device counts in tenths.
    let device = "0:on 0:d10.2 0:p0 5:p3000 10:d16.7 10:off";
    let distance = history(device).trips[0].distance.unwrap();
    assert_eq!((distance.meters, distance.source.as_str()), (6_500, "device_odometer"));
}

#[test]
fn fuel_is_counted_through_refuelling() {
    let said = "0:on 0:%50 1:%50 2:%50 3:%50 4:v50 5:%48 6:%46 7:%44 8:%42 9:%40 10:%40 11:%40 12:off 18:on \
        18:%90 19:%90 20:%90 21:%90 30:v50 31:%88 32:%88 33:%88 34:off";
    let mut options = TripOptions::default();
    options.tank_liters = Some(60.0);
    let history = segment(&events(said), &options).unwrap().into_iter().next().unwrap();
    let fuel = history.trips[0].fuel.unwrap();
    // 50 to 40, then 90 to 88.
    assert_eq!((fuel.millipercent, fuel.milliliters, fuel.refuelled), (Some(12_000), Some(7_200), true));
    let refuelling = &history.refuellings[0];
    assert_eq!((refuelling.before_millipercent, refuelling.after_millipercent), (Some(40_000), Some(90_000)));
    assert_eq!((refuelling.before_milliliters, refuelling.after_milliliters), (Some(24_000), Some(54_000)));
}
