//! What a pack may distinguish vehicles by.

use std::collections::BTreeMap;
use std::fmt;

/// The dimensions of `by`, the most specific first: the first that has a value for the vehicle decides.
pub(crate) const DIMENSIONS: [&str; 4] = ["engine_family", "model", "market", "fleet"];

/// What a vehicle is, for parameters that differ `by` it. An empty one gets every default.
///
/// # Examples
///
/// ```
/// use cc_rules::Profile;
///
/// let profile = Profile::default().with("engine_family", "LS").unwrap();
/// assert_eq!(profile.value("engine_family"), Some("LS"));
/// assert!(Profile::default().with("colour", "red").is_none());
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Profile {
    pub(crate) values: BTreeMap<usize, Box<str>>,
}

impl Profile {
    /// The longest value, in bytes.
    pub const LONGEST: usize = 64;

    /// Adds a value. `None` when the dimension is not `engine_family`, `model`, `market` or `fleet`, or the value is
    /// longer than [`Self::LONGEST`].
    #[must_use]
    pub fn with(mut self, dimension: &str, value: &str) -> Option<Self> {
        let index = DIMENSIONS.iter().position(|name| *name == dimension)?;
        if value.len() > Self::LONGEST {
            return None;
        }
        self.values.insert(index, value.into());
        Some(self)
    }

    /// The value in a dimension.
    pub fn value(&self, dimension: &str) -> Option<&str> {
        let index = DIMENSIONS.iter().position(|name| *name == dimension)?;
        self.values.get(&index).map(|value| &**value)
    }
}

impl fmt::Debug for Profile {
    /// Shows which dimensions are set, not their values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.values.keys().filter_map(|index| DIMENSIONS.get(*index))).finish()
    }
}
