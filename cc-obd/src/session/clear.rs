//! Clearing needs a word of consent.

/// The consent to clear trouble codes (services 04 and 14). Only code that says what it does can make one.
///
/// Clearing erases evidence: stored and pending codes, freeze frames and test results go, and every readiness monitor
/// starts again, so that the car fails an emission inspection until it was driven for some days. Permanent codes (service 0A)
/// stay until the car itself has seen the repair.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ConfirmClear(());

impl ConfirmClear {
    /// I understand that codes, freeze frames and test results are erased in all ECUs, and that readiness is lost.
    pub const fn i_understand_that_evidence_is_erased() -> Self {
        Self(())
    }
}
