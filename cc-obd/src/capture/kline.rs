//! What K-line and J1850 answers need beyond one frame: several messages make one list.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use cc_core::ScannedCode;

use crate::service::{DtcService, VehicleInfoAssembler};

/// The most ECUs followed at once; addresses have eight bits.
const MOST: usize = 256;

/// The unfinished lists of every ECU.
#[derive(Clone, Debug, Default)]
pub(super) struct Legacy {
    ecus: BTreeMap<Option<u8>, LegacyEcu>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct LegacyEcu {
    pub(super) info: VehicleInfoAssembler,
    /// The list of codes being read: three codes a message, and the end only told by the next request.
    pub(super) scan: Option<LegacyScan>,
}

#[derive(Clone, Debug)]
pub(super) struct LegacyScan {
    pub(super) service: DtcService,
    pub(super) codes: Vec<ScannedCode>,
}

impl Legacy {
    pub(super) fn ecu(&mut self, source: Option<u8>) -> &mut LegacyEcu {
        if self.ecus.len() >= MOST && !self.ecus.contains_key(&source) {
            self.ecus.clear();
        }
        self.ecus.entry(source).or_default()
    }

    /// Takes every list read so far: the answers are over.
    pub(super) fn take_scans(&mut self) -> Vec<(Option<u8>, LegacyScan)> {
        self.ecus.iter_mut().filter_map(|(&source, ecu)| Some((source, ecu.scan.take()?))).collect()
    }
}
