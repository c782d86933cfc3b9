//! How many live streams someone has, and how many answers wait for them: each costs a connection for as long as it lives, and a live
//! one a task.

use crate::auth::Who;
use crate::counts::{Counts, OneOf};
use crate::problem::Problem;

/// Who has how many, within one node.
#[derive(Clone, Debug, Default)]
pub struct Streams(Counts);

impl Streams {
    /// Counts one more, until it is dropped.
    ///
    /// Errors: `too_many_streams` where there are `most`.
    pub(super) fn one_more(&self, who: &Who, most: u32) -> Result<OneOf, Problem> {
        self.0.one_more(who.feed(), most).ok_or_else(|| {
            let why = format!("at most {most} at once");
            Problem::too_many_streams().because(why).with("retry-after", 1)
        })
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
