//! How many live streams someone has, and how many answers wait for them: each costs a connection for as long as it lives, and a live
//! one a task.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::auth::Who;
use crate::problem::Problem;

/// Who has how many, within one node.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<BTreeMap<String, u32>>>);

/// One of someone's streams; counted until it is dropped.
#[derive(Debug)]
pub(super) struct OneMore {
    of: Streams,
    who: String,
}

impl Streams {
    /// Counts one more.
    ///
    /// Errors: `too_many_streams` where there are `most`.
    pub(super) fn one_more(&self, who: &Who, most: u32) -> Result<OneMore, Problem> {
        let who = who.feed();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = known.get(&who).copied().unwrap_or(0);
        if count >= most {
            let why = format!("at most {most} at once");
            return Err(Problem::too_many_streams().because(why).with("retry-after", 1));
        }
        known.insert(who.clone(), count + 1);
        drop(known);
        Ok(OneMore { of: self.clone(), who })
    }
}

impl Drop for OneMore {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_so_many_and_what_ends_makes_room() {
        let (streams, anna, bo) =
            (Streams::default(), Who::new("demo", "user/1"), Who::new("demo", "user/2"));
        let first = streams.one_more(&anna, 2).unwrap();
        let _second = streams.one_more(&anna, 2).unwrap();
        let refused = streams.one_more(&anna, 2).unwrap_err();
        assert_eq!((refused.status, refused.code), (429, "too_many_streams"));
        assert!(streams.one_more(&bo, 2).is_ok());
        drop(first);
        assert!(streams.one_more(&anna, 2).is_ok());
    }
}
