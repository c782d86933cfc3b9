//! From when on a pull counts, and how long it must last.

use chrono::TimeDelta;

use crate::DrivingDirection;

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
    pub(super) fn thresholds(&self, direction: DrivingDirection) -> StrengthThresholds {
        match direction {
            DrivingDirection::Acceleration => self.acceleration,
            DrivingDirection::Brake => self.brake,
            DrivingDirection::TurnLeft | DrivingDirection::TurnRight => self.turn,
        }
    }

    pub(super) fn check(&self) -> Result<(), DrivingOptionsError> {
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
