//! Running a pack of rules over events.

use std::collections::BTreeMap;

use cc_core::{Timestamp, VehicleRef};
use cc_rules::signed::TrustedKeys;
use cc_rules::{Pack, Profile, Runner, standard_pack};
use chrono::TimeDelta;
use pyo3::exceptions::PyValueError;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyAnyMethods as _, PyBytes, PyDateTime, PyTzInfo, PyTzInfoAccess as _};
use pyo3::{Bound, Py, PyRef, PyResult, Python, pyclass, pymethods};

use crate::change::{Change, GivenArgument, RecommendationText, core_arguments};
use crate::error::{ErrorCode, Failure, detached};
use crate::recommendation::Recommendation;

/// A checked pack of rules.
#[pyclass(frozen, module = "connected_cars")]
pub(crate) struct RulePack(Pack);

/// What one vehicle is, where a rule's figures depend on it.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, PartialEq)]
pub(crate) struct VehicleProfile {
    vehicle: String,
    engine_family: Option<String>,
    model: Option<String>,
    market: Option<String>,
    fleet: Option<String>,
}

#[pymethods]
impl VehicleProfile {
    #[new]
    #[pyo3(signature = (vehicle, *, engine_family = None, model = None, market = None, fleet = None))]
    fn new(
        vehicle: String,
        engine_family: Option<String>,
        model: Option<String>,
        market: Option<String>,
        fleet: Option<String>,
    ) -> Self {
        Self { vehicle, engine_family, model, market, fleet }
    }

    fn __repr__(&self) -> String {
        format!("VehicleProfile({:?})", self.vehicle)
    }
}

impl VehicleProfile {
    fn to_core(&self) -> Result<(VehicleRef, Profile), Failure> {
        let Self { vehicle, engine_family, model, market, fleet } = self;
        let invalid = |what: &str| ErrorCode::OptionInvalid.error(&format!("profiles: {what}"));
        let vehicle = vehicle.parse().map_err(|_| invalid("expected a vehicle such as local/0"))?;
        let given =
            [("engine_family", engine_family), ("model", model), ("market", market), ("fleet", fleet)];
        let mut profile = Profile::default();
        for (dimension, value) in given {
            if let Some(value) = value {
                profile = profile.with(dimension, value).ok_or_else(|| invalid("a value is too long"))?;
            }
        }
        Ok((vehicle, profile))
    }
}

/// A line of the events that is no event.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, PartialEq)]
pub(crate) struct RejectedLine {
    line: u64,
    reason: String,
}

/// What a run gave.
#[pyclass(frozen, get_all, module = "connected_cars")]
pub(crate) struct RunOutcome {
    changes: Vec<Py<Change>>,
    state: Py<PyBytes>,
    rejected: Vec<Py<RejectedLine>>,
    late: u64,
    duplicates: u64,
    refused: u64,
}

#[pymethods]
impl RejectedLine {
    fn __repr__(&self) -> String {
        format!("RejectedLine(line={}, reason={:?})", self.line, self.reason)
    }
}

#[pymethods]
impl RunOutcome {
    fn __repr__(&self) -> String {
        format!("RunOutcome(changes={}, rejected={})", self.changes.len(), self.rejected.len())
    }
}

#[pymethods]
impl RulePack {
    /// The standard pack, which is part of the library.
    #[staticmethod]
    fn standard(py: Python<'_>) -> PyResult<Self> {
        detached(py, || Ok(Self(standard_pack())))
    }

    /// Loads a pack in its canonical form (JSON), and checks it.
    #[staticmethod]
    #[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
    fn load(py: Python<'_>, canonical: PyBackedBytes) -> PyResult<Self> {
        detached(py, || {
            Pack::load(&canonical).map(Self).map_err(|found| ErrorCode::PackInvalid.error(&found))
        })
    }

    /// Loads a signed pack if a trusted key that is valid at `now` has signed it.
    #[staticmethod]
    #[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
    fn load_signed(
        py: Python<'_>,
        signed_pack: PyBackedBytes,
        trusted_keys: &str,
        now: Bound<'_, PyDateTime>,
    ) -> PyResult<Self> {
        let now = instant(&now, "now")?;
        detached(py, || {
            let trusted: TrustedKeys = trusted_keys
                .parse()
                .map_err(|error| ErrorCode::OptionInvalid.error(&format!("trusted_keys: {error}")))?;
            Pack::load_signed(&signed_pack, &trusted, now).map(Self).map_err(|error| {
                let code =
                    if error.is_untrusted() { ErrorCode::PackUntrusted } else { ErrorCode::PackInvalid };
                code.error(&error)
            })
        })
    }

    /// The same pack with messages in one more language.
    fn with_catalogue(&self, py: Python<'_>, language: &str, catalogue: &str) -> PyResult<Self> {
        detached(py, || {
            let pack = self.0.with_catalogue(language, catalogue);
            pack.map(Self).map_err(|found| ErrorCode::PackInvalid.error(&found))
        })
    }

    /// The pack's name.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The pack's version.
    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    /// The ids of its rules, sorted.
    #[getter]
    fn rule_ids(&self) -> Vec<&str> {
        self.0.rule_ids().collect()
    }

    /// The languages it has words in.
    #[getter]
    fn languages(&self) -> Vec<&str> {
        self.0.languages().collect()
    }

    /// The words of a recommendation in a language.
    #[pyo3(signature = (language, message_key, arguments = BTreeMap::new()))]
    fn words(
        &self,
        py: Python<'_>,
        language: &str,
        message_key: &str,
        arguments: BTreeMap<String, GivenArgument<'_>>,
    ) -> PyResult<Option<RecommendationText>> {
        let arguments = core_arguments(arguments);
        detached(py, || {
            let message = self.0.message(language, message_key, &arguments);
            Ok(message.map(|message| RecommendationText { title: message.title, text: message.text }))
        })
    }

    /// What is open now, by the state that a run gave.
    #[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
    fn recommendations(&self, py: Python<'_>, state: PyBackedBytes) -> PyResult<Vec<Recommendation>> {
        detached(py, || {
            let runner = restore(&self.0, TimeDelta::zero(), &state)?;
            let open = runner.vehicles().flat_map(|vehicle| vehicle.recommendations(&self.0));
            Ok(open.map(Recommendation::from).collect())
        })
    }

    /// Runs the pack over events: push-v2 JSON, an array or one event a line.
    #[pyo3(signature = (events, *, lateness = TimeDelta::zero(), until = None, keep_waiting = false, state = None,
        profiles = Vec::new()))]
    #[expect(clippy::needless_pass_by_value, reason = "arguments of a Python function are owned")]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn run(
        &self,
        py: Python<'_>,
        events: PyBackedBytes,
        lateness: TimeDelta,
        until: Option<Bound<'_, PyDateTime>>,
        keep_waiting: bool,
        state: Option<PyBackedBytes>,
        profiles: Vec<PyRef<'_, VehicleProfile>>,
    ) -> PyResult<RunOutcome> {
        if lateness < TimeDelta::zero() {
            return Err(PyValueError::new_err("lateness must not be negative"));
        }
        let until = until.map(|until| instant(&until, "until")).transpose()?;
        let profiles: Vec<_> = profiles.iter().map(|profile| profile.to_core()).collect::<Result<_, _>>()?;
        let Ran { changes, state, rejected, late, duplicates, refused } = detached(py, || {
            let mut runner = match &state {
                None => Runner::new(self.0.clone(), lateness),
                Some(state) => restore(&self.0, lateness, state)?,
            };
            for (vehicle, profile) in profiles {
                runner.set_profile(vehicle, profile);
            }
            Ok(run(runner, &events, until, keep_waiting))
        })?;
        Ok(RunOutcome {
            changes: changes.into_iter().map(|change| Py::new(py, change)).collect::<PyResult<_>>()?,
            state: PyBytes::new(py, state.as_bytes()).unbind(),
            rejected: rejected.into_iter().map(|line| Py::new(py, line)).collect::<PyResult<_>>()?,
            late,
            duplicates,
            refused,
        })
    }
}

/// An outcome on its way to Python.
struct Ran {
    changes: Vec<Change>,
    state: String,
    rejected: Vec<RejectedLine>,
    late: u64,
    duplicates: u64,
    refused: u64,
}

fn run(mut runner: Runner, events: &[u8], until: Option<Timestamp>, keep_waiting: bool) -> Ran {
    let mut rejected = Vec::new();
    runner.feed(cc_core::decode_batch(events).filter_map(|item| match item.event {
        Ok(event) => Some(event),
        Err(error) => {
            rejected.push(RejectedLine { line: item.line, reason: error.to_string() });
            None
        }
    }));
    let changes = match until {
        Some(until) => {
            runner.advance(until);
            runner.take_changes()
        }
        None if keep_waiting => runner.take_changes(),
        None => runner.drain(),
    };
    let stats = runner.stats();
    Ran {
        changes: changes.into_iter().map(Change::from).collect(),
        state: runner.save(),
        rejected,
        late: stats.late,
        duplicates: stats.duplicates,
        refused: stats.refused,
    }
}

fn restore(pack: &Pack, lateness: TimeDelta, state: &[u8]) -> Result<Runner, Failure> {
    let text = std::str::from_utf8(state).map_err(|error| ErrorCode::StateInvalid.error(&error))?;
    let restored = Runner::restore(pack.clone(), lateness, text);
    let (runner, _) = restored.map_err(|error| ErrorCode::StateInvalid.error(&error))?;
    Ok(runner)
}

/// An aware datetime of any time zone; a naive one would mean another instant on every machine.
fn instant(at: &Bound<'_, PyDateTime>, name: &str) -> PyResult<Timestamp> {
    if at.get_tzinfo().is_none() {
        return Err(PyValueError::new_err(format!("{name} must have a time zone")));
    }
    let utc = PyTzInfo::utc(at.py())?;
    at.call_method1("astimezone", (utc,))?.extract()
}
