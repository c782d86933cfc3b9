use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::*;

fn millisecond(millisecond: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + TimeDelta::milliseconds(millisecond)
}

/// Start and duration in milliseconds, direction, and peak.
type Told<Text> = (i64, i64, Text, Text);

/// Milliseconds, along and across.
type Samples = &'static [(i64, f64, f64)];

fn detect(samples: Samples) -> Vec<Told<String>> {
    let mut detector = DrivingDetector::new(DrivingOptions::default()).unwrap();
    let mut found = Vec::new();
    for (time, longitudinal, lateral) in samples {
        let (at, longitudinal, lateral) = (millisecond(*time), *longitudinal, *lateral);
        found.extend(detector.add(DrivingSample { at, longitudinal, lateral }));
    }
    found.extend(detector.finish());
    let told = |incident: DrivingIncident| {
        let body = incident.body();
        let duration = incident.duration.num_milliseconds();
        (incident.at.timestamp_millis(), duration, body.direction.to_string(), body.g_force.to_string())
    };
    found.into_iter().map(told).collect()
}

#[test]
fn pulls_are_told_from_bumps() {
    let cases: &[(&str, Samples, &[Told<&str>])] = &[
        ("calm", &[(0, 0.19, -0.19), (500, -0.19, 0.19), (1_000, 0.1, 0.0)], &[]),
        ("exactly the threshold", &[(0, 0.2, 0.0), (300, 0.2, 0.0)], &[(0, 300, "acceleration_low", "0.2")]),
        ("too short", &[(0, 0.0, 0.0), (100, -0.9, 0.0), (200, -0.9, 0.0), (300, 0.0, 0.0)], &[]),
        (
            "a full brake",
            &[(0, -0.3, 0.0), (200, -0.8, 0.0), (400, -0.6, 0.0)],
            &[(0, 400, "brake_high", "0.8")],
        ),
        ("left is positive", &[(0, 0.0, 0.4), (400, 0.0, 0.3)], &[(0, 400, "turn_left_medium", "0.4")]),
        ("right is negative", &[(0, 0.0, -0.25), (400, 0.0, -0.3)], &[(0, 400, "turn_right_low", "0.3")]),
        (
            "a gear is changed",
            &[(0, 0.25, 0.0), (300, 0.35, 0.0), (600, 0.0, 0.0), (800, 0.3, 0.0), (1_200, 0.22, 0.0)],
            &[(0, 1_200, "acceleration_medium", "0.35")],
        ),
        (
            "two brakes",
            &[(0, -0.25, 0.0), (400, -0.25, 0.0), (800, 0.0, 0.0), (1_200, -0.4, 0.0), (1_600, -0.4, 0.0)],
            &[(0, 400, "brake_low", "0.25"), (1_200, 400, "brake_medium", "0.4")],
        ),
        (
            "a bend to each side",
            &[(0, 0.0, 0.3), (400, 0.0, 0.3), (500, 0.0, -0.3), (900, 0.0, -0.3)],
            &[(0, 400, "turn_left_low", "0.3"), (500, 400, "turn_right_low", "0.3")],
        ),
        (
            "a brake in a bend",
            &[(0, -0.3, 0.3), (400, -0.3, 0.55)],
            &[(0, 400, "brake_low", "0.3"), (0, 400, "turn_left_high", "0.55")],
        ),
        ("a gap between", &[(0, 0.3, 0.0), (200, 0.3, 0.0), (2_300, 0.3, 0.0), (2_400, 0.3, 0.0)], &[]),
        ("a slow device", &[(0, -0.3, 0.0), (500, -0.3, 0.0)], &[(0, 500, "brake_low", "0.3")]),
        (
            "late, double and impossible samples",
            &[
                (0, -0.3, 0.0),
                (200, -0.3, 0.0),
                (100, 0.9, 0.0),
                (200, 0.9, 0.0),
                (300, 8.0, 0.0),
                (350, f64::NAN, 0.0),
                (400, -0.3, 0.0),
            ],
            &[(0, 400, "brake_low", "0.3")],
        ),
        (
            "rounded to thousandths",
            &[(0, 0.234_56, 0.0), (400, 0.2, 0.0)],
            &[(0, 400, "acceleration_low", "0.235")],
        ),
    ];
    for (name, samples, expected) in cases {
        let found = detect(samples);
        let found: Vec<_> =
            found.iter().map(|(at, long, way, g)| (*at, *long, way.as_str(), g.as_str())).collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn a_pothole_in_a_brake_is_smoothed_away() {
    let peak = |smoothing| {
        let options =
            DrivingOptions { smoothing: TimeDelta::milliseconds(smoothing), ..DrivingOptions::default() };
        let mut detector = DrivingDetector::new(options).unwrap();
        for step in 0..100 {
            // A second of braking, a hundred samples, and 50 ms of a pothole in it.
            let longitudinal = if (60..65).contains(&step) { -1.0 } else { -0.28 };
            detector.add(DrivingSample { at: millisecond(step * 10), longitudinal, lateral: 0.0 });
        }
        detector.finish()[0]
    };
    assert_eq!((peak(0).strength, peak(0).peak_g), (DrivingStrength::High, 1.0));
    let smoothed = peak(400);
    assert_eq!(smoothed.strength, DrivingStrength::Medium);
    assert!(smoothed.peak_g < 0.37, "{}", smoothed.peak_g);
    let body = smoothed.body();
    assert_eq!(&*body.direction, "brake_medium");
}

#[test]
fn what_is_left_out_is_counted() {
    let mut detector = DrivingDetector::new(DrivingOptions::default()).unwrap();
    for (time, longitudinal) in [(5, 0.0), (5, 0.0), (4, 0.0), (6, 9.0), (7, f64::NAN), (8, f64::INFINITY)] {
        detector.add(DrivingSample { at: millisecond(time), longitudinal, lateral: 0.0 });
    }
    assert_eq!((detector.late(), detector.implausible()), (2, 3));
}

#[test]
fn options_without_sense_are_refused() {
    let options = DrivingOptions::default;
    let negative = TimeDelta::milliseconds(-1);
    for (options, message) in [
        (
            DrivingOptions { turn: StrengthThresholds { high_g: 0.3, ..options().turn }, ..options() },
            "turn: low, medium and high must be above 0 g and in this order",
        ),
        (
            DrivingOptions {
                acceleration: StrengthThresholds { low_g: f64::NAN, ..options().turn },
                ..options()
            },
            "acceleration: low, medium and high must be above 0 g and in this order",
        ),
        (DrivingOptions { most_g: f64::NAN, ..options() }, "the most that is believed must be above 0 g"),
        (DrivingOptions { longest_dip: negative, ..options() }, "times must not be negative"),
    ] {
        assert_eq!(DrivingDetector::new(options).unwrap_err().to_string(), message);
    }
}

proptest! {
    #[test]
    fn incidents_are_long_hard_and_one_after_another(
        samples in proptest::collection::vec((1i64..700, -1.0..1.0f64, -1.0..1.0f64), 0..200),
    ) {
        let options = DrivingOptions::default();
        let mut detector = DrivingDetector::new(options).unwrap();
        let mut time = 0;
        let mut found = Vec::new();
        for (gap, longitudinal, lateral) in samples {
            time += gap;
            found.extend(detector.add(DrivingSample { at: millisecond(time), longitudinal, lateral }));
        }
        found.extend(detector.finish());
        let mut ends = [Timestamp::MIN_UTC; 2];
        for incident in found {
            prop_assert!(incident.duration >= options.least_duration);
            prop_assert!(incident.peak_g >= options.thresholds(incident.direction).low_g);
            let end = &mut ends[usize::from(incident.direction >= DrivingDirection::TurnLeft)];
            prop_assert!(incident.at > *end);
            *end = incident.at + incident.duration;
            let body = incident.body();
            prop_assert_eq!((body.kind(), body.strength()), (Some(incident.direction), Some(incident.strength)));
        }
        prop_assert_eq!(detector.finish(), []);
    }
}
