//! The one error, and the border that no panic crosses.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why a call failed. Flat: a language sees the variant and one text, which never holds a VIN, a position or a token.
///
/// Damaged input is no failure of a call: it comes back as an item or a rejected line.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum CcError {
    /// A layer of settings is damaged, too big, or says what no layer can say.
    #[error("{reason}")]
    ConfigInvalid {
        /// Which layer, where in it, and what is wrong.
        reason: String,
    },
    /// A bug in this library; it stays usable.
    #[error("internal error, please report it; the library stays usable")]
    Internal,
    /// An option has a value that it cannot have.
    #[error("{reason}")]
    OptionInvalid {
        /// Which, and what it may be.
        reason: String,
    },
    /// The pack is damaged, too big, of another language version, or wrong; the text lists the findings.
    #[error("{findings}")]
    PackInvalid {
        /// The findings, one a line.
        findings: String,
    },
    /// Nobody who is trusted now has signed the pack; nothing of it was read.
    #[error("{reason}")]
    PackUntrusted {
        /// What is wrong with its signatures.
        reason: String,
    },
    /// A text is no recommendation, or two together are too long for one.
    #[error("{reason}")]
    RecommendationInvalid {
        /// Which, where in it, and what is wrong.
        reason: String,
    },
    /// Two recommendations that should become one are of different vehicles or groups.
    #[error("{reason}")]
    RecommendationMismatch {
        /// In what they differ.
        reason: String,
    },
    /// A signal set is not what OBDb publishes.
    #[error("{reason}")]
    SignalSetInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// The saved state is damaged, or of another version.
    #[error("{reason}")]
    StateInvalid {
        /// What is wrong with it.
        reason: String,
    },
}

impl CcError {
    /// The stable name of the error, the same in every language.
    ///
    /// ```
    /// let error = cc_ffi::RulePack::load(b"no pack".to_vec()).unwrap_err();
    /// assert_eq!(error.code(), "pack_invalid");
    /// ```
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ConfigInvalid { .. } => "config_invalid",
            Self::Internal => "internal",
            Self::OptionInvalid { .. } => "option_invalid",
            Self::PackInvalid { .. } => "pack_invalid",
            Self::PackUntrusted { .. } => "pack_untrusted",
            Self::RecommendationInvalid { .. } => "recommendation_invalid",
            Self::RecommendationMismatch { .. } => "recommendation_mismatch",
            Self::SignalSetInvalid { .. } => "signal_set_invalid",
            Self::StateInvalid { .. } => "state_invalid",
        }
    }
}

/// Runs what a foreign caller asked for; a panic in it is a bug and becomes [`CcError::Internal`].
pub(crate) fn guarded<T>(run: impl FnOnce() -> Result<T, CcError>) -> Result<T, CcError> {
    // What a panic may have left half done is dropped with the closure: calls share nothing they change.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Err(CcError::Internal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_and_the_next_call_works() {
        let panicked = guarded(|| -> Result<(), CcError> { panic!("on purpose") });
        assert_eq!(panicked, Err(CcError::Internal));
        assert_eq!(guarded(|| Ok(7)), Ok(7));
    }

    #[test]
    fn no_field_of_an_error_is_called_message_or_cause() {
        // Such a field clashes with Throwable's in Kotlin.
        let source = include_str!("error.rs");
        let (types, _) = source.split_once("#[cfg(test)]").unwrap();
        for name in ["message:", "cause:"] {
            assert!(!types.lines().any(|line| line.trim_start().starts_with(name)), "{name}");
        }
    }
}
