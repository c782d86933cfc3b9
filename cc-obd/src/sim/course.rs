//! How a value runs over time.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::scenario::source;

/// The values of one signal over time: one that stays, or points with straight lines between them.
///
/// Before the first point the value is the first one's, behind the last it is the last one's. Two points of one instant
/// are a step.
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
///
/// let error = Course::Points(vec![(10.0, 50.0), (5.0, 0.0)]).check("vehicle_speed").unwrap_err();
/// assert_eq!(error.to_string(), "a point at 5 s stands behind one at 10 s");
/// let error = Course::Steady(9_000.0).check("vehicle_speed").unwrap_err();
/// assert_eq!(error.to_string(), "9000 is not within 0 to 255, all that a car can send");
/// ```
#[derive(Clone, Debug, PartialEq)]
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

    /// Whether a car can run so: points in the order of time, and values that the signal's parameter can carry. For a
    /// signal that is in no parameter of service 01 the values are not looked at.
    pub fn check(&self, signal: &str) -> Result<(), CourseError> {
        let Self::Points(points) = self else { return fits(signal, self.at(Duration::ZERO)) };
        let mut before = 0.0;
        for &(seconds, value) in points {
            follows(before, seconds)?;
            before = seconds;
            fits(signal, value)?;
        }
        if points.is_empty() { Err(CourseError::Empty) } else { Ok(()) }
    }
}

impl Course {
    /// Whether every point is reached before the courses start again, after `period` seconds; 0 is never.
    pub(super) fn ends_within(&self, period: f64) -> Result<(), CourseError> {
        let Self::Points(points) = self else { return Ok(()) };
        match points.last() {
            Some(&(found, _)) if period > 0.0 && found > period => Err(CourseError::Beyond { found, period }),
            _ => Ok(()),
        }
    }
}

/// Why no car can run as a [`Course`] says.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum CourseError {
    /// A point is later than the end of the courses.
    #[error("a point at {found} s is never reached: the courses start again after {period} s")]
    Beyond {
        /// The second of the point.
        found: f64,
        /// The seconds after which the courses start again.
        period: f64,
    },
    /// There is no point.
    #[error("a course has one point at least")]
    Empty,
    /// A point is earlier than the one before it.
    #[error("a point at {found} s stands behind one at {before} s")]
    Order {
        /// The second of the point before.
        before: f64,
        /// The second of the point.
        found: f64,
    },
    /// The parameter that carries the signal has no bits for this value.
    #[error("{found} is not within {least} to {most}, all that a car can send")]
    Range {
        /// The value.
        found: f64,
        /// The lowest that can be sent, in the unit of the signal.
        least: f64,
        /// The highest.
        most: f64,
    },
    /// The scenario begins at 0.
    #[error("expected seconds of 0 or more, found {found}")]
    Seconds {
        /// The number.
        found: f64,
    },
}

/// Whether a point may stand at a second behind another.
fn follows(before: f64, found: f64) -> Result<(), CourseError> {
    if !found.is_finite() || found < 0.0 {
        return Err(CourseError::Seconds { found });
    }
    if found < before { Err(CourseError::Order { before, found }) } else { Ok(()) }
}

/// Whether the parameter of a signal can carry a value.
pub(super) fn fits(signal: &str, found: f64) -> Result<(), CourseError> {
    let Some(source) = source(signal) else { return Ok(()) };
    let width = u32::from(source.bits.clamp(1, 32));
    let (low, high) = if source.signed {
        (-(1_i64 << (width - 1)), (1_i64 << (width - 1)) - 1)
    } else {
        (0, (1_i64 << width) - 1)
    };
    let scaled = |raw: i64| raw as f64 * f64::from(source.mul) / f64::from(source.div) + source.add;
    let (a, b) = (scaled(low), scaled(high));
    let (least, most) = if a <= b { (a, b) } else { (b, a) };
    // What is rounded to an end is that end: 100 % is 255/255.
    let half = (scaled(1) - scaled(0)) / 2.0;
    let half = if half < 0.0 { -half } else { half };
    if found >= least - half && found <= most + half {
        Ok(())
    } else {
        Err(CourseError::Range { found, least, most })
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

impl<'de> Deserialize<'de> for Course {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Checked { signal: "", is_course: true }.deserialize(from)
    }
}

/// The courses of an ECU, each checked where it stands.
pub(super) fn courses<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Box<str>, Course>, D::Error> {
    from.deserialize_map(Signals { are_courses: true })
}

/// The values of a freeze frame, each checked where it stands.
pub(super) fn values<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<Box<str>, f64>, D::Error> {
    let frozen = from.deserialize_map(Signals { are_courses: false })?;
    Ok(frozen.into_iter().map(|(signal, value)| (signal, value.at(Duration::ZERO))).collect())
}

struct Signals {
    are_courses: bool,
}

impl<'de> Visitor<'de> for Signals {
    type Value = BTreeMap<Box<str>, Course>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("signals and their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(signal) = members.next_key::<Box<str>>()? {
            if source(&signal).is_none() {
                return Err(A::Error::custom(super::checks::unknown(&signal)));
            }
            if found.contains_key(&signal) {
                return Err(A::Error::custom(format_args!("{signal} stands twice")));
            }
            let value = members.next_value_seed(Checked { signal: &signal, is_course: self.are_courses })?;
            found.insert(signal, value);
        }
        Ok(found)
    }
}

/// One value or course of a signal; an error is raised where it is read, so that it names the line.
#[derive(Clone, Copy)]
struct Checked<'a> {
    signal: &'a str,
    is_course: bool,
}

impl Checked<'_> {
    fn fits<E: serde::de::Error>(self, value: f64) -> Result<f64, E> {
        fits(self.signal, value).map(|()| value).map_err(|error| self.wrong(error))
    }

    fn wrong<E: serde::de::Error>(self, error: CourseError) -> E {
        E::custom(format_args!("{}{}{error}", self.signal, if self.signal.is_empty() { "" } else { ": " }))
    }
}

impl<'de> DeserializeSeed<'de> for Checked<'_> {
    type Value = Course;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Course, D::Error> {
        if self.is_course { from.deserialize_any(self) } else { from.deserialize_f64(self) }
    }
}

impl<'de> Visitor<'de> for Checked<'_> {
    type Value = Course;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_course {
            "a number, true or false, or points of [second, value]"
        } else {
            "a number"
        })
    }

    fn visit_bool<E: serde::de::Error>(self, on: bool) -> Result<Course, E> {
        self.fits(f64::from(u8::from(on)))?;
        Ok(Course::Switch(on))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Course, E> {
        self.fits(value).map(Course::Steady)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Course, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Course, E> {
        self.visit_f64(value as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Course, A::Error> {
        let mut points: Vec<(f64, f64)> = Vec::new();
        while let Some(point) =
            items.next_element_seed(Point(self, points.last().map_or(0.0, |last| last.0)))?
        {
            points.push(point);
        }
        if points.is_empty() { Err(self.wrong(CourseError::Empty)) } else { Ok(Course::Points(points)) }
    }
}

/// A point that comes no earlier than the second before it.
struct Point<'a>(Checked<'a>, f64);

impl<'de> DeserializeSeed<'de> for Point<'_> {
    type Value = (f64, f64);

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(f64, f64), D::Error> {
        from.deserialize_tuple(2, self)
    }
}

impl<'de> Visitor<'de> for Point<'_> {
    type Value = (f64, f64);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a point of [second, value]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(f64, f64), A::Error> {
        let Self(checked, before) = self;
        let missing = |place| A::Error::invalid_length(place, &"a point of [second, value]");
        let found: f64 = items.next_element()?.ok_or_else(|| missing(0))?;
        follows(before, found).map_err(|error| checked.wrong(error))?;
        let value = items.next_element()?.ok_or_else(|| missing(1))?;
        Ok((found, checked.fits(value)?))
    }
}
