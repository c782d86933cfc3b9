//! What a complete reading of an ECU's codes found.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::{Dtc, DtcStatus};

/// The service that read the codes.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ScanService {
    /// SAE J1979 service 07: found in this or the last driving cycle.
    Pending,
    /// SAE J1979 service 0A: stays until the car itself finds the repair good.
    Permanent,
    /// SAE J1979 service 03: confirmed codes.
    Stored,
    /// ISO 14229-1 service 19, by status mask.
    Uds,
}

/// An ECU's complete list of codes, possibly empty: the only thing that can say a code is *not* there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CodeScan {
    /// The ECU: its role (`engine`) or its address (`7E8`).
    pub ecu: Option<Box<str>>,
    /// The service that read the codes.
    pub service: ScanService,
    /// Whether the list is known to be complete; a partial one never clears a code.
    pub complete: bool,
    /// The codes found.
    pub codes: Vec<ScannedCode>,
}

/// One code of a [`CodeScan`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ScannedCode {
    /// The code.
    pub dtc: Dtc,
    /// Its status, where the service gives one.
    pub status: Option<DtcStatus>,
}
