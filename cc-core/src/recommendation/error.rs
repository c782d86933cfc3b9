//! Why a text is no recommendation, and why two are not made one.

use super::Recommendation;

/// Why a text is not a [`Recommendation`]. It says where, and never what stands there.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RecommendationDecodeError {
    /// Objects and arrays are nested too deep.
    #[error("expected at most {deepest} levels of nesting at byte {offset}", deepest = crate::event::codec::DEEPEST)]
    Depth {
        /// Where the level too many begins.
        offset: u64,
    },
    /// The text is not UTF-8.
    #[error("expected UTF-8 at byte {offset}")]
    Encoding {
        /// Where the first wrong byte stands.
        offset: u64,
    },
    /// A member holds something that no recommendation can have.
    #[error("{field}: expected {expected} at byte {offset}")]
    Field {
        /// The member's name.
        field: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// Where what is wrong stands.
        offset: u64,
    },
    /// A member without which there is no recommendation is absent or null.
    #[error("{field}: expected a value in the object at byte {offset}")]
    Missing {
        /// The member's name.
        field: &'static str,
        /// Where the object begins.
        offset: u64,
    },
    /// The text is too long.
    #[error("expected at most {largest} bytes, found {found}", largest = Recommendation::LARGEST_JSON)]
    Size {
        /// How long it is.
        found: usize,
    },
    /// The text is not JSON, or not an object.
    #[error("expected {expected} at byte {offset}")]
    Syntax {
        /// What should stand there.
        expected: &'static str,
        /// Where.
        offset: u64,
    },
}

/// Why two texts are not made one [`Recommendation`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RecommendationMergeError {
    /// The first text is no recommendation.
    #[error("first: {0}")]
    First(#[source] RecommendationDecodeError),
    /// They are of different groups.
    #[error("expected two recommendations of one group")]
    Group,
    /// The second text is no recommendation.
    #[error("second: {0}")]
    Second(#[source] RecommendationDecodeError),
    /// Both together are more than a recommendation may be.
    #[error("expected both together to have at most {largest} bytes, found {found}", largest = Recommendation::LARGEST_JSON)]
    Size {
        /// How many bytes the two have together as one.
        found: usize,
    },
    /// They are of different vehicles.
    #[error("expected two recommendations of one vehicle")]
    Vehicle,
}

impl RecommendationMergeError {
    /// Whether both are recommendations, and only not of one vehicle and group.
    pub const fn is_mismatch(&self) -> bool {
        matches!(self, Self::Group | Self::Vehicle)
    }
}
