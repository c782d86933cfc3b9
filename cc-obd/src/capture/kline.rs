//! What K-line and J1850 answers need beyond one frame: several messages make one text.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::service::{AnswerError, VehicleInfoAssembler};

/// The most ECUs followed at once; addresses have eight bits.
const MOST: usize = 256;

/// The unfinished texts of every ECU.
#[derive(Clone, Debug, Default)]
pub(super) struct Legacy {
    ecus: BTreeMap<Option<u8>, VehicleInfoAssembler>,
}

impl Legacy {
    pub(super) fn info(&mut self, source: Option<u8>) -> &mut VehicleInfoAssembler {
        if self.ecus.len() >= MOST && !self.ecus.contains_key(&source) {
            self.ecus.clear();
        }
        self.ecus.entry(source).or_default()
    }

    /// The texts that ended too early; the next ones may begin.
    pub(super) fn finish(&mut self) -> Vec<(Option<u8>, AnswerError)> {
        let ended = self.ecus.iter_mut().map(|(&source, info)| (source, info.finish()));
        ended.filter_map(|(source, end)| end.err().map(|error| (source, error))).collect()
    }
}
