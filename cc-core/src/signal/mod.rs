//! What a car can say: one catalogue, one row a signal.

mod catalogue;
mod index;
mod row;

use alloc::sync::Arc;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

pub use catalogue::catalogue;
pub use row::{ObdSource, Signal};

/// The name of a signal: a row of the [`catalogue`], or a custom name given at run time.
///
/// The rows have constants, such as [`SignalId::ENGINE_COOLANT_TEMPERATURE`]. A custom name (a maker's cell voltage)
/// is any other text of letters, digits, `_`, `.`, `-` and `/`; its unit rides with each reading.
///
/// # Examples
///
/// ```
/// use cc_core::SignalId;
///
/// let id: SignalId = "engine_coolant_temperature".parse()?;
/// assert_eq!(id, SignalId::ENGINE_COOLANT_TEMPERATURE);
/// assert_eq!(id.signal().unwrap().unit.symbol(), "°C");
///
/// let cell: SignalId = "KONAEV_HVBAT_CMU001_VOLT".parse()?;
/// assert!(cell.signal().is_none());
/// assert!("two words".parse::<SignalId>().is_err());
/// # Ok::<(), cc_core::SignalIdParseError>(())
/// ```
#[derive(Clone)]
pub struct SignalId(Name);

#[derive(Clone)]
enum Name {
    Row(u16),
    Custom(Arc<str>),
}

impl SignalId {
    /// The longest custom name, in bytes.
    pub const LONGEST: usize = 64;

    pub(crate) const fn row(index: u16) -> Self {
        Self(Name::Row(index))
    }

    /// The catalogue's row, unless the name is custom.
    pub fn signal(&self) -> Option<&'static Signal> {
        match self.0 {
            Name::Row(index) => catalogue().get(usize::from(index)),
            Name::Custom(_) => None,
        }
    }

    /// The row's place in the [`catalogue`], unless the name is custom: a key for tables, stable within one build only.
    pub const fn position(&self) -> Option<usize> {
        match self.0 {
            Name::Row(index) => Some(index as usize),
            Name::Custom(_) => None,
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Name::Row(index) => catalogue().get(usize::from(*index)).map_or("", |row| row.id),
            Name::Custom(name) => name,
        }
    }
}

impl FromStr for SignalId {
    type Err = SignalIdParseError;

    fn from_str(text: &str) -> Result<Self, SignalIdParseError> {
        if let Some(index) = catalogue::index_of_id(text) {
            return Ok(Self::row(index));
        }
        if text.is_empty() || text.len() > Self::LONGEST {
            return Err(SignalIdParseError::Length { found: text.len() });
        }
        match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/'))) {
            Some(found) => Err(SignalIdParseError::Character { found }),
            None => Ok(Self(Name::Custom(text.into()))),
        }
    }
}

impl fmt::Display for SignalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Does not show a custom name, which the sender chose and which may hold anything.
impl fmt::Debug for SignalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignalId({})", self.signal().map_or("…", |row| row.id))
    }
}

impl PartialEq for SignalId {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Name::Row(a), Name::Row(b)) => a == b,
            (Name::Custom(a), Name::Custom(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for SignalId {}

impl Hash for SignalId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for SignalId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By name.
impl Ord for SignalId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

/// Why a text is not a signal's name.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignalIdParseError {
    /// A character other than letters, digits, `_`, `.`, `-` and `/`.
    #[error("expected letters, digits, '_', '.', '-' or '/', found {found:?}")]
    Character {
        /// What stands there.
        found: char,
    },
    /// The name is empty or too long.
    #[error("expected 1 to {longest} characters, found {found}", longest = SignalId::LONGEST)]
    Length {
        /// How many bytes the text has.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_stream_names_and_vss_paths_name_one_row_each() {
        let (mut ids, mut streams) = (BTreeSet::new(), BTreeSet::new());
        for (i, row) in catalogue().iter().enumerate() {
            assert!(ids.insert(row.id), "{} twice", row.id);
            assert_eq!(row.id.parse::<SignalId>().unwrap(), SignalId::row(i as u16));
            for name in core::iter::once(&row.stream).chain(row.stream_aliases) {
                assert!(streams.insert(*name), "{name} twice");
                assert_eq!(Signal::by_stream(name).map(|id| id.as_str().len()), Some(row.id.len()));
            }
            assert!(row.range.is_none_or(|(low, high)| low < high), "{}", row.id);
        }
    }
}
