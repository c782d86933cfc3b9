//! What is open now, of the own engine or of a platform's, and one of two.

use std::collections::BTreeMap;

use cc_core::Timestamp;
use pyo3::{PyResult, Python, pyclass, pyfunction, pymethods};

use crate::change::{Action, MessageArgument, Urgency};
use crate::error::{ErrorCode, detached};

/// A recommendation that is open now.
#[pyclass(frozen, get_all, eq, module = "connected_cars")]
#[derive(Clone, PartialEq)]
pub(crate) struct Recommendation {
    id: String,
    aliases: Vec<String>,
    vehicle: String,
    rule: String,
    group: String,
    since: Timestamp,
    urgency: Urgency,
    action: Action,
    due: Option<Timestamp>,
    message_key: String,
    arguments: BTreeMap<String, MessageArgument>,
    json: String,
}

/// Shows no argument.
#[pymethods]
impl Recommendation {
    fn __repr__(&self) -> String {
        format!("Recommendation(id={:?}, rule={:?}, urgency={:?})", self.id, self.rule, self.urgency)
    }
}

/// Reads a recommendation, such as one that a platform gave.
#[pyfunction]
pub(crate) fn read_recommendation(py: Python<'_>, json: &str) -> PyResult<Recommendation> {
    detached(py, || match cc_core::Recommendation::from_json(json) {
        Ok(open) => Ok(open.into()),
        Err(error) => Err(ErrorCode::RecommendationInvalid.error(&error)),
    })
}

/// Makes one recommendation of two of one vehicle and group.
#[pyfunction]
pub(crate) fn merge_recommendations(py: Python<'_>, first: &str, second: &str) -> PyResult<Recommendation> {
    detached(py, || match cc_core::Recommendation::merge_json(first, second) {
        Ok(one) => Ok(one.into()),
        Err(error) if error.is_mismatch() => Err(ErrorCode::RecommendationMismatch.error(&error)),
        Err(error) => Err(ErrorCode::RecommendationInvalid.error(&error)),
    })
}

impl From<cc_core::Recommendation> for Recommendation {
    fn from(open: cc_core::Recommendation) -> Self {
        let json = open.to_canonical_json();
        let cc_core::Recommendation {
            id,
            aliases,
            vehicle,
            rule,
            group,
            since,
            urgency,
            action,
            due,
            message,
            args,
        } = open;
        Self {
            id: id.to_string(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            vehicle: vehicle.to_string(),
            rule: rule.into(),
            group: group.into(),
            since,
            urgency: urgency.into(),
            action: action.into(),
            due,
            message_key: message.into(),
            arguments: args.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            json,
        }
    }
}
