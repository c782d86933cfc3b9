//! The one exception, and the border that no panic crosses.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::marker::Ungil;
use pyo3::{PyErr, PyResult, Python};

pyo3::import_exception!(connected_cars._error, CcError);

/// What a `CcError` is about: stable names, the same in every language.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ErrorCode {
    ConfigInvalid,
    Internal,
    OptionInvalid,
    PackInvalid,
    PackUntrusted,
    RecommendationInvalid,
    RecommendationMismatch,
    SignalSetInvalid,
    StateInvalid,
}

impl ErrorCode {
    pub(crate) const ALL: [Self; 9] = [
        Self::ConfigInvalid,
        Self::Internal,
        Self::OptionInvalid,
        Self::PackInvalid,
        Self::PackUntrusted,
        Self::RecommendationInvalid,
        Self::RecommendationMismatch,
        Self::SignalSetInvalid,
        Self::StateInvalid,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigInvalid => "config_invalid",
            Self::Internal => "internal",
            Self::OptionInvalid => "option_invalid",
            Self::PackInvalid => "pack_invalid",
            Self::PackUntrusted => "pack_untrusted",
            Self::RecommendationInvalid => "recommendation_invalid",
            Self::RecommendationMismatch => "recommendation_mismatch",
            Self::SignalSetInvalid => "signal_set_invalid",
            Self::StateInvalid => "state_invalid",
        }
    }

    pub(crate) fn error(self, text: &impl ToString) -> Failure {
        Failure { code: self, text: text.to_string() }
    }
}

/// An error on its way to Python; made where the interpreter is out of reach.
#[derive(Debug)]
pub(crate) struct Failure {
    code: ErrorCode,
    text: String,
}

impl From<Failure> for PyErr {
    fn from(Failure { code, text }: Failure) -> Self {
        CcError::new_err((code.as_str(), text))
    }
}

/// Runs what Python asked for without holding the interpreter; a panic in it is a bug and becomes `internal`.
pub(crate) fn detached<T: Ungil + Send>(
    py: Python<'_>,
    run: impl FnOnce() -> Result<T, Failure> + Ungil + Send,
) -> PyResult<T> {
    // What a panic may have left half done is dropped with the closure: calls share nothing they change.
    let outcome = py.detach(|| catch_unwind(AssertUnwindSafe(run)));
    let internal = "internal error, please report it; the library stays usable";
    Ok(outcome.unwrap_or_else(|_| Err(ErrorCode::Internal.error(&internal)))?)
}
