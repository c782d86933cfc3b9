//! Hard driving.

use alloc::boxed::Box;

use crate::Number;

/// The car was accelerated, braked or turned hard (`car_profiling`).
#[derive(Clone, Debug, Eq, PartialEq)]
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
