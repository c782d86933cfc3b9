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

mod detector;
mod options;
mod summary;
#[cfg(test)]
mod tests;

use alloc::format;
use core::fmt;

use chrono::TimeDelta;

use crate::{DrivingDirection, DrivingEvent, Number, Timestamp};

pub use detector::DrivingDetector;
pub use options::{DrivingOptions, DrivingOptionsError, StrengthThresholds};
pub use summary::DrivingSummary;

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
