//! What can be wrong with settings, and where.

use alloc::boxed::Box;
use core::fmt;

use super::{LARGEST_LAYER, LONGEST_KEY, LONGEST_NAME, MOST_LAYERS, Place};
use crate::rollout::RolloutError;

/// Why layers are no settings: which layer, where in it, and what is wrong. A value is never shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError {
    /// The layer, or the level it should stand at.
    pub layer: Box<str>,
    /// The JSON Pointer (RFC 6901) of the value; empty for the whole document.
    pub path: Box<str>,
    /// Where it stands in the layer's text, if the layer was read from one.
    pub place: Option<Place>,
    /// What is wrong.
    pub problem: ConfigProblem,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.layer)?;
        if let Some(place) = self.place {
            write!(f, ":{place}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl core::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.problem {
            ConfigProblem::Rollout(error) => Some(error),
            _ => None,
        }
    }
}

/// What is wrong with a layer.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfigProblem {
    /// Objects and arrays are nested too deep.
    #[error("expected at most {} levels of nesting", super::DEEPEST)]
    Depth,
    /// The text is not UTF-8.
    #[error("expected UTF-8")]
    Encoding,
    /// The layer uses an experiment in two places, and says different things about it.
    #[error("expected the percentage, arms and targets that {experiment} has elsewhere in the layer")]
    ExperimentDiffers {
        /// The experiment.
        experiment: Box<str>,
    },
    /// A value or a member is of another kind than it should be.
    #[error("expected {expected}")]
    Expected {
        /// What it should be.
        expected: &'static str,
    },
    /// A key is longer than it may be.
    #[error("expected a key of at most {LONGEST_KEY} bytes, found {found}")]
    KeyLength {
        /// How long it is.
        found: usize,
    },
    /// A key stands twice in one object, or is given twice.
    #[error("expected every key once")]
    KeyTwice,
    /// There are too many layers.
    #[error("expected at most {MOST_LAYERS} layers")]
    LayerCount,
    /// A layer's name is empty, too long, or has a control character.
    #[error("expected a layer's name of 1 to {LONGEST_NAME} bytes without control characters")]
    LayerName,
    /// Two layers have one name.
    #[error("expected every layer once")]
    LayerTwice,
    /// There is no such level.
    #[error("expected the name of a level")]
    Level,
    /// A key begins with `$` and is not one that means something there.
    #[error(
        "expected no key with '$' here but $rollout, alone in its object, and $schema, in the document itself"
    )]
    ReservedKey,
    /// A rollout is no experiment.
    #[error("$rollout: {0}")]
    Rollout(#[source] RolloutError),
    /// The layer is too big.
    #[error("expected at most {LARGEST_LAYER} bytes, found {found}")]
    Size {
        /// How big it is.
        found: usize,
    },
}
