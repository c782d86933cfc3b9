//! What can be wrong with a shape.

use super::super::PointError;

/// Why a shape is no fence. Ring 0 is the outline of a polygon, ring 1 its first hole; points count from 0.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FenceError {
    /// The ring goes round the Earth: nothing says which pole is inside. Draw two fences.
    #[error("ring {ring} goes round a pole")]
    AroundPole {
        /// Which ring.
        ring: usize,
    },
    /// The centre of a circle is no place.
    #[error("centre: {0}")]
    Centre(PointError),
    /// A hole is not inside the outline, or is inside another hole.
    #[error("ring {ring} is a hole outside the area")]
    HoleOutside {
        /// Which ring.
        ring: usize,
    },
    /// A point of a polygon is no place.
    #[error("point {index} of ring {ring}: {error}")]
    Point {
        /// Which ring.
        ring: usize,
        /// Which point of it.
        index: usize,
        /// Why.
        error: PointError,
    },
    /// The radius is zero, negative, NaN, or more than [`Fence::MAX_RADIUS_METRES`](super::Fence::MAX_RADIUS_METRES).
    #[error("radius is not above 0 m and up to 10,000 km")]
    Radius,
    /// Two rings have a point in common.
    #[error("rings {ring} and {other} cross or touch")]
    RingsMeet {
        /// One ring.
        ring: usize,
        /// The other, of higher number.
        other: usize,
    },
    /// Two sides of one ring have a point in common that is not the corner between them.
    #[error("ring {ring} crosses or touches itself")]
    SelfCrossing {
        /// Which ring.
        ring: usize,
    },
    /// Fewer than three different points make no area.
    #[error("ring {ring} has {found} different points, at least 3 make an area")]
    TooFewPoints {
        /// Which ring.
        ring: usize,
        /// How many it has.
        found: usize,
    },
    /// More points than [`Fence::MAX_POINTS`](super::Fence::MAX_POINTS).
    #[error("{found} points, at most 10000 are read")]
    TooManyPoints {
        /// How many there are.
        found: usize,
    },
    /// A side of exactly 180° has no short way round. Give it a point in between.
    #[error("the side from point {index} of ring {ring} is 180° long")]
    WideSide {
        /// Which ring.
        ring: usize,
        /// The point it starts from.
        index: usize,
    },
}
