//! Hard driving.

use alloc::boxed::Box;
use core::fmt;

use super::codec::body_fields;
use super::{StructuredBody, StructuredType};
use crate::Number;

/// The car was accelerated, braked or turned hard (`car_profiling`).
#[derive(Clone, Eq, PartialEq)]
pub struct DrivingEvent {
    /// The largest acceleration, in g.
    pub g_force: Number,
    /// Which way, and how hard.
    pub direction: Box<str>,
}

/// Which way a [`DrivingEvent`] went.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DrivingDirection {
    /// Forward.
    Acceleration,
    /// Backward.
    Brake,
    /// To the left.
    TurnLeft,
    /// To the right.
    TurnRight,
}

impl StructuredBody for DrivingEvent {
    const TYPES: &'static [StructuredType] = &[StructuredType {
        name: "car_profiling",
        published: true,
        number: 11,
        about: "The car was accelerated, braked or turned hard.",
        fields: Self::FIELDS,
    }];

    body_fields! { DrivingEvent {
        required 7 "gForce" => g_force: Number, "the largest acceleration, in g";
        required 8 "direction" => direction: Box<str>, "acceleration, brake, turn_left or turn_right, with _low, _medium or _high";
    }}
}

impl DrivingEvent {
    /// The direction without its strength, unless the sender used a word of another kind.
    pub fn kind(&self) -> Option<DrivingDirection> {
        let (kind, strength) = self.direction.rsplit_once('_')?;
        if !matches!(strength, "low" | "medium" | "high") {
            return None;
        }
        match kind {
            "acceleration" => Some(DrivingDirection::Acceleration),
            "brake" => Some(DrivingDirection::Brake),
            "turn_left" => Some(DrivingDirection::TurnLeft),
            "turn_right" => Some(DrivingDirection::TurnRight),
            _ => None,
        }
    }
}

impl fmt::Debug for DrivingEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DrivingEvent")
            .field("g_force", &self.g_force)
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}
