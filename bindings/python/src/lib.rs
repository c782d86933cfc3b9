//! The Connected Cars SDK for Python: the native half, `_cc`, of the package `connected_cars`.
//!
//! Thin on purpose: each class is a frozen record taken apart from the core's value field by field, so that a new
//! field stops the build until Python has it too. The interpreter lock is released while Rust works, and a panic
//! becomes a `CcError` with the code `internal`.

mod change;
mod config;
mod decode;
mod error;
mod item;
mod pack;
mod recommendation;

use pyo3::pymodule;

/// The native half of `connected_cars`.
#[pymodule(gil_used = false)]
mod _cc {
    use pyo3::prelude::{Bound, PyModule, PyModuleMethods as _, PyResult};
    use pyo3::pyfunction;

    #[pymodule_export]
    use crate::change::{Action, Change, ChangeKind, Quantity, RecommendationText, Urgency};
    #[pymodule_export]
    use crate::config::{CompiledConfig, ConfigArm, ConfigOrigin, compile_config, rollout_bucket};
    #[pymodule_export]
    use crate::decode::decode;
    #[pymodule_export]
    use crate::item::{
        CodeScan, MonitorReadiness, NegativeResponse, NoValue, OtherAnswer, Reading, StreamEvent,
        TroubleCode, Unreadable,
    };
    #[pymodule_export]
    use crate::pack::{RejectedLine, RulePack, RunOutcome, VehicleProfile};
    #[pymodule_export]
    use crate::recommendation::{Recommendation, merge_recommendations, read_recommendation};

    /// The version of the SDK, such as `0.1.0`.
    #[pyfunction]
    fn sdk_version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("ERROR_CODES", crate::error::ErrorCode::ALL.map(crate::error::ErrorCode::as_str))
    }
}
