//! Hard driving, from what an accelerometer in the car feels.
//!
//! A plug in the car or a phone in its holder measures how the car speeds up, slows down and turns, in *g*: 1 g is the
//! pull of the Earth, 9.80665 m/s². A calm driver seldom passes 0.2 g, a full brake on a dry road reaches 0.9. Insurers
//! and fleets count how often and how hard; the data stream calls each a `car_profiling` event.
//!
//! The noise of a road is harder than a driver: a pothole gives 1 g for a twentieth of a second. So a
//! [`DrivingDetector`] asks that a pull lasts, and lets it dip for a moment, as it does when a gear is changed.
//!
//! **Axes** are those of ISO 8855: *x* points forward and *y* to the left. Speeding up is a positive longitudinal
//! acceleration, turning left a positive lateral one: the car accelerates towards the inside of the bend. Devices that
//! report what the driver feels, who is pressed to the outside, have both signs the other way round: turn them first.
//!
//! # Examples
//!
//! ```
//! use cc_core::driving::{DrivingDetector, DrivingOptions, DrivingSample, DrivingStrength};
//! use cc_core::{DrivingDirection, Timestamp};
//! use chrono::TimeDelta;
//!
//! let mut detector = DrivingDetector::new(DrivingOptions::default())?;
//! let mut incidents = Vec::new();
//! for (i, longitudinal) in [0.0, -0.1, -0.3, -0.45, -0.4, -0.25, -0.1, 0.0, 0.0].into_iter().enumerate() {
//!     let at = Timestamp::UNIX_EPOCH + TimeDelta::milliseconds(200 * i as i64);
//!     incidents.extend(detector.add(DrivingSample { at, longitudinal, lateral: 0.02 }));
//! }
//! incidents.extend(detector.finish());
//!
//! let brake = &incidents[0];
//! assert_eq!((brake.direction, brake.strength), (DrivingDirection::Brake, DrivingStrength::Medium));
//! let body = brake.body();
//! assert_eq!((&*body.direction, body.g_force.to_string()), ("brake_medium", "0.45".to_owned()));
//!
//! let mut options = DrivingOptions::default();
//! options.brake.low_g = 0.9;
//! let error = DrivingDetector::new(options).unwrap_err();
//! assert_eq!(error.to_string(), "brake: low, medium and high must be above 0 g and in this order");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::format;
use alloc::vec::Vec;
use core::fmt;

use chrono::TimeDelta;

use crate::{DrivingDirection, DrivingEvent, Number, Timestamp};

/// What the accelerometer felt at one instant, in g, along the axes of ISO 8855.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrivingSample {
    /// When.
    pub at: Timestamp,
    /// Forward: above zero the car speeds up, below it slows down.
    pub longitudinal: f64,
    /// To the left: above zero the car turns left, below it turns right.
    pub lateral: f64,
}

/// How hard. The words of the data stream, `_low`, `_medium` and `_high`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DrivingStrength {
    /// Worth recording.
    Low,
    /// Uncomfortable.
    Medium,
    /// An emergency, or a race.
    High,
}

impl fmt::Display for DrivingStrength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// From how many g a pull is low, medium or high.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrengthThresholds {
    /// From here on it is recorded.
    pub low_g: f64,
    /// From here on it is medium.
    pub medium_g: f64,
    /// From here on it is high.
    pub high_g: f64,
}

/// What counts as hard driving.
///
/// | | low | medium | high | source |
/// |---|---|---|---|---|
/// | brake | 0.2 g | 0.35 g | 0.6 g | low: the platform records from 0.2 g (its public data overview); medium: 3.4 m/s², the deceleration that AASHTO's *Green Book* calls comfortable for most drivers; high: 6 m/s², from which UN R13-H lets a passenger car give the emergency braking signal (the flashing stop lamps of UN R48) |
/// | acceleration | 0.2 g | 0.3 g | 0.45 g | low: as above; the others are a product choice: few cars can do more |
/// | turn | 0.2 g | 0.35 g | 0.5 g | low: as above; the others are a product choice: tyres of a family car let go at 0.8 g |
///
/// The times are a product choice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrivingOptions {
    /// Speeding up.
    pub acceleration: StrengthThresholds,
    /// Slowing down.
    pub brake: StrengthThresholds,
    /// Turning, left and right alike.
    pub turn: StrengthThresholds,
    /// A pull counts if it is at least low for this long, from the first such sample to the last; 300 ms by default.
    /// Zero lets a single sample count.
    pub least_duration: TimeDelta,
    /// A pull may fall below low for this long and still be one: a gear is changed, a foot slips; 500 ms by default.
    pub longest_dip: TimeDelta,
    /// Samples further apart than this have nothing to do with one another; 2 s by default.
    pub longest_gap: TimeDelta,
    /// More than this on either axis is a knock at the device and not the car, and the sample is left out; 1.5 g by
    /// default, more than tyres can hold.
    pub most_g: f64,
    /// Over how long the samples are smoothed (the time constant of a low-pass filter of the first order); zero, the
    /// default, takes them as they are. Plugs have filtered before they send; for the raw sensor of a phone 200 ms tell
    /// a foot from a pothole.
    pub smoothing: TimeDelta,
}

impl Default for DrivingOptions {
    fn default() -> Self {
        let thresholds = |low_g, medium_g, high_g| StrengthThresholds { low_g, medium_g, high_g };
        Self {
            acceleration: thresholds(0.2, 0.3, 0.45),
            brake: thresholds(0.2, 0.35, 0.6),
            turn: thresholds(0.2, 0.35, 0.5),
            least_duration: TimeDelta::milliseconds(300),
            longest_dip: TimeDelta::milliseconds(500),
            longest_gap: TimeDelta::seconds(2),
            most_g: 1.5,
            smoothing: TimeDelta::zero(),
        }
    }
}

impl DrivingOptions {
    fn thresholds(&self, direction: DrivingDirection) -> StrengthThresholds {
        match direction {
            DrivingDirection::Acceleration => self.acceleration,
            DrivingDirection::Brake => self.brake,
            DrivingDirection::TurnLeft | DrivingDirection::TurnRight => self.turn,
        }
    }

    fn check(&self) -> Result<(), DrivingOptionsError> {
        for (name, StrengthThresholds { low_g, medium_g, high_g }) in
            [("acceleration", self.acceleration), ("brake", self.brake), ("turn", self.turn)]
        {
            // Also where one of them is NaN.
            if !(low_g > 0.0 && low_g <= medium_g && medium_g <= high_g && high_g.is_finite()) {
                return Err(DrivingOptionsError::Thresholds { name });
            }
        }
        if self.most_g.is_nan() || self.most_g <= 0.0 {
            return Err(DrivingOptionsError::Most);
        }
        let times = [self.least_duration, self.longest_dip, self.longest_gap, self.smoothing];
        if times.iter().any(|time| *time < TimeDelta::zero()) {
            return Err(DrivingOptionsError::Time);
        }
        Ok(())
    }
}

/// Why [`DrivingOptions`] make no sense.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DrivingOptionsError {
    /// `most_g` leaves no sample.
    #[error("the most that is believed must be above 0 g")]
    Most,
    /// Thresholds are not numbers above zero, or not in order.
    #[error("{name}: low, medium and high must be above 0 g and in this order")]
    Thresholds {
        /// `acceleration`, `brake` or `turn`.
        name: &'static str,
    },
    /// A time is below zero.
    #[error("times must not be negative")]
    Time,
}

/// One time that the car was driven hard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrivingIncident {
    /// When it began: the first sample that was at least low.
    pub at: Timestamp,
    /// From the first sample that was at least low to the last.
    pub duration: TimeDelta,
    /// Which way.
    pub direction: DrivingDirection,
    /// How hard, at the peak.
    pub strength: DrivingStrength,
    /// The largest acceleration, in g; never negative.
    pub peak_g: f64,
}

impl DrivingIncident {
    /// The body of a `car_profiling` event. The peak is rounded to thousandths of a g.
    pub fn body(&self) -> DrivingEvent {
        let thousandths = (self.peak_g * 1_000.0 + 0.5) as i64;
        let word = match self.direction {
            DrivingDirection::Acceleration => "acceleration",
            DrivingDirection::Brake => "brake",
            DrivingDirection::TurnLeft => "turn_left",
            DrivingDirection::TurnRight => "turn_right",
        };
        DrivingEvent {
            g_force: Number::from_f64(thousandths as f64 / 1_000.0).unwrap_or(Number::ZERO),
            direction: format!("{word}_{}", self.strength).into(),
        }
    }
}

impl DrivingEvent {
    /// How hard it was, unless the sender used a word of another kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::driving::DrivingStrength;
    /// use cc_core::{DrivingEvent, Number};
    ///
    /// let mut event = DrivingEvent { g_force: "0.41".parse()?, direction: "turn_left_medium".into() };
    /// assert_eq!(event.strength(), Some(DrivingStrength::Medium));
    /// event.direction = "spin_medium".into();
    /// assert_eq!(event.strength(), None);
    /// # Ok::<(), cc_core::NumberParseError>(())
    /// ```
    pub fn strength(&self) -> Option<DrivingStrength> {
        self.kind()?;
        match self.direction.rsplit_once('_')?.1 {
            "low" => Some(DrivingStrength::Low),
            "medium" => Some(DrivingStrength::Medium),
            "high" => Some(DrivingStrength::High),
            _ => None,
        }
    }
}

/// Finds hard driving in samples of one car, fed in the order of their time.
///
/// The two axes are watched apart: braking in a bend is a brake and a turn. A sample that is not newer than the last is
/// left out, and so is one that cannot be; both are counted. What is kept is at most one unfinished pull an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct DrivingDetector {
    options: DrivingOptions,
    last: Option<Timestamp>,
    /// The smoothed acceleration, along and across.
    smooth: [f64; 2],
    /// The unfinished pulls along and across.
    pulls: [Option<Pull>; 2],
    late: u64,
    implausible: u64,
}

/// A pull that may go on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pull {
    direction: DrivingDirection,
    since: Timestamp,
    /// The last sample that was at least low.
    until: Timestamp,
    peak_g: f64,
}

impl DrivingDetector {
    /// A detector that has felt nothing yet.
    pub fn new(options: DrivingOptions) -> Result<Self, DrivingOptionsError> {
        options.check()?;
        Ok(Self { options, last: None, smooth: [0.0; 2], pulls: [None; 2], late: 0, implausible: 0 })
    }

    /// Takes a sample, and tells what is now over: by its start, then by its direction.
    pub fn add(&mut self, sample: DrivingSample) -> Vec<DrivingIncident> {
        let DrivingSample { at, longitudinal, lateral } = sample;
        if self.last.is_some_and(|last| at <= last) {
            self.late = self.late.saturating_add(1);
            return Vec::new();
        }
        // Also where one of them is NaN.
        if !(longitudinal.abs() <= self.options.most_g && lateral.abs() <= self.options.most_g) {
            self.implausible = self.implausible.saturating_add(1);
            return Vec::new();
        }
        let since_last = self.last.map(|last| at.signed_duration_since(last));
        let gap = since_last.is_none_or(|time| time > self.options.longest_gap);
        self.last = Some(at);
        self.smooth = match since_last {
            Some(time) if !gap => {
                let (time, constant) = (seconds(time), seconds(self.options.smoothing));
                let part = if constant > 0.0 { time / (time + constant) } else { 1.0 };
                let [along, across] = self.smooth;
                [along + (longitudinal - along) * part, across + (lateral - across) * part]
            }
            _ => [longitudinal, lateral],
        };
        let [longitudinal, lateral] = self.smooth;
        let along = if longitudinal > 0.0 { DrivingDirection::Acceleration } else { DrivingDirection::Brake };
        let across = if lateral > 0.0 { DrivingDirection::TurnLeft } else { DrivingDirection::TurnRight };
        let mut over = Vec::new();
        for (pull, (direction, g)) in
            self.pulls.iter_mut().zip([(along, longitudinal.abs()), (across, lateral.abs())])
        {
            let is_hard = g >= self.options.thresholds(direction).low_g;
            if let Some(open) = pull {
                let dip = at.signed_duration_since(open.until);
                let turned = is_hard && open.direction != direction;
                if gap || turned || dip > self.options.longest_dip {
                    over.extend(open.incident(&self.options));
                    *pull = None;
                }
            }
            match pull {
                Some(open) if is_hard => {
                    open.until = at;
                    open.peak_g = open.peak_g.max(g);
                }
                None if is_hard => *pull = Some(Pull { direction, since: at, until: at, peak_g: g }),
                _ => {}
            }
        }
        in_order(over)
    }

    /// Tells what was unfinished, as if no sample followed for a long time.
    pub fn finish(&mut self) -> Vec<DrivingIncident> {
        let pulls = core::mem::take(&mut self.pulls);
        in_order(pulls.iter().flatten().filter_map(|pull| pull.incident(&self.options)).collect())
    }

    /// How many samples were left out because they were not newer than the last.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// How many samples were left out because no car does that, or because they were no numbers.
    pub fn implausible(&self) -> u64 {
        self.implausible
    }
}

impl Pull {
    /// The incident, if it lasted.
    fn incident(&self, options: &DrivingOptions) -> Option<DrivingIncident> {
        let duration = self.until.signed_duration_since(self.since);
        if duration < options.least_duration {
            return None;
        }
        let thresholds = options.thresholds(self.direction);
        let strength = if self.peak_g >= thresholds.high_g {
            DrivingStrength::High
        } else if self.peak_g >= thresholds.medium_g {
            DrivingStrength::Medium
        } else {
            DrivingStrength::Low
        };
        Some(DrivingIncident {
            at: self.since,
            duration,
            direction: self.direction,
            strength,
            peak_g: self.peak_g,
        })
    }
}

/// At most three hundred years.
fn seconds(time: TimeDelta) -> f64 {
    time.num_nanoseconds().unwrap_or(i64::MAX) as f64 / 1e9
}

fn in_order(mut incidents: Vec<DrivingIncident>) -> Vec<DrivingIncident> {
    incidents.sort_by_key(|incident| (incident.at, incident.direction));
    incidents
}

/// How a car was driven over a distance: how often, which way and how hard. Adding up is independent of the order.
///
/// # Examples
///
/// ```
/// use cc_core::driving::{DrivingStrength, DrivingSummary};
/// use cc_core::{DrivingDirection, DrivingEvent};
///
/// let mut summary = DrivingSummary::default();
/// for direction in ["brake_low", "brake_high", "turn_left_low", "loop_low"] {
///     summary.add(&DrivingEvent { g_force: "0.3".parse()?, direction: direction.into() });
/// }
/// assert_eq!(summary.count(DrivingDirection::Brake, DrivingStrength::High), 1);
/// assert_eq!((summary.total(), summary.unknown()), (3, 1));
/// // 1 + 10 + 1 points in 80 km.
/// assert_eq!(summary.points_per_100_km(80.0), Some(15.0));
/// assert_eq!(summary.points_per_100_km(0.0), None);
/// # Ok::<(), cc_core::NumberParseError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DrivingSummary {
    /// By direction, then by strength.
    counts: [[u64; 3]; 4],
    unknown: u64,
}

impl DrivingSummary {
    /// Counts an event.
    pub fn add(&mut self, event: &DrivingEvent) {
        let slot = event.kind().zip(event.strength()).and_then(|(direction, strength)| {
            self.counts.get_mut(direction as usize)?.get_mut(strength as usize)
        });
        let slot = slot.unwrap_or(&mut self.unknown);
        *slot = slot.saturating_add(1);
    }

    /// How often it was driven so.
    pub fn count(&self, direction: DrivingDirection, strength: DrivingStrength) -> u64 {
        self.counts.get(direction as usize).and_then(|row| row.get(strength as usize)).copied().unwrap_or(0)
    }

    /// How many events of known direction and strength there are.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many events had words of another kind.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Points in 100 km, fewer is calmer: one for each low event, three for a medium, ten for a high one (a product
    /// choice). `None` where the distance is not above zero.
    pub fn points_per_100_km(&self, distance_km: f64) -> Option<f64> {
        let points = self.counts.iter().flat_map(|row| row.iter().zip([1.0, 3.0, 10.0]));
        let points: f64 = points.map(|(count, weight)| *count as f64 * weight).sum();
        (distance_km > 0.0 && distance_km.is_finite()).then(|| points * 100.0 / distance_km)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

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
            (
                "exactly the threshold",
                &[(0, 0.2, 0.0), (300, 0.2, 0.0)],
                &[(0, 300, "acceleration_low", "0.2")],
            ),
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
                &[
                    (0, -0.25, 0.0),
                    (400, -0.25, 0.0),
                    (800, 0.0, 0.0),
                    (1_200, -0.4, 0.0),
                    (1_600, -0.4, 0.0),
                ],
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
        for (time, longitudinal) in
            [(5, 0.0), (5, 0.0), (4, 0.0), (6, 9.0), (7, f64::NAN), (8, f64::INFINITY)]
        {
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
}
