//! How a value runs over time.

use alloc::vec::Vec;
use core::time::Duration;

/// The values of one signal over time: one that stays, or points with straight lines between them.
///
/// Before the first point the value is the first one's, behind the last it is the last one's.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::sim::Course;
///
/// let speed = Course::Points(vec![(0.0, 0.0), (10.0, 50.0), (20.0, 50.0)]);
/// assert_eq!(speed.at(Duration::from_secs(5)), 25.0);
/// assert_eq!(speed.at(Duration::from_secs(99)), 50.0);
/// assert_eq!(Course::Steady(90.0).at(Duration::ZERO), 90.0);
/// ```
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
pub enum Course {
    /// Off or on; 0 or 1.
    Switch(bool),
    /// The same value always.
    Steady(f64),
    /// Seconds and values, in the order of time.
    Points(Vec<(f64, f64)>),
}

impl Course {
    /// The value at an instant of the scenario.
    pub fn at(&self, instant: Duration) -> f64 {
        match self {
            Self::Switch(on) => f64::from(u8::from(*on)),
            Self::Steady(value) => *value,
            Self::Points(points) => between(points, instant.as_secs_f64()),
        }
    }
}

fn between(points: &[(f64, f64)], at: f64) -> f64 {
    let next = points.partition_point(|&(time, _)| time <= at);
    let before = next.checked_sub(1).and_then(|index| points.get(index));
    match (before, points.get(next)) {
        (Some(&(from, start)), Some(&(to, end))) if to > from => {
            start + (end - start) * (at - from) / (to - from)
        }
        (Some(&(_, value)), _) | (None, Some(&(_, value))) => value,
        (None, None) => 0.0,
    }
}
