//! Settings in layers, and rollouts.

use std::fmt;

use cc_core::config::{Compiled, Layer, Subject, compile};
use cc_core::rollout::ExperimentName;

use crate::CcError;
use crate::error::guarded;

/// One layer of settings.
#[derive(Clone, Eq, PartialEq, uniffi::Record)]
pub struct ConfigLayer {
    /// Its name, such as `global` or `market=dk`.
    pub name: String,
    /// A JSON object.
    pub json: Vec<u8>,
}

/// Whom a document is for.
#[derive(Clone, Default, Eq, PartialEq, uniffi::Record)]
pub struct ConfigSubject {
    /// The vehicle with its organisation, such as `local/0`; without one no experiment reaches the document.
    #[uniffi(default = None)]
    pub vehicle: Option<String>,
    /// What else is known, such as `market` and `dk`: experiments may reach only some.
    #[uniffi(default = [])]
    pub attributes: Vec<ConfigAttribute>,
}

/// Something known of a subject.
#[derive(Clone, Eq, PartialEq, uniffi::Record)]
pub struct ConfigAttribute {
    /// Its name, such as `market`.
    pub name: String,
    /// Its value, such as `dk`.
    pub value: String,
}

/// The settings of one subject. Its text form hides the values.
#[derive(Clone, Eq, PartialEq, uniffi::Record)]
pub struct CompiledConfig {
    /// The document, as canonical JSON.
    pub json: String,
    /// Its strong entity tag: SHA-256 in hexadecimal, in quotes.
    pub etag: String,
    /// Where each value comes from, in the order of the document.
    pub origins: Vec<ConfigOrigin>,
    /// What experiments meant for the document, sorted by path.
    pub arms: Vec<ConfigArm>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Eq, PartialEq, uniffi::Record)]
pub struct ConfigOrigin {
    /// The value's JSON Pointer (RFC 6901).
    pub path: String,
    /// The layer.
    pub layer: String,
    /// The line in the layer's text, from 1.
    pub line: Option<u32>,
    /// The byte within the line, from 1.
    pub column: Option<u32>,
    /// The same as canonical JSON.
    pub json: String,
}

/// What an experiment meant for a document.
#[derive(Clone, Debug, Eq, PartialEq, uniffi::Record)]
pub struct ConfigArm {
    /// The JSON Pointer of the value that it decides.
    pub path: String,
    /// The layer it stands in.
    pub layer: String,
    /// The experiment.
    pub experiment: String,
    /// The arm; none where the subject takes no part.
    pub arm: Option<String>,
    /// The same as canonical JSON.
    pub json: String,
}

/// Compiles layers, each over those before it, to the document of one subject.
///
/// # Examples
///
/// ```
/// use cc_ffi::{ConfigLayer, ConfigSubject, compile_config};
///
/// let layer = |name: &str, json: &str| ConfigLayer { name: name.to_owned(), json: json.as_bytes().to_vec() };
/// let layers = vec![layer("global", r#"{"map": "plain", "zoom": 12.50}"#), layer("market=dk", r#"{"map": null}"#)];
/// let config = compile_config(layers, ConfigSubject::default())?;
/// assert_eq!(config.json, r#"{"zoom":12.50}"#);
/// assert_eq!(config.origins[0].json, r#"{"column":26,"layer":"global","line":1,"path":"/zoom"}"#);
///
/// let error = compile_config(vec![layer("global", "{")], ConfigSubject::default()).unwrap_err();
/// assert_eq!((error.code(), error.to_string().as_str()), ("config_invalid", "global:1:2: expected a key"));
/// # Ok::<(), cc_ffi::CcError>(())
/// ```
#[uniffi::export]
pub fn compile_config(layers: Vec<ConfigLayer>, subject: ConfigSubject) -> Result<CompiledConfig, CcError> {
    guarded(|| {
        let subject = core_subject(&subject)?;
        let layers: Result<Vec<Layer>, _> =
            layers.iter().map(|layer| Layer::parse(&layer.name, &layer.json)).collect();
        let compiled = layers.and_then(|layers| compile(&layers, &subject));
        compiled
            .map(CompiledConfig::from)
            .map_err(|error| CcError::ConfigInvalid { reason: error.to_string() })
    })
}

/// The bucket of a vehicle in an experiment, 0 to 9,999: it takes part while the bucket is below the percentage times 100.
///
/// ```
/// assert_eq!(cc_ffi::rollout_bucket("new_map".to_owned(), "local/0".to_owned())?, 672);
/// let error = cc_ffi::rollout_bucket("New map".to_owned(), "local/0".to_owned()).unwrap_err();
/// assert_eq!(error.to_string(), "experiment: expected a name of a-z, 0-9, '.', '_' and '-', found 'N'");
/// # Ok::<(), cc_ffi::CcError>(())
/// ```
#[uniffi::export]
pub fn rollout_bucket(experiment: String, vehicle: String) -> Result<u16, CcError> {
    guarded(|| {
        let experiment: ExperimentName = experiment
            .parse()
            .map_err(|error| CcError::OptionInvalid { reason: format!("experiment: {error}") })?;
        Ok(cc_core::rollout::bucket(&experiment, &core_vehicle(&vehicle)?))
    })
}

fn core_vehicle(vehicle: &str) -> Result<cc_core::VehicleRef, CcError> {
    let invalid =
        |_| CcError::OptionInvalid { reason: "vehicle: expected a vehicle such as local/0".to_owned() };
    vehicle.parse().map_err(invalid)
}

fn core_subject(subject: &ConfigSubject) -> Result<Subject, CcError> {
    let start = match &subject.vehicle {
        Some(vehicle) => Subject::vehicle(core_vehicle(vehicle)?),
        None => Subject::default(),
    };
    let attributes = &subject.attributes;
    Ok(attributes.iter().fold(start, |subject, attribute| subject.with(&attribute.name, &attribute.value)))
}

impl From<Compiled> for CompiledConfig {
    fn from(compiled: Compiled) -> Self {
        let origins = compiled.values().map(|value| ConfigOrigin {
            layer: value.origin.layer().to_owned(),
            line: value.origin.place().map(|place| place.line),
            column: value.origin.place().map(|place| place.column),
            json: value.origin_json(),
            path: value.path,
        });
        let arms = compiled.arms().iter().map(|arm| ConfigArm {
            path: arm.path().to_owned(),
            layer: arm.layer().to_owned(),
            experiment: arm.experiment().to_string(),
            arm: arm.arm().map(str::to_owned),
            json: arm.to_canonical_json(),
        });
        Self {
            json: compiled.to_json(),
            etag: compiled.etag(),
            origins: origins.collect(),
            arms: arms.collect(),
        }
    }
}

impl fmt::Debug for ConfigLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, json } = self;
        f.debug_struct("ConfigLayer").field("name", name).field("bytes", &json.len()).finish()
    }
}

impl fmt::Debug for ConfigSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vehicle: _, attributes } = self;
        f.debug_struct("ConfigSubject").field("attributes", &attributes.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for ConfigAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigAttribute").field("name", &self.name).finish_non_exhaustive()
    }
}

impl fmt::Debug for CompiledConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { json, etag, origins, arms } = self;
        f.debug_struct("CompiledConfig")
            .field("bytes", &json.len())
            .field("etag", etag)
            .field("origins", &origins.len())
            .field("arms", arms)
            .finish()
    }
}
