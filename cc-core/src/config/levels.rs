//! Many layers, of which each subject gets a few.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::compile::compile_refs;
use super::{Compiled, ConfigError, ConfigProblem, Layer, MOST_LAYERS, Subject};

/// The usual levels, the most general first.
pub const LEVELS: [&str; 5] = ["global", "brand", "market", "fleet", "vehicle"];

/// All layers of a platform: levels in the order they are laid over one another, and at each level a layer for all and
/// layers by key. A subject gets, level by level, the one for all and then the one whose key is the subject's value of
/// the attribute that the level is named after.
///
/// # Examples
///
/// ```
/// use cc_core::config::{LayerSet, Subject};
///
/// let mut set = LayerSet::default();
/// set.add("global", None, r#"{"hotline": "+00 1", "map": "plain"}"#)?;
/// set.add("market", Some("dk"), r#"{"hotline": "+00 2"}"#)?;
/// set.add("vehicle", Some("semler/7"), r#"{"trace": true}"#)?;
///
/// let car = Subject::vehicle("semler/7".parse()?).with("market", "dk");
/// assert_eq!(set.compile(&car)?.to_json(), r#"{"hotline":"+00 2","map":"plain","trace":true}"#);
/// assert_eq!(set.compile(&car)?.origin("/hotline").unwrap().layer(), "market=dk");
/// assert_eq!(set.compile(&Subject::default())?.to_json(), r#"{"hotline":"+00 1","map":"plain"}"#);
///
/// let error = set.add("planet", None, "{}").unwrap_err();
/// assert_eq!(error.to_string(), "planet: expected the name of a level");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LayerSet {
    levels: Vec<Level>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Level {
    name: Box<str>,
    for_all: Option<Layer>,
    by_key: BTreeMap<Box<str>, Layer>,
}

impl LayerSet {
    /// A set with levels of one's own, the most general first. A document has at most 64 layers, so a set has at most 32
    /// levels.
    pub fn new(levels: &[&str]) -> Result<Self, ConfigError> {
        let mut set = Self { levels: Vec::new() };
        for name in levels {
            let problem = if set.levels.len() >= MOST_LAYERS / 2 {
                ConfigProblem::LayerCount
            } else if set.levels.iter().any(|level| *level.name == **name) {
                ConfigProblem::LayerTwice
            } else {
                set.levels.push(Level { name: (*name).into(), for_all: None, by_key: BTreeMap::new() });
                continue;
            };
            return Err(ConfigError { layer: (*name).into(), path: "".into(), place: None, problem });
        }
        Ok(set)
    }

    /// Adds the layer of a level for all, or for those with this key; it is then named `level` or `level=key`. A layer that
    /// is there already is replaced.
    pub fn add(&mut self, level: &str, key: Option<&str>, json: impl AsRef<[u8]>) -> Result<(), ConfigError> {
        let Some(place) = self.levels.iter_mut().find(|known| *known.name == *level) else {
            let problem = ConfigProblem::Level;
            return Err(ConfigError { layer: level.into(), path: "".into(), place: None, problem });
        };
        match key {
            None => place.for_all = Some(Layer::parse(level, json)?),
            Some(key) => {
                let layer = Layer::parse(&[level, "=", key].concat(), json)?;
                place.by_key.insert(key.into(), layer);
            }
        }
        Ok(())
    }

    /// The layers that a subject gets, in order.
    pub fn layers(&self, subject: &Subject) -> Vec<&Layer> {
        let mut layers = Vec::new();
        for level in &self.levels {
            layers.extend(&level.for_all);
            layers.extend(subject.attribute(&level.name).and_then(|key| level.by_key.get(&*key)));
        }
        layers
    }

    /// Compiles the layers that a subject gets.
    pub fn compile(&self, subject: &Subject) -> Result<Compiled, ConfigError> {
        compile_refs(&self.layers(subject), subject)
    }
}

/// A set of the usual [`LEVELS`].
impl Default for LayerSet {
    fn default() -> Self {
        let level = |name: &str| Level { name: name.into(), for_all: None, by_key: BTreeMap::new() };
        Self { levels: LEVELS.iter().map(|name| level(name)).collect() }
    }
}
