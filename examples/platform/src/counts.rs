//! How much of something each has at once: no more than so much, and what is beyond is refused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Who has how many, within one node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(Arc<Mutex<BTreeMap<String, u32>>>);

/// One of someone's; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct OneOf {
    of: Counts,
    who: String,
}

impl Counts {
    /// Counts one more; `None` where there are `most`.
    pub(crate) fn one_more(&self, who: String, most: u32) -> Option<OneOf> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = known.get(&who).copied().unwrap_or(0);
        if count >= most {
            return None;
        }
        known.insert(who.clone(), count + 1);
        drop(known);
        Some(OneOf { of: self.clone(), who })
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

impl Drop for OneOf {
    fn drop(&mut self) {
        let mut known = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = known.get(&self.who).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            known.remove(&self.who);
        } else {
            known.insert(self.who.clone(), left);
        }
    }
}
