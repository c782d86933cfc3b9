//! Settings in layers, compiled to one document.
//!
//! An app asks its platform for settings: how often to upload, which map to draw, whom to call after an accident. Most
//! are the same for all; some differ by brand, by market, by fleet, and a few by the single car that support is looking
//! at. Each of these is a **layer**, one JSON document. Laid over one another they make the document that one vehicle
//! gets, and for each value the question "who said so?" has an answer: layer, line and column.
//!
//! # How layers are merged
//!
//! By JSON Merge Patch (RFC 7396), each layer over those before it:
//!
//! - objects merge, member by member;
//! - everything else replaces what was there, an array as a whole;
//! - `null` **deletes** what the layers before it said. So no member of the compiled document is null; inside arrays, null
//!   is a value.
//!
//! Numbers keep their text: `12.50` stays `12.50`, and twenty digits stay twenty. The result is canonical: keys sorted as
//! RFC 8785 sorts them, no white space, as few escapes as JSON allows, numbers as written. SHA-256 of it is the
//! document's entity tag ([`Compiled::etag`]).
//!
//! # Rollouts
//!
//! A value may be an experiment ([`rollout`](crate::rollout)). A layer that holds one is, for each vehicle, the layer that
//! holds the value of the vehicle's arm in its place. A vehicle that does not take part gets `otherwise`; without one the
//! layer says nothing there, and what the layers before it say stands.
//!
//! ```json
//! {"$rollout": {"experiment": "new_map", "percent": 10, "value": true}}
//! {"$rollout": {"experiment": "map_style", "percent": 12.5, "only": {"market": ["dk", "se"]}, "arms": [
//!     {"name": "bright", "percent": 50, "value": "bright"},
//!     {"name": "dark", "percent": 50, "value": "dark"}], "otherwise": "plain"}}
//! ```
//!
//! `only` lets an experiment reach only subjects that have one of the values for each of its attributes. Keys that
//! begin with `$` are for such things, so all but `$rollout` (and `$schema` in the document itself, which is left out) are refused: a typing
//! mistake must not reach a car as a value. An object in an array cannot be a rollout.
//!
//! # Examples
//!
//! ```
//! use cc_core::config::{Layer, Subject, compile};
//!
//! let global = Layer::parse("global", r#"{"map": {"style": "plain", "zoom": 12.50}, "trace": true}"#)?;
//! let market = Layer::parse("market=dk", "{\n  \"map\": {\"style\": \"danish\"},\n  \"trace\": null\n}")?;
//! let settings = compile(&[global, market], &Subject::default())?;
//! assert_eq!(settings.to_json(), r#"{"map":{"style":"danish","zoom":12.50}}"#);
//! assert_eq!(settings.get("/map/style"), Some(r#""danish""#.to_owned()));
//! assert_eq!(settings.origin("/map/style").unwrap().to_string(), "market=dk:2:20");
//!
//! let error = Layer::parse("fleet=7", r#"{"map": {"zoom": 3, "zoom": 4}}"#).unwrap_err();
//! assert_eq!(error.to_string(), "fleet=7:1:21: /map/zoom: expected every key once");
//! # Ok::<(), cc_core::config::ConfigError>(())
//! ```

mod compile;
mod compiled;
mod diff;
mod error;
mod experiment;
mod layer;
mod levels;
#[cfg(test)]
mod tests;
mod tree;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use crate::VehicleRef;
use crate::rollout::ExperimentName;

pub use compile::compile;
pub use compiled::{Compiled, ConfigArm, ConfigValue, ConfigValues};
pub use diff::ConfigChange;
pub use error::{ConfigError, ConfigProblem};
pub use layer::Layer;
pub use levels::{LEVELS, LayerSet};

/// How deep objects and arrays may be nested in a layer.
pub const DEEPEST: usize = 32;
/// The biggest layer, in bytes.
pub const LARGEST_LAYER: usize = 1 << 20;
/// The longest key, in bytes.
pub const LONGEST_KEY: usize = 128;
/// The longest name of a layer, in bytes.
pub const LONGEST_NAME: usize = 128;
/// The most layers of one document.
pub const MOST_LAYERS: usize = 64;

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The byte within the line, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    pub(crate) layer: Arc<str>,
    pub(crate) place: Option<Place>,
}

impl Origin {
    /// The layer's name.
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// Where the value stands in the layer's text, if the layer was read from one.
    pub fn place(&self) -> Option<Place> {
        self.place
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.layer)?;
        match self.place {
            Some(place) => write!(f, ":{place}"),
            None => Ok(()),
        }
    }
}

/// Whom a document is for: a vehicle, and what is known of it.
///
/// Without a vehicle no experiment reaches the document: it is what everybody gets who takes part in none. `Debug` does
/// not show the values.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Subject {
    vehicle: Option<VehicleRef>,
    attributes: BTreeMap<Box<str>, Box<str>>,
    arms: BTreeMap<ExperimentName, Box<str>>,
}

impl Subject {
    /// A vehicle of which nothing more is known yet.
    pub fn vehicle(vehicle: VehicleRef) -> Self {
        Self { vehicle: Some(vehicle), ..Self::default() }
    }

    /// The same with one more attribute, such as `market` and `dk`. It chooses a layer of that level
    /// ([`LayerSet`]), and decides whether an experiment's `only` reaches the subject.
    pub fn with(mut self, attribute: &str, value: &str) -> Self {
        self.attributes.insert(attribute.into(), value.into());
        self
    }

    /// The same, in an arm of an experiment whatever its percentage and targets are: for tests and for support. A name
    /// that is none of the arms means no part in it.
    pub fn in_arm(mut self, experiment: ExperimentName, arm: &str) -> Self {
        self.arms.insert(experiment, arm.into());
        self
    }

    /// The vehicle.
    pub fn vehicle_ref(&self) -> Option<&VehicleRef> {
        self.vehicle.as_ref()
    }

    /// The value of an attribute; the vehicle itself for `vehicle`, unless that was given another.
    pub fn attribute(&self, name: &str) -> Option<String> {
        match self.attributes.get(name) {
            Some(value) => Some(value.to_string()),
            None if name == "vehicle" => self.vehicle.as_ref().map(ToString::to_string),
            None => None,
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("attributes", &self.attributes.len()).finish_non_exhaustive()
    }
}

/// The examples of the guide are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/guides/config-and-rollout.md")]
struct Guide;
