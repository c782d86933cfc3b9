//! Settings in layers, and rollouts.

use std::collections::BTreeMap;

use cc_core::VehicleRef;
use cc_core::config::{Compiled, Layer, Subject, compile};
use cc_core::rollout::ExperimentName;
use pyo3::pybacked::PyBackedBytes;
use pyo3::{Py, PyResult, Python, pyclass, pyfunction, pymethods};

use crate::error::{ErrorCode, Failure, detached};

/// The settings of one subject.
#[pyclass(frozen, get_all, module = "connected_cars")]
pub(crate) struct CompiledConfig {
    json: String,
    etag: String,
    origins: Vec<Py<ConfigOrigin>>,
    arms: Vec<Py<ConfigArm>>,
}

/// Where a value comes from.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, PartialEq)]
pub(crate) struct ConfigOrigin {
    path: String,
    layer: String,
    line: Option<u32>,
    column: Option<u32>,
    json: String,
}

/// What an experiment meant for a document.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, PartialEq)]
pub(crate) struct ConfigArm {
    path: String,
    layer: String,
    experiment: String,
    arm: Option<String>,
    json: String,
}

/// Shows no value.
#[pymethods]
impl CompiledConfig {
    fn __repr__(&self) -> String {
        format!("CompiledConfig(bytes={}, origins={})", self.json.len(), self.origins.len())
    }
}

#[pymethods]
impl ConfigOrigin {
    fn __repr__(&self) -> String {
        format!("ConfigOrigin(path={:?}, layer={:?})", self.path, self.layer)
    }
}

#[pymethods]
impl ConfigArm {
    fn __repr__(&self) -> String {
        let arm = self.arm.as_ref().map_or_else(|| "None".to_owned(), |arm| format!("{arm:?}"));
        format!("ConfigArm(path={:?}, experiment={:?}, arm={arm})", self.path, self.experiment)
    }
}

/// Compiles layers, each over those before it, to the document of one subject.
#[pyfunction]
#[pyo3(signature = (layers, *, vehicle = None, attributes = BTreeMap::new()))]
#[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
pub(crate) fn compile_config(
    py: Python<'_>,
    layers: Vec<(String, PyBackedBytes)>,
    vehicle: Option<&str>,
    attributes: BTreeMap<String, String>,
) -> PyResult<CompiledConfig> {
    let start = match vehicle {
        Some(vehicle) => Subject::vehicle(core_vehicle(vehicle)?),
        None => Subject::default(),
    };
    let subject = attributes.iter().fold(start, |subject, (name, value)| subject.with(name, value));
    let (compiled, json, etag) = detached(py, || {
        let parsed: Result<Vec<Layer>, _> =
            layers.iter().map(|(name, json)| Layer::parse(name, json)).collect();
        let compiled = parsed.and_then(|layers| compile(&layers, &subject));
        let compiled: Compiled = compiled.map_err(|error| ErrorCode::ConfigInvalid.error(&error))?;
        let (json, etag) = (compiled.to_json(), compiled.etag());
        Ok((compiled, json, etag))
    })?;
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
    Ok(CompiledConfig {
        json,
        etag,
        origins: origins.map(|origin| Py::new(py, origin)).collect::<PyResult<_>>()?,
        arms: arms.map(|arm| Py::new(py, arm)).collect::<PyResult<_>>()?,
    })
}

/// The bucket of a vehicle in an experiment, 0 to 9,999.
#[pyfunction]
pub(crate) fn rollout_bucket(experiment: &str, vehicle: &str) -> PyResult<u16> {
    let experiment: ExperimentName = experiment
        .parse()
        .map_err(|error| ErrorCode::OptionInvalid.error(&format!("experiment: {error}")))?;
    Ok(cc_core::rollout::bucket(&experiment, &core_vehicle(vehicle)?))
}

fn core_vehicle(vehicle: &str) -> Result<VehicleRef, Failure> {
    let invalid = |_| ErrorCode::OptionInvalid.error(&"vehicle: expected a vehicle such as local/0");
    vehicle.parse().map_err(invalid)
}
